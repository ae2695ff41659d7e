"""Tables written to a file and read again, as the programs of the city would."""

import csv
import io
import re
from datetime import UTC, date, datetime

from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from participa.core.tables import tables
from participa.core.tables.cells import HARMFUL
from participa.core.tables.tables import Column, Table

COLUMNS = (
    Column("name", "Nombre", "Cómo se llama"),
    Column("votes", "Votos", "Cuántas personas lo eligieron", "number"),
    Column("held_on", "Fecha", "Día del evento", "date"),
    Column("sent_at", "Enviado", "Cuándo llegó", "moment"),
    Column("is_open", "Abierto", "Si todavía recibe", "yes_no"),
)
ROW = (
    "Salud",
    412,
    date(2024, 3, 9),
    datetime(2024, 3, 10, 1, 5, 7, tzinfo=UTC),  # the evening before, in the city
    True,
)
EMPTY = (None, None, None, None, None)
# What citizens type, and what somebody types who wants a spreadsheet to obey.
TEXTS = st.text() | st.builds(
    "{}{}".format,
    st.sampled_from(
        ["=", "+", "-", "@", "\t", "\r", "\n", " =", '"=', "' +", "\ufeff=", "_x0041_"]
    ),
    st.text(),
)
MOMENTS = st.datetimes(
    min_value=datetime(1901, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)
ROWS = st.tuples(
    st.none() | TEXTS,
    st.none() | st.integers(-(10**15), 10**15) | st.decimals(-(10**6), 10**6, places=2),
    st.none() | st.dates(min_value=date(1900, 3, 1)),
    st.none() | MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
    st.none() | st.booleans(),
)


def table(rows, columns=COLUMNS):
    return Table("temas", "Temas elegidos", columns, rows)


def written(some_table, format):
    """The file, as bytes."""
    chosen = tables.FORMATS[format]
    if chosen.stream is not None:
        return b"".join(chosen.stream(some_table))
    file = io.BytesIO()
    chosen.save(some_table, file)
    return file.getvalue()


def read_csv(content, separator=";"):
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def read_sheet(content, name="Datos"):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def as_typed(text):
    """The text that is left of what came in: without control signs, lines ended alike."""
    return HARMFUL.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))


def in_csv(text):
    """The same with the apostrophe that keeps a spreadsheet from computing it."""
    text = as_typed(text)
    seen = text.lstrip().lstrip("\"'`´‘’“”«» \t\n\xa0")
    is_risky = seen[:1] in tuple("=+-@＝＋－＠") or text[:1] in tuple("\t\n")
    is_altered = re.fullmatch(r"0\d[\d.,]*|\d{16,}|\d+[Ee]\d+", text, re.ASCII)
    return f"'{text}" if is_risky or is_altered else text
