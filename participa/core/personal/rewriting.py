"""Rows that were written with others, written again apart from them.

PostgreSQL keeps with each row the number of the transaction that wrote it (`xmin`), and where it
lies (`ctid`), which tells after which other one it was written. So two rows of one transaction stay
joined, whatever their columns say. SQLite keeps neither: a table lies in the order of its key.
"""

from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, text

from participa.core.db import autocommit_connection, db


def together(model: Any, *which: ColumnElement[bool]) -> int:
    """Write these rows again in one statement, in the order of their keys; returns how many.

    For rows with random keys, whose references do not cascade.
    """
    if db.engine.dialect.name == "sqlite":
        return 0
    table = model.__table__
    gone = delete(table).where(*which).returning(*table.columns).cte("gone")
    again = select(gone).order_by(*(gone.c[column.name] for column in table.primary_key))
    names = [column.name for column in table.columns]
    written = db.session.execute(insert(table).from_select(names, again, include_defaults=False))
    return int(written.rowcount)  # type: ignore[attr-defined]  # of an INSERT


def clear(*models: Any) -> None:
    """Let go of the places where rows lay before; after the commit that wrote them again."""
    if db.engine.dialect.name == "sqlite":
        return
    with autocommit_connection() as connection:
        for model in models:
            connection.execute(text(f'VACUUM "{model.__table__.name}"'))
