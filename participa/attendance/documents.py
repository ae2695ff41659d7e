"""Identity documents: their types, how a typed number is normalised, and how it is masked. Pure."""

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

SEED = Path(__file__).parent / "seed" / "document-types.json"
NONE = "SD"  # "no tengo o prefiero no indicarlo"
SHOWN_DIGITS = 4  # of a masked number, and of the search by its end
LENGTHS = re.compile(r"\{(\d+),(\d+)\}")
SEPARATORS = re.compile(r"[\s.,'·’\-–—_/]+")
MASK = "•"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document; `pattern` is what its normalised numbers look like."""

    code: str
    name: str
    pattern: re.Pattern[str]
    is_of_minors: bool
    is_issued: bool  # whether the State still issues it

    @property
    def has_letters(self) -> bool:
        return "A-Z" in self.pattern.pattern

    @property
    def rule(self) -> str:
        """The sentence for whoever typed a number that no document of this type has."""
        lengths = LENGTHS.search(self.pattern.pattern)
        least, most = lengths.groups() if lengths else (0, 0)
        signs = "letras y cifras" if self.has_letters else "cifras, sin letras"
        return f"El número de {self.name.lower()} tiene de {least} a {most} {signs}. Revíselo."


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


def shapes() -> dict[str, tuple[str, str]]:
    """What the page of a form checks before it is sent: pattern and sentence, by type."""
    return {
        one.code: (
            one.pattern.pattern if one.has_letters else one.pattern.pattern.replace("^", "^0*"),
            one.rule,
        )
        for one in TYPES.values()
        if one.code != NONE
    }


def normalised(type_code: str, typed: str, *, of_any_length: bool = False) -> str:
    """The number without dots, spaces and hyphens, in capitals; "" for a type without number.

    Raises WrongDocument for a number that no document of this type has. With `of_any_length` it is
    looked for only: what was stored before the lengths were checked is found too.
    """
    if type_code == NONE:
        return ""
    kind = TYPES[type_code]
    plain = unicodedata.normalize("NFKC", typed)
    number = SEPARATORS.sub("", plain).upper()
    if not number:
        raise WrongDocument("Escriba el número, o elija «No tengo o prefiero no indicarlo».")
    if not kind.has_letters:
        number = number.lstrip("0")
    is_number = number.isascii() and (number.isalnum() if kind.has_letters else number.isdecimal())
    if not is_number or not (of_any_length or kind.pattern.fullmatch(number)):
        raise WrongDocument(kind.rule)
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
