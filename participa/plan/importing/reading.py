"""The rows of a file, read as a plan: actions, tasks, and what is wrong and in which row.

The city's table has titles above it, repeats title and header where a page ends, and leaves the
action blank on its second task. Columns are known by their names, in any order. No database here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from participa.core.errors import Refused
from participa.plan.importing import spreadsheets
from participa.plan.importing.cells import month, target, unit
from participa.plan.importing.columns import FIELDS, HEADINGS, headings, plain
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask, Note
from participa.plan.importing.spreadsheets import Row
from participa.plan.offices import Directory

MAX_ROWS = 300  # the plan of 2024 has 15; the preview asks something about each
MAX_UNKNOWN = 60
MAX_CELL = 4_000
MOST_PROBLEMS = 12
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
REQUIRED = {
    "task": "falta la tarea. Escriba qué se va a hacer.",
    "start": "falta el mes de inicio.",
    "end": "falta el mes de terminación.",
    "indicator": "falta el indicador de seguimiento.",
    "unit": "falta la unidad de medida: Número o Porcentaje.",
    "target": "falta la meta.",
}


class UnreadablePlan(Refused):
    """The file cannot become a plan; each line of the message names a row and what to repair."""


@dataclass(slots=True)
class OpenAction:
    number: int
    name: str
    row: int
    tasks: list[DraftTask] = field(default_factory=list)


def read(content: bytes, directory: Directory, year: int | None = None) -> Draft:
    """The plan inside a file. Raises Refused, and then nothing of the file may be used."""
    columns: dict[str, int] = {}
    rows: list[Row] = []
    for table in spreadsheets.tables(content):
        found = max((headings(row.cells) for row in table), key=len, default={})
        if len(found) > len(columns):
            columns, rows = found, table
    if not columns:
        raise UnreadablePlan(
            "No encontramos la fila de encabezados. Debe decir: " + ", ".join(HEADINGS) + ".",
            "file",
        )
    if sum(1 for row in rows if row.filled) > MAX_ROWS:
        raise UnreadablePlan(
            f"El archivo tiene más de {MAX_ROWS} filas. Un plan cabe en menos.", "file"
        )
    reading = Reading(directory)
    for row in rows:
        reading.take(row)
    return reading.draft(year)


@dataclass
class Reading:
    """What is known after each row."""

    directory: Directory
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    titles: list[str] = field(default_factory=list)
    actions: list[OpenAction] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    page_begins: bool = False

    def take(self, row: Row) -> None:
        if not row.filled:
            return
        if found := headings(row.cells):
            self.take_header(row, found)
        elif not self.columns:
            self.titles.append(" ".join(dict.fromkeys(row.filled)))
        elif not self.is_title(row):
            self.take_task(row)

    def take_header(self, row: Row, found: dict[str, int]) -> None:
        if self.columns:
            self.page_begins = True
            self.notes.append(Note("repeated-header", row.number, self.titles_written))
        missing = [name for key, name in FIELDS.items() if key not in found]
        if "Observaciones" in missing:
            missing.remove("Observaciones")
            self.notes.append(Note("missing-column", row.number, "Observaciones"))
        if missing:
            names = ", ".join(f"«{name}»" for name in missing)
            self.problem(row, f"falta la columna {names}. Agréguela con ese nombre.")
        self.note_strange_columns(row, found)
        self.columns = found
        self.width = max(index for index, cell in enumerate(row.cells) if cell) + 1

    def note_strange_columns(self, row: Row, found: dict[str, int]) -> None:
        used: set[str] = set()
        for index, cell in enumerate(row.cells):
            if cell and index not in found.values():
                is_double = plain(cell) in {plain(row.cells[at]) for at in found.values()}
                if is_double or plain(cell) in used:
                    self.problem(row, f"la columna «{cell}» está dos veces. Deje una sola.")
                elif not self.columns:
                    self.notes.append(Note("unknown-column", row.number, cell))
                used.add(plain(cell))

    def is_title(self, row: Row) -> bool:
        """A title that stands again where a page of the document begins."""
        return plain(" ".join(dict.fromkeys(row.filled))) in {plain(line) for line in self.titles}

    @property
    def titles_written(self) -> str:
        return " / ".join(self.titles[:2])

    def take_task(self, row: Row) -> None:
        if any(row.cells[self.width :]):
            self.problem(row, "tiene más celdas que el encabezado. Revise si una celda se partió.")
            return
        if len(row.filled) == 1 and not self.cell(row, "task"):
            self.problem(
                row, f"solo dice «{row.filled[0][:80]}». Una tarea lleva todas sus celdas."
            )
            return
        cells = {key: self.cell(row, key) for key in FIELDS}
        if long := [FIELDS[key] for key, cell in cells.items() if len(cell) > MAX_CELL]:
            self.problem(row, f"«{long[0]}» pasa de {MAX_CELL} letras. Acórtela.")
        elif formula := [FIELDS[key] for key, cell in cells.items() if cell.startswith("=")]:
            self.problem(
                row, f"«{formula[0]}» tiene una fórmula. Escriba el valor en lugar de la fórmula."
            )
        elif action := self.action_of(row, cells):
            self.add_task(row, action, cells)

    def cell(self, row: Row, key: str) -> str:
        index = self.columns.get(key, len(row.cells))
        return row.cells[index] if index < len(row.cells) else ""

    def action_of(self, row: Row, cells: dict[str, str]) -> OpenAction | None:
        """The action that a row opens or goes on with."""
        number, name = cells["number"], cells["action"]
        current = self.actions[-1] if self.actions else None
        if not number and (not name or (current and name == current.name)):
            if current is None:
                self.problem(row, "la tarea no tiene acción encima. Escriba «#» y la acción.")
            return current
        if not re.fullmatch(r"\d{1,3}\.?", number) or not int(number.rstrip(".")):
            self.problem(row, f"el número de la acción es «{number}». Debe ser 1, 2, 3…")
            return None
        value = int(number.rstrip("."))
        if current and current.number == value and name in {"", current.name}:
            return current
        return self.open_action(row, value, name)

    def open_action(self, row: Row, number: int, name: str) -> OpenAction | None:
        if not name:
            self.problem(row, f"la acción {number} no tiene nombre.")
        if twin := next((action for action in self.actions if action.number == number), None):
            self.problem(
                row,
                f"la acción {number} ya está en la fila {twin.row}. Cada acción lleva un número "
                "distinto.",
            )
        self.actions.append(OpenAction(number, name, row.number))
        return self.actions[-1]

    def add_task(self, row: Row, action: OpenAction, cells: dict[str, str]) -> None:
        missing = [sentence for key, sentence in REQUIRED.items() if not cells[key]]
        for sentence in missing:
            self.problem(row, sentence)
        start = self.value(row, month, cells["start"])
        end = self.value(row, month, cells["end"])
        measured = self.value(row, unit, cells["unit"])
        if start and end and end < start:
            self.problem(
                row,
                f"termina en {cells['end']}, antes de empezar en {cells['start']}. "
                "Corrija uno de los dos meses.",
            )
        goal = measured and self.value(row, target, cells["target"], measured, row.is_typed)
        if missing or not (start and end and measured and goal):
            return
        task = DraftTask(
            action=action.number,
            position=len(action.tasks) + 1,
            name=cells["task"],
            offices_written=cells["offices"],
            start_month=start,
            end_month=end,
            indicator=cells["indicator"],
            unit=measured,
            target=goal,
            observations=cells["observations"],
            offices=tuple(self.directory.split(cells["offices"])),
            row=row.number,
        )
        action.tasks.append(task)
        if self.page_begins:
            self.breaks.append(task.code)
            self.page_begins = False
        if row.is_typed and str(goal) != cells["target"].rstrip("% "):
            self.notes.append(Note("fraction", row.number, f"{cells['target']} → {goal} %"))

    def value(self, row: Row, parse: Callable[..., Any], cell: str, *more: Any) -> Any:
        """What a cell says, or None after noting why it cannot be read."""
        if not cell:
            return None
        try:
            return parse(cell, *more)
        except ValueError as unreadable:
            self.problem(row, str(unreadable))
            return None

    def problem(self, row: Row, sentence: str) -> None:
        self.problems.append(f"Fila {row.number}: {sentence}")

    def draft(self, year: int | None) -> Draft:
        """The plan, when every row could be read."""
        if self.problems:
            more = len(self.problems) - MOST_PROBLEMS
            rest = [f"Y hay {more} problemas más."] if more > 0 else []
            raise UnreadablePlan("\n".join([*self.problems[:MOST_PROBLEMS], *rest]), "file")
        self.check_offices()
        if not any(action.tasks for action in self.actions):
            raise UnreadablePlan("El archivo tiene encabezado pero ninguna tarea.", "file")
        strategy, title = self.named_titles()
        return Draft(
            year=self.year_of(strategy, year),
            strategy=strategy,
            title=title,
            actions=tuple(
                DraftAction(action.number, action.name, tuple(action.tasks), action.row)
                for action in self.actions
            ),
            breaks=tuple(self.breaks),
            notes=tuple(self.notes),
        )

    def check_offices(self) -> None:
        """So many strange names are no offices: each would be a question to a person."""
        tasks = (task for action in self.actions for task in action.tasks)
        unknown = {piece.written for task in tasks for piece in task.offices if not piece.slug}
        if len(unknown) > MAX_UNKNOWN:
            raise UnreadablePlan(
                f"La columna «{FIELDS['offices']}» trae {len(unknown)} nombres que no conocemos. "
                "Revise que sea la columna correcta, o agregue antes esas dependencias.",
                "file",
            )

    def named_titles(self) -> tuple[str, str]:
        """The strategy is the line with the year; what else stands above the table is the title."""
        lines = list(self.titles)
        with_year = next((line for line in lines if YEAR.search(line)), lines[0] if lines else "")
        if lines:
            lines.remove(with_year)
        return with_year, " ".join(lines)

    def year_of(self, strategy: str, asked: int | None) -> int:
        written = YEAR.search(strategy)
        if asked is None and written is None:
            raise UnreadablePlan(
                "El título no dice el año del plan. Escriba el año en la casilla «Año».", "year"
            )
        if asked is not None and written is not None and int(written[0]) != asked:
            self.notes.append(Note("year", 0, f"{written[0]} → {asked}"))
        return asked if asked is not None else int(written[0])  # type: ignore[index]
