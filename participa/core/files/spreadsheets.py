"""Read the rows of an uploaded table: raw text, CSV in several dialects, XLSX and ODS.

Uploads are not trusted: sizes are checked before parsing, and anything unreadable raises Refused.
No database here.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from participa.core import spanish
from participa.core.errors import Refused
from participa.core.files import quoted_text, sheet_layout, unsupported
from participa.core.files.sheet_layout import MAX_GRID_COLUMNS, MAX_GRID_ROWS, WIDE, SheetLayout
from participa.core.files.unsupported import UNREADABLE
from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader

MAX_BYTES = 1_000_000
# Unpacked to packed, a sheet of repeated words reaches a ratio of about 30.
SPREADSHEET = ZipLimits(members=500, total=20_000_000, member=20_000_000, ratio=150)
ZIP = b"PK\x03\x04"
TOO_BIG = "El archivo es demasiado grande. La tabla cabe en menos de 1 MB: quite lo que sobre."
BOMB = "El archivo ocupa demasiado al abrirlo. Copie solo la tabla en un archivo nuevo."
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Not the joiner U+200D: it holds the parts of some emoji together.
INVISIBLE = re.compile(
    r"[\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
SPACES = re.compile(r"[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# UTF-8 that was decoded as Windows-1252, and the replacement character.
MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]|\ufffd|â€")
DELIMITERS = "\t;,|"
# The first line with which Excel says how the others are split.
SEP = re.compile(r'"?sep=(.)"?[;,\t]*(?:\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with its number as a spreadsheet program shows it.

    The others are places of cells: `numbers` of those stored as a number, not as text.
    """

    number: int
    cells: tuple[str, ...]
    is_typed: bool = False  # of a spreadsheet, where no cell can be split by mistake
    is_hidden: bool = False
    numbers: frozenset[int] = frozenset()
    formulas: frozenset[int] = frozenset()

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The rows of one sheet, or of a text split at one delimiter; then `name` is empty."""

    rows: list[Row]
    name: str = ""
    layout: SheetLayout = field(default_factory=SheetLayout)

    def filled_down(self) -> list[Row]:
        """The rows, with the value of cells merged downwards in each of their rows."""
        rows = {row.number: row for row in self.rows}
        for first, last, column, _ in self.layout.merges:
            top = rows.get(first)
            if top is None or column >= len(top.cells) or not top.cells[column]:
                continue
            for number in range(first + 1, last + 1):
                if number in rows:
                    rows[number] = _with_cell_of(rows[number], top, column)
        return list(rows.values())


def _with_cell_of(row: Row, top: Row, column: int) -> Row:
    cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
    cells[column] = top.cells[column]
    return replace(
        row,
        cells=tuple(cells),
        numbers=row.numbers | (top.numbers & {column}),
        formulas=row.formulas | (top.formulas & {column}),
    )


def tables(content: bytes) -> Iterator[SheetTable]:
    """The tables of a file: each sheet, or the text split at each delimiter. Raises Refused."""
    if not content.strip():
        raise Refused("El archivo está vacío. Elija el que tiene la tabla.", "file")
    if len(content) > MAX_BYTES:
        raise Refused(TOO_BIG, "file")
    unsupported.refuse(content)
    if content.startswith(ZIP):
        return sheets(content)
    return text_tables(decode(content))


def visible(content: bytes) -> Iterator[list[Row]]:
    """The rows that a person sees, table by table. Raises Refused at a sheet with a formula."""
    for table in tables(content):
        if not table.layout.is_hidden:
            check_formulas(table)
            yield [row for row in table.rows if not row.is_hidden]


def check_formulas(table: SheetTable) -> None:
    if table.layout.formulas:
        refuse_formula(*min(table.layout.formulas), table.name)


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return checked_text(text.replace("\r\n", "\n").replace("\r", "\n"))
    raise Refused(UNREADABLE, "file")


def checked_text(text: str) -> str:
    """The text in NFC without invisible characters. Raises Refused for control characters and
    for accents that were damaged by a wrong encoding."""
    for number, line in enumerate(text.split("\n"), start=1):
        if CONTROL.search(line):
            raise Refused(f"Fila {number}: hay signos que no son texto. {UNREADABLE}", "file")
        if MOJIBAKE.search(line):
            raise Refused(
                f"Fila {number}: las tildes llegaron dañadas. Guarde el archivo como CSV UTF-8 o "
                "como .xlsx, y súbalo otra vez.",
                "file",
            )
    return unicodedata.normalize("NFC", INVISIBLE.sub("", text))


def text_tables(text: str) -> Iterator[SheetTable]:
    if told := SEP.match(text):
        # An empty line in its place keeps the numbers of the rows.
        yield SheetTable(list(text_rows("\n" + text[told.end() :], told[1])))
        return
    for delimiter in DELIMITERS:
        if delimiter in text:
            yield SheetTable(list(text_rows(text, delimiter)))
    if not any(delimiter in text for delimiter in DELIMITERS):
        yield SheetTable(list(text_rows(text, "\t")))


def text_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows of a text. In the city's raw text quotes are ordinary characters; they delimit
    cells only where the text shows that they do (see quoted_text)."""
    if delimiter == "\t":
        lines: Iterator[list[str]] = quoted_text.rows(text)
    else:
        lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for number, cells in enumerate(lines, start=1):
            yield Row(number, tuple(one_line(cell) for cell in cells))
    except csv.Error:
        raise Refused(UNREADABLE, "file") from None


def one_line(cell: str) -> str:
    """The text on one line, with plain spaces, and stripped."""
    parts = re.split(r"[\n\t\r\x0b\x0c]+", SPACES.sub(" ", cell))
    return " ".join(part.strip(" ") for part in parts).strip()


def sheets(content: bytes) -> Iterator[SheetTable]:
    """The sheets of an XLSX or ODS file. Raises Refused."""
    members = unpack(content)
    try:
        if "xl/workbook.xml" in members:
            layouts = sheet_layout.of_xlsx(members)
        elif "content.xml" in members:
            members["content.xml"] = capped_ods(members["content.xml"])
            layouts = sheet_layout.of_ods(members["content.xml"])
        else:
            raise Refused(unsupported.cause(members), "file")
        workbook = CalamineWorkbook.from_filelike(repack(members))
        for name in workbook.sheet_names:
            grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield sheet_table(name, grid, layouts.get(name, SheetLayout()))
    except (CalamineError, ValueError, KeyError):
        raise Refused(UNREADABLE, "file") from None
    except BaseException as error:
        # A panic of the parser, which is written in Rust, is a BaseException and no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(UNREADABLE, "file") from None


def sheet_table(name: str, grid: list[list[Any]], layout: SheetLayout) -> SheetTable:
    formulas: dict[int, set[int]] = {}
    for number, column in layout.formulas:
        formulas.setdefault(number, set()).add(column)
    rows = [
        Row(
            number,
            tuple(
                checked_text(one_line(cell_text(value, (number, column) in layout.percents)))
                for column, value in enumerate(line)
            ),
            is_typed=True,
            is_hidden=number in layout.hidden_rows,
            numbers=frozenset(c for c, value in enumerate(line) if isinstance(value, float)),
            formulas=frozenset(formulas.get(number, ())),
        )
        for number, line in enumerate(grid, start=1)
    ]
    return SheetTable(rows, name, layout)


def named_sheets(content: bytes) -> Iterator[tuple[str, list[Row]]]:
    """Name and rows of each sheet of an XLSX or ODS file, without formulas. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(TOO_BIG, "file")
    for table in sheets(content):
        check_formulas(table)
        yield table.name, table.rows


def cell_text(value: Any, is_percent: bool = False) -> str:
    """The value of a cell as a spreadsheet program shows it: whole numbers without decimals, and
    1 as «100%» where the cell has that format."""
    if isinstance(value, float):
        if is_percent:
            return f"{spanish.number(value * 100, 4)}%".replace(".", "")
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def unpack(content: bytes) -> dict[str, bytes]:
    """The members of a ZIP archive by name. Raises Refused beyond SPREADSHEET, and for a DTD."""
    try:
        with ZipReader(io.BytesIO(content), SPREADSHEET) as archive:
            members = {name: archive.read(name) for name in archive.names}
    except UnreadableZip:
        raise Refused(UNREADABLE, "file") from None
    except OversizedZip:
        raise Refused(BOMB, "file") from None
    if any(b"<!DOCTYPE" in member for member in members.values()):
        raise Refused(UNREADABLE, "file")
    return members


def repack(members: dict[str, bytes]) -> io.BytesIO:
    """An uncompressed archive with exactly these members, so that the parser reads no other."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name), member)
    file.seek(0)
    return file


def refuse_formula(row: int, column: int, sheet: str) -> None:
    raise Refused(
        f"Fila {row} de la hoja «{sheet}»: hay una fórmula en la columna "
        f"{sheet_layout.column_letters(column)}. Cópiela y péguela como valor, y súbalo otra vez.",
        "file",
    )


def capped_ods(content: bytes) -> bytes:
    """Refuse too large grids. Returns the content with capped repetitions, because LibreOffice
    declares about a million empty rows below each table."""

    def capped(match: re.Match[bytes]) -> bytes:
        most = MAX_GRID_ROWS if match[1] == b"rows" else MAX_GRID_COLUMNS
        count = min(int(match[2]), 1 if int(match[2]) > most else most)
        return b'table:number-%s-repeated="%d"' % (match[1], count)

    content = re.sub(rb'table:number-(rows|columns)-repeated="(\d+)"', capped, content)
    number = 1
    for row in re.split(rb"<table:table-row\b", content)[1:]:
        if b"<office:spreadsheet" in row or number > 2 * MAX_GRID_ROWS:
            raise Refused(WIDE, "file")
        cells = len(re.findall(rb"<table:(?:covered-)?table-cell\b", row))
        widths = re.findall(rb'number-columns-repeated="(\d+)"', row)
        if cells + sum(int(width) for width in widths) > 2 * MAX_GRID_COLUMNS:
            raise Refused(WIDE, "file")
        height = re.match(rb'[^>]*number-rows-repeated="(\d+)"', row)
        number = 1 if b"</table:table>" in row else number + int(height[1] if height else 1)
    return content
