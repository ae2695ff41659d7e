"""The rows of a file, read as a plan: actions, tasks, and the errors with their rows.

The city's table has titles above it, repeats title and header where a page ends, and leaves the
action blank on its later tasks. Columns are recognised by their headings. No database here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from participa.core.errors import Refused
from participa.core.files import spreadsheets
from participa.core.files.spreadsheets import Row
from participa.plan import cell_values
from participa.plan.cell_values import comparable
from participa.plan.importing.columns import COLUMNS, HEADER, positions
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask, Note
from participa.plan.offices import Directory
from participa.plan.task_fields import TABLE_FIELDS

MAX_ROWS = 300  # the plan of 2024 has 15; the preview has a field for each
MAX_UNKNOWN = 60  # office names; more of them mean that another column was read
MAX_CELL = 4_000  # characters
MAX_ERRORS = 12  # listed one by one; the others are only counted
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class UnreadablePlan(Refused):
    """The file cannot become a plan. Each line of the message names a row and its repair."""


@dataclass(slots=True)
class OpenAction:
    """An action while its tasks are being read."""

    number: int
    name: str
    row: int
    tasks: list[DraftTask] = field(default_factory=list)


def read(content: bytes, directory: Directory, year: int | None = None) -> Draft:
    """The plan inside a file, from the table with the most known headings. `year` overrides the
    year of the title. Raises Refused when any row cannot be read."""
    columns: dict[str, int] = {}
    rows: list[Row] = []
    for table in spreadsheets.tables(content):
        best = max((positions(row.cells) for row in table), key=len, default={})
        if len(best) > len(columns):
            columns, rows = best, table
    if not columns:
        headings = ", ".join(f"«{heading}»" for heading in HEADER)
        raise UnreadablePlan(
            f"No encontramos la fila de encabezados. Debe decir: {headings}.", "file"
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
    """A plan under construction: feed the rows to `take` in their order, then call `draft`."""

    directory: Directory
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    titles: list[str] = field(default_factory=list)
    actions: list[OpenAction] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    page_begins: bool = False  # the next task is the first one after a repeated header

    def take(self, row: Row) -> None:
        if not row.filled:
            return
        if columns := positions(row.cells):
            self.take_header(row, columns)
        elif not self.columns:
            self.titles.append(" ".join(dict.fromkeys(row.filled)))
        elif not self.is_title(row):
            self.take_task(row)

    def take_header(self, row: Row, columns: dict[str, int]) -> None:
        if self.columns:
            self.page_begins = True
            self.notes.append(Note("repeated-header", row.number, self.titles_written))
        missing = [heading for name, heading in COLUMNS.items() if name not in columns]
        if "Observaciones" in missing:
            missing.remove("Observaciones")
            self.notes.append(Note("missing-column", row.number, "Observaciones"))
        if missing:
            names = ", ".join(f"«{name}»" for name in missing)
            self.add_error(row, f"falta la columna {names}. Agréguela con ese nombre.")
        self.note_unknown_columns(row, columns)
        self.columns = columns
        self.width = max(index for index, cell in enumerate(row.cells) if cell) + 1

    def note_unknown_columns(self, row: Row, columns: dict[str, int]) -> None:
        known = {comparable(row.cells[index]) for index in columns.values()}
        seen: set[str] = set()
        for index, cell in enumerate(row.cells):
            if cell and index not in columns.values():
                if comparable(cell) in known | seen:
                    self.add_error(row, f"la columna «{cell}» está dos veces. Deje una sola.")
                elif not self.columns:
                    self.notes.append(Note("unknown-column", row.number, cell))
                seen.add(comparable(cell))

    def is_title(self, row: Row) -> bool:
        """Whether the row repeats a title, as the first rows of a page do."""
        titles = {comparable(line) for line in self.titles}
        return comparable(" ".join(dict.fromkeys(row.filled))) in titles

    @property
    def titles_written(self) -> str:
        return " / ".join(self.titles[:2])

    def take_task(self, row: Row) -> None:
        if any(row.cells[self.width :]):
            self.add_error(
                row, "tiene más celdas que el encabezado. Revise si una celda se partió."
            )
            return
        if len(row.filled) == 1 and not self.cell(row, "name"):
            self.add_error(
                row, f"solo dice «{row.filled[0][:80]}». Una tarea lleva todas sus celdas."
            )
            return
        cells = {name: self.cell(row, name) for name in COLUMNS}
        if long := [COLUMNS[name] for name, cell in cells.items() if len(cell) > MAX_CELL]:
            self.add_error(row, f"«{long[0]}» pasa de {MAX_CELL} letras. Acórtela.")
        elif formula := [COLUMNS[name] for name, cell in cells.items() if cell.startswith("=")]:
            self.add_error(
                row, f"«{formula[0]}» tiene una fórmula. Escriba el valor en lugar de la fórmula."
            )
        elif action := self.action_of(row, cells):
            self.add_task(row, action, cells)

    def cell(self, row: Row, name: str) -> str:
        """The cell of this column; empty where the file has no such column or the row is short."""
        index = self.columns.get(name, len(row.cells))
        return row.cells[index] if index < len(row.cells) else ""

    def action_of(self, row: Row, cells: dict[str, str]) -> OpenAction | None:
        """The action of a row: a new one, or the one of the row above. None after an error."""
        number, name = cells["number"], cells["action"]
        current = self.actions[-1] if self.actions else None
        if not number and (not name or (current and name == current.name)):
            if current is None:
                self.add_error(row, "la tarea no tiene acción encima. Escriba «#» y la acción.")
            return current
        if not re.fullmatch(r"\d{1,3}\.?", number) or not int(number.rstrip(".")):
            self.add_error(row, f"el número de la acción es «{number}». Debe ser 1, 2, 3…")
            return None
        value = int(number.rstrip("."))
        if current and current.number == value and name in {"", current.name}:
            return current
        return self.open_action(row, value, name)

    def open_action(self, row: Row, number: int, name: str) -> OpenAction | None:
        if not name:
            self.add_error(row, f"la acción {number} no tiene nombre.")
        if twin := next((action for action in self.actions if action.number == number), None):
            self.add_error(
                row,
                f"la acción {number} ya está en la fila {twin.row}. Cada acción lleva un número "
                "distinto.",
            )
        self.actions.append(OpenAction(number, name, row.number))
        return self.actions[-1]

    def add_task(self, row: Row, action: OpenAction, cells: dict[str, str]) -> None:
        missing = [f.missing for f in TABLE_FIELDS if f.missing and not cells[f.attribute]]
        for sentence in missing:
            self.add_error(row, sentence)
        facts = {
            field.attribute: self.value(row, field.read, cells[field.attribute])
            for field in TABLE_FIELDS
            if field.read
        }
        start, end, unit = facts["start_month"], facts["end_month"], facts["unit"]
        if start and end and end < start:
            self.add_error(
                row,
                f"termina en {cells['end_month']}, antes de empezar en {cells['start_month']}. "
                "Corrija uno de los dos meses.",
            )
        if unit:
            target = self.value(row, cell_values.read_target, cells["target"], unit, row.is_typed)
            facts["target"] = target
        if missing or None in facts.values():
            return
        task = DraftTask(
            action=action.number,
            position=len(action.tasks) + 1,
            **facts,
            offices=tuple(self.directory.split(cells["offices_written"])),
            row=row.number,
        )
        action.tasks.append(task)
        if self.page_begins:
            self.breaks.append(task.code)
            self.page_begins = False
        if row.is_typed and str(task.target) != cells["target"].rstrip("% "):
            self.notes.append(Note("fraction", row.number, f"{cells['target']} → {task.target} %"))

    def value(self, row: Row, read: Callable[..., Any], cell: str, *context: Any) -> Any:
        """The value of a cell; "" when it is empty; None, with an error, when it is unreadable."""
        if not cell:
            return ""
        try:
            return read(cell, *context)
        except ValueError as unreadable:
            self.add_error(row, str(unreadable))
            return None

    def add_error(self, row: Row, sentence: str) -> None:
        self.errors.append(f"Fila {row.number}: {sentence}")

    def draft(self, year: int | None) -> Draft:
        """The plan; raises UnreadablePlan with the errors of the rows, if there is any."""
        if self.errors:
            more = len(self.errors) - MAX_ERRORS
            rest = [f"Y hay {more} problemas más."] if more > 0 else []
            raise UnreadablePlan("\n".join([*self.errors[:MAX_ERRORS], *rest]), "file")
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
        """Refuse too many unknown names: each would be a question to the person who imports."""
        tasks = (task for action in self.actions for task in action.tasks)
        unknown = {
            mention.written for task in tasks for mention in task.offices if not mention.slug
        }
        if len(unknown) > MAX_UNKNOWN:
            raise UnreadablePlan(
                f"La columna «{COLUMNS['offices_written']}» trae {len(unknown)} nombres que no "
                "conocemos. Revise que sea la columna correcta, o agregue antes esas dependencias.",
                "file",
            )

    def named_titles(self) -> tuple[str, str]:
        """Strategy and title: the line with the year, and the other lines above the table."""
        lines = list(self.titles)
        with_year = next((line for line in lines if YEAR.search(line)), lines[0] if lines else "")
        if lines:
            lines.remove(with_year)
        return with_year, " ".join(lines)

    def year_of(self, strategy: str, asked: int | None) -> int:
        """The year that was asked for, else the one in the strategy; a conflict is noted."""
        written = YEAR.search(strategy)
        if asked is None and written is None:
            raise UnreadablePlan(
                "El título no dice el año del plan. Escriba el año en la casilla «Año».", "year"
            )
        if asked is not None and written is not None and int(written[0]) != asked:
            self.notes.append(Note("year", 0, f"{written[0]} → {asked}"))
        return asked if asked is not None else int(written[0])  # type: ignore[index]
