"""Files of the city for tests: the seed in every format in which an office may send it."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

import xlsxwriter

from participa.plan.importing.importing import SEED
from participa.plan.measure_suggestions import SEED as EXPECTED
from participa.plan.offices import Directory, KnownOffice
from participa.staff import service

RAW = SEED.read_bytes()
TEXT = RAW.decode()
ROWS = [line.split("\t") for line in TEXT.split("\n")]
SEED_PLAN = json.loads(EXPECTED.read_text("utf-8"))
OFFICES = json.loads(service.SEED.read_text("utf-8"))["dependencies"]


def directory(without: str = "\0") -> Directory:
    """The city's offices, without the other names that hold these words."""
    return Directory(
        (
            KnownOffice(row["id"], row["name"], row["level"]),
            [name for name in row["seed_aliases"] if without not in name],
        )
        for row in OFFICES
    )


def as_text(rows: Iterable[Sequence[str]]) -> bytes:
    return "\n".join("\t".join(cells) for cells in rows).encode()


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[object]], **formulas: str) -> bytes:
    """A workbook; `formulas` puts a formula into a cell: as_xlsx(rows, I5="=1+1")."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Plan")
    percent = book.add_format({"num_format": "0%"})
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, float):
                sheet.write_number(number, column, cell, percent)
            elif cell != "":
                sheet.write(number, column, cell)
    for place, formula in formulas.items():
        sheet.write_formula(place, formula)
    book.close()
    return file.getvalue()


def as_ods(rows: Iterable[Sequence[str]], extra: str = "") -> bytes:
    """An OpenDocument sheet as LibreOffice writes it, a million empty rows at its end included."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(cell)}</text:p></table:table-cell>"
            if cell
            else "<table:table-cell/>"
            for cell in cells
        )
        + '<table:table-cell table:number-columns-repeated="16374"/></table:table-row>'
        for cells in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Plan">{lines}{extra}'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        }
    )


def archive(members: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    return file.getvalue()


def edited(row: int, column: int, words: str) -> list[list[str]]:
    """The seed with other words in one cell; the row as the file counts it."""
    rows = [list(cells) for cells in ROWS]
    rows[row - 1][column] = words
    return rows
