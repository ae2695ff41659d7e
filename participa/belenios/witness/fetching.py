"""What a witness asks of the server that keeps the box."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any, BinaryIO
from urllib.parse import urlsplit

SECONDS = 60
SLOWEST = 10_000  # bytes a second, beyond the first SECONDS: less is a server that stalls
BLOCK = 1 << 20
MOST_BYTES = 8_000_000_000
SMALL_BYTES = 5_000_000
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
ADDRESS = re.compile(r"/[a-z]+/([1-9A-HJ-NP-Za-km-z]{14,})/?$")


class Away(Exception):
    """The server gave no answer that says anything about the box; in Spanish."""


class ShortBody(Exception):
    """Fewer bytes came than were announced."""


@dataclass
class ServerAnswer:
    """An answer: its status, its fields, and its body if that is small."""

    status: int
    fields: Message[str, str]
    body: bytes = b""

    def number(self, name: str) -> int | None:
        typed = self.fields.get(name) or ""
        return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None


class StayHere(urllib.request.HTTPRedirectHandler):
    """Another address might be that of another box."""

    def redirect_request(self, *given: object) -> None:
        return None


OPENER = urllib.request.build_opener(StayHere)


def uuid_in(address: str) -> str:
    """The box of an address `https://…/urna/UUID`. Raises ValueError in Spanish."""
    parts, found = urlsplit(address), ADDRESS.search(address)
    if found is None:
        raise ValueError("La dirección debe ser la de una urna: https://SITIO/urna/UUID")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("La dirección debe empezar por https: sin eso, cualquiera la cambia.")
    return found.group(1)


def get(address: str, into: BinaryIO | None = None) -> ServerAnswer:
    """Ask for an address. A body of status 200 goes into the file if one is given.

    Raises Away, or ShortBody if the body ends early.
    """
    fields = {"User-Agent": "testigo-de-urna", "Accept-Encoding": "identity"}
    asked = urllib.request.Request(address, headers=fields)  # noqa: S310 - see `uuid_in`
    try:
        with OPENER.open(asked, timeout=SECONDS) as answer:
            return _read(answer, into)
    except urllib.error.HTTPError as problem:
        with problem:
            if problem.code in {404, 409}:
                return ServerAnswer(problem.code, problem.headers)
            raise Away(f"El sitio contestó {problem.code}.") from None
    except (OSError, HTTPException) as problem:
        raise Away(f"No se pudo hablar con el sitio ({type(problem).__name__}).") from None


def _read(answer: Any, into: BinaryIO | None) -> ServerAnswer:
    announced = answer.headers.get("Content-Length")
    came, body, begun = 0, b"", time.monotonic()
    try:
        while block := answer.read1(BLOCK):
            came += len(block)
            if time.monotonic() - begun > SECONDS + came / SLOWEST:
                raise ShortBody
            if came > (SMALL_BYTES if into is None else MOST_BYTES):
                raise Away("El sitio manda demasiado.")
            if into is None:
                body += block
            else:
                into.write(block)
    except (OSError, HTTPException):
        raise ShortBody from None
    if announced is not None and announced != str(came):
        raise ShortBody
    return ServerAnswer(answer.status, answer.headers, body)
