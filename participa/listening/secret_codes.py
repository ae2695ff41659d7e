"""The secret code of a contribution, with which its author comes back.

It follows from the id of the form, which is not stored, and the installation's key: so a form that
is sent twice has one code. Of the code itself only a slow hash is kept, in an encrypted column: 16
characters are 80 bits, and nobody who has the database alone can try any. The hash itself depends
on no key, so that the codes outlive the replacement of the keys of the personal data.
"""

import hashlib
import hmac
import secrets

from flask import current_app, url_for

from participa.cases.models import CODE_LENGTH
from participa.core import codes, links

LENGTH = 16
PURPOSE = "listening.code"
SALT_BYTES = 16
NOBODY = f"{'0' * 2 * SALT_BYTES}$"
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
    page = links.absolute(url_for("listening_follow.ask"))
    return f"{page}#{radicado}-{code}"


def hashed(code: str) -> str:
    """The slow hash of a code, with its salt: "salt$hash", in hex; to be stored encrypted."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"{salt.hex()}${_hash(code, salt)}"


def matches(typed: str, stored: str) -> bool:
    """Whether somebody typed the code of this hash; letters that look alike are forgiven.

    A `stored` that is empty, or that no key opens, takes as long to refuse as a wrong code.
    """
    salt, _, wanted = (stored if "$" in stored else NOBODY).partition("$")
    return hmac.compare_digest(_hash(codes.read(typed), bytes.fromhex(salt)), wanted)


def _hash(code: str, salt: bytes) -> str:
    return hashlib.scrypt(code.encode(), salt=salt, **COST).hex()
