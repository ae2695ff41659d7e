"""The workbook: real days and numbers, a dictionary, and not one formula. (S7, G9)"""

import io
import zipfile
from datetime import date, datetime

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from participa.core import clock
from participa.core.tables import tables, xlsx_format
from participa.core.tables.tables import Column
from tests.core.reading import EMPTY, ROW, ROWS, as_typed, read_sheet, table, written


def test_the_workbook_has_real_days_numbers_and_a_dictionary():
    content = written(table([ROW, EMPTY, ROW]), "xlsx")
    header, row, blank, _again = read_sheet(content)
    assert header == ["Nombre", "Votos", "Fecha", "Enviado", "Abierto"]
    hour = datetime(2024, 3, 9, 20, 5, 7)  # noqa: DTZ001 - a workbook knows no zones
    assert row == ["Salud", 412, date(2024, 3, 9), hour, "sí"]
    assert blank == [""] * 5
    meaning = read_sheet(content, "Diccionario")
    assert meaning[0] == ["Columna", "Título", "Descripción", "Tipo"]
    assert meaning[4] == ["sent_at", "Enviado", "Cuándo llegó", "Fecha y hora"]


@settings(max_examples=50)
@given(st.lists(ROWS, max_size=5))
def test_a_workbook_read_again_has_the_same_values(rows):
    _header, *read = read_sheet(written(table([*rows, ROW]), "xlsx"))
    for cells, (name, votes, held_on, sent_at, is_open) in zip(read, rows, strict=False):
        assert cells[0] == as_typed(name)
        assert cells[1] == ("" if votes is None else float(votes))
        assert cells[2] == (held_on or "")
        hour = sent_at and clock.local(sent_at).replace(tzinfo=None)
        assert cells[3] == (hour or "")
        assert cells[4] == {None: "", True: "sí", False: "no"}[is_open]
    assert len(read) == len(rows) + 1


def test_a_workbook_holds_no_formula_and_no_link():
    content = written(
        table([("=1+1", None, None, None, None), ("http://a.co", *EMPTY[1:])]), "xlsx"
    )
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert '<pane ySplit="1"' in sheet
    assert '<autoFilter ref="A1:E3"' in sheet


def test_a_workbook_opens_on_its_data_alone(monkeypatch):
    monkeypatch.setattr(xlsx_format, "MOST_ROWS", 1)
    with zipfile.ZipFile(io.BytesIO(written(table([ROW, ROW]), "xlsx"))) as packed:
        sheets = [packed.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2, 3)]
        assert packed.testzip() is None
    assert [b"tabSelected" in sheet for sheet in sheets] == [True, False, False]


def test_a_number_too_long_for_excel_keeps_its_last_digit():
    one = (Column("document", "Documento", "Número", "number"),)
    assert read_sheet(written(table([(12345678901234567,)], one), "xlsx"))[1] == [
        "12345678901234567"
    ]


def test_a_sheet_that_is_full_goes_on_in_the_next_one(monkeypatch):
    monkeypatch.setattr(xlsx_format, "MOST_ROWS", 3)
    one = (Column("number", "Número", "", "number"),)
    content = written(table(((i,) for i in range(7)), one), "xlsx")
    assert read_sheet(content) == [["Número"], [0], [1], [2]]
    assert read_sheet(content, "Datos 2") == [["Número"], [3], [4], [5]]
    assert read_sheet(content, "Datos 3") == [["Número"], [6]]


def test_a_text_longer_than_a_cell_of_excel_says_that_it_was_cut():
    one = (Column("text", "Texto", ""),)
    (cell,) = read_sheet(written(table([("a" * 40_000,)], one), "xlsx"))[1]
    assert len(cell) == 32_767
    assert cell.endswith("…")


def test_a_workbook_is_sent_with_its_length():
    with Flask(__name__).test_request_context("/"):
        response = tables.download(table([ROW]), "xlsx", "temas.xlsx")
        body = response.get_data()
        response.close()
    assert response.content_length == len(body)
    assert read_sheet(body)[1][0] == "Salud"
    assert response.headers["Content-Disposition"] == 'attachment; filename="temas.xlsx"'
