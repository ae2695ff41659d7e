"""The second part of a card: six digits that its QR does not hold, to replace a stored ballot.

A browser may keep the address that a card's QR opens, and with it the code. Where a later vote
replaces an earlier one, that code alone must not be enough. The digits are printed beside the QR,
are never part of an address, and are needed only once a ballot of the credential is stored.

The registrar hands in the digests of `digest`, one per credential of the roll. They are no secret
as strong as a code: whoever has the file can search six digits in some hours. So it is never
published, and the server stores only a digest of them under its own key. Pure.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping

from participa.belenios import canonical
from participa.belenios.canonical import Malformed

DIGITS = 6
ITERATIONS = 10_000  # of PBKDF2
LIMIT = 40_000_000  # bytes of the file
WHAT = "El archivo de segundas partes"
SEPARATORS = re.compile(r"[\s.\-‐-―]+")


class NotSixDigits(ValueError):
    """Not six digits; the Spanish message says what to correct."""


def new() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def show(second: str) -> str:
    """The digits as printed: 482 173."""
    half = DIGITS // 2
    return f"{second[:half]} {second[half:]}"


def read(typed: str) -> str:
    """The typed digits without spaces and hyphens. Raises NotSixDigits."""
    second = SEPARATORS.sub("", typed)
    if not (second.isascii() and second.isdigit() and len(second) == DIGITS):
        raise NotSixDigits(
            f"Son {DIGITS} cifras. En la tarjeta están donde dice «Para cambiar su voto»."
        )
    return second


def digest(second: str, uuid: str, public: int | str) -> str:
    """PBKDF2 of the digits in hex; the salt is the box and the public credential."""
    salt = f"{uuid}|{public}".encode()
    return hashlib.pbkdf2_hmac("sha256", second.encode(), salt, ITERATIONS).hex()


def write(digests: Mapping[int, str]) -> bytes:
    """The file for the city: a JSON list of [public credential, digest], in numerical order."""
    return canonical.write([[str(public), digests[public]] for public in sorted(digests)])


def read_file(raw: bytes) -> dict[str, str]:
    """Public credential in decimal → digest; raises Malformed."""
    digests: dict[str, str] = {}
    for line in canonical.items(canonical.read(raw.strip(), WHAT, LIMIT), WHAT):
        public, value = (canonical.text(item, WHAT) for item in canonical.items(line, WHAT, 2))
        if not canonical.is_hex_digest(value) or public in digests:
            raise Malformed(f"{WHAT} tiene un renglón que no sirve o repetido.")
        digests[public] = value
    return digests
