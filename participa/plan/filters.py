"""What a reader asked of the board in its address, checked against what exists."""

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


class Unknown(Refused):
    """The address asks for something that the plan does not have."""

    status = HTTPStatus.BAD_REQUEST


class NoPlan(Unknown):
    status = HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """The words of the address; an empty one asks for everything."""

    office: str = ""
    state: str = ""
    month: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.office or self.state or self.month)

    @property
    def in_any_state(self) -> "FilterChoice":
        """The same choice without the state: of what it leaves, each state has its number."""
        return replace(self, state="")

    @property
    def arguments(self) -> dict[str, str]:
        """What a link needs to ask for the same again."""
        asked = {"dependencia": self.office, "estado": self.state, "mes": self.month}
        return {name: word for name, word in asked.items() if word}

    def wants(self, line: Line) -> bool:
        return (
            self._wants_office(line)
            and (not self.state or line.state is STATES[self.state])
            and (not self.month or line.start_month <= MONTHS[self.month] <= line.end_month)
        )

    def _wants_office(self, line: Line) -> bool:
        return not self.office or self.office in {office.slug for office in line.offices}


def read(arguments: Mapping[str, str], board: Board) -> FilterChoice:
    """The choice of an address; raises Unknown for a word that is not in the lists."""
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


def year(arguments: Mapping[str, str]) -> int | None:
    """The year of an address, or None when it asks for the current plan."""
    asked = arguments.get("ano", "").strip()
    if not asked:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4):
        raise Unknown("Escriba el año con cuatro cifras, por ejemplo ?ano=2024.")
    return int(asked)


def _check(name: str, word: str, known: Mapping[str, object] | set[str]) -> None:
    if word and word not in known:
        raise Unknown(f"Este plan no tiene ese filtro de {name}. Elíjalo de la lista del plan.")
