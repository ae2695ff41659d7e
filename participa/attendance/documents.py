"""Identity documents: their types, how a typed number is normalised, and how it is masked. Pure."""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

SEED = Path(__file__).parent / "seed" / "document-types.json"
NONE = "SD"  # "no tengo o prefiero no indicarlo"
LONGEST = 20
SHOWN_DIGITS = 4  # of a masked number, and of the search by its end
SEPARATORS = re.compile(r"[\s.,'·’\-–—_/]+")
MASK = "•"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document; `pattern` is what its normalised numbers usually look like."""

    code: str
    name: str
    pattern: re.Pattern[str]
    is_of_minors: bool
    is_issued: bool  # whether the State still issues it

    @property
    def has_letters(self) -> bool:
        return "A-Z" in self.pattern.pattern


def _read() -> dict[str, DocumentType]:
    rows = json.loads(SEED.read_text("utf-8"))["types"]
    return {
        row["code"]: DocumentType(
            row["code"],
            row["name"],
            re.compile(row["pattern"]),
            row["minor"] is True,
            row.get("active", True),
        )
        for row in rows
        if row.get("person", True)
    }


TYPES = MappingProxyType(_read())


class WrongDocument(ValueError):
    """The message is the sentence that tells the person how to repair the number."""


def choices() -> list[tuple[str, str]]:
    """Code and name of each type that an adult may choose, the most frequent first."""
    return [
        (one.code, one.name) for one in TYPES.values() if one.is_issued and not one.is_of_minors
    ]


def normalised(type_code: str, typed: str) -> str:
    """The number without dots, spaces and hyphens, in capitals; "" for a type without number.

    Raises WrongDocument for a number that no document of this type has. Lengths are a hint, as the
    law fixes none: only what cannot be a number at all is refused.
    """
    if type_code == NONE:
        return ""
    kind = TYPES[type_code]
    plain = unicodedata.normalize("NFKC", typed)
    number = SEPARATORS.sub("", plain).upper()
    if not number:
        raise WrongDocument("Escriba el número, o elija «No tengo o prefiero no indicarlo».")
    if not number.isascii() or not number.isalnum():
        raise WrongDocument("Escriba solo los números y las letras del documento.")
    if not kind.has_letters and not number.isdecimal():
        raise WrongDocument(
            f"El número de {kind.name.lower()} solo tiene cifras. Quite las letras."
        )
    if not 3 <= len(number) <= LONGEST:
        raise WrongDocument(f"Revise el número: tiene {len(number)} caracteres.")
    if number.isdecimal() and not kind.has_letters:
        return number.lstrip("0") or "0"
    return number


def masked(number: str) -> str:
    """Its last digits only: •••• 4321. A short number shows fewer."""
    shown = number[-SHOWN_DIGITS:] if len(number) >= 2 * SHOWN_DIGITS else number[-2:]
    return f"{MASK * 4} {shown}" if number else ""


def identity(type_code: str, number: str) -> str:
    """What makes two documents the same person's: type and number.

    A cédula is one number for life; that of a foreigner may equal another person's cédula.
    """
    return f"{type_code}:{number}"
