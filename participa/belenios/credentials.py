"""Credentials: the code on a voter's card, the signing key derived from it, the public roll.

A code is 19 random characters of Crockford's base 32 and a check character, in groups of four:
`K7QX-9MZT-2RVA-HW4P-C3NY`. Its 95 bits exclude an exhaustive search against the roll, which is
public. The signing key is PBKDF2 of the code, salted with the election's uuid; the public
credential is g^key. Codes made by belenios-tool 2.0 are accepted as well.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from participa.belenios import canonical, roll
from participa.belenios.groups import BELENIOS_2048, Group

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
RANDOM_LENGTH = 19
CODE_LENGTH = RANDOM_LENGTH + 1
GROUP_LENGTH = 4  # characters between two hyphens
ITERATIONS = 1000  # of PBKDF2, fixed by the format
HEADING = "codigo"  # first line of the file of codes
FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1: a character is an element of GF(32)

# Codes of belenios-tool 2.0: 14 random characters of base 58 and one for checking.
BELENIOS_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BELENIOS_CODE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{3}(?:-[1-9A-HJ-NP-Za-km-z]{3}){4}")
BELENIOS_MODULUS = 53


class Mistyped(ValueError):
    """Not a valid code; the Spanish message tells the voter what to correct."""


class Credential(NamedTuple):
    code: str
    secret: int  # signing key
    public: int  # g^secret


def _check_character(characters: str) -> str:
    """Detects every single wrong character and every transposition of two characters.

    The characters are the coefficients of a polynomial over GF(32), and the check is its value at
    the primitive element x, times x. With the check character, the weights are 1, x, x^2, …, which
    are distinct for up to 31 characters.
    """
    value = 0
    for character in characters:
        value = _times_x(value ^ ALPHABET.index(character))
    return ALPHABET[value]


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ FIELD_POLYNOMIAL if doubled > 31 else doubled


def new_code() -> str:
    characters = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return grouped(characters + _check_character(characters))


def grouped(characters: str) -> str:
    """The characters in groups of four with hyphens, as printed on the card."""
    starts = range(0, len(characters), GROUP_LENGTH)
    return "-".join(characters[start : start + GROUP_LENGTH] for start in starts)


def read_code(typed: str) -> str:
    """Normalise a typed code to its printed form, from which the key is derived.

    Case, spaces and punctuation do not matter, and O, I, L are read as 0, 1, 1. Raises Mistyped.
    """
    stripped = typed.strip()
    if BELENIOS_CODE.fullmatch(stripped) and _belenios_check_holds(stripped.replace("-", "")):
        return stripped
    characters = normalised(stripped)
    length = len(characters)
    if length != CODE_LENGTH:
        raise Mistyped(f"El código tiene {CODE_LENGTH} letras y números. Usted escribió {length}.")
    if invalid := [char for char in characters if char not in ALPHABET]:
        raise Mistyped(f"El código no lleva «{invalid[0]}». Mírelo de nuevo en la tarjeta.")
    if not check_holds(characters):
        raise Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.")
    return grouped(characters)


def normalised(typed: str) -> str:
    """Typed characters in capitals, without spaces and punctuation; O, I, L are read as 0, 1, 1."""
    return "".join(char for char in typed.upper() if char.isalnum()).translate(LOOK_ALIKE)


def check_holds(characters: str) -> bool:
    """Whether the last of these characters is the check character of the others."""
    is_known = all(character in ALPHABET for character in characters)
    return is_known and _check_character(characters[:-1]) == characters[-1]


def read_codes(raw: bytes) -> list[str]:
    """Parse a file with one typed code per line; raises Mistyped for the first wrong line."""
    lines: dict[str, int] = {}
    for number, typed in enumerate(raw.decode("utf-8-sig", "replace").splitlines(), start=1):
        code_typed = typed.partition(";")[0]  # a second part may stand behind it
        if code_typed.strip() in {"", HEADING}:
            continue
        try:
            code = read_code(code_typed)
        except Mistyped as problem:
            raise Mistyped(f"Renglón {number}: {problem}") from None
        if code in lines:
            raise Mistyped(f"Renglón {number}: repite el código del renglón {lines[code]}.")
        lines[code] = number
    return list(lines)


def _belenios_check_holds(characters: str) -> bool:
    value = 0
    for character in characters[:-1]:
        value = value * len(BELENIOS_ALPHABET) + BELENIOS_ALPHABET.index(character)
    return (value + BELENIOS_ALPHABET.index(characters[-1])) % BELENIOS_MODULUS == 0


def secret_of(code: str, uuid: str, group: Group = BELENIOS_2048) -> int:
    """The signing key of a code in an election: PBKDF2-HMAC-SHA256 modulo q.

    `code` is the text returned by `read_code`, hyphens included.
    """
    derived = hashlib.pbkdf2_hmac("sha256", code.encode(), uuid.encode(), ITERATIONS, 32)
    return int.from_bytes(derived, "big") % group.q


def derive(code: str, uuid: str, group: Group = BELENIOS_2048) -> Credential:
    secret = secret_of(code, uuid, group)
    return Credential(code, secret, group.generator.power(secret))


def new_codes(count: int) -> list[str]:
    """`count` distinct random codes."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[new_code()] = None
    return list(codes)


def make(count: int, uuid: str) -> list[Credential]:
    """`count` credentials with distinct random codes."""
    return [derive(code, uuid) for code in new_codes(count)]


def public_roll(credentials: Iterable[Credential]) -> bytes:
    return roll.write(credential.public for credential in credentials)


def fingerprint(roll_record: bytes) -> str:
    """The fingerprint of the roll, for the minutes before voting starts."""
    return canonical.fingerprint(roll_record)


def codes_file(credentials: Sequence[Credential]) -> bytes:
    """The codes as CSV, for a printer. A secret: whoever has the file can vote with its codes."""
    file = io.StringIO()
    rows = csv.writer(file, delimiter=";", lineterminator="\r\n")
    rows.writerow([HEADING])
    rows.writerows([credential.code] for credential in credentials)
    return ("\ufeff" + file.getvalue()).encode()
