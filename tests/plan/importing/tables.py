"""Tables of a plan in the shapes in which offices send them."""

import io

import pytest
import xlsxwriter

from participa.core.errors import Refused
from participa.plan.importing import columns, reading
from tests.plan.files import as_csv, directory

OFFICES = directory()
TITLE = "ESTRATEGIA DE RENDICIÓN DE CUENTAS 2027"
HEADER = list(columns.HEADER)
SALUD, MUJER = "Secretaría de Salud", "Secretaría de las Mujeres"
FIRST = ["1", "Escuchar en los barrios", "Abrir mesas", SALUD, "Marzo", "Junio"]
FIRST += ["Mesas abiertas", "Número", "3", ""]
SECOND = ["", "", "Responder lo dicho", SALUD, "Junio", "Diciembre"]
SECOND += ["Compromisos respondidos", "Porcentaje", "100%", ""]
THIRD = ["2", "Contar las cuentas", "Publicar una cartilla", MUJER, "Abril", "Mayo"]
THIRD += ["Cartilla publicada", "Número", "1", ""]
TABLE = [[TITLE], HEADER, FIRST, SECOND, THIRD]
START, END, UNIT, TARGET = 4, 5, 7, 8


def book(sheets, hidden_sheets=(), **shape):
    """A workbook with these rows by the name of their sheet."""
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        write(made, sheet, rows, **shape)
        if name in hidden_sheets:
            sheet.hide()
        else:
            sheet.activate()
            sheet.set_first_sheet()
    made.close()
    return file.getvalue()


def write(made, sheet, rows, merges=(), hidden_rows=(), hidden_columns=(), formats=None):
    """Fill in a sheet; `formats` are number formats by row and column, counted from 0."""
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            code = (formats or {}).get((number, column))
            style = made.add_format({"num_format": code}) if code else None
            if cell != "":
                sheet.write(number, column, cell, style)
    for first, column, last, last_column in merges:
        sheet.merge_range(first, column, last, last_column, rows[first][column])
    for number in hidden_rows:
        sheet.set_row(number, None, None, {"hidden": True})
    for column in hidden_columns:
        sheet.set_column(column, column, None, None, {"hidden": True})


def xlsx(rows, **shape):
    return book({"Plan": rows}, **shape)


def read(content, year=None, answers=None):
    content = content.encode() if isinstance(content, str) else content
    return reading.read(content, OFFICES, year, answers)


def refusal(content, year=None):
    with pytest.raises(Refused) as refused:
        read(content, year)
    return str(refused.value)


def notes(draft):
    return {note.kind: note.words for note in draft.notes}


def questions(draft):
    return {note.kind: dict(note.options) for note in draft.notes if note.options}


def with_cell(row, column, words):
    rows = [list(cells) for cells in TABLE]
    rows[row][column] = words
    return rows


def first(draft):
    return next(draft.tasks)


PLAIN = read(as_csv(TABLE))
