"""Tables as an Excel workbook: the sheet «Datos», and «Diccionario» to understand it.

xlsxwriter makes the workbook without its rows: styles, frozen header, filter, widths. The rows are
written here as XML straight into the zip, which is ten times as fast and needs constant memory.
Every text is a text cell, so no input of a citizen can become a formula.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from html import escape
from itertools import chain, islice
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from participa.core.tables import workbooks
from participa.core.tables.cells import (
    CHUNK,
    Cell,
    CellKind,
    Column,
    Table,
    by_column,
    chunks,
    clean,
    dictionary,
    settle,
)

MOST_ROWS = 1_048_575  # of a sheet, without its header
MOST_CHARACTERS = 32_767  # of a cell
EXACT = 10**15  # beyond it Excel rounds a number
DAY_ZERO = date(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900, which did not exist
DAY_SECONDS = 86_400
NARROWEST, WIDEST = 10, 60
BESIDE_THE_FILTER = 4  # characters of width that the filter button covers
LEVEL = 1  # of compression: higher ones take three times as long to save a fifth
DATE, MOMENT = "d/m/yyyy", "d/m/yyyy hh:mm:ss"
SHEET = "xl/worksheets/sheet"
TEXT, TEXT_END = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
SPECIAL = re.compile("[&<>]|_x").search
ESCAPED = re.compile("(?=_x[0-9A-Fa-f]{4}_)")  # a workbook reads _x0041_ as A


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The layout of a sheet; `lines` is its number of rows."""

    name: str
    columns: Sequence[Column]
    widths: Sequence[int]
    lines: int = 0
    is_first: bool = False


def save(table: Table, file: BinaryIO) -> None:
    """Write the workbook; rows beyond MOST_ROWS continue in «Datos 2»."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as packed:
        sheets = _pack(packed, [], "Datos", table)
        sheets = _pack(packed, sheets, "Diccionario", dictionary(table))
        for name, content in _skeleton(sheets, table.title).items():
            if not name.startswith(SHEET):
                packed.writestr(name, content)


def _pack(packed: ZipFile, before: list[Worksheet], name: str, table: Table) -> list[Worksheet]:
    """Write the table into new sheets after those of `before`; returns all sheets."""
    sheets = list(before)
    remaining = iter(table.rows)
    sample = list(islice(remaining, CHUNK))
    widths = _widths(table.columns, sample)
    _head, styles, _foot = _frame(Worksheet(name, table.columns, widths))
    rows = _rows(table.columns, chain(sample, remaining), styles)
    first = next(rows, None)
    while first is not None or len(sheets) == len(before):
        count = len(sheets) - len(before) + 1
        title = name if count == 1 else f"{name} {count}"
        mine = islice(chain([] if first is None else [first], rows), MOST_ROWS)
        sheet = Worksheet(title, table.columns, widths, is_first=not sheets)
        with packed.open(f"{SHEET}{len(sheets) + 1}.xml", "w", force_zip64=True) as entry:
            sheets.append(_fill(entry, sheet, mine))
        first = next(rows, None)
    return sheets


def _fill(entry: IO[bytes], sheet: Worksheet, rows: Iterator[str]) -> Worksheet:
    """Write one sheet; its end (the filter's range) depends on the number of rows."""
    entry.write(_frame(sheet)[0])
    lines = 0
    while chunk := list(islice(rows, CHUNK)):
        entry.write("".join(chunk).encode())
        lines += len(chunk)
    filled = replace(sheet, lines=lines)
    entry.write(_frame(filled)[2])
    return filled


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Column widths in characters for the headers and the sample rows, within limits."""
    widths = []
    for place, column in enumerate(columns):
        values = [settle(row[place], column.kind) for row in rows if len(row) == len(columns)]
        longest = max((len(str(value)) for value in values if value is not None), default=0)
        wanted = max(NARROWEST, longest + 1, len(column.label) + BESIDE_THE_FILTER)
        widths.append(min(WIDEST, wanted))
    return widths


def _rows(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], styles: Sequence[str]
) -> Iterator[str]:
    for chunk in chunks(rows):
        cells = [_cells(values, c.kind, styles) for c, values in by_column(columns, chunk)]
        for row in zip(*cells, strict=True):
            yield f"<row>{''.join(row)}</row>"


def _cells(values: Sequence[Any], kind: CellKind, styles: Sequence[str]) -> list[str]:
    """A column's values as XML cells, with a fast path for the common type of each kind."""
    if kind == "text":
        return [
            f"{TEXT}{value}{TEXT_END}"
            if type(value) is str
            and len(value) <= MOST_CHARACTERS
            and value.isprintable()
            and not SPECIAL(value)
            else _cell(settle(value, kind), styles)
            for value in values
        ]
    if kind == "number":
        return [
            f"<c><v>{value}</v></c>"
            if type(value) is int and -EXACT <= value <= EXACT
            else _cell(settle(value, kind), styles)
            for value in values
        ]
    return [_cell(settle(value, kind), styles) for value in values]


def _cell(cell: Cell, styles: Sequence[str]) -> str:
    if isinstance(cell, str):
        return _text(cell)
    if cell is None:
        return "<c/>"
    if isinstance(cell, bool):
        return _text("sí" if cell else "no")
    if isinstance(cell, date):
        return _time(cell, styles)
    return f"<c><v>{cell}</v></c>" if -EXACT <= cell <= EXACT else _text(_digits(cell))


def _text(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        text = f"{text[: MOST_CHARACTERS - 1]}…"
    if "_x" in text:
        text = ESCAPED.sub("_x005F", text)
    text = escape(text, quote=False)
    return f"{TEXT}{text}{TEXT_END}"


def _time(cell: date, styles: Sequence[str]) -> str:
    """A date as days since DAY_ZERO; the time is the fraction."""
    is_moment = isinstance(cell, datetime)
    day = cell.date() if isinstance(cell, datetime) else cell
    if day < FIRST_DAY:
        return _text(cell.isoformat())
    number: float = (day - DAY_ZERO).days
    if isinstance(cell, datetime):
        number += (cell.hour * 3600 + cell.minute * 60 + cell.second) / DAY_SECONDS
    return f'<c s="{styles[is_moment]}"><v>{number}</v></c>'


def _digits(cell: int | float | Decimal) -> str:
    return str(cell) if isinstance(cell, int) else format(Decimal(cell), "f")


def _frame(sheet: Worksheet) -> tuple[bytes, tuple[str, str], bytes]:
    """The XML before the rows, the style numbers of dates and moments, the XML after the rows."""
    drawn = _skeleton([sheet], "")[f"{SHEET}1.xml"].decode()
    head, _, rest = drawn.partition("</row>")
    head = re.sub("<dimension [^>]*/>", "", head)  # its length is unknown here
    if not sheet.is_first:  # several selected sheets would be edited as a group
        head = head.replace(' tabSelected="1"', "")
    date_style, moment_style = re.findall(r'<c r="[AB]2" s="(\d+)"', rest)
    _, _, foot = rest.partition("</sheetData>")
    return f"{head}</row>".encode(), (date_style, moment_style), f"</sheetData>{foot}".encode()


def _skeleton(sheets: Sequence[Worksheet], title: str) -> dict[str, bytes]:
    """The files of a workbook whose sheets have a header, one date and one moment."""
    file = io.BytesIO()
    with workbooks.new(file, constant_memory=True) as workbook:
        workbook.set_properties({"title": clean(title)[:255]})
        header = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        day = workbook.add_format({"num_format": DATE, "align": "left"})
        moment = workbook.add_format({"num_format": MOMENT, "align": "left"})
        for sheet in sheets:
            drawn = workbook.add_worksheet(sheet.name)
            drawn.freeze_panes(1, 0)
            drawn.autofilter(0, 0, sheet.lines, len(sheet.columns) - 1)
            for place, column in enumerate(sheet.columns):
                drawn.set_column(place, place, sheet.widths[place])
                drawn.write_string(0, place, clean(column.label), header)
            drawn.write_number(1, 0, 1, day)
            drawn.write_number(1, 1, 1, moment)
    with ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
