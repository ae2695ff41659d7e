"""A bound on how many threads of this process do the same expensive thing at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from participa.core import db
from participa.core.errors import Busy


class Throttle:
    """At most `slots` threads inside at once; the others wait, up to `wait_seconds` each.

    A thread that waits longer gets Busy (503) with the sentence `full`.
    """

    def __init__(self, slots: int, wait_seconds: float, full: str):
        self.semaphore = Semaphore(slots)
        self.wait_seconds = wait_seconds
        self.full = full

    @contextmanager
    def slot(self) -> Iterator[None]:
        if not self.semaphore.acquire(timeout=self.wait_seconds):
            raise Busy(self.full)
        try:
            yield
        finally:
            self.semaphore.release()

    @contextmanager
    def slot_without_connection(self) -> Iterator[None]:
        """Roll back first if the transaction has no writes yet: its connection returns to the pool
        for as long as this thread waits. A transaction with writes stays open.
        """
        if not db.has_writes():
            db.db.session.rollback()
        with self.slot():
            yield
