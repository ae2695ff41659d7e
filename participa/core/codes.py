"""Codes that people read, dictate by phone and type: Crockford's base 32.

32 characters of 5 bits each, without I, L, O and U: none looks like a digit, and no word appears.
Source: https://www.crockford.com/base32.html
"""

import hashlib
import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
GROUP = 4


def new(length: int = 8) -> str:
    """A random code; 8 characters are 40 bits, enough for an address, not for a secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derive(key: bytes, message: str, length: int) -> str:
    """The first `length` characters (5 bits each, up to 51) of HMAC-SHA-256(key, message)."""
    digest = int.from_bytes(hmac.digest(key, message.encode(), "sha256"))
    return "".join(ALPHABET[(digest >> (256 - 5 * place)) & 31] for place in range(1, length + 1))


def read(typed: str) -> str:
    """Normalise a typed code: case, spaces, hyphens and look-alike letters do not matter."""
    characters = "".join(character for character in typed.upper() if character.isalnum())
    return characters.translate(LOOK_ALIKE)


def show(code: str) -> str:
    """The code in groups of four, as printed: 7K3F-2QXM."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest(code: str) -> str:
    """SHA-256 of a secret code, to be stored instead of it; only for codes of 60 bits or more."""
    return hashlib.sha256(read(code).encode()).hexdigest()
