"""A fair lock in front of a SQLite file: first come, first served, in and across processes.

SQLite lets writers poll for its lock, and an unlucky one waits for seconds. Standing in line
costs nothing when nobody else is there, and keeps the slowest of a crowd close to the middle.
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
    """Hold it around the first write of a transaction and its commit, nothing else."""

    def __init__(self, path: Path):
        self.path = path
        self.guard = Lock()
        self.line: deque[Lock] = deque()
        self.held = False
        self.file: int | None = None
        self.process = 0

    def acquire(self, timeout: float) -> None:
        """Stand in line; raises Busy when the turn does not come within `timeout` seconds."""
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
            # The turn came between the time-out and the guard: take it.
        try:
            self._lock_file(deadline)
        except BaseException:  # whatever went wrong, the line moves on
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
