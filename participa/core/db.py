"""The database session, the declarative base, and the setup of SQLite and PostgreSQL."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    Enum,
    MetaData,
    PrimaryKeyConstraint,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, registry

from participa.core.errors import Refused
from participa.core.installation import Duty, Installation, installation
from participa.core.locks import FairLock

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
UNIQUE = (UniqueConstraint, PrimaryKeyConstraint)
# Connections per process, one for each request at work. Opening one costs more than a whole
# request, so they stay open; LIFO reuses the one whose statements are prepared.
CONNECTIONS = 12
POOL = {"pool_size": CONNECTIONS, "pool_use_lifo": True}
WAIT_SECONDS = 5.0
# Seconds of PostgreSQL for a statement (0 is no bound) and for a lock. A person who waits longer
# gets 503 and sends again; what an operator or a job began may take its time.
BOUNDS = {Duty.SERVER: (30, int(WAIT_SECONDS)), Duty.WORKER: (0, 30), Duty.COMMAND: (0, 30)}
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, stored as naive UTC; a naive one raises ValueError."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments must carry their time zone; use clock.now()")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value, dialect):
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime,
            # Stored as text: a native enum type of PostgreSQL needs a migration per new member.
            enum.Enum: Enum(enum.Enum, native_enum=False, length=32),
        },
    )


class LeanSession(Session):
    """A session whose `connection()` costs no more than a connection of the engine.

    What a citizen sends needs statements and no mapped objects, and the session's own transaction
    costs as much as they do. So the connection is opened first; the session begins once an object
    or a query of the mapper needs it, and then works in the transaction of that connection.
    """

    opened: Connection | None = None

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> Connection:
        if super().in_transaction() or bind_arguments or execution_options:
            return super().connection(bind_arguments, execution_options)
        if self.opened is None:
            self.opened = db.engine.connect()
        return self.opened

    def get_bind(self, *args: Any, **named: Any) -> Engine | Connection:
        return super().get_bind(*args, **named) if self.opened is None else self.opened

    def in_transaction(self) -> bool:
        return self.opened is not None or super().in_transaction()

    def commit(self) -> None:
        if super().in_transaction():
            if self.opened is not None:
                super().connection()  # the session ends its transaction, also if it used none yet
            super().commit()
        elif self.opened is not None:
            self.opened.commit()
        self._put_back()

    def rollback(self) -> None:
        super().rollback()
        self._put_back()

    def close(self) -> None:
        super().close()
        self._put_back()

    def _put_back(self) -> None:
        """Return the connection to the pool, which rolls back what was not committed."""
        if self.opened is not None:
            opened, self.opened = self.opened, None
            opened.close()


db = SQLAlchemy(
    model_class=Base,
    session_options={"class_": LeanSession, "join_transaction_mode": "control_fully"},
)


def init_app(app: Flask) -> None:
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = POOL
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _open_sqlite(db.engine)
        else:
            _open_postgresql(db.engine, installation(app))


def _open_sqlite(engine: Engine) -> None:
    lock = FairLock(Path(f"{engine.url.database}.lock"))

    @event.listens_for(engine, "connect")
    def durable(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # a receipt must survive a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten (DAT-09)
        cursor.close()

    # The driver begins a transaction at the first write, so the lock is taken there. The connection
    # returns to the pool right after commit or rollback, and the lock is released.
    @event.listens_for(engine, "before_cursor_execute")
    def lock_before_writing(connection, cursor, statement, parameters, context, executemany):
        if "write_lock" not in connection.info and statement.lstrip().upper().startswith(WRITES):
            lock.acquire(WAIT_SECONDS)
            connection.info["write_lock"] = lock

    # The driver does not begin a transaction for a savepoint, and SQLite treats an outermost
    # savepoint as the transaction: releasing it would commit before the view does.
    @event.listens_for(engine, "savepoint")
    def begin_before_savepoint(connection, name):
        raw = connection.connection.driver_connection
        if not raw.in_transaction:
            raw.execute("BEGIN")

    @event.listens_for(engine, "checkin")
    def unlock_after_use(connection: Any, record: Any) -> None:
        if write_lock := record.info.pop("write_lock", None):
            write_lock.release()


def _open_postgresql(engine: Engine, state: Installation) -> None:
    """Bound how long a statement runs and waits for a lock, and name the connections."""

    @event.listens_for(engine, "do_connect")
    def bounded(dialect: Any, record: Any, arguments: Any, named: dict[str, Any]) -> None:
        statement, lock = BOUNDS[state.duty]
        bounds = f"-c statement_timeout={statement}s -c lock_timeout={lock}s"
        named["options"] = f"{named.get('options', '')} {bounds}".strip()
        named["application_name"] = str(state.duty)


def autocommit_connection() -> Connection:
    """A connection for a single read; saves PostgreSQL the round trips of BEGIN and COMMIT.

    SQLite's driver begins no transaction to read, and to change its isolation level costs more.
    """
    if db.engine.dialect.name == "sqlite":
        return db.engine.connect()
    return db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def has_writes() -> bool:
    """Whether the current transaction has written something that a rollback would lose."""
    if not db.session().in_transaction():
        return False
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        return bool(raw and raw.in_transaction)  # its driver begins at the first write
    number = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return bool(connection.scalar(number))


def end_reading() -> None:
    """End a transaction that has only read, before long work; one that has written goes on."""
    if not has_writes():
        db.session.rollback()


@contextmanager
def unique_or_refuse(constraint: str, refusal: Refused) -> Iterator[None]:
    """Raise `refusal` when the block violates the named constraint; other errors pass through.

    The block runs in a savepoint. Flush inside it, so that the statement runs there.
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        if _broken(error) != constraint:
            raise
        raise refusal from error


def _broken(error: IntegrityError) -> str | None:
    """The name of the violated constraint; SQLite names only the columns of a unique one."""
    if diagnosis := getattr(error.orig, "diag", None):
        return diagnosis.constraint_name
    kind, _, what = str(error.orig).partition(" constraint failed: ")
    if kind != "UNIQUE":
        return what or None
    columns = {column.strip() for column in what.split(",")}
    for table in db.metadata.tables.values():
        constraints = [c for c in table.constraints if isinstance(c, UNIQUE)]
        for unique in [*constraints, *(index for index in table.indexes if index.unique)]:
            if {f"{table.name}.{column.name}" for column in unique.columns} == columns:
                return str(unique.name)
    return None
