"""A FIFO lock for the writers of a SQLite file; between processes it is a plain file lock.

SQLite lets writers poll for its own lock, and an unlucky one waits for seconds. This queue costs
nothing without contention, and with it the slowest waits little longer than the median.
"""

import fcntl
import os
import time
from collections import deque
from pathlib import Path
from threading import Lock

from participa.core.errors import Busy

POLL_SECONDS = 0.001


class FairLock:
    """Held from the first write of a transaction to its commit."""

    def __init__(self, path: Path):
        self.path = path
        self.guard = Lock()
        self.line: deque[Lock] = deque()
        self.held = False
        self.file: int | None = None
        self.process = 0

    def acquire(self, timeout: float) -> None:
        """Wait in the queue; raises Busy after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        turn = None
        with self.guard:
            if self.held:
                turn = Lock()
                turn.acquire()
                self.line.append(turn)
            self.held = True
        if turn is not None and not turn.acquire(timeout=timeout):
            with self.guard:
                if turn in self.line:
                    self.line.remove(turn)
                    raise Busy("La base de datos está ocupada.")
            # The lock was handed over between the timeout and the guard: take it.
        try:
            self._lock_file(deadline)
        except BaseException:  # the next in the queue must not wait for ever
            self._next()
            raise

    def release(self) -> None:
        if self.file is not None:
            fcntl.flock(self.file, fcntl.LOCK_UN)
        self._next()

    def _next(self) -> None:
        with self.guard:
            if self.line:
                self.line.popleft().release()
            else:
                self.held = False

    def _lock_file(self, deadline: float) -> None:
        if self.process != os.getpid():  # a descriptor shared after fork would share its lock
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self.process = os.getpid()
        assert self.file is not None  # noqa: S101 - opened two lines above
        while True:
            try:
                return fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy("La base de datos está ocupada.") from None
                time.sleep(POLL_SECONDS)
