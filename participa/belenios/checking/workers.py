"""Processes that share work: one for each processor, or none where they cannot be started.

They are started anew and not forked: a process with threads can be forked into one that waits for a
lock for ever, and elsewhere than on Linux there is no fork. So what they do is a function of a
module, and everything that it needs comes with it. Runs on Python 3.9.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from participa.belenios.archive import UnreadableArchive

MOST = 60  # processes; one system starts no more than 61
PER_PROCESS = 2  # tasks that are under way, so that no process waits for the next one


class WorkerLost(UnreadableArchive):
    """A process ended during its work; nothing of it may be used."""


class Errand:
    """A call that runs in a process, or in this one at the moment when its result is asked for."""

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self.work, self.given = work, given
        self.future: Future[Any] | None = None
        self.is_done = False

    def result(self) -> Any:
        if self.future is None:
            self.is_done = True
            return self.work(*self.given)
        try:
            return self.future.result()
        except BrokenProcessPool:
            raise WorkerLost(
                "Un proceso que revisaba papeletas se terminó antes de tiempo."
            ) from None


class Workers:
    """Starts its processes with the second task: a single one is done here. Close it at the end."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = available() if processes is None else processes
        self.pool: ProcessPoolExecutor | None = None
        self.first: Errand | None = None

    @property
    def most(self) -> int:
        """How many tasks to have under way; more would only fill the memory."""
        return PER_PROCESS * self.processes

    def submit(self, work: Callable[..., Any], *given: Any) -> Errand:
        task = Errand(work, given)
        if self.processes < 2:
            return task
        if self.pool is None and self.first is None:
            self.first = task
            return task
        if self.pool is None and not self._start():
            return task
        self._send(task)
        return task

    def _start(self) -> bool:
        spawn = multiprocessing.get_context("spawn")
        try:
            self.pool = ProcessPoolExecutor(self.processes, spawn, prepare)
            if self.first is not None and not self.first.is_done:
                self._send(self.first)
        except (OSError, ImportError, NotImplementedError):  # a system without what they need
            self.pool, self.processes = None, 1
            return False
        return True

    def _send(self, task: Errand) -> None:
        assert self.pool is not None  # noqa: S101 - the callers have started it
        try:
            task.future = self.pool.submit(task.work, *task.given)
        except BrokenProcessPool:
            lost: Future[Any] = Future()
            lost.set_exception(BrokenProcessPool())
            task.future = lost

    def close(self) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)
        self.pool = self.first = None


def available() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), MOST)
    return min(os.cpu_count() or 1, MOST)


def prepare() -> None:
    """In a new process: leave Ctrl-C to the one that started it, and end with that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
