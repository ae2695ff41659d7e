"""What strangers put into files: measured before it is parsed, refused with a sentence."""

import io
import zipfile

import pytest

from participa.core.errors import Refused
from participa.core.files import spreadsheets
from tests.plan.files import RAW, ROWS, TEXT, archive, as_csv, as_ods, as_xlsx


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        list(spreadsheets.visible(content))
    return str(refused.value)


def test_a_sheet_keeps_the_row_numbers_that_the_person_sees():
    rows = next(spreadsheets.visible(as_xlsx([["uno"], [], ["tres", 4, 0.5]])))
    assert [(row.number, row.filled) for row in rows] == [
        (1, ["uno"]),
        (2, []),
        (3, ["tres", "4", "50%"]),
    ]


def test_a_cell_with_several_lines_becomes_one_line():
    content = as_csv([["a", "Secretaría de Salud\nSecretaría de las Mujeres", "b"]], "\t")
    (row,) = [row for row in next(spreadsheets.visible(content)) if row.filled]
    assert row.cells == ("a", "Secretaría de Salud Secretaría de las Mujeres", "b")


def test_quotation_marks_inside_the_raw_text_stay():
    (row,) = next(spreadsheets.visible('a\t"Medellín" nos une\tb'.encode()))
    assert row.cells[1] == '"Medellín" nos une'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"%PDF-1.7 ...", "Es un PDF"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "archivo antiguo de Excel"),
        (b"{\\rtf1 hola}", "documento de texto"),
        (b"a\tb\n\x00c\td", "Fila 2: hay signos que no son texto"),
        (b"\x7fELF\x02\x01\x00" + b"a\tb" * 9, "hay signos que no son texto"),
        (b"a\tb\n\x81\x8d\x9d", "dañado o no es una tabla"),
        (b"\xff\xfea", "dañado o no es una tabla"),
        (b"a\tRendici\xc3\x83\xc2\xb3n", "Fila 1: las tildes llegaron dañadas"),
        ("a\tRendici\ufffdn".encode(), "Fila 1: las tildes llegaron dañadas"),
        (b"a" * 5_000_000, "demasiado grande"),
        (b"PK\x03\x04 no", "dañado o no es una tabla"),
        (archive({"word/document.xml": "<w/>"}), "documento de Word"),
        (archive({"xl/workbook.xml": "<x/>"}), "dañado o no es una tabla"),
    ],
    ids=[
        "empty",
        "pdf",
        "old Excel",
        "rtf",
        "NUL",
        "a program",
        "no encoding",
        "half utf-16",
        "twice encoded",
        "lost letters",
        "5 MB",
        "torn archive",
        "a Word file",
        "an empty workbook",
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(content, sentence):
    assert sentence in refusal(content)


def test_a_small_file_that_grows_when_opened_is_refused():
    bomb = archive({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})
    assert len(bomb) < 100_000
    assert refusal(bomb) == spreadsheets.BOMB


def test_a_file_that_lies_about_its_size_is_never_read_beyond_it():
    file = io.BytesIO(archive({"xl/workbook.xml": b"0" * 3_000_000}))
    with zipfile.ZipFile(file) as packed:
        true_size = packed.getinfo("xl/workbook.xml").file_size
    lying = file.getvalue().replace(true_size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert refusal(lying) == spreadsheets.UNREADABLE


def test_an_archive_of_very_many_files_is_refused():
    assert refusal(archive({f"xl/{n}.xml": "" for n in range(600)})) == spreadsheets.BOMB


def test_a_protected_workbook_is_refused():
    content = bytearray(as_xlsx(ROWS))
    for marker, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(marker)
        while place >= 0:
            content[place + offset] |= 1  # says that the member is encrypted
            place = content.find(marker, place + 1)
    assert refusal(bytes(content)) == spreadsheets.UNREADABLE


@pytest.mark.parametrize("place", ["J1048576", "XFD10"])
def test_a_cell_far_away_is_refused_before_the_grid_is_made(place):
    content = as_xlsx([["uno"]], **{place: "=1"})
    assert refusal(content) == spreadsheets.WIDE


def test_a_repeated_cell_far_away_is_refused_in_opendocument():
    wide = "<table:table-row>" + "<table:table-cell/>" * 1000 + "</table:table-row>"
    assert refusal(as_ods([["uno"]], extra=wide)) == spreadsheets.WIDE


def test_a_document_with_a_definition_of_its_own_is_refused():
    content = archive({"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'})
    assert refusal(content) == spreadsheets.UNREADABLE


def test_a_formula_is_refused_with_its_place():
    sentence = refusal(as_xlsx(ROWS, I5="=50+50"))
    assert "Fila 5 de la hoja «Plan»: hay una fórmula en la columna I" in sentence


def test_a_formula_of_opendocument_is_refused_with_its_row():
    formula = '<table:table-row><table:table-cell table:formula="of:=1+1"/></table:table-row>'
    sentence = refusal(as_ods([["a"], ["b"]], extra=formula))
    assert "Fila 3 de la hoja «Plan»: hay una fórmula" in sentence


def test_text_of_windows_keeps_its_accents():
    rows = next(spreadsheets.visible(TEXT.encode("cp1252")))
    assert rows == next(spreadsheets.visible(RAW))
