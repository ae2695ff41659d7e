"""The server: granian runs the application, with the job worker as a child process."""

import gc
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from multiprocessing.util import Finalize
from threading import Event, Thread
from typing import IO, Any

import structlog
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from werkzeug.utils import import_string

from participa import config
from participa.config import Settings
from participa.core.db import CONNECTIONS
from participa.core.errors import Busy
from participa.core.installation import installation
from participa.core.throttle import Throttle

ROOF = "participa.app:create_app"
COMMAND = "from participa.app import cli; cli()"
PLACES = CONNECTIONS  # each request uses one
WAIT_SECONDS = 8
FULL = "Hay mucha gente en este momento"
SLOW_PLACES = 2  # so that slow requests leave most places to other pages
# A slow sender occupies a thread, which costs little. Threads are started as needed.
THREADS = 512
WAITING_ROOM = 2048
HEADER_MS = 15_000
IN_MEMORY = 300_000
MOST_BODY = 32_000_000  # more than any view takes
MOST_PROCESSES = 4
PAUSE_SECONDS = 3
STOP_SECONDS = 25

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

log = structlog.get_logger()


class Gate:
    """WSGI middleware that limits concurrent requests, counted from when the body has arrived.

    So a slow sender takes no place. When no place becomes free within `wait` seconds the response
    is 503. POST paths with one of `slow_endings` share SLOW_PLACES.
    """

    def __init__(
        self,
        application: Wsgi,
        slow_endings: tuple[str, ...] = (),
        places: int = PLACES,
        wait: float = WAIT_SECONDS,
    ):
        self.application = application
        self.slow_endings = slow_endings
        self.places = Throttle(places, wait, FULL)
        self.slow_places = Throttle(SLOW_PLACES, wait, FULL)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            body = receive(environ)
        except OSError:  # the client disconnected, or no disk space to buffer it
            return full_house(start_response)
        with body as environ["wsgi.input"], ExitStack() as slots:
            try:
                if self.is_slow(environ):
                    slots.enter_context(self.slow_places.slot())
                slots.enter_context(self.places.slot())
            except Busy:
                return full_house(start_response)
            return self.application(environ, start_response)

    def is_slow(self, environ: Environ) -> bool:
        path: str = environ.get("PATH_INFO", "")
        return environ["REQUEST_METHOD"] == "POST" and path.endswith(self.slow_endings)


def receive(environ: Environ) -> AbstractContextManager[IO[bytes]]:
    """Buffer the whole body; one longer than MOST_BODY is passed on unread."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or not 0 < int(length) <= MOST_BODY:
        return nullcontext(environ["wsgi.input"])
    left = int(length)
    body: IO[bytes] = (
        io.BytesIO() if left <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - returned open
    )
    while left > 0 and (block := environ["wsgi.input"].read(min(left, 65_536))):
        body.write(block)
        left -= len(block)
    body.seek(0)
    return body


def full_house(start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A 503 page made without the application."""
    page = (
        '<!doctype html><html lang="es-CO"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{FULL}</title><h1>{FULL}</h1>"
        "<p>Espere unos segundos y envíelo otra vez. Si ya había llegado, no se guarda dos veces."
    ).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
        ("Retry-After", "5"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response("503 Service Unavailable", headers)
    return [page]


def load(target: str) -> Wsgi:
    """Create the WSGI application in a process of the server, from its environment."""
    app: Flask = import_string(target)()
    state = installation(app)
    # At the end of a forked process Python runs the finalizers of multiprocessing, not of atexit.
    Finalize(None, state.close, exitpriority=0)
    spare_the_collector()
    return Gate(app, state.slow_endings)


def spare_the_collector() -> None:
    """Exempt all current objects from garbage collection: they live as long as the process, and
    forked processes share their memory pages while nothing writes to them.
    """
    gc.collect()
    gc.freeze()


def processes(settings: Settings) -> int:
    """Number of server processes: 1 on SQLite, else the setting or the number of cores."""
    if settings.database_url.startswith("sqlite"):
        return 1
    return settings.workers or max(1, min(MOST_PROCESSES, os.cpu_count() or 1))


def run(settings: Settings, port: int, host: str = "127.0.0.1", roof: str = ROOF) -> None:
    """Serve until SIGTERM or SIGINT; the job worker starts and stops with the server."""
    os.environ.update(config.to_environment(settings))
    server = Granian(
        roof,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=processes(settings),
        blocking_threads=THREADS,
        backpressure=WAITING_ROOM,
        backlog=WAITING_ROOM,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        websockets=False,
        log_access=False,
        log_enabled=settings.log != "off",
        log_level=LogLevels.error,
        log_dictconfig=PLAIN_LOGS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    worker = Worker()
    server.on_startup(worker.start)
    server.on_shutdown(worker.stop)
    spare_the_collector()
    server.serve(target_loader=load)


# No handlers of granian's own: its errors go through the JSON handler of core.logs.
PLAIN_LOGS = {"version": 1, "disable_existing_loggers": False, "loggers": {}}


class Worker:
    """The process of the job worker; restarted when it ends by itself."""

    def __init__(self) -> None:
        self.stopping = Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = Thread(target=self.supervise, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def supervise(self) -> None:
        while not self.stopping.is_set():
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-c", COMMAND, "jobs", "--attached", str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Else Popen waits for a pipe to close, and a process that granian forks meanwhile
                # would keep that pipe open.
                close_fds=False,
            )
            if self.stopping.is_set():
                self.process.terminate()
            code = self.process.wait()
            if not self.stopping.is_set():
                log.error("worker.ended", code=code)
                self.stopping.wait(PAUSE_SECONDS)

    def stop(self) -> None:
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()
        self.thread.join(STOP_SECONDS)
