"""The secret code of a contribution, with which its author comes back.

It follows from the id of the form, which is not stored, and the installation's key: so a form that
is sent twice has one code. Of the code itself only a slow hash is kept, under a key of the
personal data: 16 characters are 80 bits, and nobody who has the database alone can try any.
"""

import hashlib
import hmac
import secrets

from flask import current_app, url_for

from participa.cases.models import CODE_LENGTH
from participa.core import codes, links
from participa.core.personal import sealing

LENGTH = 16
PURPOSE = "listening.code"
SALT_BYTES = 16
COST = {"n": 2**9, "r": 8, "p": 1, "dklen": 32}  # scrypt, RFC 7914: half a MiB


def code_of(submission_id: str) -> str:
    """The secret code of what this form brings."""
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"{PURPOSE}:{submission_id}", LENGTH)


def radicado_of(submission_id: str) -> str:
    """The public number of what this form brings; it opens nothing."""
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"listening.number:{submission_id}", CODE_LENGTH)


def stored_id(submission_id: str) -> str:
    """What is stored of the id of a form: it leads to the row, and not to the code."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(key, f"listening.form:{submission_id}".encode(), "sha256").hex()[:32]


def way_back(radicado: str, code: str) -> str:
    """The address that opens somebody's own page. What stands behind "#" no browser sends: so the
    code is in no log and in no request.
    """
    page = links.absolute(url_for("listening_follow.ask", radicado=radicado))
    return f"{page}#{code}"


def hashed(code: str) -> str:
    """The slow hash of a code, with its salt: "salt$hash", in hex."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"{salt.hex()}${_hash(sealing.digest(PURPOSE, code), salt)}"


def matches(typed: str, stored: str) -> bool:
    """Whether somebody typed the code of this hash; letters that look alike are forgiven.

    An empty `stored` takes as long to refuse as a wrong code.
    """
    salt, _, wanted = (stored or f"{'0' * 2 * SALT_BYTES}$").partition("$")
    code, fits = codes.read(typed), False
    for digest in sealing.digests(PURPOSE, code):
        fits |= hmac.compare_digest(_hash(digest, bytes.fromhex(salt)), wanted)
    return fits


def _hash(digest: str, salt: bytes) -> str:
    return hashlib.scrypt(digest.encode(), salt=salt, **COST).hex()
