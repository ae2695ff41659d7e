"""Codes that people read, dictate by phone and type: Crockford's base 32.

32 signs without I, L, O and U, so that nothing is mistaken for a digit and no word appears; each
sign carries 5 bits. Source: https://www.crockford.com/base32.html
"""

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
GROUP = 4


def new(length: int = 8) -> str:
    """A random code; 8 signs are 40 bits, enough for an address, not for a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derive(key: bytes, message: str, length: int) -> str:
    """The code that this key always gives for this message (HMAC-SHA-256, first 5·length bits)."""
    digest = int.from_bytes(hmac.digest(key, message.encode(), "sha256"))
    return "".join(ALPHABET[(digest >> (256 - 5 * place)) & 31] for place in range(1, length + 1))


def read(typed: str) -> str:
    """What was meant: case, spaces, hyphens and look-alike letters do not matter."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept.translate(LOOK_ALIKE)


def show(code: str) -> str:
    """In groups of four, as it is printed: 7K3F-2QXM."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest(code: str) -> str:
    """What is stored of a secret code; only for codes too long to be guessed (60 bits or more)."""
    return hashlib.sha256(read(code).encode()).hexdigest()
