"""The rows of a table, read as actions and tasks, with the errors by their rows. No database here.

One cause gives one sentence: what follows from an error is not reported again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from participa.core.errors import Refused
from participa.core.files.sheet_layout import column_letters
from participa.core.files.spreadsheets import Row, SheetTable
from participa.plan.cell_values import comparable
from participa.plan.importing import titles
from participa.plan.importing.columns import COLUMNS, OPTIONAL, Header, find_header, is_group
from participa.plan.importing.drafts import DraftTask
from participa.plan.importing.task_cells import Questions, TaskCells
from participa.plan.importing.titles import Titles
from participa.plan.offices import Directory
from participa.plan.task_fields import TABLE_FIELDS

MAX_CELL = 4_000  # characters
LEAVE, TAKE = "leave", "take"
HIDDEN_OPTIONS = ((LEAVE, "No importarlas: no se ven"), (TAKE, "Importarlas: son del plan"))
TOTAL = re.compile(r"(?:gran |sub)?total(?:es)?\b|sum(?:a|atoria)\b|promedio\b")
ACTION_NUMBER = re.compile(r"[0-9]{1,3}\.?")
FACTS = ("start_month", "end_month", "indicator", "unit", "target")
DATED = ("start_month", "end_month")


class UnreadablePlan(Refused):
    """The file cannot become a plan. Each line of the message names a row and its repair."""


@dataclass(slots=True)
class OpenAction:
    """An action while its tasks are being read. `is_seen`: a row that is not hidden has it."""

    number: int
    name: str
    row: int
    is_seen: bool = True
    tasks: list[DraftTask] = field(default_factory=list)


@dataclass
class Reading:
    """A plan under construction out of the rows of one table: call `take_all`, then look."""

    directory: Directory
    questions: Questions
    rows: list[Row]
    table: SheetTable
    asked_year: int | None = None
    header: Header | None = None
    first_row: int = 0  # the number of the first header
    lines: list[Row] = field(default_factory=list)  # above the first header
    titles: Titles = field(default_factory=Titles)
    written_above: set[str] = field(default_factory=set)  # its rows, as they are compared
    year: int | None = None
    actions: list[OpenAction] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    odd: list[Row] = field(default_factory=list)  # rows that are no tasks: below the table, a note
    side: list[Row] = field(default_factory=list)  # with a note beside the table
    lost_action: bool = False  # the current rows belong to an action that could not be read
    page_begins: bool = False  # the next task is the first one after a repeated header

    def take_all(self) -> None:
        place = 0
        while place < len(self.rows):
            row = self.rows[place]
            below = self.rows[place + 1].cells if place + 1 < len(self.rows) else ()
            place += 1
            if not row.filled:
                continue
            if header := find_header(row.cells, below, self.table.layout.hidden_columns):
                self.take_header(row, header)
                place += header.height - 1
            elif self.header is None:
                self.lines.append(row)
            elif not self.header.missing_needed and not self.is_title(row):
                self.take_task(row)

    def take_header(self, row: Row, header: Header) -> None:
        first = self.header is None
        if first:
            self.first_row = row.number
            self.settle_titles(header)
        else:
            self.page_begins = True
            self.questions.tell("repeated-header", row.number, self.titles_written)
        if OPTIONAL in header.missing:
            self.questions.tell("missing-column", row.number, COLUMNS[OPTIONAL])
        if header.missing_needed:
            names = ", ".join(f"«{COLUMNS[name]}»" for name in header.missing_needed)
            many = len(header.missing_needed) > 1
            self.add_error(
                row,
                f"faltan las columnas {names}. Agréguelas con esos nombres."
                if many
                else f"falta la columna {names}. Agréguela con ese nombre.",
            )
        if any(row.cells[header.width :]):
            self.side.append(row)
        self.note_columns(row, header, first)
        self.header = header

    def settle_titles(self, header: Header) -> None:
        """Strategy, title and year, once the rows above the table are known."""
        if self.lines and is_group(self.lines[-1].cells, header.labels):
            self.lines.pop()
        above = [[cell for cell in row.cells[: header.width] if cell] for row in self.lines]
        self.side += [row for row in self.lines if any(row.cells[header.width :])]
        self.titles = titles.of_lines(line for line in above if line)
        if self.titles.block:
            words = " · ".join(self.titles.block)[:300]
            self.questions.tell("block", self.lines[0].number, words)
        self.written_above = {comparable(" ".join(dict.fromkeys(r.filled))) for r in self.lines}
        self.year = self.asked_year or self.written_year()
        for row in self.lines:
            if row.formulas and self.year is None:
                self.add_error(row, "el título es una fórmula. Escríbalo con sus palabras.")

    def written_year(self) -> int | None:
        """The year of the title; of two, the one that somebody chose; without one, the year in the
        name of the sheet, which in the annual report is always that of the plan."""
        years = self.titles.years
        named = titles.YEAR.search(self.table.name)
        if named and (self.titles.is_own_report or not years):
            if not self.titles.is_own_report:
                self.questions.tell("sheet-year", 0, self.table.name)
            return int(named[0])
        if len(years) < 2:
            return years[0] if years else None
        options = [(str(year), f"Es el plan {year}") for year in years]
        words = " y ".join(str(year) for year in sorted(years))
        return int(self.questions.ask("title-year", 0, words, options))

    def note_columns(self, row: Row, header: Header, first: bool) -> None:
        """Tell which columns are not read, and those that a person does not see."""
        hidden = self.table.layout.hidden_columns
        known = {comparable(header.labels[place]) for place in header.columns.values()}
        unknown: dict[str, str] = {}
        for place, label in enumerate(header.labels[: header.width]):
            if not label or place in header.columns.values() or place in hidden:
                continue
            if comparable(label) in known | unknown.keys():
                self.add_error(row, f"la columna «{label}» está dos veces. Deje una sola.")
            unknown.setdefault(comparable(label), label)
        if first and unknown and not self.titles.is_own_report:
            words = ", ".join(f"«{label}»" for label in unknown.values())
            self.questions.tell("unknown-column", row.number, words)
        unseen = [header.labels[p] for p in header.columns.values() if p in hidden]
        if first and unseen:
            words = ", ".join(f"«{label}»" for label in unseen)
            self.questions.tell("hidden-column", row.number, words)

    def is_title(self, row: Row) -> bool:
        """Whether the row repeats one of those above the table, as the first rows of a page do."""
        if self.titles.block and all(titles.is_block(cell) for cell in row.filled):
            return True
        return comparable(" ".join(dict.fromkeys(row.filled))) in self.written_above

    @property
    def titles_written(self) -> str:
        return " / ".join(filter(None, (self.titles.strategy, self.titles.title)))

    def take_task(self, row: Row) -> None:
        cells = {name: self.cell(row, name) for name in COLUMNS}
        if self.is_one_month(row):
            cells["end_month"] = cells["start_month"]
        if not any(row.cells[: self.width]) and not self.is_split(row):
            self.side.append(row)
            return
        if self.is_total(row, cells):
            self.questions.tell("total", row.number, " · ".join(row.filled)[:120])
            return
        has_facts = any(cells[name] for name in FACTS) or (
            cells["name"] and cells["offices_written"]
        )
        if not has_facts and not cells["number"].rstrip(".").isdecimal():
            self.odd.append(row)
            return
        self.report_odd()
        if row.is_hidden and self.leaves_hidden():
            self.pass_hidden(row, cells)
            return
        action = self.action_of(row, cells)
        has_task = any(cells[f.attribute] for f in TABLE_FIELDS)
        if action and has_task and self.is_whole(row, cells):
            self.add_task(row, action, cells)

    def is_one_month(self, row: Row) -> bool:
        """Whether the cell of the first month is merged with that of the last one."""
        start, end = (self.columns.get(name, -1) for name in DATED)
        return any(
            first <= row.number <= last and left <= start <= right and left <= end <= right
            for first, last, left, right in self.table.layout.merges
        )

    def is_total(self, row: Row, cells: Mapping[str, str]) -> bool:
        """Whether the row sums up those above it, and is no task."""
        if not cells["number"] and row.filled == [cells["target"]]:
            return True  # a sum without a word
        is_called_so = any(TOTAL.match(comparable(cell)) for cell in row.filled[:2])
        return is_called_so and not any(cells[name] for name in DATED)

    def report_odd(self) -> None:
        """Rows with a few words between two tasks are errors; below the last task they are not."""
        for row in self.odd:
            words = " · ".join(row.filled)[:80]
            self.add_error(row, f"solo dice «{words}». Una tarea lleva todas sus celdas.")
        self.odd.clear()

    def leaves_hidden(self) -> bool:
        """Whether the hidden rows stay out; asked once for all of them."""
        hidden = [
            row
            for row in self.rows
            if row.is_hidden and row.number > self.first_row and self.cell(row, "name")
        ]
        words = ", ".join(f"«{self.cell(row, 'name')[:60]}»" for row in hidden[:5])
        more = f" y {len(hidden) - 5} más" if len(hidden) > 5 else ""
        answer = LEAVE
        for row in hidden:
            answer = self.questions.ask("hidden-row", row.number, words + more, HIDDEN_OPTIONS)
        return answer == LEAVE

    def pass_hidden(self, row: Row, cells: Mapping[str, str]) -> None:
        """Leave out a hidden task, but not the action that it opens for the tasks below it."""
        if not ACTION_NUMBER.fullmatch(cells["number"]) or not cells["action"]:
            return
        number = int(cells["number"].rstrip("."))
        if all(action.number != number for action in self.actions):
            self.actions.append(OpenAction(number, cells["action"], row.number, False))
            self.lost_action = False

    def is_whole(self, row: Row, cells: Mapping[str, str]) -> bool:
        """Whether the cells can be read at all; else with an error."""
        if self.is_split(row):
            self.add_error(
                row, "tiene más celdas que el encabezado. Revise si una celda se partió."
            )
            return False
        if any(row.cells[self.width :]):
            self.side.append(row)
        long = [COLUMNS[name] for name, cell in cells.items() if len(cell) > MAX_CELL]
        if long:
            self.add_error(row, f"«{long[0]}» pasa de {MAX_CELL} letras. Acórtela.")
        formula = [COLUMNS[name] for name, cell in cells.items() if cell.startswith("=")]
        stored = [place for place in self.columns.values() if place in row.formulas]
        if formula:
            self.add_error(
                row, f"«{formula[0]}» tiene una fórmula. Escriba el valor en lugar de la fórmula."
            )
        elif stored:
            self.add_error(
                row,
                f"en la hoja «{self.table.name}», la columna {column_letters(min(stored))} tiene "
                "una fórmula. Cópiela y péguela como valor, y suba el archivo otra vez.",
            )
        return not (long or formula or stored)

    def is_split(self, row: Row) -> bool:
        """Whether a delimiter inside a cell moved the others; in a sheet, and beyond an empty
        column, more cells are a note beside the table."""
        beyond = row.cells[self.width :]
        return not row.is_typed and bool(beyond and beyond[0])

    @property
    def columns(self) -> dict[str, int]:
        return self.header.columns if self.header else {}

    @property
    def width(self) -> int:
        return self.header.width if self.header else 0

    def cell(self, row: Row, name: str) -> str:
        """The cell of this column; empty where the file has no such column or the row is short."""
        index = self.columns.get(name, len(row.cells))
        return row.cells[index] if index < len(row.cells) else ""

    def action_of(self, row: Row, cells: Mapping[str, str]) -> OpenAction | None:
        """The action of a row: a new one, or the one of the row above. None after an error."""
        number, name = cells["number"], cells["action"]
        current = self.actions[-1] if self.actions else None
        if not number and (not name or (current and name == current.name)):
            if current is None and not self.lost_action:
                self.add_error(row, "la tarea no tiene acción encima. Escriba «#» y la acción.")
            return self.seen(None if self.lost_action else current)
        if not ACTION_NUMBER.fullmatch(number) or not int(number.rstrip(".")):
            self.add_error(row, f"el número de la acción es «{number}». Debe ser 1, 2, 3…")
            self.lost_action = True
            return None
        value = int(number.rstrip("."))
        self.lost_action = False
        if current and current.number == value and name in {"", current.name}:
            return self.seen(current)
        return self.open_action(row, value, name)

    @staticmethod
    def seen(action: OpenAction | None) -> OpenAction | None:
        if action:
            action.is_seen = True
        return action

    def open_action(self, row: Row, number: int, name: str) -> OpenAction:
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

    def add_task(self, row: Row, action: OpenAction, cells: Mapping[str, str]) -> None:
        missing = [f for f in TABLE_FIELDS if f.missing and not cells[f.attribute]]
        if len(missing) > 1:
            names = ", ".join(f"«{field.heading}»" for field in missing)
            self.add_error(row, f"faltan {names}. Una tarea lleva todas sus celdas.")
        elif missing:
            self.add_error(row, missing[0].missing)
        reader = TaskCells(row, self.questions, self.year)
        months = unit = target = None
        if all(cells[name] for name in DATED):
            months = self.value(row, reader.months, cells["start_month"], cells["end_month"])
        if cells["unit"]:
            unit = self.value(row, reader.unit, cells["unit"], cells["target"])
        if unit and cells["target"]:
            column = self.columns["target"]
            target = self.value(row, reader.target, cells["target"], unit, column)
        if missing or months is None or unit is None or target is None:
            return
        plain = {f.attribute: cells[f.attribute] for f in TABLE_FIELDS if f.read}
        task = DraftTask(
            action=action.number,
            position=len(action.tasks) + 1,
            **plain,
            start_month=months[0],
            end_month=months[1],
            unit=unit,
            target=target,
            offices=tuple(self.directory.split(cells["offices_written"])),
            row=row.number,
        )
        action.tasks.append(task)
        if self.page_begins:
            self.breaks.append(task.code)
            self.page_begins = False

    def value(self, row: Row, read: Callable[..., Any], *cells: Any) -> Any:
        """The value of cells; None, with an error, when they are unreadable."""
        try:
            return read(*cells)
        except ValueError as unreadable:
            self.add_error(row, str(unreadable))
            return None

    def add_error(self, row: Row, sentence: str) -> None:
        self.errors.append(f"Fila {row.number}: {sentence}")
