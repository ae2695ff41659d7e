"""The archive as a download: the whole file, a range of it, or what came after a height.

It only grows, so that what somebody has is the beginning of what there is. A witness therefore asks
for what came after the last event that it knows, and the fields of the answer say what that was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, request, stream_with_context
from werkzeug.datastructures import ContentRange
from werkzeug.http import quote_etag

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxHead
from participa.belenios import archive
from participa.core import spanish
from participa.core.db import autocommit_connection, db
from participa.core.tables import tables

FOREVER = "public, max-age=31536000, immutable"
MOST_DIGITS = 9
OPENING_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """The events from `first` to before `height`; from 0 on also the first file of the archive.

    `start` and `end` are offsets in the whole archive; the hashes are of the events before `first`
    and before `height`.
    """

    box_id: int
    timestamp: int
    first: int
    height: int
    start: int
    end: int
    before: str | None
    digest: str

    @property
    def tag(self) -> str:
        return f"{self.digest}-{self.first}" if self.first else self.digest

    @property
    def length(self) -> int:
        return self.end - self.start


def answer(box: BallotBox, head: BoxHead) -> Response:
    """Answer a request for the archive; its query may have `desde` and `altura`."""
    after, until = request.args.get("desde"), request.args.get("altura")
    first = 0 if after is None else number_of(after)
    height = head.height if until is None else number_of(until)
    if first is None or height is None or not 1 <= height <= head.height:
        return in_words(
            "La urna no tiene esa altura. Las alturas son números de 1 a "
            f"{spanish.number(head.height)}.",
            HTTPStatus.NOT_FOUND,
            head,
        )
    if first > head.height:
        return in_words(
            f"Usted pide desde la altura {spanish.number(first)}, y aquí hay "
            f"{spanish.several(head.height, 'evento', 'eventos')}. Si antes vio más, la urna "
            "retrocedió: guarde su copia y avise a la veeduría.",
            HTTPStatus.CONFLICT,
            head,
        )
    if first > height:
        words = "Lo que pide termina antes de donde empieza: «desde» es mayor que «altura»."
        return in_words(words, HTTPStatus.NOT_FOUND, head)
    piece = piece_of(box, first, height)
    response = ranged(piece)
    if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return response
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = tables.attachment(name_of(box, first))
    response.headers["Cache-Control"] = "no-cache" if until is None else FOREVER
    response.headers["Archive-From"] = str(first)
    if piece.before is not None:
        response.headers["Archive-From-Head"] = piece.before
    state(response, height, piece.digest)
    response.set_etag(piece.tag)
    response.make_conditional(request)
    return response


def number_of(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
    return int(typed) if is_number else None


def name_of(box: BallotBox, first: int) -> str:
    return f"{box.uuid}-desde-{first}.bin" if first else f"{box.uuid}.bel"


def state(response: Response, height: int, digest: str) -> None:
    response.headers["Archive-Height"] = str(height)
    response.headers["Archive-Head"] = digest


def in_words(sentence: str, status: HTTPStatus, head: BoxHead) -> Response:
    response = Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    state(response, head.height, head.digest or "")
    return response


def piece_of(box: BallotBox, first: int, height: int) -> Piece:
    timestamp = archive_store.timestamp(box)
    before = archive_store.digest_at(box, first) if first else None
    start = archive_store.size(box, first) if first else 0
    end, digest = archive_store.size(box, height), archive_store.digest_at(box, height)
    return Piece(box.id, timestamp, first, height, start, end, before, digest)


def ranged(piece: Piece) -> Response:
    """200, 206 with one range, or 416. Several ranges in one request are answered whole."""
    asked = request.range
    is_one = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    if asked is None or not is_one or not piece.length or not is_same(piece.tag):
        return body_of(piece, 0, piece.length, HTTPStatus.OK)
    found = asked.range_for_length(piece.length)
    if found is None:
        response = Response(
            f"Aquí hay {spanish.number(piece.length)} bytes, y lo que pide no está entre ellos.\n",
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            content_type="text/plain; charset=utf-8",
        )
        response.headers["Cache-Control"] = "no-cache"
        response.content_range = ContentRange("bytes", None, None, piece.length)
        return response
    start, stop = found
    response = body_of(piece, start, stop, HTTPStatus.PARTIAL_CONTENT)
    response.content_range = ContentRange("bytes", start, stop, piece.length)
    return response


def is_same(tag: str) -> bool:
    """Whether a range may be sent: `If-Range`, if there is one, has to name these very bytes."""
    if "If-Range" not in request.headers:
        return True
    return request.headers["If-Range"].strip() == quote_etag(tag)


def body_of(piece: Piece, start: int, stop: int, status: HTTPStatus) -> Response:
    chunks = cut(piece, piece.start + start, piece.start + stop)
    response = Response(stream_with_context(chunks), status)
    response.content_length = stop - start
    response.accept_ranges = "bytes"
    return response


def cut(piece: Piece, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of the archive between two offsets, read by events.

    Whoever downloads slowly holds no connection between two chunks.
    """
    db.session.rollback()
    first_file = archive.beginning(piece.timestamp)
    if start < len(first_file):
        yield first_file[start:stop]
    begun = max(start - len(first_file), 0)
    left = stop - max(start, len(first_file))
    with autocommit_connection() as connection:
        height, offset = archive_store.place_of(connection, piece.box_id, begun, piece.height)
    skipped = begun - offset
    if height == 0:
        for chunk in opening(piece.box_id, skipped, left):
            yield chunk
            left -= len(chunk)
        height, skipped = 1, 0
    while left > 0:
        until = min(height + archive_store.EVENTS_PER_CHUNK, piece.height)
        with autocommit_connection() as connection:
            rows = archive_store.bodies_of(piece.box_id, height, until)
            chunk = b"".join(connection.scalars(rows))[skipped:][:left]
        if not chunk:
            return  # never the case in a chain; the length that was promised shows it
        yield chunk
        left, height, skipped = left - len(chunk), until, 0


def opening(box_id: int, start: int, most: int) -> Iterator[bytes]:
    """Up to so many bytes of the first event, piece by piece: it holds the whole roll."""
    while most > 0:
        with autocommit_connection() as connection:
            chunk = archive_store.opening_piece(connection, box_id, start, min(most, OPENING_PIECE))
        if not chunk:
            return
        yield chunk
        start, most = start + len(chunk), most - len(chunk)
