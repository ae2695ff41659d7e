"""The rows of a test database, beside SQLAlchemy: deleted, saved, and restored, at little cost.

Each engine has one connection of its own here, which ignores foreign keys and touches only tables
that have rows. Both ask the database itself which these are, so that rows written by another
process or with plain SQL are seen too.
"""

import sqlite3
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine

from participa.core.db import db

# From so many rows on PostgreSQL would drag the deleted ones through the tests that follow.
MANY_ROWS = 500


class Database(Protocol):
    """What both engines can do. A state is opaque: only `restore` of the same object reads it."""

    def empty(self) -> None:
        """Delete all rows and restart the numbering."""

    def save(self) -> Any: ...

    def restore(self, state: Any) -> None:
        """Replace all rows by those of this state."""

    def renew(self) -> None:
        """Empty the tables so that their files hold nothing of earlier rows."""

    def close(self) -> None: ...


def of(engine: Engine) -> Database:
    return Sqlite(engine) if engine.dialect.name == "sqlite" else Postgres(engine)


def table_names() -> list[str]:
    return [table.name for table in db.metadata.sorted_tables]


class Sqlite:
    """Numbering restarts by itself: no table is declared AUTOINCREMENT."""

    def __init__(self, engine: Engine) -> None:
        path = str(engine.url.database)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA foreign_keys=OFF")
        self.connection.execute("PRAGMA secure_delete=ON")
        self.connection.execute("PRAGMA busy_timeout=5000")
        self.filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in table_names()
        )

    def tables(self) -> list[str]:
        return [name for (name,) in self.connection.execute(self.filled)]

    def empty(self) -> None:
        self._fill({})

    def save(self) -> dict[str, list[tuple]]:
        return {
            name: self.connection.execute(f'SELECT * FROM "{name}"').fetchall()
            for name in self.tables()
        }

    def restore(self, state: dict[str, list[tuple]]) -> None:
        self._fill(state)

    def _fill(self, state: dict[str, list[tuple]]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        for name in self.tables():
            self.connection.execute(f'DELETE FROM "{name}"')
        for name, rows in state.items():
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        self.connection.execute("COMMIT")

    def renew(self) -> None:
        self.empty()

    def close(self) -> None:
        self.connection.close()


class Postgres:
    def __init__(self, engine: Engine) -> None:
        url = engine.url.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        self.connection = psycopg.connect(address, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")
        names = table_names()
        cases = (f"CASE WHEN EXISTS (SELECT FROM \"{n}\") THEN '{n}' END" for n in names)
        self.filled = f"SELECT array_remove(ARRAY[{', '.join(cases)}], NULL)"
        found = self.connection.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
        )
        self.sequences = [name for (name,) in found]
        starts = (f"setval('\"{name}\"', 1, false)" for name in self.sequences)
        self.restart = f"SELECT {', '.join(starts)}"

    def tables(self) -> list[str]:
        [names] = self.connection.execute(self.filled, prepare=True).fetchone() or [[]]
        return list(names)

    def empty(self) -> None:
        if names := self.tables():
            cursor = self.connection.execute("; ".join(f'DELETE FROM "{n}"' for n in names))
            for name in names:
                if cursor.rowcount >= MANY_ROWS:
                    self.connection.execute(f'VACUUM "{name}"')
                cursor.nextset()
        self.connection.execute(self.restart, prepare=True)

    def save(self) -> dict[str, Any]:
        rows = {}
        for name in self.tables():
            with self.connection.cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
                rows[name] = b"".join(bytes(piece) for piece in copy)
        numbers = self.connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()
        return {"rows": rows, "numbers": numbers}

    def restore(self, state: dict[str, Any]) -> None:
        self.empty()
        for name, rows in state["rows"].items():
            with self.connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                copy.write(rows)
        if state["numbers"]:
            starts = (f"setval('\"{name}\"', {last})" for name, last in state["numbers"])
            self.connection.execute(f"SELECT {', '.join(starts)}")

    def renew(self) -> None:
        names = ", ".join(f'"{name}"' for name in table_names())
        self.connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")

    def close(self) -> None:
        self.connection.close()
