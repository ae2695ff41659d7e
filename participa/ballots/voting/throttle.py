"""The proofs of a ballot take a processor for a while: one at a time in each process.

A hall that votes at once would otherwise hold every connection to the database and every slice of
the processor, and nobody else would see a page meanwhile. Whoever waits here holds neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from sqlalchemy import text

from participa.core.db import db
from participa.core.errors import Busy

WAIT_SECONDS = 20.0
FULL = (
    "Están llegando muchas papeletas a la vez. La suya todavía no entró: "
    "deposítela otra vez en unos segundos."
)
turn = Semaphore()


@contextmanager
def my_turn() -> Iterator[None]:
    """Wait for the processor; who has written nothing yet gives the connection back first."""
    if not _has_written():
        db.session.rollback()
    if not turn.acquire(timeout=WAIT_SECONDS):
        raise Busy(FULL)
    try:
        yield
    finally:
        turn.release()


def _has_written() -> bool:
    """Whether the transaction holds anything that ending it would lose."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        raw = connection.connection.driver_connection
        return bool(raw and raw.in_transaction)
    number = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return bool(connection.scalar(number))
