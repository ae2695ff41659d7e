"""A server that shows an archive as the city's does, and can be made to lie."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from participa.belenios import archive
from tests.belenios.builders import UUID


class FakeUrna:
    """What the server shows; a test changes it between two rounds of a witness."""

    def __init__(self) -> None:
        self.raw = b""
        self.election = b""
        self.proofs: bytes | None = None
        self.files: dict[str, bytes | None] = {}  # others, by name
        self.delta: bytes | None = None  # instead of the honest one
        self.fields: dict[str, str | None] = {}  # instead of the honest ones
        self.status: int | None = None
        self.keeps_back = 0  # bytes at the end that are announced and not sent
        self.asked: list[str] = []

    def show(self, raw: bytes) -> None:
        self.raw = raw
        self.election = next(archive.read(raw)).body

    @property
    def ends(self) -> list[tuple[int, str]]:
        return [(one.end, one.digest) for one in archive.read(self.raw) if one.is_event]

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        address = urlsplit(path)
        name, ends = address.path.rpartition("/")[2], self.ends
        if self.status is not None:
            return self.status, {}, b""
        if name.endswith(".json"):
            files = {"eleccion.json": self.election, "refuerzo.json": self.proofs, **self.files}
            body = files.get(name)
            return (404, {}, b"") if body is None else (200, {}, body)
        first = int(parse_qs(address.query).get("desde", ["0"])[0])
        stated = {"Archive-Height": str(len(ends)), "Archive-Head": ends[-1][1]}
        if first > len(ends):
            return 409, stated | self._lies(), b""
        stated["Archive-From"] = str(first)
        if first:
            stated["Archive-From-Head"] = ends[first - 1][1]
        body = self.raw[ends[first - 1][0] if first else 0 :]
        if self.delta is not None:
            body = self.delta
        fields = stated | self._lies()
        return 200, {name: value for name, value in fields.items() if value is not None}, body

    def _lies(self) -> dict:
        return self.fields


@contextmanager
def serving(urna: FakeUrna) -> Iterator[str]:
    """The address of the box while the server runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, fields, body = urna.answer(self.path)
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            missing = urna.keeps_back if "archivo.bel" in self.path else 0
            self.wfile.write(body[: len(body) - missing])

        def log_message(self, *given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/urna/{UUID}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
