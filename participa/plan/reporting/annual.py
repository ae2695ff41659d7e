"""The annual report: an Excel file with the city's table of the plan and the results beside it."""

from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from participa.core import clock, spanish
from participa.core.ops import demonstration
from participa.core.tables import workbooks
from participa.core.tables.cells import clean
from participa.core.tables.tables import EXAMPLE_NOTE
from participa.plan.board import NO_DENOMINATOR, NO_MEASURE, Board, Line, Section
from participa.plan.importing import titles
from participa.plan.importing.columns import HEADER
from participa.plan.importing.rendering import row_cells
from participa.plan.reporting.sheets import absolute_url

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

RESULTS = ("Valor", "%", "Estado", "Evidencia")
# Of the ten columns of the plan and the four of the results.
WIDTHS = (6, 34, 34, 34, 12, 14, 34, 12, 8, 24, 14, 8, 18, 60)
MAX_LINKS = 50  # in one cell
FIRST_TASK = 5  # row of the first task; rows count from 0


def workbook(board: Board, digest: str, page: str) -> IO[bytes]:
    """The report as an open Excel file. `digest` is the board's SHA-256, `page` the path of a
    task's page with CODE in place of its code. Every value is a text cell, never a formula."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    book = workbooks.new(file, in_memory=True)
    sheet = book.add_worksheet(f"Plan {board.year}")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width, cell)
    _write_text(sheet, 0, 0, board.strategy, book.add_format({"bold": True}))
    _write_text(sheet, 1, 0, board.title, book.add_format())
    _write_text(sheet, 2, 0, _origin(board, digest), book.add_format())
    if demonstration.is_demo():
        _write_text(sheet, 3, 0, EXAMPLE_NOTE, book.add_format({"bold": True}))
    for place, title in enumerate((*HEADER, *RESULTS)):
        _write_text(sheet, FIRST_TASK - 1, place, title, head)
    row = FIRST_TASK
    for section in board.sections:
        for line in section.lines:
            for place, value in enumerate(_values(section, line, page)):
                _write_text(sheet, row, place, value, cell)
            row += 1
    sheet.freeze_panes(FIRST_TASK, 0)
    book.close()
    file.seek(0)
    return file


def _origin(board: Board, digest: str) -> str:
    if board.closed_on is None:
        return titles.OPEN_REPORT.format(day=spanish.day(clock.today()))
    return titles.CLOSED_REPORT.format(day=spanish.day(board.closed_on), digest=digest)


def _values(section: Section, line: Line, page: str) -> tuple[str, ...]:
    """The ten columns of the plan, and the four of its results."""
    return (
        *row_cells(section.number, section.name, line, line is section.lines[0]),
        _value(line),
        spanish.number(line.progress) if line.progress is not None else "",
        line.state_text,
        _links(line, page),
    )


def _value(line: Line) -> str:
    if line.computed is None:
        return NO_MEASURE
    return f"{line.numerator} de {line.denominator}" if line.has_value else NO_DENOMINATOR


def _links(line: Line, page: str) -> str:
    """The address of the task's page and those of its evidence that counts, one per line."""
    urls = dict.fromkeys(absolute_url(proof.url) for proof in line.counted)
    return "\n".join([absolute_url(page.replace("CODE", line.code)), *list(urls)[:MAX_LINKS]])


def _write_text(sheet: "Worksheet", row: int, column: int, text: str, style: object) -> None:
    if text:
        sheet.write_string(row, column, clean(text), style)
