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
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from participa.core.errors import Refused
from participa.core.files.unzip import OversizedZip, UnreadableZip, ZipLimits, ZipReader

MAX_BYTES = 1_000_000
# Unpacked to packed, a sheet of repeated words reaches a ratio of about 30.
SPREADSHEET = ZipLimits(members=500, total=20_000_000, member=20_000_000, ratio=150)
MAX_GRID_ROWS = 5_000
MAX_GRID_COLUMNS = 200
ZIP = b"PK\x03\x04"
UNSUPPORTED = {
    b"%PDF": "Es un PDF. Copie la tabla y péguela como texto, o pida el archivo de Excel.",
    b"\xd0\xcf\x11\xe0": "Es un archivo antiguo de Excel o Word. Guárdelo como .xlsx y súbalo.",
    b"{\\rtf": "Es un documento de texto. Copie la tabla y péguela como texto.",
}
UNREADABLE = "El archivo está dañado o no es una tabla. Ábralo, guárdelo otra vez y súbalo."
TOO_BIG = "El archivo es demasiado grande. La tabla cabe en menos de 1 MB: quite lo que sobre."
BOMB = "El archivo ocupa demasiado al abrirlo. Copie solo la tabla en un archivo nuevo."
WIDE = (
    f"La hoja tiene celdas muy lejos de la tabla: más de {MAX_GRID_ROWS} filas o "
    f"{MAX_GRID_COLUMNS} columnas. Copie solo la tabla en un archivo nuevo."
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
INVISIBLE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# UTF-8 that was decoded as Windows-1252, and the replacement character.
MOJIBAKE = re.compile("Ã[\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]|\ufffd|â€")
QUOTED = re.compile(r'(^|\t)"[^"\t\n]*\n[^"\t]*"(\t|$)|^""$', re.MULTILINE)
DELIMITERS = "\t;,"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, with its number as a spreadsheet program shows it."""

    number: int
    cells: tuple[str, ...]
    is_typed: bool = False  # of a spreadsheet, which stores 100 % as 1

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]


def tables(content: bytes) -> Iterator[list[Row]]:
    """The tables of a file: each sheet, or the text split at each delimiter. Raises Refused."""
    if not content.strip():
        raise Refused("El archivo está vacío. Elija el que tiene la tabla.", "file")
    if len(content) > MAX_BYTES:
        raise Refused(TOO_BIG, "file")
    for magic, sentence in UNSUPPORTED.items():
        if content.startswith(magic):
            raise Refused(sentence, "file")
    if content.startswith(ZIP):
        return sheets(content)
    return text_tables(decode(content))


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


def text_tables(text: str) -> Iterator[list[Row]]:
    for delimiter in DELIMITERS:
        if delimiter in text:
            yield list(text_rows(text, delimiter))
    if not any(delimiter in text for delimiter in DELIMITERS):
        yield list(text_rows(text, "\t"))


def text_rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows of a text. In the city's raw text quotes are ordinary characters; they delimit
    cells only in text with a quoted cell of several lines or a line of empty quotes."""
    if delimiter == "\t" and not QUOTED.search(text):
        for number, line in enumerate(text.split("\n"), start=1):
            yield Row(number, tuple(one_line(cell) for cell in line.split("\t")))
        return
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
            yield Row(number, tuple(one_line(cell) for cell in cells))
    except csv.Error:
        raise Refused(UNREADABLE, "file") from None


def one_line(cell: str) -> str:
    """The text with line breaks, tabs and no-break spaces replaced by spaces, and stripped."""
    return re.sub(r"[ \xa0]*[\n\t\r\x0b\x0c]+[ \xa0]*", " ", cell).replace("\xa0", " ").strip()


def sheets(content: bytes) -> Iterator[list[Row]]:
    """The sheets of an XLSX or ODS file."""
    return (rows for _, rows in named_sheets(content))


def named_sheets(content: bytes) -> Iterator[tuple[str, list[Row]]]:
    """Name and rows of each sheet of an XLSX or ODS file. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(TOO_BIG, "file")
    members = unpack(content)
    if "xl/workbook.xml" in members:
        check_xlsx(members)
    elif "content.xml" in members:
        members["content.xml"] = check_ods(members["content.xml"])
    else:
        raise Refused(UNREADABLE, "file")
    try:
        workbook = CalamineWorkbook.from_filelike(repack(members))
        for name in workbook.sheet_names:
            grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield (
                name,
                [
                    Row(
                        number,
                        tuple(checked_text(one_line(cell_text(value))) for value in line),
                        is_typed=True,
                    )
                    for number, line in enumerate(grid, start=1)
                ],
            )
    except (CalamineError, ValueError, KeyError):
        raise Refused(UNREADABLE, "file") from None
    except BaseException as error:
        # A panic of the parser, which is written in Rust, is a BaseException and no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(UNREADABLE, "file") from None


def cell_text(value: Any) -> str:
    """The value of a cell as a spreadsheet program shows it: whole numbers without decimals."""
    if isinstance(value, float):
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


def check_xlsx(members: dict[str, bytes]) -> None:
    """Refuse formulas, and cells so far away that the grid up to them would exhaust memory."""
    for name, member in members.items():
        if not name.startswith("xl/worksheets/"):
            continue
        for _, address in re.findall(rb"[<:](?:c|row)\b[^>]*?\sr\s*=\s*([\"'])(.*?)\1", member):
            if not is_near(address):
                raise Refused(WIDE, "file")
        if formula := re.search(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[ >/]', member):
            refuse_formula(int(formula[2]), formula[1].decode())


def is_near(address: bytes) -> bool:
    """Whether the address of a cell ("J15") or a row ("15") is within the allowed grid."""
    parts = re.fullmatch(rb"([A-Z]{0,3})(\d{1,7})", address)
    if parts is None:
        return False
    return int(parts[2]) <= MAX_GRID_ROWS and column_number(parts[1]) <= MAX_GRID_COLUMNS


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; 0 without letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def refuse_formula(row: int, column: str = "") -> None:
    where = f" en la columna {column}" if column else ""
    raise Refused(
        f"Fila {row}: hay una fórmula{where}. Cópiela y péguela como valor, y súbalo otra vez.",
        "file",
    )


def check_ods(content: bytes) -> bytes:
    """Refuse formulas and too large grids. Returns the content with capped repetitions, because
    LibreOffice declares about a million empty rows below each table."""

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
        if b"table:formula=" in row:
            refuse_formula(number)
        height = re.match(rb'[^>]*number-rows-repeated="(\d+)"', row)
        number = 1 if b"</table:table>" in row else number + int(height[1] if height else 1)
    return content
