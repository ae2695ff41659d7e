"""Tables as CSV, in a dialect for Spanish Excel and an international one."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from participa.core.tables.cells import (
    Cell,
    CellKind,
    Table,
    by_column,
    chunks,
    clean,
    escape_formula,
    settle,
)

YES_NO = {True: "sí", False: "no", None: ""}


@dataclass(frozen=True, slots=True)
class Dialect:
    separator: str
    decimal: str
    beginning: bytes
    day: Callable[[date], str]
    moment: Callable[[datetime], str]
    is_for_people: bool = False  # opened with a double click, not read by a program


def _short_day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _short_moment(moment: datetime) -> str:
    return f"{_short_day(moment)} {moment:%H:%M:%S}"


# Spanish Excel uses the decimal comma, so it expects semicolons between cells; without a byte order
# mark it reads UTF-8 as Windows-1252.
SPANISH = Dialect(";", ",", b"\xef\xbb\xbf", _short_day, _short_moment, True)
INTERNATIONAL = Dialect(",", ".", b"", date.isoformat, datetime.isoformat)


# Text that a spreadsheet takes for a number and changes as it opens the file: 0012 becomes 12, a
# number of more than 15 digits is rounded, and 12E5 becomes 1.200.000.
ALTERED = re.compile(r"0[0-9][0-9.,]*|[0-9]{16,}|[0-9]+[Ee][0-9]+").fullmatch


def stream(table: Table, dialect: Dialect) -> Iterator[bytes]:
    """The file in pieces of CHUNK rows, so that memory stays constant."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.separator, lineterminator="\r\n")
    writer.writerow([escape_formula(clean(column.label)) for column in table.columns])
    yield dialect.beginning + buffer.getvalue().encode()
    for rows in chunks(table.rows):
        buffer.seek(0)
        buffer.truncate()
        cells = [_written(values, c.kind, dialect) for c, values in by_column(table.columns, rows)]
        writer.writerows(zip(*cells, strict=True))
        yield buffer.getvalue().encode()


def _written(values: Sequence[Any], kind: CellKind, dialect: Dialect) -> list[Any]:
    """A column's values as text, with a fast path for the common type of each kind."""
    if kind == "text":
        return [
            value
            if type(value) is str and value.isprintable() and value[:1].isalpha()
            else _cell(settle(value, kind), dialect)
            for value in values
        ]
    if kind == "number":
        return [
            value if type(value) is int else _cell(settle(value, kind), dialect) for value in values
        ]
    return [_cell(settle(value, kind), dialect) for value in values]


def _cell(cell: Cell, dialect: Dialect) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if dialect.is_for_people and ALTERED(cell) else escape_formula(cell)
    if cell is None or isinstance(cell, bool):
        return YES_NO[cell]
    if isinstance(cell, datetime):
        return dialect.moment(cell)
    if isinstance(cell, date):
        return dialect.day(cell)
    written = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return written.replace(".", dialect.decimal)
