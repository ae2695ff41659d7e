"""The public records of a box, byte for byte, so that anybody can verify the count."""

from flask import Response, abort, request
from sqlalchemy import select

from participa.ballots import archive_store, queries
from participa.ballots.keys import ceremony_rounds
from participa.ballots.models import BallotBox
from participa.ballots.public import archive_download
from participa.ballots.public.views import bp
from participa.ballots.public_changes import Voiding
from participa.ballots.results import opening_file
from participa.ballots.roll import enrolment
from participa.ballots.snapshots import SNAPSHOTS
from participa.belenios import canonical, roll
from participa.core import clock
from participa.core.db import db
from participa.core.tables import tables
from participa.core.tables.cells import Column, Table
from participa.core.web.responses import shared

ONE_HOUR = 3600
CEREMONY = "ceremonia.json"
HEADS = (
    Column("hour", "Hora", "La hora en punto en que se anotó, de Colombia"),
    Column("ballots", "Papeletas", "Cuántas había", "number"),
    Column("height", "Altura", "Número de eventos del archivo", "number"),
    Column("head", "Huella", "La del último evento: fija todo el archivo hasta ahí"),
)


@bp.get("/<uuid>/eleccion.json")
def election_record(uuid):
    """The election record: questions and key. Every ballot contains the hash of these bytes."""
    box = SNAPSHOTS.find(uuid) or abort(404)
    if box.election is None:
        abort(404)
    return shared(Response(box.election.raw, content_type="application/json"), ONE_HOUR)


@bp.get("/<uuid>/archivo.bel")
def archive_file(uuid):
    """The archive as it is now, as it was after `altura` events, or what came after `desde`."""
    box = queries.box_of(uuid) or abort(404)
    head = archive_store.head_of(box)
    if not box.is_secret or head is None:
        abort(404)
    return archive_download.answer(box, head)


@bp.get("/<uuid>/cabezas.csv")
def heads_file(uuid):
    """The marked heads of the chain, to compare with those that witnesses saw."""
    box = secret_box(uuid)
    rows = [
        [clock.local(mark.marked_at).isoformat(), mark.ballots, mark.height, mark.digest]
        for mark in queries.head_marks(box.id)
    ]
    file = Table("cabezas", box.title, HEADS, rows)
    return tables.download(file, "csv", f"cabezas-{box.uuid}")


@bp.get("/<uuid>/refuerzo.json")
def opening_proofs(uuid):
    """The proofs that the trustees opened the total of this archive, as far as they have come."""
    box = queries.box_of(uuid) or abort(404)
    return json_file(opening_file.opening_file(box) or abort(404), "refuerzo.json")


@bp.get("/<uuid>/ceremonia.json")
def ceremony(uuid):
    """The documents by which the trustees share the key; with it each opens their part."""
    box, definition = secret_box(uuid), SNAPSHOTS.find(uuid)
    if definition is None or definition.needed is None:
        abort(404)
    body = definition.rendered.get(CEREMONY)
    if body is None:  # reading its documents verifies each, and they change no more
        body = definition.rendered[CEREMONY] = ceremony_rounds.ceremony_file(box) or abort(404)
    return json_file(body, CEREMONY)


@bp.get("/<uuid>/anuladas.json")
def void_cards(uuid):
    """All cards that are void now, as a list of public credentials."""
    box = secret_box(uuid)
    return json_file(roll.write(enrolment.void_publics(box)), f"anuladas-{box.uuid}.json")


@bp.get("/<uuid>/anuladas/<int(max=2147483647):number>.json")
def void_list(uuid, number):
    """One list of void cards, byte for byte as its hash says; also one that was undone."""
    box = secret_box(uuid)
    document = published_list(box, number).document or abort(404)
    return json_file(document, f"anuladas-{box.uuid}-{number}.json")


@bp.get("/<uuid>/anuladas/<int(max=2147483647):number>.firma.json")
def void_list_signature(uuid, number):
    """The registrar's signature of that list."""
    box = secret_box(uuid)
    signature = published_list(box, number).signature or abort(404)
    return json_file(signature, f"anuladas-{box.uuid}-{number}.firma.json")


def secret_box(uuid: str) -> BallotBox:
    """The opened box, or 404 if it has none of these records."""
    box = queries.box_of(uuid)
    return box if box and box.is_secret and box.opened_at is not None else abort(404)


def published_list(box: BallotBox, number: int) -> Voiding:
    rows = select(Voiding).filter_by(box_id=box.id, number=number)
    return db.session.scalar(rows) or abort(404)


def json_file(body: bytes, name: str) -> Response:
    response = Response(body, content_type="application/json")
    response.headers["Content-Disposition"] = tables.attachment(name)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(canonical.hex_digest(body))
    response.make_conditional(request)
    return response
