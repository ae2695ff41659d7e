"""The official list as an Excel workbook: header, numbered rows, signatures, watermark.

Every text is a text cell, so no name can become a formula.
"""

import io
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from participa.attendance.office import signature_pictures
from participa.attendance.office.official_list import APART, OfficialList
from participa.core import clock
from participa.core.installation import installation
from participa.core.tables import workbooks
from participa.core.tables.cells import clean
from participa.core.tables.tables import EXAMPLE_NOTE

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_FOOTER = 240  # characters that Excel takes
WIDTHS = {  # in characters
    "number": 5,
    "name": 32,
    "document_type": 11,
    "organisation": 28,
    "email": 26,
    "arrived_at": 16,
    "allows_data": 10,
    "allows_contact": 10,
    "allows_image": 10,
    "claim": 24,
    "signature": 22,
}
USUAL_WIDTH = 14
# Of a signature, which is drawn under its words: its size, its place, the height of its row.
PICTURE_SCALE, PICTURE_PLACE, PICTURE_ROW = 0.33, {"x_offset": 6, "y_offset": 18}, 46
LINE = 15  # the height of a line, in points
CHARACTERS = 48  # in a line of a value of the header
SHADE = "#E8EDF4"
# The columns of the header: two facts beside each other, each a label and a value.
LEFT, RIGHT = (0, 1, 2, 4), (5, 6, 7)
MOMENT = "d/m/yyyy hh:mm"
EVERY = 500


def save(made: OfficialList, file: BinaryIO, progress: Callable[[int], None] | None = None) -> None:
    """Write the workbook; `progress` gets the number of rows so far."""
    with workbooks.new(file, constant_memory=True) as workbook:
        workbook.set_properties({"title": made.title, "comments": clean(made.watermark)[:255]})
        sheet = workbook.add_worksheet("Asistencia")
        _lay_out(sheet, made)
        row = _write_top(workbook, sheet, made)
        styles = {
            "moment": workbook.add_format(
                {"num_format": MOMENT, "align": "left", "valign": "top", "border": 1}
            ),
            "plain": workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        }
        for done, (values, drawing) in enumerate(made.rows(), 1):
            _write_row(sheet, row + done, made, values, drawing, styles)
            if progress is not None and done % EVERY == 0:
                progress(done)


def content(made: OfficialList) -> bytes:
    file = io.BytesIO()
    save(made, file)
    return file.getvalue()


def _lay_out(sheet: "Worksheet", made: OfficialList) -> None:
    sheet.set_landscape()
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    # In a footer & begins a command.
    footer = clean(made.watermark).replace("&", "&&")[:LONGEST_FOOTER]
    sheet.set_footer(f"&L&8{footer}&R&8&P / &N")
    for place, column in enumerate(made.columns):
        sheet.set_column(place, place, WIDTHS.get(column.key, USUAL_WIDTH))


def _write_top(workbook: "Workbook", sheet: "Worksheet", made: OfficialList) -> int:
    """Title, header of the format, watermark and column names; returns the row of the latter."""
    last = len(made.columns) - 1
    boxed = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    title = workbook.add_format(boxed | {"bold": True, "font_size": 14, "align": "center"})
    small = workbook.add_format({"italic": True})
    head = workbook.add_format(boxed | {"bold": True, "bg_color": SHADE, "align": "center"})
    sheet.set_row(0, 2 * LINE)
    sheet.merge_range(0, 0, 0, last, made.title, title)
    first = 1 + _write_header(workbook, sheet, made, 1)
    notes = [made.watermark, APART]
    if installation().settings.demo:
        notes.append(EXAMPLE_NOTE)
    for place, note in enumerate(notes):
        sheet.write_string(first + place, 0, clean(note), small)
    row = first + len(notes) + 1
    sheet.set_row(row, 2 * LINE)
    for place, column in enumerate(made.columns):
        sheet.write_string(row, place, column.label, head)
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 2)
    sheet.autofilter(row, 0, row + made.people, last)
    return row


def _write_header(workbook: "Workbook", sheet: "Worksheet", made: OfficialList, first: int) -> int:
    """The facts of the format and the event as a box, two in a row; returns how many rows."""
    boxed = {"border": 1, "text_wrap": True, "valign": "vcenter"}
    label = workbook.add_format(boxed | {"bold": True, "bg_color": SHADE})
    value = workbook.add_format(boxed)
    last = len(made.columns) - 1
    pairs = [made.header[place : place + 2] for place in range(0, len(made.header), 2)]
    for row, pair in enumerate(pairs, first):
        longest = max(len(text) for _, text in pair)
        sheet.set_row(row, LINE * (1 + longest // CHARACTERS))
        for (name, text), (begin, end, value_begin, value_end) in zip(
            pair, ((*LEFT,), (*RIGHT, last)), strict=False
        ):
            sheet.merge_range(row, begin, row, end, f"{name}:", label)
            sheet.merge_range(row, value_begin, row, value_end, "", value)
            sheet.write_string(row, value_begin, clean(text), value)
    return len(pairs)


def _write_row(
    sheet: "Worksheet",
    row: int,
    made: OfficialList,
    values: Any,
    drawing: str,
    styles: dict[str, Any],
) -> None:
    plain = styles["plain"]
    picture = signature_pictures.png(drawing) if drawing else b""
    if picture:
        sheet.set_row(row, PICTURE_ROW)
    for place, value in enumerate(values):
        match value:
            case bool():
                sheet.write_string(row, place, "sí" if value else "no", plain)
            case int():
                sheet.write_number(row, place, value, plain)
            case datetime():
                local = clock.local(value).replace(tzinfo=None, microsecond=0)
                sheet.write_datetime(row, place, local, styles["moment"])
            case None:
                sheet.write_blank(row, place, None, plain)
            case _:
                sheet.write_string(row, place, clean(str(value)), plain)
    if picture:
        scale = {"x_scale": PICTURE_SCALE, "y_scale": PICTURE_SCALE}
        image = {"image_data": io.BytesIO(picture), "description": "Firma"} | scale | PICTURE_PLACE
        sheet.insert_image(row, len(values) - 1, "firma.png", image)
