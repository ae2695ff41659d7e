"""The server: granian runs the application, with the job worker as a child process."""

import gc
import multiprocessing
import os
import signal
import socket
from contextlib import suppress
from functools import partial
from multiprocessing.context import ForkProcess
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Event, Lock, Thread

import structlog
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.orm import configure_mappers
from werkzeug.utils import import_string

from participa import config
from participa.config import Settings
from participa.core.installation import Duty, installation
from participa.core.jobs.worker import end_with
from participa.core.jobs.worker import run as run_jobs
from participa.core.ops.gate import Gate, Wsgi
from participa.core.ops.listener import WAITING_ROOM, SoleServer, open_door

ROOF = "participa.app:create_app"
FORKED = multiprocessing.get_context("fork")
JOBS = "participa-jobs"
# A slow sender occupies a thread, which costs little. Threads are started as needed.
THREADS = 512
HEADER_MS = 15_000  # also of a connection at rest: nginx closes its own sooner (deploy/nginx.conf)
MOST_PROCESSES = 4
PAUSE_SECONDS = 3
STOP_SECONDS = 25

log = structlog.get_logger()


def load(roof: str) -> Flask:
    """Create the application, once: the processes forked afterwards share its memory pages while
    nothing writes to them. It has neither connections nor threads of its own yet.
    """
    app: Flask = import_string(roof)()
    configure_mappers()
    return app


def spare_the_collector() -> None:
    """Exempt all current objects from garbage collection, which would write to their pages."""
    gc.collect()
    gc.freeze()


def attached(master: int, reserved: socket.socket, app: Flask, target: str) -> Wsgi:
    """What each process of the server runs; it ends with its master, whatever ended that."""
    Thread(target=end_with, args=(master, STOP_SECONDS), daemon=True).start()
    application = guarded(app, reserved.getsockname()[1])
    open_door(reserved)
    return application


def guarded(app: Flask, port: int) -> Wsgi:
    """Let the application serve in this process until the process ends, behind a gate."""
    state = installation(app)
    state.duty = Duty.SERVER
    # At the end of a forked process Python runs the finalizers of multiprocessing, not of atexit.
    Finalize(None, state.close, exitpriority=0)
    gate = Gate(app, state.slow_endings)
    gate.senders.watch(port)
    return gate


def processes(settings: Settings) -> int:
    """Number of server processes: 1 on SQLite, else the setting or the number of cores."""
    if settings.database_url.startswith("sqlite"):
        return 1
    return settings.workers or max(1, min(MOST_PROCESSES, os.cpu_count() or 1))


def run(settings: Settings, reserved: socket.socket, roof: str = ROOF) -> None:
    """Serve until SIGTERM or SIGINT; the job worker starts and stops with the server."""
    os.environ.update(config.to_environment(settings))
    server = SoleServer(
        roof,
        reserved=reserved,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=processes(settings),
        blocking_threads=THREADS,
        backpressure=WAITING_ROOM,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        websockets=False,
        log_access=False,
        log_enabled=settings.log != "off",
        log_level=LogLevels.error,
        log_dictconfig=PLAIN_LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    app = load(roof)
    worker = Worker(app, reserved)
    server.on_startup(worker.start)
    server.on_shutdown(worker.stop)
    spare_the_collector()
    server.serve(target_loader=partial(attached, os.getpid(), reserved, app))


# No handlers of granian's own: its errors go through the JSON handler of core.logs.
PLAIN_LOGS = {"version": 1, "disable_existing_loggers": False, "loggers": {}}


class Worker:
    """The process of the job worker; restarted when it ends by itself.

    It is forked, like those of the server, so that they all share the memory of what is loaded.
    """

    def __init__(self, app: Flask, reserved: socket.socket) -> None:
        self.app, self.reserved = app, reserved
        self.guard = Lock()
        self.stopping = Event()
        self.process: ForkProcess | None = None
        self.thread = Thread(target=self.supervise, daemon=True)

    def start(self) -> None:
        self.begin()  # before there are other threads
        self.thread.start()

    def begin(self) -> None:
        with self.guard:
            if not self.stopping.is_set():
                self.process = FORKED.Process(
                    target=work, args=(self.app, os.getpid(), self.reserved)
                )
                self.process.start()

    def supervise(self) -> None:
        while not self.stopping.is_set() and self.process is not None:
            self.process.join()
            if not self.stopping.is_set():
                log.error("worker.ended", code=self.process.exitcode)
                self.stopping.wait(PAUSE_SECONDS)
                self.begin()

    def stop(self) -> None:
        with self.guard:
            self.stopping.set()
            if self.process is not None:
                self.process.terminate()
        self.thread.join(STOP_SECONDS)


def work(app: Flask, server: int, reserved: socket.socket) -> None:
    """Do the jobs until this server process ends; runs in a process of its own."""
    reserved.close()  # who takes no visitors must not keep the port when the server has ended
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # not as the server takes them
    with suppress(OSError):
        Path("/proc/self/comm").write_text(JOBS)  # what ps and top call it
    with app.app_context():
        run_jobs(app, server)
