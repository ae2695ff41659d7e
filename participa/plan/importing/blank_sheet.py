"""The city's table as an Excel workbook to fill in, with drop-down lists of months, units and
offices. The importer reads it back. No database here.
"""

from collections.abc import Iterable
from io import BytesIO

from participa.core.tables import workbooks
from participa.plan.cell_values import MONTHS
from participa.plan.importing import rendering
from participa.plan.importing.columns import HEADER, position
from participa.plan.importing.drafts import Draft
from participa.plan.models import Unit
from participa.plan.offices import KnownOffice, without_accents

# Of the ten columns in this workbook; the annual report has its own layout.
WIDTHS = (5, 40, 45, 40, 14, 18, 45, 18, 10, 30)
LIST_ROWS = 200  # rows under the header that have lists
LISTS = "Listas"
TITLES = (
    "ESTRATEGIA DE RENDICIÓN DE CUENTAS {year}",
    "Plan de acciones de mejora para la cualificación de las estrategias de rendición de cuentas",
)
HELP = (
    "Una fila por tarea. Escriba «#» y la acción solo en su primera tarea.",
    "Responsable: elija de la lista. Si responden varias, escríbalas separadas por comas.",
    "Meta: un número entero, o un porcentaje como 100%.",
    "Cambie el año del título: de ahí sale el año del plan.",
)


def workbook(offices: Iterable[KnownOffice], draft: Draft | None = None) -> bytes:
    """An XLSX file with the city's header, and the tasks of the draft if there is one."""
    file = BytesIO()
    book = workbooks.new(file, in_memory=True, strings_to_formulas=False)
    heading = book.add_format({"bold": True, "text_wrap": True, "bottom": 2, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    title = book.add_format({"bold": True, "font_size": 14})
    sheet = book.add_worksheet("Plan")
    lists = book.add_worksheet(LISTS)
    guide = book.add_worksheet("Cómo llenarla")
    top = [draft.strategy, draft.title] if draft else [line.format(year="____") for line in TITLES]
    for row, line in enumerate(top):
        sheet.write_string(row, 0, line, title)
    header_row = len(top) + 1
    for column, (name, width) in enumerate(zip(HEADER, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(header_row, column, name, heading)
    sheet.freeze_panes(header_row + 1, 0)
    for row, (_, cells) in enumerate(rendering.rows(draft) if draft else (), header_row + 1):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, wrapped)
    _add_lists(sheet, lists, header_row + 1, sorted((o.name for o in offices), key=without_accents))
    for row, line in enumerate(HELP):
        guide.write_string(row, 0, line)
    book.close()
    return file.getvalue()


def _add_lists(sheet, lists, first: int, offices: list[str]) -> None:
    """Add the lists in a sheet of their own. Only the offices' column accepts other words, because
    a task may have several offices."""
    choices = (
        ("start_month", list(MONTHS), "stop"),
        ("end_month", list(MONTHS), "stop"),
        ("unit", [unit.value for unit in Unit], "stop"),
        ("offices_written", offices, "information"),
    )
    for place, (name, words, severity) in enumerate(choices):
        column = position(name)
        lists.write_column(1, place, words)
        lists.write_string(0, place, f"Lista de «{HEADER[column]}»")
        letter = "ABCD"[place]
        if words:
            sheet.data_validation(
                first,
                column,
                first + LIST_ROWS,
                column,
                {
                    "validate": "list",
                    "source": f"={LISTS}!${letter}$2:${letter}${len(words) + 1}",
                    "error_type": severity,
                    "error_title": "Revise la celda",
                    "error_message": "Elija una de las palabras de la lista.",
                },
            )
