"""Files of the city turned into rows of text: raw text, CSV in its dialects, XLSX and ODS.

Whatever arrives was made by somebody else: everything is measured before it is parsed, and what
cannot be read is Refused with a sentence. No database here.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from participa.core.errors import Refused

MAX_BYTES = 1_000_000
MAX_UNPACKED = 20_000_000
MAX_RATIO = 150  # a sheet of repeated words packs about 30 to 1
MAX_MEMBERS = 500
MAX_GRID_ROWS = 5_000
MAX_GRID_COLUMNS = 200
PACKED = b"PK\x03\x04"
OTHERS = {
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
# UTF-8 that somebody read as Windows-1252, and the sign for a letter that was lost.
BROKEN_LETTERS = re.compile("Ã[\u0080-\u00bf\u0152-\u0178\u02c6-\u2122]|\ufffd|â€")
QUOTED = re.compile(r'(^|\t)"[^"\t\n]*\n[^"\t]*"(\t|$)|^""$', re.MULTILINE)
DELIMITERS = "\t;,"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, with the number that the person sees beside it."""

    number: int
    cells: tuple[str, ...]
    is_typed: bool = False  # from a spreadsheet, where 100 % is stored as 1

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]


def tables(content: bytes) -> Iterator[list[Row]]:
    """Each way in which the content can be read as a table; the caller takes the one that fits."""
    if not content.strip():
        raise Refused("El archivo está vacío. Elija el que tiene la tabla.", "file")
    if len(content) > MAX_BYTES:
        raise Refused(TOO_BIG, "file")
    for magic, sentence in OTHERS.items():
        if content.startswith(magic):
            raise Refused(sentence, "file")
    if content.startswith(PACKED):
        return sheets(content)
    return text_tables(decoded(content))


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return legible(text.replace("\r\n", "\n").replace("\r", "\n"))
    raise Refused(UNREADABLE, "file")


def legible(text: str) -> str:
    """The same text, composed; refused when it holds signs that no table holds."""
    for number, line in enumerate(text.split("\n"), start=1):
        if CONTROL.search(line):
            raise Refused(f"Fila {number}: hay signos que no son texto. {UNREADABLE}", "file")
        if BROKEN_LETTERS.search(line):
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
    """Rows of a text. The city's raw text has tabs and no quotes; a table that another program
    wrote has them around cells of several lines, or around nothing."""
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
    return re.sub(r"[ \xa0]*[\n\t\r\x0b\x0c]+[ \xa0]*", " ", cell).replace("\xa0", " ").strip()


def sheets(content: bytes) -> Iterator[list[Row]]:
    """The sheets of an XLSX or ODS file."""
    members = unpacked(content)
    if "xl/workbook.xml" in members:
        check_xlsx(members)
    elif "content.xml" in members:
        members["content.xml"] = checked_ods(members["content.xml"])
    else:
        raise Refused(UNREADABLE, "file")
    try:
        workbook = CalamineWorkbook.from_filelike(repacked(members))
        for name in workbook.sheet_names:
            grid = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield [
                Row(number, tuple(legible(one_line(words(value))) for value in line), is_typed=True)
                for number, line in enumerate(grid, start=1)
            ]
    except (CalamineError, ValueError, KeyError):
        raise Refused(UNREADABLE, "file") from None
    except BaseException as error:
        # The parser is written in Rust; when it gives up, its panic is no Exception of Python.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(UNREADABLE, "file") from None


def words(value: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of an archive, read with a cap: what its directory claims is not believed."""
    members: dict[str, bytes] = {}
    left = min(MAX_UNPACKED, MAX_RATIO * len(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > MAX_MEMBERS:
                raise Refused(BOMB, "file")
            for info in archive.infolist():
                with archive.open(info) as member:
                    members[info.filename] = member.read(left + 1)
                left -= len(members[info.filename])
                if left < 0:
                    raise Refused(BOMB, "file")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        # RuntimeError: protected by a password; NotImplementedError, one of its kinds: odd packing.
        raise Refused(UNREADABLE, "file") from None
    if any(b"<!DOCTYPE" in member for member in members.values()):
        raise Refused(UNREADABLE, "file")
    return members


def repacked(members: dict[str, bytes]) -> io.BytesIO:
    """The same archive with nothing in it but what was measured."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            archive.writestr(zipfile.ZipInfo(name), member)
    file.seek(0)
    return file


def check_xlsx(members: dict[str, bytes]) -> None:
    """Refuse formulas, and cells so far away that the grid up to them would fill the memory."""
    for name, member in members.items():
        if not name.startswith("xl/worksheets/"):
            continue
        for _, place in re.findall(rb"[<:](?:c|row)\b[^>]*?\sr\s*=\s*([\"'])(.*?)\1", member):
            if not is_near(place):
                raise Refused(WIDE, "file")
        if formula := re.search(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f[ >/]', member):
            refuse_formula(int(formula[2]), formula[1].decode())


def is_near(place: bytes) -> bool:
    """Whether the address of a cell ("J15") or a row ("15") lies where a plan can lie."""
    address = re.fullmatch(rb"([A-Z]{0,3})(\d{1,7})", place)
    if address is None:
        return False
    return int(address[2]) <= MAX_GRID_ROWS and column_number(address[1]) <= MAX_GRID_COLUMNS


def column_number(letters: bytes) -> int:
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


def checked_ods(content: bytes) -> bytes:
    """The same sheet without the million empty rows that stand behind each table."""

    def repeats(match: re.Match[bytes]) -> bytes:
        most = MAX_GRID_ROWS if match[1] == b"rows" else MAX_GRID_COLUMNS
        count = min(int(match[2]), 1 if int(match[2]) > most else most)
        return b'table:number-%s-repeated="%d"' % (match[1], count)

    content = re.sub(rb'table:number-(rows|columns)-repeated="(\d+)"', repeats, content)
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
