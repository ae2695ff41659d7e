"""Tables for export, and the conversion of values to safe cells.

Control characters, which may steer a terminal or break XML, are removed. Text that a spreadsheet
would evaluate as a formula is escaped.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice, zip_longest
from typing import Any, Literal

from participa.core import clock

CellKind = Literal["text", "number", "date", "moment", "yes_no"]
Cell = str | bool | int | float | Decimal | date | datetime | None
KINDS = {
    "text": "Texto",
    "number": "Número",
    "date": "Fecha",
    "moment": "Fecha y hora",
    "yes_no": "Sí o no",
}
CHUNK = 500
# Control characters of C0 and C1 except tab and line feed, surrogates, the two characters that XML
# forbids, and the byte order mark.
HARMFUL = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# Spreadsheets skip spaces and quotes before a formula; some also accept the full-width characters
# of East Asian keyboards.
FORMULA = re.compile(r"""[\s"'`´‘’“”«»]*[=+\-@＝＋－＠]|[\t\n\r]""")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` for programs, `label` and `description` for people.

    `values` are the codes that its cells may have, with their words.
    """

    key: str
    label: str
    description: str
    kind: CellKind = "text"
    values: tuple[tuple[str, str], ...] = ()


CODEBOOK = (
    Column("code", "Código", "Un código que pueden tener sus celdas"),
    Column("words", "Qué dice el código", "La respuesta que el código representa"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table to export. `rows` is read once, and may be a cursor of the database.

    `note` is a sentence for whoever reads the whole: JSON and Excel carry it, CSV has no place.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Any]]
    note: str = ""


def dictionary(table: Table) -> Table:
    """The data dictionary of a table, as a table. Codes stand below their column, as in the
    codebook of a statistics program.
    """
    columns: tuple[Column, ...] = (
        Column("key", "Columna", "Nombre corto de la columna, para programas"),
        Column("label", "Título", "Título de la columna en los archivos"),
        Column("description", "Descripción", "Qué dice la columna"),
        Column("kind", "Tipo", "Qué clase de valor lleva"),
    )
    rows: list[tuple[str, ...]]
    rows = [(c.key, c.label, c.description, KINDS[c.kind]) for c in table.columns]
    if table.note:
        rows.append(("", "Nota", table.note, ""))
    if any(c.values for c in table.columns):
        columns = (*columns, *CODEBOOK)
        rows = list(_with_codes(table.columns, rows))
    return Table(f"{table.name}-diccionario", f"Diccionario: {table.title}", columns, rows)


def _with_codes(
    columns: Sequence[Column], rows: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """The rows of a dictionary with those of their codes; the note has no column."""
    for row, column in zip_longest(rows, columns):
        yield (*row, "", "")
        if column is not None:
            yield from ((column.key, "", "", "", code, words) for code, words in column.values)


def settle(value: Any, kind: CellKind) -> Cell:
    """Normalise a value for all formats: local time of America/Bogota, clean text."""
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return None
    if isinstance(value, str):
        return clean(value)
    if kind == "yes_no":
        return bool(value)
    if isinstance(value, date):
        return _day_or_moment(value, kind)
    if isinstance(value, int | float | Decimal):
        return value if math.isfinite(value) else None
    return clean(str(value))


def _day_or_moment(value: date, kind: CellKind) -> date:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("moments must carry their time zone; use clock.now()")
    moment = clock.local(value).replace(microsecond=0)
    return moment.date() if kind == "date" else moment


def clean(text: str) -> str:
    """The text without control characters, with line feeds as line ends."""
    if text.isprintable():
        return str(text)
    return HARMFUL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape_formula(text: str) -> str:
    """Prefix text with an apostrophe if a spreadsheet would evaluate it as a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows in lists of CHUNK, so that the cost per row is small and memory constant."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def by_column(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[Column, tuple[Any, ...]]]:
    """Each column with its values; raises ValueError for a row of another length."""
    return zip(columns, zip(*rows, strict=True), strict=True)
