"""Definitions of the population, differential and territorial variables. No database.

All channels use the same codes, so that their answers can be compared. No variable may be required
(DAT-06), each offers «Prefiero no responder», and each states why it is asked (DAT-12).
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
AGE = "curso_vida"  # always the first question: minors are not asked their identity (DAT-07)
TERRITORY = "territorio"
LONG_LIST = 8  # options
TEXT = ".text"  # free text beside "Otro, ¿cuál?" is stored under the key <id>.text


class VariableKind(Enum):
    """How a variable is answered: one option, several, or one option for each of its rows."""

    SINGLE = "single"
    MULTI = "multi"
    MATRIX = "matrix"


class InvalidDefinition(ValueError):
    """The definition of a variable breaks a rule."""


class RequiredRefused(Refused):
    """A form with a required or unknown population variable."""


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One question about the person who answers. `why` is the reason shown beside it."""

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
    serves_the_event: bool  # asked to prepare a meeting, not for statistics

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Pairs (storage key, question text): one, or one per row of a matrix."""
        if self.kind is VariableKind.MATRIX:
            return tuple((f"{self.id}.{row.code}", row.label) for row in self.rows)
        return ((self.id, self.question),)

    @property
    def is_long(self) -> bool:
        """Whether to render a select instead of radio buttons."""
        return len(self.options) > LONG_LIST

    def has_combinable(self, codes: Collection[str]) -> bool:
        """Whether an answer contains at least one option that may be combined with others."""
        return self.kind is VariableKind.MULTI and not set(codes) <= set(self.exclusive)

    def option_label(self, code: str) -> str:
        """The label of an option; a code that is no longer offered is returned unchanged."""
        return next((option.label for option in self.options if option.code == code), code)


def _options(definition: Mapping[str, Any]) -> tuple[Option, ...]:
    if definition.get("options_from") == "territories.json":
        return tuple(Option(code, label) for code, label in territories.choices())
    return tuple(Option(option["code"], option["label"]) for option in definition["options"])


def define(definition: Mapping[str, Any], why: str) -> Variable:
    """Build a variable from its JSON definition; raises InvalidDefinition if it breaks a rule."""
    variable = Variable(
        id=definition["id"],
        label=definition["label"],
        question=definition["question"],
        kind=VariableKind(definition["kind"]),
        options=_options(definition),
        rows=tuple(Option(row["code"], row["label"]) for row in definition.get("rows", ())),
        is_sensitive=bool(definition["sensitive"]),
        basis=definition["sensitive_basis"],
        why=why,
        exclusive=(*definition.get("exclusive", ()), *_implied_exclusive(definition)),
        free_text_on=definition.get("free_text_on") or _free_text_option(definition),
        asked_by_default=definition["ask_by_default"],
        minor_codes=tuple(definition.get("minor_codes", ())),
        derived_from=definition.get("derived_from"),
        serves_the_event="purpose" in definition,
    )
    if broken := list(_broken_rules(definition, variable)):
        raise InvalidDefinition(f"{variable.id}: {'; '.join(broken)}")
    return variable


def _free_text_option(definition: Mapping[str, Any]) -> str | None:
    """The option labelled «… ¿cuál?»: it has a text field even if the definition omits it."""
    asking = (
        option["code"] for option in definition.get("options", ()) if "¿cuál?" in option["label"]
    )
    return next(asking, None)


def _implied_exclusive(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """«Prefiero no responder» is always exclusive, even if the definition omits it."""
    return () if PREFER_NOT in definition.get("exclusive", ()) else (PREFER_NOT,)


def _broken_rules(definition: Mapping[str, Any], variable: Variable) -> Iterator[str]:
    codes = [option.code for option in variable.options]
    if definition.get("required"):
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
        yield "the reason for asking is missing (DAT-12)"


def fingerprint(variables: Collection[Variable]) -> str:
    """Version hash of questions and options, stored with each slip to interpret old answers."""
    texts = [
        [
            variable.id,
            variable.question,
            variable.kind.value,
            [[option.code, option.label] for option in (*variable.rows, *variable.options)],
        ]
        for variable in variables
    ]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()[:12]


def _sort_key(variable: Variable) -> tuple[bool, bool]:
    return (variable.id != AGE, variable.is_sensitive)


def _read() -> dict[str, Variable]:
    seed = json.loads((FOLDER / "population-variables.json").read_text("utf-8"))
    reasons = json.loads((FOLDER / "population-reasons.json").read_text("utf-8"))["reasons"]
    variables = [define(one, reasons.get(one["id"], "")) for one in seed["variables"]]
    return {variable.id: variable for variable in sorted(variables, key=_sort_key)}


# Age first, then the other plain variables, then the sensitive ones; else in the seed's order.
VARIABLES: Mapping[str, Variable] = MappingProxyType(_read())
VERSION = fingerprint(VARIABLES.values())
DEFAULT = tuple(
    id
    for id, variable in VARIABLES.items()
    if variable.asked_by_default and not variable.serves_the_event
)


def in_order(ids: Collection[str]) -> tuple[Variable, ...]:
    """The variables with these ids, in the order of all forms; raises KeyError for unknown ids."""
    if unknown := set(ids) - VARIABLES.keys():
        raise KeyError(f"no such variables: {sorted(unknown)}")
    return tuple(variable for id, variable in VARIABLES.items() if id in ids)


def of_minors(ids: Collection[str]) -> tuple[str, ...]:
    """Which of these may be asked of somebody under 18: the sensitive ones are not (DAT-07)."""
    return tuple(id for id in ids if not VARIABLES[id].is_sensitive)


def check_form(asked: Collection[str], required: Collection[str] = ()) -> None:
    """Raise RequiredRefused if a form requires any variable or asks for an unknown one."""
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


def discloses(key: str, codes: Collection[str]) -> bool:
    """Whether an answer reveals something about the person; «Prefiero no responder» does not.

    Free text is ignored here: its option, stored under the key of the variable, already counts.
    """
    return not key.endswith(TEXT) and any(code != PREFER_NOT for code in codes)


def variable_of(key: str) -> Variable | None:
    """The variable whose answers are stored under this key, if any."""
    return VARIABLES.get(key.partition(".")[0])
