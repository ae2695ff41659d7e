"""The public pages of the minutes and the photographs of an event."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, render_template, request

from participa.channels.wording import ended
from participa.core import codes, links, spanish
from participa.core.files import files, tagged_pdf
from participa.core.web.responses import shared
from participa.events import queries
from participa.events.minutes import facts, pdf, photographs, reading, withdrawn
from participa.events.minutes.document import serialised
from participa.events.minutes.pdf import Imprint
from participa.events.models import Event
from participa.events.record_models import Minutes

PICTURE_SECONDS = 300  # a photograph that was removed is gone within this time
MOST_LINES = 8
NO_PDF = "Esta instalación no hace el acta en PDF. Imprima la página o descargue el archivo JSON."
NO_FILE = (
    "El archivo con la huella ya no se publica; la ciudad lo guarda. Para publicar otro, se reabre "
    "el acta y se cierra otra vez."
)

bp = Blueprint("events_minutes", __name__, url_prefix="/eventos/<code>")


@bp.get("/acta")
def show(code):
    event, minutes, newest = asked_minutes(code)
    read = withdrawn.shown(minutes)
    page = render_template(
        "events_minutes/show.html",
        event=event,
        minutes=minutes,
        heading=reading.heading(read.document),
        closed=reading.closed(read.document),
        parts=reading.parts(read.document),
        is_whole=read.is_whole,
        imprint=imprint_of(event, minutes, newest, read.told),
        revisions=facts.revisions(event.id),
        is_newest=minutes is newest,
        has_pdf=tagged_pdf.HAS_PDF,
        photographs=event.photographs,
        revision=None if minutes is newest else minutes.revision,
    )
    return shared(page)


@bp.get("/acta.json")
def canonical(code):
    """Exactly the bytes whose SHA-256 is printed on the minutes.

    Not served any more once a question in them was hidden or corrected.
    """
    event, minutes, _ = asked_minutes(code)
    if not withdrawn.shown(minutes).is_whole:
        page = render_template("events_minutes/canonical.html", event=event, minutes=minutes)
        return shared(make_response(page, 410))
    response = Response(serialised(minutes.document), content_type="application/json")
    name = f"acta-{event.code}-revision-{minutes.revision}.json"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return shared(response)


@bp.get("/acta.pdf")
def printed(code):
    event, minutes, newest = asked_minutes(code)
    if not tagged_pdf.HAS_PDF:
        page = render_template("events_minutes/printed.html", event=event, sentence=NO_PDF)
        return page, 404
    read = withdrawn.shown(minutes)
    made = pdf.printed(read.document, imprint_of(event, minutes, newest, read.told))
    response = Response(made, content_type="application/pdf")
    name = f"acta-{event.code}-revision-{minutes.revision}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return shared(response)


@bp.get("/fotos/<int(max=2147483647):photograph_id>")
def photograph(code, photograph_id):
    event = queries.published(codes.read(code)) or abort(404)
    shown = photographs.photograph_of(event, photograph_id) or abort(404)
    return files.show(shown.file, PICTURE_SECONDS)


def asked_minutes(code: str) -> tuple[Event, Minutes, Minutes]:
    """The event, its minutes in the revision that ?revision= asks for, and the newest ones."""
    event = queries.published(codes.read(code)) or abort(404)
    revisions = facts.revisions(event.id) or abort(404)
    asked = request.args.get("revision")
    known = {str(one.revision): one for one in revisions}
    minutes = known.get(asked) if asked else revisions[0]
    return event, minutes or abort(404), revisions[0]


def imprint_of(event: Event, minutes: Minutes, newest: Minutes, told: Sequence[str]) -> Imprint:
    signatures = [
        (one.position, one.signed_as, spanish.day(one.signed_at)) for one in minutes.signatures
    ]
    people = minutes.document["responsables"][:MOST_LINES]
    lines = [", ".join(filter(None, (one["cargo"], one["dependencia"]))) for one in people]
    return Imprint(
        short=links.readable(event.code),
        sha256=minutes.sha256,
        signatures=signatures,
        lines=lines or ["Nombre y cargo"],
        notes=[*notes_on(minutes, newest), *told, *([NO_FILE] if told else [])],
    )


def notes_on(minutes: Minutes, newest: Minutes) -> list[str]:
    """That these minutes were reopened, with the reason, and which revision replaces them."""
    notes = []
    if minutes.reopened_at is not None:
        day, reason = spanish.day(minutes.reopened_at), ended(minutes.reopened_because or "")
        notes.append(f"Reabierta el {day}. Motivo: {reason}")
    if minutes is not newest:
        notes.append(f"Vale la revisión {newest.revision}. Esta se conserva para compararla.")
    return notes
