"""Replace the key of the personal data: everything is encrypted again under the first one."""

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, Text, bindparam, select, type_coerce, update

from participa.core.db import db
from participa.core.personal import sealing
from participa.core.personal.sealing import Sealed

BATCH = 500


class Unreadable(Exception):
    """A text that none of the keys opens; the message names its table and column."""


def sealed_columns() -> Iterator[Column[Any]]:
    """Every encrypted column of the database, in the order of their tables' names."""
    for table in sorted(db.metadata.tables.values(), key=lambda one: one.name):
        yield from (column for column in table.columns if isinstance(column.type, Sealed))


def reseal_all() -> int:
    """Encrypt every personal text under the first key; returns their number. The caller commits.

    Raises Unreadable when a key is missing. Can be repeated.
    """
    return sum(_reseal(column) for column in sealed_columns())


def _reseal(column: Column[Any]) -> int:
    """The column's texts are read and written as they are stored, without decrypting them here."""
    table, key = column.table, next(iter(column.table.primary_key.columns))
    stored = type_coerce(column, Text)
    rows = select(key, stored).where(stored != "").order_by(key).limit(BATCH)
    write = (
        update(table)
        .where(key == bindparam("row"))
        .values({column.name: bindparam("sealed", type_=Text)})
    )
    done, last = 0, None
    while batch := db.session.execute(rows if last is None else rows.where(key > last)).all():
        try:
            resealed = [{"row": row, "sealed": sealing.reseal(text)} for row, text in batch]
        except InvalidToken:
            raise Unreadable(f"{table.name}.{column.name}") from None
        db.session.connection().execute(write, resealed)
        done, last = done + len(batch), batch[-1][0]
    return done
