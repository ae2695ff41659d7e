"""The official list as an Excel workbook: header, numbered rows, signatures, watermark.

Every text is a text cell, so no name can become a formula.
"""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from participa.attendance.office import signature_pictures
from participa.attendance.office.official_list import APART, OfficialList
from participa.core import clock
from participa.core.installation import installation
from participa.core.tables.cells import clean
from participa.core.tables.tables import EXAMPLE_NOTE

LONGEST_FOOTER = 240  # characters that Excel takes
WIDTHS = {"number": 5, "name": 34, "organisation": 30, "email": 28, "signature": 24}
USUAL_WIDTH = 15
PICTURE_SCALE, PICTURE_ROW = 0.33, 32  # of a signature, and the height of its row in points
MOMENT = "d/m/yyyy hh:mm"
EVERY = 500


def save(made: OfficialList, file: BinaryIO, progress: Callable[[int], None] | None = None) -> None:
    """Write the workbook; `progress` gets the number of rows so far."""
    with Workbook(file, {"constant_memory": True}) as workbook:
        workbook.set_properties({"title": made.title, "comments": clean(made.watermark)[:255]})
        sheet = workbook.add_worksheet("Asistencia")
        _lay_out(sheet, made)
        row = _write_top(workbook, sheet, made)
        styles = {
            "moment": workbook.add_format({"num_format": MOMENT, "align": "left", "border": 1}),
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


def _lay_out(sheet: Worksheet, made: OfficialList) -> None:
    sheet.set_landscape()
    sheet.set_paper(1)  # letter
    sheet.fit_to_pages(1, 0)
    # In a footer & begins a command.
    footer = clean(made.watermark).replace("&", "&&")[:LONGEST_FOOTER]
    sheet.set_footer(f"&L&8{footer}&R&8&P / &N")
    for place, column in enumerate(made.columns):
        sheet.set_column(place, place, WIDTHS.get(column.key, USUAL_WIDTH))


def _write_top(workbook: Workbook, sheet: Worksheet, made: OfficialList) -> int:
    """Title, watermark, header of the format and column names; returns the row of the latter."""
    bold = workbook.add_format({"bold": True, "font_size": 14})
    label, small = workbook.add_format({"bold": True}), workbook.add_format({"italic": True})
    head = workbook.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, made.title, bold)
    notes = [made.watermark, APART]
    if installation().settings.demo:
        notes.append(EXAMPLE_NOTE)
    for row, note in enumerate(notes, 1):
        sheet.write_string(row, 0, clean(note), small)
    row = len(notes) + 1
    for name, value in made.header:
        sheet.write_string(row, 0, f"{name}:", label)
        sheet.write_string(row, 2, clean(value))
        row += 1
    row += 1
    for place, column in enumerate(made.columns):
        sheet.write_string(row, place, column.label, head)
    sheet.repeat_rows(row)
    return row


def _write_row(
    sheet: Worksheet,
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
        scale = {"x_scale": PICTURE_SCALE, "y_scale": PICTURE_SCALE, "x_offset": 70}
        image = {"image_data": io.BytesIO(picture), "description": "Firma", **scale}
        sheet.insert_image(row, len(values) - 1, "firma.png", image)
