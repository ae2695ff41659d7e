"""The block of population, differential and territorial variables. One block, no database.

Every channel asks with the same codes, so that its answers can be compared. No variable is ever
required (DAT-06), each has «Prefiero no responder», and each says why it is asked (DAT-12).
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from participa.citizens import territories
from participa.core.errors import Refused

FOLDER = Path(__file__).parent / "seed"
PREFER_NOT = territories.PREFER_NOT
FIRST = "curso_vida"  # age comes before everything else (DAT-07)
TERRITORY = "territorio"
LONG = 8
TEXT = ".text"  # what somebody wrote beside "Otro, ¿cuál?" is kept under <id>.text


class VariableKind(Enum):
    """How a variable is answered: one option, several, or one option for each of its rows."""

    SINGLE = "single"
    MULTI = "multi"
    MATRIX = "matrix"


class InconsistentAnswers(ValueError):
    """The definition of the block breaks one of its own rules."""


class RequiredRefused(Refused):
    """A form that would force somebody to tell who they are."""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One question about who answers. `why` is what the person reads beside it."""

    id: str
    label: str
    question: str
    kind: VariableKind
    options: tuple[Option, ...]
    rows: tuple[Option, ...]
    is_sensitive: bool
    basis: str
    why: str
    exclusive: tuple[str, ...]
    free_text_on: str | None
    asked_by_default: bool
    minor_codes: tuple[str, ...]
    derived_from: str | None
    serves_the_event: bool  # asked to prepare a meeting, not to count who came

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Where its answers are kept, and the words for it: one key, or one for each row."""
        if self.kind is VariableKind.MATRIX:
            return tuple((f"{self.id}.{row.code}", row.label) for row in self.rows)
        return ((self.id, self.question),)

    @property
    def is_long(self) -> bool:
        """With this many options one list to open is easier than a column of circles."""
        return len(self.options) > LONG

    def gives_together(self, codes: Collection[str]) -> bool:
        """Whether somebody gave at least one of the options that may go together."""
        return self.kind is VariableKind.MULTI and not set(codes) <= set(self.exclusive)

    def option_label(self, code: str) -> str:
        """The words of an option; a code that is no longer offered stands for itself."""
        return next((option.label for option in self.options if option.code == code), code)


def _options(told: Mapping[str, Any]) -> tuple[Option, ...]:
    if told.get("options_from") == "territories.json":
        return tuple(Option(code, label) for code, label in territories.choices())
    return tuple(Option(option["code"], option["label"]) for option in told["options"])


def define(told: Mapping[str, Any], why: str) -> Variable:
    """Read one definition; raises Broken where it breaks a rule of the block."""
    variable = Variable(
        id=told["id"],
        label=told["label"],
        question=told["question"],
        kind=VariableKind(told["kind"]),
        options=_options(told),
        rows=tuple(Option(row["code"], row["label"]) for row in told.get("rows", ())),
        is_sensitive=bool(told["sensitive"]),
        basis=told["sensitive_basis"],
        why=why,
        exclusive=(*told.get("exclusive", ()), *_prefer_not_alone(told)),
        free_text_on=told.get("free_text_on") or _asks_which(told),
        asked_by_default=told["ask_by_default"],
        minor_codes=tuple(told.get("minor_codes", ())),
        derived_from=told.get("derived_from"),
        serves_the_event="purpose" in told,
    )
    if broken := list(_broken_rules(told, variable)):
        raise InconsistentAnswers(f"{variable.id}: {'; '.join(broken)}")
    return variable


def _asks_which(told: Mapping[str, Any]) -> str | None:
    """The option that ends in «¿cuál?» asks for a word, also where the seed forgot to say so."""
    asking = (option["code"] for option in told.get("options", ()) if "¿cuál?" in option["label"])
    return next(asking, None)


def _prefer_not_alone(told: Mapping[str, Any]) -> tuple[str, ...]:
    return () if PREFER_NOT in told.get("exclusive", ()) else (PREFER_NOT,)


def _broken_rules(told: Mapping[str, Any], variable: Variable) -> Iterator[str]:
    codes = [option.code for option in variable.options]
    if told.get("required"):
        yield "no variable may be required (DAT-06)"
    if PREFER_NOT not in codes:
        yield "it does not offer «Prefiero no responder»"
    if len(set(codes)) != len(codes):
        yield "an option repeats"
    if not set(variable.exclusive) <= set(codes):
        yield "an exclusive option is not offered"
    if bool(variable.rows) is not (variable.kind is VariableKind.MATRIX):
        yield "rows belong to a matrix, and only to a matrix"
    if not variable.why:
        yield "nobody says why it is asked (DAT-12)"


def fingerprint(variables: Collection[Variable]) -> str:
    """Moves when a question or an option moves, so that old answers are read as they were meant."""
    told = [
        [
            variable.id,
            variable.question,
            variable.kind.value,
            [[option.code, option.label] for option in (*variable.rows, *variable.options)],
        ]
        for variable in variables
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:12]


def _place(variable: Variable) -> tuple[bool, bool]:
    return (variable.id != FIRST, variable.is_sensitive)


def _read() -> dict[str, Variable]:
    seed = json.loads((FOLDER / "population-variables.json").read_text("utf-8"))
    reasons = json.loads((FOLDER / "population-reasons.json").read_text("utf-8"))["reasons"]
    found = [define(told, reasons.get(told["id"], "")) for told in seed["variables"]]
    return {variable.id: variable for variable in sorted(found, key=_place)}


# Age first, then what is not sensitive, then what is; inside, in the order of the seed.
VARIABLES: Mapping[str, Variable] = MappingProxyType(_read())
VERSION = fingerprint(VARIABLES.values())
DEFAULT = tuple(
    id
    for id, variable in VARIABLES.items()
    if variable.asked_by_default and not variable.serves_the_event
)


def in_order(ids: Collection[str]) -> tuple[Variable, ...]:
    """The variables with these ids, as every form asks them; unknown ids are a bug."""
    if unknown := set(ids) - VARIABLES.keys():
        raise KeyError(f"no such variables: {sorted(unknown)}")
    return tuple(variable for id, variable in VARIABLES.items() if id in ids)


def check_form(asked: Collection[str], required: Collection[str] = ()) -> None:
    """Refuse a form definition that forces any variable, or asks for one that does not exist."""
    if unknown := sorted({*asked, *required} - VARIABLES.keys()):
        raise RequiredRefused(f"Quite del formulario las variables que no existen: {unknown[0]}.")
    for variable in in_order(required):
        if variable.is_sensitive:
            raise RequiredRefused(
                f"«{variable.label}» es un dato sensible y la ley no deja exigirlo. "
                "Márquelo como opcional."
            )
        raise RequiredRefused(
            f"«{variable.label}» dice quién responde y siempre es opcional. Márquelo como opcional."
        )


def tells(key: str, codes: Collection[str]) -> bool:
    """Whether an answer tells something about the person; «Prefiero no responder» does not."""
    return not key.endswith(TEXT) and any(code != PREFER_NOT for code in codes)


def of_key(key: str) -> Variable | None:
    """The variable whose answers are kept under this key."""
    return VARIABLES.get(key.partition(".")[0])
