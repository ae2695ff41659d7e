"""A plan as a file tells it, before anybody confirms it. No database here."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from participa.core import spanish
from participa.plan.offices import Piece

COUNT = "Número"
PERCENT = "Porcentaje"
MONTHS = tuple(month.capitalize() for month in spanish.MONTHS)
HEADER = (
    "#",
    "Acción de mejora",
    "Tareas",
    "Responsable",
    "Tiempo inicio",
    "Tiempo terminación",
    "Indicador de seguimiento",
    "Unidad de medida",
    "Meta",
    "Observaciones",
)


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One task in the city's exact words; `row` is where the file says it."""

    action: int
    position: int
    name: str
    offices_written: str
    start_month: int
    end_month: int
    indicator: str
    unit: str
    target: int
    observations: str = ""
    offices: tuple[Piece, ...] = ()
    measure: str | None = field(default=None, compare=False)
    row: int = field(default=0, compare=False)

    @property
    def code(self) -> str:
        return f"{self.action}.{self.position}"

    @property
    def start(self) -> str:
        return MONTHS[self.start_month - 1]

    @property
    def end(self) -> str:
        return MONTHS[self.end_month - 1]

    @property
    def target_written(self) -> str:
        return f"{self.target}%" if self.unit == PERCENT else str(self.target)


@dataclass(frozen=True, slots=True)
class DraftAction:
    number: int
    name: str
    tasks: tuple[DraftTask, ...]
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader saw and a person should know."""

    kind: str
    row: int
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole plan. `breaks` are the tasks before which the file repeats title and header."""

    year: int
    strategy: str
    title: str
    actions: tuple[DraftAction, ...]
    breaks: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=(), compare=False)

    @property
    def tasks(self) -> Iterator[DraftTask]:
        for action in self.actions:
            yield from action.tasks
