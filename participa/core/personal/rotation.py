"""Replace the key of the personal data: everything is encrypted again under the first one.

Every step returns how many rows each of its batches changed. The caller commits after each batch:
nobody who signs meanwhile waits for all of it, and what was interrupted is simply repeated.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Select, Text, bindparam, select, type_coerce, update

from participa.core.db import db
from participa.core.personal import sealing
from participa.core.personal.sealing import Sealed

BATCH = 500


def sealed_columns() -> Iterator[Column[Any]]:
    """Every encrypted column of the database, in the order of their tables' names."""
    for table in sorted(db.metadata.tables.values(), key=lambda one: one.name):
        yield from (column for column in table.columns if isinstance(column.type, Sealed))


def unreadable() -> str:
    """Table and column of a text that none of the keys opens; "" if they open everything."""
    for column in sealed_columns():
        for batch in _batches(column):
            if not all(sealing.can_open(text) for _, text in batch):
                return f"{column.table.name}.{column.name}"
    return ""


def is_readable_at_a_glance() -> bool:
    """Whether the keys open the first and the last row of each table: a wrong key shows there."""
    tables = {column.table.name: column.table for column in sealed_columns()}
    for table in tables.values():
        key = next(iter(table.primary_key.columns))
        stored = [type_coerce(one, Text) for one in table.columns if isinstance(one.type, Sealed)]
        for order in (key.asc(), key.desc()):
            row = db.session.execute(select(*stored).order_by(order).limit(1)).first()
            if not all(sealing.can_open(text) for text in row or () if text):
                return False
    return True


def reseal() -> Iterator[int]:
    """Encrypt every personal text under the first key, those that are under it already too.

    A text that somebody changes or erases meanwhile stays as they left it. Call it when
    `unreadable` is empty.
    """
    for column in sealed_columns():
        key = next(iter(column.table.primary_key.columns))
        # As they are stored: neither decrypted nor encrypted by the column's type.
        unchanged = type_coerce(column, Text) == bindparam("before", type_=Text)
        write = (
            update(column.table)
            .where(key == bindparam("row"), unchanged)
            .values({column.name: bindparam("sealed", type_=Text)})
        )
        for batch in _batches(column):
            changes = [
                {"row": row, "before": text, "sealed": sealing.reseal(text)} for row, text in batch
            ]
            db.session.connection().execute(write, changes)
            yield len(changes)


def _batches(column: Column[Any]) -> Iterator[list[tuple[Any, str]]]:
    """Key and stored text of the rows of a column that are not empty."""
    key = next(iter(column.table.primary_key.columns))
    stored = type_coerce(column, Text)
    rows: Select[Any] = select(key, stored).where(stored != "").order_by(key).limit(BATCH)
    batch = _read(rows)
    while batch:
        yield batch
        batch = _read(rows.where(key > batch[-1][0]))


def _read(rows: Select[Any]) -> list[tuple[Any, str]]:
    return [(row, text) for row, text in db.session.execute(rows)]
