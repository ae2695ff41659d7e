"""The public pages: the strategy and its pieces, how an event was called, feed and picture."""

from flask import Blueprint, Response, abort, render_template, url_for

from participa.core import codes, links
from participa.core.db import db
from participa.core.files import files
from participa.core.web.atom import MEDIA_TYPE
from participa.core.web.responses import shared
from participa.events import queries as events
from participa.events import wording
from participa.outreach import atom, markdown, queries, rules, square
from participa.outreach.models import CallPiece
from participa.plan import queries as plans

LARGEST = 2**31 - 1
bp = Blueprint("outreach", __name__)


@bp.get("/aprende")
def index():
    """What accountability is, its stages and products, and the pieces that explain it."""
    page = render_template(
        "outreach/index.html",
        published=queries.published_pieces(),
        planned=queries.planned_pieces(),
        changes=queries.piece_changes(),
    )
    return shared(page)


@bp.get("/aprende/<code>")
def piece(code):
    found = queries.published_piece(codes.read(code)) or abort(404)
    page = render_template(
        "outreach/piece.html",
        piece=found,
        text=markdown.rendered(found.text),
        fulfils=plans.references(found.tasks),
        address=links.absolute(url_for("outreach.piece", code=found.code)),
    )
    return shared(page)


@bp.get("/aprende/<code>/archivo")
def piece_file(code):
    found = queries.published_piece(codes.read(code)) or abort(404)
    return files.send(found.file or abort(404), found.title)


@bp.get("/convocatorias.atom")
def feed():
    """Called events and open channels, for programs that watch for news."""
    return shared(Response(atom.feed(), content_type=MEDIA_TYPE))


@bp.get("/eventos/<code>/imagen.png")
def image(code):
    """The square picture of an event, which messengers show beside its address."""
    event = events.published(codes.read(code)) or abort(404)
    response = Response(square.picture(event), content_type="image/png")
    return shared(response, seconds=300)


@bp.get("/eventos/<code>/convocatoria")
def calls(code):
    """By which media people were called to an event, each with its proof (task 7.2)."""
    event = events.published(codes.read(code)) or abort(404)
    rule = queries.settings()
    page = render_template(
        "outreach/calls.html",
        event=event,
        when=wording.when(event),
        pieces=queries.calls_of(event),
        mass=rule.media,
        rule=rules.in_words(rule),
    )
    return shared(page)


@bp.get(f"/eventos/<code>/convocatoria/<int(max={LARGEST}):id>")
def proof(code, id):
    event = events.published(codes.read(code)) or abort(404)
    rows = db.select(CallPiece).filter_by(id=id, event_id=event.id)
    piece = db.first_or_404(rows)
    return files.send(piece.proof_file or abort(404), f"{piece.medium.value} {event.title}")
