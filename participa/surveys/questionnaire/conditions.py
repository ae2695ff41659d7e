"""«Mostrar si…»: when a question is shown, by earlier answers.

A condition is a list of groups: it holds when every clause of any of its groups holds. So «y» and
«o» can both be said, and every condition has one written form.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# An answer as it is stored: a code, text, number or day; a list of codes; or a code for each row.
Value = str | list[str] | dict[str, str]
Answers = Mapping[str, Value]


class Operator(enum.Enum):
    """How a clause compares an answer. The value is stored in questionnaires."""

    IS = "is"  # among the chosen ones, where several can be
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"

    @property
    def label(self) -> str:
        return OPERATOR_LABELS[self]

    @property
    def needs_value(self) -> bool:
        return self not in {Operator.ANSWERED, Operator.NOT_ANSWERED}


OPERATOR_LABELS = {
    Operator.IS: "es",
    Operator.IS_NOT: "no es",
    Operator.AT_LEAST: "es por lo menos",
    Operator.AT_MOST: "es a lo sumo",
    Operator.ANSWERED: "tiene respuesta",
    Operator.NOT_ANSWERED: "no tiene respuesta",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison with the answer to an earlier question; `row` is that of a table."""

    question: str
    operator: Operator
    value: str = ""
    row: str = ""

    def holds(self, answers: Answers) -> bool:
        chosen = chosen_of(answers.get(self.question), self.row)
        match self.operator:
            case Operator.ANSWERED:
                return bool(chosen)
            case Operator.NOT_ANSWERED:
                return not chosen
            case Operator.IS:
                return self.value in chosen
            case Operator.IS_NOT:  # what was not answered is not this either
                return self.value not in chosen
            case Operator.AT_LEAST:
                return any(size >= bound for bound in sizes([self.value]) for size in sizes(chosen))
            case Operator.AT_MOST:
                return any(size <= bound for bound in sizes([self.value]) for size in sizes(chosen))


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every clause of any group holds."""

    groups: tuple[tuple[Clause, ...], ...]

    def holds(self, answers: Answers) -> bool:
        return any(all(clause.holds(answers) for clause in group) for group in self.groups)

    @property
    def clauses(self) -> Iterator[Clause]:
        return (clause for group in self.groups for clause in group)

    @property
    def questions(self) -> set[str]:
        """The keys of the questions on which it depends."""
        return {clause.question for clause in self.clauses}


def chosen_of(value: Value | None, row: str = "") -> list[str]:
    """The codes, or the one text or number, of an answer; none for a missing one."""
    if isinstance(value, dict):
        return [value[row]] if row in value else [] if row else list(value.values())
    if isinstance(value, str):
        return [value] if value else []
    return list(value or ())


def sizes(chosen: list[str]) -> Iterator[Decimal]:
    """The numbers among these; «No sabe / No aplica» and texts are none."""
    for one in chosen:
        try:
            size = Decimal(one)
        except InvalidOperation:
            continue
        if size.is_finite():
            yield size
