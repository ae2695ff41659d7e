"""The filters of the board in the query string, checked against the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from participa.core import spanish
from participa.core.errors import Refused
from participa.plan.board import Board, Line
from participa.plan.schedule import ScheduleState

STATES = {state.slug: state for state in ScheduleState}
MONTHS = {name: number for number, name in enumerate(spanish.MONTHS, 1)}
NAMES = {str(number): name for name, number in MONTHS.items()}


class UnknownFilter(Refused):
    """The query string has a value that the plan does not have."""

    status = HTTPStatus.BAD_REQUEST


class NoPlan(UnknownFilter):
    """There is no plan of the requested year."""

    status = HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """The filter values of the query string; an empty one does not filter."""

    office: str = ""
    state: str = ""
    month: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.office or self.state or self.month)

    @property
    def in_any_state(self) -> "FilterChoice":
        """The same choice without the state, to count the tasks in each state."""
        return replace(self, state="")

    @property
    def arguments(self) -> dict[str, str]:
        """The query parameters of this choice."""
        parameters = {"dependencia": self.office, "estado": self.state, "mes": self.month}
        return {name: word for name, word in parameters.items() if word}

    def matches(self, line: Line) -> bool:
        return (
            self._matches_office(line)
            and (not self.state or line.state is STATES[self.state])
            and (not self.month or line.start_month <= MONTHS[self.month] <= line.end_month)
        )

    def _matches_office(self, line: Line) -> bool:
        return not self.office or self.office in {office.slug for office in line.offices}


def read_known(arguments: Mapping[str, str], board: Board) -> FilterChoice:
    """The choice of a query string without the values that are not on the board."""
    words = dict(arguments)
    while True:
        try:
            return read_choice(words, board)
        except UnknownFilter as unknown:
            del words[unknown.field]


def read_choice(arguments: Mapping[str, str], board: Board) -> FilterChoice:
    """The choice of a query string; raises UnknownFilter for a value that is not on the board."""
    month = arguments.get("mes", "").strip().lower()
    choice = FilterChoice(
        office=arguments.get("dependencia", "").strip(),
        state=arguments.get("estado", "").strip().lower().replace(" ", "-"),
        month=NAMES.get(month, month),
    )
    _check("dependencia", choice.office, {office.slug for office in board.offices})
    _check("estado", choice.state, STATES)
    _check("mes", choice.month, MONTHS)
    return choice


def requested_year(arguments: Mapping[str, str]) -> int | None:
    """The year of a query string; None without one, which means the current plan."""
    year = arguments.get("ano", "").strip()
    if not year:
        return None
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise UnknownFilter("Escriba el año con cuatro cifras, por ejemplo ?ano=2024.")
    return int(year)


def _check(name: str, word: str, known: Mapping[str, object] | set[str]) -> None:
    if word and word not in known:
        raise UnknownFilter(
            f"Este plan no tiene ese filtro de {name}. Elíjalo de la lista del plan.", name
        )
