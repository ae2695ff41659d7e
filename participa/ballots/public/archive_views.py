"""The public records of a box, byte for byte, so that anybody can verify the count."""

from flask import Response, abort, request, stream_with_context

from participa.ballots import archive_store, queries
from participa.ballots.models import BallotBox, ChainEvent
from participa.ballots.public.views import bp
from participa.ballots.results import opening_file
from participa.ballots.snapshots import SNAPSHOTS
from participa.belenios import canonical
from participa.core.db import db
from participa.core.tables import tables
from participa.core.web.responses import shared

ONE_HOUR = 3600
FOREVER = "public, max-age=31536000, immutable"


@bp.get("/<uuid>/eleccion.json")
def election_record(uuid):
    """The election record: questions and key. Every ballot contains the hash of these bytes."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if box.election is None:
        abort(404)
    return shared(Response(box.election.raw, content_type="application/json"), ONE_HOUR)


@bp.get("/<uuid>/archivo.bel")
def archive_file(uuid):
    """The archive as it is now, or as it was after `altura` events."""
    box = queries.box_of(uuid) or abort(404)
    head = archive_store.head_of(box)
    if not box.is_secret or head is None:
        abort(404)
    typed = request.args.get("altura")
    height = head.height if typed is None else requested_height(typed, head.height)
    response = Response(stream_with_context(archive_store.archive_chunks(box, height)))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = tables.attachment(f"{box.uuid}.bel")
    response.headers["Cache-Control"] = "no-cache" if typed is None else FOREVER
    response.content_length = archive_store.size(box, height)
    response.set_etag(digest_at(box, height))
    return response.make_conditional(request)


@bp.get("/<uuid>/refuerzo.json")
def opening_proofs(uuid):
    """The proofs that the trustees opened the total of this archive, as far as they have come."""
    box = queries.box_of(uuid) or abort(404)
    body = opening_file.opening_file(box) or abort(404)
    response = Response(body, content_type="application/json")
    response.headers["Content-Disposition"] = tables.attachment("refuerzo.json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(canonical.hex_digest(body))
    return response.make_conditional(request)


def requested_height(typed: str, most: int) -> int:
    """The typed height, from 1 to `most`; anything else answers 404."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        abort(404)
    height = int(typed)
    return height if 1 <= height <= most else abort(404)


def digest_at(box: BallotBox, height: int) -> str:
    """The hash of the last of the first `height` events; it fixes the whole file (ETag)."""
    event = db.session.get_one(ChainEvent, (box.id, height - 1))
    return event.digest
