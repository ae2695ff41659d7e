"""A file read as a plan: the table among those of the file, then its rows.

The city's table has titles above it, repeats title and header where a page ends, and leaves the
action blank on its later tasks. Columns are recognised by their headings. No database here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from participa.core.files import spreadsheets
from participa.core.files.spreadsheets import Row, SheetTable
from participa.plan.importing import titles
from participa.plan.importing.columns import COLUMNS, HEADER, OPTIONAL, Header, find_header
from participa.plan.importing.drafts import Draft, DraftAction
from participa.plan.importing.table_reading import Reading, UnreadablePlan
from participa.plan.importing.task_cells import Questions
from participa.plan.importing.titles import Titles
from participa.plan.offices import Directory

MAX_ROWS = 300  # the plan of 2024 has 15; the preview has a field for each
MAX_UNKNOWN = 60  # office names; more of them mean that another column was read
MAX_ERRORS = 12  # listed one by one; the others are only counted


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A table with the header of a plan, at its place among the rows."""

    table: SheetTable
    rows: list[Row]
    header: Header
    place: int

    @property
    def is_whole(self) -> bool:
        """Whether it has every column that is needed, and anything below."""
        below = self.rows[self.place + self.header.height :]
        has_all = set(self.header.missing) <= {OPTIONAL}
        return has_all and any(row.filled for row in below)

    @property
    def titles(self) -> Titles:
        return titles.of_lines(row.filled for row in self.rows[: self.place] if row.filled)


def read(
    content: bytes,
    directory: Directory,
    year: int | None = None,
    answers: Mapping[str, str] | None = None,
) -> Draft:
    """The plan inside a file. `year` overrides the year of the title; `answers` are those to the
    questions of a draft, by their key. Raises Refused when any row cannot be read."""
    questions = Questions(answers or {})
    tables = [found for table in spreadsheets.tables(content) if (found := plan_table(table))]
    chosen = choose(tables, year, questions)
    if sum(1 for row in chosen.rows if row.filled) > MAX_ROWS:
        raise UnreadablePlan(
            f"El archivo tiene más de {MAX_ROWS} filas. Un plan cabe en menos.", "file"
        )
    reading = Reading(directory, questions, chosen.rows, chosen.table, year)
    reading.take_all()
    return draft_of(reading)


def plan_table(table: SheetTable) -> PlanTable | None:
    """The table if one of its rows is the header of a plan; the header with the most columns."""
    rows = table.filled_down()
    hidden = table.layout.hidden_columns
    best: PlanTable | None = None
    filled = (place for place, row in enumerate(rows) if row.filled)
    for place in islice(filled, MAX_ROWS + 1):
        below = rows[place + 1].cells if place + 1 < len(rows) else ()
        header = find_header(rows[place].cells, below, hidden)
        if header and (best is None or len(header.columns) > len(best.header.columns)):
            best = PlanTable(table, rows, header, place)
            if len(header.columns) == len(COLUMNS):
                break
    return best


def choose(tables: Sequence[PlanTable], year: int | None, questions: Questions) -> PlanTable:
    """The table to read: never one of a hidden sheet; between two plans, the one that is asked."""
    seen = [one for one in tables if not one.table.layout.is_hidden]
    hidden = [one.table.name for one in tables if one.table.layout.is_hidden]
    if not seen and hidden:
        raise UnreadablePlan(
            f"La tabla del plan está en la hoja «{hidden[0]}», que está oculta. Muéstrela en "
            "Excel, guarde el archivo y súbalo otra vez.",
            "file",
        )
    if not seen:
        headings = ", ".join(f"«{heading}»" for heading in HEADER)
        raise UnreadablePlan(
            f"No encontramos la fila de encabezados. Debe decir: {headings}.", "file"
        )
    if hidden:
        questions.tell("hidden-sheet", 0, ", ".join(f"«{name}»" for name in hidden))
    plans = [one for one in seen if one.table.name and one.is_whole]
    if len(plans) < 2:
        return max(seen, key=lambda one: len(one.header.columns))
    of_year = [one for one in plans if year in one.titles.years]
    return of_year[0] if len(of_year) == 1 else _asked(plans, questions)


def _asked(plans: Iterable[PlanTable], questions: Questions) -> PlanTable:
    """The sheet that somebody chose; until then the one of the latest year."""
    latest = sorted(plans, key=lambda one: max(one.titles.years, default=0), reverse=True)
    by_name = {one.table.name: one for one in latest}
    words = ", ".join(f"«{name}»" for name in by_name)
    options = [(name, _label(one)) for name, one in by_name.items()]
    return by_name[questions.ask("sheet", 0, words, options)]


def _label(one: PlanTable) -> str:
    strategy = one.titles.strategy[:100]
    return f"Hoja «{one.table.name}»" + (f": {strategy}" if strategy else "")


def draft_of(reading: Reading) -> Draft:
    """The plan that was read; raises UnreadablePlan with the errors of the rows, if any."""
    actions = [action for action in reading.actions if action.tasks or action.is_seen]
    if not reading.errors and any(action.tasks for action in actions):
        for action in actions:
            if not action.tasks:
                reading.errors.append(
                    f"Fila {action.row}: la acción {action.number} no tiene tareas. Agréguelas o "
                    "quite la fila."
                )
    if reading.errors:
        more = len(reading.errors) - MAX_ERRORS
        rest = [f"Y hay {more} problemas más."] if more > 0 else []
        raise UnreadablePlan("\n".join([*reading.errors[:MAX_ERRORS], *rest]), "file")
    if not any(action.tasks for action in actions):
        raise UnreadablePlan("El archivo tiene encabezado pero ninguna tarea.", "file")
    check_offices(reading)
    tell_skipped("footer", reading.odd, reading.questions)
    tell_skipped("side-note", reading.side, reading.questions, reading.width)
    year = checked_year(reading)
    return Draft(
        year=year,
        strategy=reading.titles.strategy,
        title=reading.titles.title,
        actions=tuple(
            DraftAction(action.number, action.name, tuple(action.tasks), action.row)
            for action in actions
        ),
        breaks=tuple(reading.breaks),
        notes=tuple(reading.questions.notes.values()),
        sheet=reading.table.name,
    )


def tell_skipped(kind: str, rows: Sequence[Row], questions: Questions, beyond: int = 0) -> None:
    """Tell in one sentence what these rows say from this column on, and is not imported."""
    words = " · ".join(cell for row in rows for cell in row.cells[beyond:] if cell)[:300]
    for row in rows:
        questions.tell(kind, row.number, words)


def check_offices(reading: Reading) -> None:
    """Refuse too many unknown names: each would be a question to the person who imports."""
    tasks = (task for action in reading.actions for task in action.tasks)
    unknown = {mention.written for task in tasks for mention in task.offices if not mention.slug}
    if len(unknown) > MAX_UNKNOWN:
        raise UnreadablePlan(
            f"La columna «{COLUMNS['offices_written']}» trae {len(unknown)} nombres que no "
            "conocemos. Revise que sea la columna correcta, o agregue antes esas dependencias.",
            "file",
        )


def checked_year(reading: Reading) -> int:
    """The year that was asked for, else the written one; a conflict is noted."""
    if reading.year is None:
        raise UnreadablePlan(
            "El título no dice el año del plan. Escriba el año en la casilla «Año».", "year"
        )
    written = reading.titles.years
    if reading.asked_year is not None and written and reading.asked_year not in written:
        reading.questions.tell("year", 0, f"{written[0]} → {reading.asked_year}")
    return reading.year
