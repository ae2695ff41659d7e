"""What somebody sees who steals everything but the installation's key: rows, files, logs.

Two dumps of one box, before and after its counting, are more than any single thief has.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Table, text

from participa.core.db import db

HIDDEN = {"postgresql": ("xmin", "cmin", "ctid"), "sqlite": ()}


@dataclass
class Dump:
    """All rows in the order in which they lie, and the bytes of all files of the database."""

    rows: dict[str, list[dict[str, Any]]]
    files: dict[str, bytes] = field(repr=False)

    def __contains__(self, what: str | bytes) -> bool:
        """Whether this stands anywhere, in a row or in what a row was before."""
        raw = what.encode() if isinstance(what, str) else what
        return any(raw in content for content in self.files.values()) or raw in self.words

    @property
    def words(self) -> bytes:
        return json.dumps(self.rows, default=plain, ensure_ascii=False).encode()

    def first_places(self, marks: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
        """Per file that holds them all: in which order they appear there for the first time."""
        for name, content in self.files.items():
            places = [content.find(mark.encode()) for mark in marks]
            if -1 not in places:
                yield f"bytes of {name}", ranked(places)

    def orders(self, table: str, mark_of: Any, marks: Sequence[str]) -> dict[str, list[int]]:
        """By each column, seen or hidden, and by the place: which mark comes first, second, …"""
        rows = self.rows[table]
        number = {mark: n for n, mark in enumerate(marks)}
        found = {"as they lie": [number[mark_of(row)] for row in rows]}
        for column in rows[0]:
            values = [(str(row[column]).zfill(20), n) for n, row in enumerate(rows)]
            found[column] = [number[mark_of(rows[n])] for _, n in sorted(values)]
        return found


def plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def ranked(places: Sequence[int]) -> list[int]:
    return sorted(range(len(places)), key=lambda n: places[n])


def dump(since: str) -> Dump:
    """Take everything there is now; of PostgreSQL's log of changes what came since then."""
    db.session.rollback()
    with db.engine.connect() as connection:
        rows = {
            table.name: [
                read(table, row) for row in connection.execute(statement(table)).mappings()
            ]
            for table in db.metadata.sorted_tables
        }
    return Dump(rows, dict(files(since)))


def statement(table: Table) -> Any:
    """Every column, and those that PostgreSQL does not show, as the rows lie."""
    columns = [f'"{column.name}"' for column in table.columns]
    dialect = db.engine.dialect.name
    hidden = [f"{name}::text AS _{name}" for name in HIDDEN[dialect]]
    order = "ORDER BY ctid" if dialect == "postgresql" else by_rowid(table)
    return text(f'SELECT {", ".join([*columns, *hidden])} FROM "{table.name}" {order}')


def read(table: Table, row: Any) -> dict[str, Any]:
    """SQLite gives what is kept as JSON as text."""
    told = dict(row)
    for column in table.columns:
        if isinstance(column.type, JSON) and isinstance(told[column.name], str):
            told[column.name] = json.loads(told[column.name])
    return told


def by_rowid(table: Table) -> str:
    return "" if table.dialect_options["sqlite"]["with_rowid"] is False else "ORDER BY rowid"


def files(since: str) -> Iterator[tuple[str, bytes]]:
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        for ending in ("", "-wal"):
            yield f"participa.db{ending}", path.with_name(path.name + ending).read_bytes()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")))
        until = log_of_changes()
        for table in db.metadata.sorted_tables:
            place = connection.scalar(text(f"SELECT pg_relation_filepath('{table.name}')"))
            yield f"heap of {table.name}", (folder / place).read_bytes()
    logs = [path for path in (folder / "pg_wal").iterdir() if since <= path.name <= until]
    yield "pg_wal", b"".join(path.read_bytes() for path in sorted(logs))


def log_of_changes() -> str:
    """Which file PostgreSQL writes ahead into now."""
    if db.engine.dialect.name == "sqlite":
        return ""
    with db.engine.connect() as connection:
        return str(connection.scalar(text("SELECT pg_walfile_name(pg_current_wal_lsn())")))


def resemblance(found: Sequence[int], truth: Sequence[int]) -> float:
    """How much an order follows another one, forwards or backwards: 0 is chance, 1 is the same.

    Spearman's coefficient, without its sign.
    """
    n = len(truth)
    place = {one: rank for rank, one in enumerate(truth)}
    distance = sum((rank - place[one]) ** 2 for rank, one in enumerate(found))
    return abs(1 - 6 * distance / (n * (n * n - 1)))


def neighbours(found: Sequence[int], truth: Sequence[int]) -> float:
    """Of how many who stand side by side in one order it is so in the other."""
    place = {one: rank for rank, one in enumerate(truth)}
    pairs = list(pairwise(found))
    return sum(abs(place[a] - place[b]) == 1 for a, b in pairs) / len(pairs)


def hits(found: Sequence[int], truth: Sequence[int]) -> float:
    """How many are told right by taking one order for the other."""
    return sum(a == b for a, b in zip(found, truth, strict=True)) / len(truth)


def tables_with(rows: dict[str, list[dict[str, Any]]], words: set[str]) -> set[str]:
    """The tables in one of whose rows one of these stands."""
    return {
        name
        for name, listed in rows.items()
        for row in listed
        for value in row.values()
        if words & set(map(str, flat(value)))
    }


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (one for item in value.items() for one in flat(list(item)))
    elif isinstance(value, list):
        yield from (one for item in value for one in flat(item))
    else:
        yield value
