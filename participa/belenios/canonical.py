"""The one way in which a record is written, and the refusal of every other way.

A record is named by the hash of its bytes; so two texts that mean the same must not both be good.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

DECIMAL = re.compile(r"0|[1-9][0-9]*")
MOST_DIGITS = 12
DELETE = "\x7f"


class Malformed(ValueError):
    """What was read is not in the format; the message says in Spanish what and where."""


def write(value: Any) -> bytes:
    """Without blanks, members in the order given, letters as they are and not as escapes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace(DELETE, "\\u007f").encode()


def read(raw: bytes, what: str, limit: int) -> Any:
    """What these bytes say, if they say it in the one way; `what` names them in the refusal."""
    if len(raw) > limit:
        raise Malformed(f"{what} ocupa más de {limit} bytes.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_int=_small,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
        is_canonical = write(value) == raw
    except Malformed as problem:
        raise Malformed(f"{what} {problem}") from None
    except UnicodeError:
        raise Malformed(f"{what} no es texto UTF-8.") from None
    except (ValueError, RecursionError):
        raise Malformed(f"{what} no es JSON.") from None
    if not is_canonical:
        raise Malformed(f"{what} no está en la forma única (espacios, escapes o números raros).")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("repite un campo.")
    return members


def _small(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise Malformed("tiene un número demasiado largo.")
    return int(text)


def _no_fraction(text: str) -> Any:
    raise Malformed(f"tiene un número que no es entero: {text[:20]}.")


def members(value: Any, what: str, *names: str) -> list[Any]:
    """The values of an object with exactly these members in this order; `name?` may be absent."""
    if not isinstance(value, dict):
        raise Malformed(f"{what} no es un objeto.")
    known = [name.rstrip("?") for name in names]
    if strange := [name for name in value if name not in known]:
        raise Malformed(f"{what} tiene un campo de más: «{strange[0][:40]}».")
    needed = [name for name in names if not name.endswith("?") and name not in value]
    if needed:
        raise Malformed(f"{what} no tiene el campo «{needed[0]}».")
    if list(value) != [name for name in known if name in value]:
        raise Malformed(f"{what} tiene los campos en otro orden.")
    return [value.get(name) for name in known]


def items(value: Any, what: str, length: int | None = None) -> list[Any]:
    """The items of a list, of this length if one is given."""
    if not isinstance(value, list):
        raise Malformed(f"{what}: no es una lista.")
    if length is not None and len(value) != length:
        raise Malformed(f"{what}: hay {len(value)} elementos y deben ser {length}.")
    return value


def text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{what} no es un texto.")
    return value


def number(value: Any, what: str) -> int:
    """A small whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"{what} no es un número entero desde 0.")
    return value


def decimal(value: Any, what: str, bound: int) -> int:
    """A big number, written as a text of digits without leading zeros, below the bound."""
    if not isinstance(value, str) or len(value) > len(str(bound)) or not DECIMAL.fullmatch(value):
        raise Malformed(f"{what} no es un número decimal válido.")
    found = int(value)
    if found >= bound:
        raise Malformed(f"{what} es un número demasiado grande.")
    return found


def hex_digest(raw: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: the name of a record in the archive."""
    return hashlib.sha256(raw).hexdigest()


def fingerprint(raw: bytes) -> str:
    """SHA-256 in base 64 without its "=": 43 signs, for people and for other records."""
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def is_hex_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None
