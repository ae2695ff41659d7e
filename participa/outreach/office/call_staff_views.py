"""The staff's page of how an event was called: media with their proofs, picture, mail."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select

from participa.channels import access
from participa.channels.access import may_write
from participa.channels.forms import ActForm
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.files.files import takes_files
from participa.events import service as events
from participa.events import wording
from participa.events.models import Event
from participa.outreach import call_pieces, mailing, queries, rules
from participa.outreach.models import CallPiece
from participa.outreach.office.staff_forms import CallPieceForm, call_values
from participa.staff.access import READERS, WRITERS, allows, current_account, guard, says

LARGEST = 2**31 - 1
CALL = "/<code>/convocatoria"
PIECE = f"{CALL}/<int(max={LARGEST}):id>"

bp = guard(
    Blueprint("outreach_calls", __name__, url_prefix="/gestion/eventos"),
    "como-se-convoco-un-evento",
    send="avisos-por-correo",
    tell="avisos-por-correo",
)


@bp.get(CALL)
@allows(READERS)
def index(code):
    """A few rows: an event has sixty at most."""
    event = access.own(Event, code=code)
    rule, mailings = queries.settings(), queries.mailings_of(event)
    return render_template(
        "outreach_calls/index.html",
        event=event,
        pieces=queries.calls_of(event),
        mass=rule.media,
        rule=rules.in_words(rule),
        why_locked=events.LOCKED if event.is_locked else "",
        why_not_mailed=mailing.why_not(event),
        people=queries.subscribers(),
        mailings=mailings,
        stopped={one.id for one in mailings if mailing.can_go_on(one)},
        page=links.absolute(url_for("events.show", code=event.code)),
        may_write=may_write(),
        form=ActForm.creating(endpoint="outreach_calls.send"),
        notice=wording.notice_sentence(event.notices[-1]) if event.notices else "",
        why_not_told=mailing.why_not_told(event),
        people_told=queries.subscribers_told(event),
        change_form=ActForm.creating(endpoint="outreach_calls.tell"),
    )


@bp.route(f"{CALL}/agregar", methods=["GET", "POST"])
@allows(WRITERS)
@takes_files
@says("Agregó el medio a la convocatoria.")
def add(code):
    event = access.own(Event, code=code)
    form = CallPieceForm.creating(lambda made: url_for("outreach_calls.index", code=code))
    if form.validate_on_submit() and form.creates(add_from, form, event):
        db.session.commit()
        return redirect(url_for("outreach_calls.index", code=code))
    why_not = events.LOCKED if event.is_locked else ""
    page = render_template("outreach_calls/add.html", event=event, form=form, why_not=why_not)
    return page, form.status


@bp.route(PIECE, methods=["GET", "POST"])
@allows(WRITERS)
@takes_files
@says("Guardó los cambios.")
def change(code, id):
    event, piece = piece_of(code, id)
    form = CallPieceForm.changing(piece, call_values)
    if form.validate_on_submit() and form.carries_out(change_from, form, event, piece):
        db.session.commit()
        return redirect(url_for("outreach_calls.index", code=code))
    why_not = events.LOCKED if event.is_locked else ""
    page = render_template(
        "outreach_calls/change.html", event=event, piece=piece, form=form, why_not=why_not
    )
    return page, form.status


@bp.post(f"{PIECE}/quitar")
@allows(WRITERS)
@says("Quitó el medio de la convocatoria.")
def remove(code, id):
    event, piece = piece_of(code, id)
    call_pieces.remove(event, current_account(), versions.as_seen(piece))
    db.session.commit()
    return redirect(url_for("outreach_calls.index", code=code))


@bp.get(f"{PIECE}/soporte")
@allows(READERS)
def proof(code, id):
    event, piece = piece_of(code, id)
    return files.send(piece.proof_file or abort(404), f"{piece.medium.value} {event.title}")


@bp.post(f"{CALL}/enviar")
@allows(WRITERS)
@says("Envió la convocatoria por correo. El envío sigue solo.")
def send(code):
    event = access.own(Event, code=code)
    form = ActForm.creating()
    form.created(mailing.send, versions.as_seen(event), current_account())
    db.session.commit()
    return redirect(url_for("outreach_calls.index", code=code, _anchor="correo"))


@bp.post(f"{CALL}/avisar-del-cambio")
@allows(WRITERS)
@says("Avisó del cambio por correo. El envío sigue solo.")
def tell(code):
    event = access.own(Event, code=code)
    form = ActForm.creating()
    form.created(mailing.tell, versions.as_seen(event), current_account())
    db.session.commit()
    return redirect(url_for("outreach_calls.index", code=code, _anchor="cambio"))


def piece_of(code: str, id: int) -> tuple[Event, CallPiece]:
    """The event and one of its media; 404 unless it belongs to the event."""
    event = access.own(Event, code=code)
    piece = db.first_or_404(select(CallPiece).filter_by(id=id, event_id=event.id))
    return event, versions.page_is_about(piece)


def add_from(form: CallPieceForm, event: Event) -> CallPiece:
    return call_pieces.add(event, current_account(), form.upload, **form.facts())


def change_from(form: CallPieceForm, event: Event, piece: CallPiece) -> None:
    call_pieces.change(event, current_account(), piece, form.upload, **form.facts())
