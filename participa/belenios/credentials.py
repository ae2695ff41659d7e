"""The code on a card, and what follows from it: the secret, its public half, the roll.

The server sees none of this but the public roll. A code is 19 random signs and one for checking,
upper case, in groups of four: `K7QX-9MZT-2RVA-HW4P-C3NY`. Its 95 bits are too many to try, which
matters because the roll is public. Codes that belenios-tool makes are understood as well.
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
RANDOM_SIGNS = 19
SIGNS = RANDOM_SIGNS + 1
GROUPED = 4
ITERATIONS = 1000
HEADING = "codigo"  # of the file of codes
FIELD = 0b100101  # x^5 + x^2 + 1: the signs are the 32 elements of a field

OTHER_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
OTHER_CODE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{3}(?:-[1-9A-HJ-NP-Za-km-z]{3}){4}")
OTHER_MODULUS = 53


class Mistyped(ValueError):
    """The code cannot be right; the message says in Spanish what to look at."""


class Credential(NamedTuple):
    code: str
    secret: int
    public: int


def _check_sign(signs: str) -> str:
    """Changes with any one sign, and with any two that change places.

    The signs are the coefficients of a polynomial over the field of 32 elements; its value at x
    is the check. The powers of x differ as long as there are fewer than 31 signs.
    """
    value = 0
    for sign in signs:
        value = _double(value ^ ALPHABET.index(sign))
    return ALPHABET[value]


def _double(value: int) -> int:
    doubled = value << 1
    return doubled ^ FIELD if doubled > 31 else doubled


def new_code() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_SIGNS))
    return show(signs + _check_sign(signs))


def show(signs: str) -> str:
    return "-".join(signs[start : start + GROUPED] for start in range(0, len(signs), GROUPED))


def read_code(typed: str) -> str:
    """The code that was meant, exactly as it is printed; that text makes the secret."""
    kept = typed.strip()
    if OTHER_CODE.fullmatch(kept) and _other_is_right(kept.replace("-", "")):
        return kept
    signs = "".join(sign for sign in kept.upper() if sign.isalnum()).translate(LOOK_ALIKE)
    if len(signs) != SIGNS:
        raise Mistyped(f"El código tiene {SIGNS} letras y números. Usted escribió {len(signs)}.")
    if strange := [sign for sign in signs if sign not in ALPHABET]:
        raise Mistyped(f"El código no lleva «{strange[0]}». Mírelo de nuevo en la tarjeta.")
    if _check_sign(signs[:-1]) != signs[-1]:
        raise Mistyped("Hay una letra o un número cambiado. Mire de nuevo la tarjeta.")
    return show(signs)


def read_codes(raw: bytes) -> list[str]:
    """One code a line, as somebody typed them; Mistyped names the first line that is wrong."""
    lines: dict[str, int] = {}
    for number, typed in enumerate(raw.decode("utf-8-sig", "replace").splitlines(), start=1):
        if typed.strip() in {"", HEADING}:
            continue
        try:
            code = read_code(typed)
        except Mistyped as problem:
            raise Mistyped(f"Renglón {number}: {problem}") from None
        if code in lines:
            raise Mistyped(f"Renglón {number}: repite el código del renglón {lines[code]}.")
        lines[code] = number
    return list(lines)


def _other_is_right(signs: str) -> bool:
    value = 0
    for sign in signs[:-1]:
        value = value * len(OTHER_ALPHABET) + OTHER_ALPHABET.index(sign)
    return (value + OTHER_ALPHABET.index(signs[-1])) % OTHER_MODULUS == 0


def secret_of(code: str, uuid: str, group: Group = BELENIOS_2048) -> int:
    """The signing key that this code gives in this election."""
    stretched = hashlib.pbkdf2_hmac("sha256", code.encode(), uuid.encode(), ITERATIONS, 32)
    return int.from_bytes(stretched, "big") % group.q


def derive(code: str, uuid: str, group: Group = BELENIOS_2048) -> Credential:
    secret = secret_of(code, uuid, group)
    return Credential(code, secret, group.generator.power(secret))


def make(count: int, uuid: str) -> list[Credential]:
    """So many different ones, in random order."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        codes[new_code()] = None
    return [derive(code, uuid) for code in codes]


def public_roll(credentials: Iterable[Credential]) -> bytes:
    return roll.write(credential.public for credential in credentials)


def fingerprint(roll_record: bytes) -> str:
    """What the minutes state of the roll before anybody votes."""
    return canonical.fingerprint(roll_record)


def codes_file(credentials: Sequence[Credential]) -> bytes:
    """The codes as a file for whoever prints cards elsewhere; to be destroyed afterwards."""
    file = io.StringIO()
    rows = csv.writer(file, delimiter=";", lineterminator="\r\n")
    rows.writerow([HEADING])
    rows.writerows([credential.code] for credential in credentials)
    return ("\ufeff" + file.getvalue()).encode()
