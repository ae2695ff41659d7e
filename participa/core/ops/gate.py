"""The gate in front of the application: how many work at once, and bodies that arrived whole."""

import io
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import IO, Any

from participa.core.db import CONNECTIONS
from participa.core.errors import Busy
from participa.core.ops.slow_senders import SlowSenders
from participa.core.throttle import Throttle

PLACES = CONNECTIONS  # each request uses one
WAIT_SECONDS = 8
SLOW_PLACES = 16  # beside the others; while such a request waits inside, it has no connection
IN_MEMORY = 300_000
MOST_BODY = 32_000_000  # more than any view takes, but for the roll of a ballot box
BLOCK = 8_192
FULL = (
    "503 Service Unavailable",
    "Hay mucha gente en este momento",
    "Espere unos segundos y envíelo otra vez. Si ya había llegado, no se guarda dos veces.",
)
INCOMPLETE = (
    "408 Request Timeout",
    "Lo que envió no llegó completo",
    "No quedó guardado. Revise su señal y envíelo otra vez.",
)

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Incomplete(Exception):
    """The body ended before it was whole."""


class Gate:
    """WSGI middleware that limits concurrent requests, counted from when the body has arrived.

    So a slow sender takes no place. When no place becomes free within `wait` seconds the response
    is 503. POST paths with one of `slow_endings` have SLOW_PLACES of their own, so that they leave
    all others to other pages. A body that was cut short is answered with 408: half a form might
    look like a whole one.
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
        self.places = Throttle(places, wait, FULL[1])
        self.slow_places = Throttle(SLOW_PLACES, wait, FULL[1])
        self.senders = SlowSenders()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            body = self.body_of(environ)
        except Incomplete:
            return answer(INCOMPLETE, start_response)
        except OSError:  # no disk space to buffer it
            return answer(FULL, start_response)
        with body as environ["wsgi.input"], ExitStack() as slots:
            try:
                places = self.slow_places if self.is_slow(environ) else self.places
                slots.enter_context(places.slot())
            except Busy:
                return answer(FULL, start_response)
            return self.application(environ, start_response)

    def is_slow(self, environ: Environ) -> bool:
        path: str = environ.get("PATH_INFO", "")
        return environ["REQUEST_METHOD"] == "POST" and path.endswith(self.slow_endings)

    def body_of(self, environ: Environ) -> AbstractContextManager[IO[bytes]]:
        """The whole body; one longer than MOST_BODY is passed on unread.

        Of one in chunks, whose length nobody says beforehand, as much as MOST_BODY allows and a
        byte more, which the application refuses.
        """
        length = environ.get("CONTENT_LENGTH") or "0"
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = self.receive(environ, None)
            environ["CONTENT_LENGTH"] = str(body.seek(0, io.SEEK_END))
            body.seek(0)
            return body
        if not length.isdecimal() or not 0 < int(length) <= MOST_BODY:
            return nullcontext(environ["wsgi.input"])
        return self.receive(environ, int(length))

    def receive(self, environ: Environ, length: int | None) -> IO[bytes]:
        """Buffer this many bytes, or all that come."""
        left = MOST_BODY + 1 if length is None else length
        body: IO[bytes] = (
            io.BytesIO() if left <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - returned open
        )
        with self.senders.arriving(environ.get("REMOTE_ADDR", "")) as arrival:
            while left > 0 and (block := environ["wsgi.input"].read(min(left, BLOCK))):
                body.write(block)
                left -= len(block)
                arrival.received += len(block)
        if arrival.is_given_up or (length is not None and left > 0):
            body.close()
            raise Incomplete
        body.seek(0)
        return body


def answer(what: tuple[str, str, str], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A page made without the application: its status, title and advice."""
    status, title, advice = what
    page = (
        '<!doctype html><html lang="es-CO"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><h1>{title}</h1>"
        f"<p>{advice}"
    ).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
        ("Retry-After", "5"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [page]
