"""Canonical JSON: each record has exactly one valid serialisation; any other is rejected.

Records are identified by the SHA-256 of their bytes, so two serialisations of one value must not
both be valid. Every parser raises `Malformed`; its argument `what` names the value in the message.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

DECIMAL = re.compile(r"0|[1-9][0-9]*")
MAX_DIGITS = 12  # of a JSON number; larger integers are strings, see `decimal`
DELETE = "\x7f"


class Malformed(ValueError):
    """The input violates the format; the Spanish message states which value and why."""


def write(value: Any) -> bytes:
    """Serialise without whitespace, members in insertion order, non-ASCII as raw UTF-8.

    U+007F is the one exception: the format escapes it.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace(DELETE, "\\u007f").encode()


def read(raw: bytes, what: str, limit: int) -> Any:
    """Parse canonical JSON of at most `limit` bytes; raises Malformed for any other input."""
    if len(raw) > limit:
        raise Malformed(f"{what} ocupa más de {limit} bytes.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique_members,
            parse_int=_small_int,
            parse_float=_reject_fraction,
            parse_constant=_reject_fraction,
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


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("repite un campo.")
    return members


def _small_int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Malformed("tiene un número demasiado largo.")
    return int(text)


def _reject_fraction(text: str) -> Any:
    raise Malformed(f"tiene un número que no es entero: {text[:20]}.")


def members(value: Any, what: str, *names: str) -> list[Any]:
    """The values of an object with exactly these members in this order.

    A name with a final "?" is optional; its value is None when the member is absent.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{what} no es un objeto.")
    known = [name.rstrip("?") for name in names]
    if unknown := [name for name in value if name not in known]:
        raise Malformed(f"{what} tiene un campo de más: «{unknown[0][:40]}».")
    missing = [name for name in names if not name.endswith("?") and name not in value]
    if missing:
        raise Malformed(f"{what} no tiene el campo «{missing[0]}».")
    if list(value) != [name for name in known if name in value]:
        raise Malformed(f"{what} tiene los campos en otro orden.")
    return [value.get(name) for name in known]


def items(value: Any, what: str, length: int | None = None) -> list[Any]:
    """The items of a list, which must have `length` items if a length is given."""
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
    """A non-negative JSON number; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(f"{what} no es un número entero desde 0.")
    return value


def decimal(value: Any, what: str, bound: int) -> int:
    """An integer in [0, bound), written as a JSON string of digits without leading zeros."""
    if not isinstance(value, str) or len(value) > len(str(bound)) or not DECIMAL.fullmatch(value):
        raise Malformed(f"{what} no es un número decimal válido.")
    parsed = int(value)
    if parsed >= bound:
        raise Malformed(f"{what} es un número demasiado grande.")
    return parsed


def hex_digest(raw: bytes) -> str:
    """SHA-256 in lower-case hexadecimal: identifies a record inside the archive."""
    return hashlib.sha256(raw).hexdigest()


def fingerprint(raw: bytes) -> str:
    """SHA-256 in base 64 without its padding: 43 characters, for people and for other records."""
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def is_hex_digest(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None
