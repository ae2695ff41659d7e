"""The staff's work on contributions: the inbox, one of them, and what is noted beside it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.cases import service as cases
from participa.cases.models import Priority
from participa.cases.timeliness import FORMULA
from participa.core import codes
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web.security import WITH_SOUND
from participa.listening import access, acts, attachments
from participa.listening.desk import listing, pages, staff_forms
from participa.listening.desk.staff_forms import (
    CallNoteForm,
    MarksForm,
    StaffNoteForm,
    TranscriptForm,
)
from participa.listening.models import Attachment, AttachmentKind, Contribution
from participa.staff.access import (
    WRITERS,
    allows,
    current_account,
    guard,
    says,
    with_second_factor,
)
from participa.staff.signing_in import second_factor

LARGEST = 2**31 - 1
FILE = f"/<radicado>/adjuntos/<int(max={LARGEST}):id>"
NO_STORE = {"Cache-Control": "no-store"}

bp = guard(
    Blueprint("listening_desk", __name__, url_prefix="/gestion/escuchaderos/aportes"),
    "atender-los-aportes",
    life_risk="un-riesgo-para-la-vida",
)


@bp.after_request
def with_sound(response):
    """What somebody said may be a voice note, and most of these pages play it."""
    response.headers.setdefault(*next(iter(WITH_SOUND.items())))
    return response


@bp.get("")
@allows(WRITERS)
def inbox():
    account = current_account()
    found = listing.found(account)
    return render_template(
        "listening_desk/inbox.html",
        listing=found.listing,
        found=found,
        signs=found.signs,
        counts=listing.counts(account),
        formula=FORMULA,
        show=codes.show,
        term_of=listing.term_in_words,
        excerpt=listing.excerpt,
        answers=access.answers,
        account=account,
    )


@bp.get("/<radicado>")
@allows(WRITERS)
def show(radicado):
    """One contribution. An office that helps sees its question and what the person said."""
    found, account = access.own(radicado), current_account()
    is_answering = access.answers(account, found)
    values = pages.context(found, account) if is_answering else pages.said(found)
    return render_template(
        "listening_desk/show.html",
        is_answering=is_answering,
        helper=pages.helper_of(found, account.office_id),
        **values,
    )


@bp.get(FILE)
@allows(WRITERS)
def attachment(radicado, id):
    """A photograph or a voice note, inside the page or as a download."""
    _, record = own_file(radicado, id)
    return attachments.send(record, inside=not request.args.get("descargar"))


@bp.route(f"{FILE}/transcripcion", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la transcripción.")
def transcribe(radicado, id):
    found, record = own_file(radicado, id)
    if record.kind is not AttachmentKind.VOICE or not access.answers(current_account(), found):
        abort(404)
    form = TranscriptForm.changing(record, staff_forms.transcript)
    verb = acts.transcribe, found, current_account(), record, form.transcript.data
    if form.validate_on_submit() and form.carries_out(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    [shown] = [one for one in pages.shown_files(found.attachments) if one.record is record]
    page = render_template(
        "listening_desk/transcribe.html", form=form, shown=shown, **pages.said(found)
    )
    return page, form.status


@bp.route("/<radicado>/contacto", methods=["GET", "POST"])
@allows(WRITERS)
@with_second_factor
def contact(radicado):
    """The name and the contact. A look at them leaves a trace, so it is a POST."""
    found = access.answerable(radicado)
    second_factor.require(current_account())
    is_revealed = request.method == "POST"
    if is_revealed:
        acts.reveal(found, current_account())
        db.session.commit()
    page = render_template(
        "listening_desk/contact.html",
        is_revealed=is_revealed,
        masked=pages.masked_contact(found),
        **pages.said(found),
    )
    return page, NO_STORE


@bp.post("/<radicado>/tomar")
@allows(WRITERS)
@says("Empezó a revisar el aporte.")
def review(radicado):
    found = versions.as_seen(access.answerable(radicado))
    acts.review(found, current_account())
    db.session.commit()
    return redirect(url_for("listening_desk.show", radicado=radicado))


@bp.route("/<radicado>/nota", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la nota.")
def note(radicado):
    found = access.answerable(radicado)
    form = StaffNoteForm.creating()
    verb = acts.note, found, current_account(), form.text.data
    if form.validate_on_submit() and form.creates(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado, _anchor="mensajes"))
    why_not = acts.why_not_written(found)
    page = render_template(
        "listening_desk/note.html", form=form, why_not=why_not, **pages.said(found)
    )
    return page, form.status


@bp.route("/<radicado>/marcas", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la prioridad y las etiquetas.")
def marks(radicado):
    found = access.answerable(radicado)
    form = MarksForm.changing(found, staff_forms.marks)
    if form.validate_on_submit() and form.carries_out(mark, form, found):
        db.session.commit()
        return redirect(url_for("listening_desk.show", radicado=radicado))
    return render_template("listening_desk/marks.html", form=form, **pages.said(found)), form.status


def mark(form: MarksForm, contribution: Contribution) -> None:
    """Carry out what changed of both."""
    by, before = current_account(), staff_forms.marks(contribution)
    names, reasons = form.names, [Priority[name] for name in form.reasons.data or ()]
    if sorted(one.name for one in reasons) != sorted(before["reasons"]):
        cases.prioritise(contribution.case, by, reasons, part=contribution)
    if sorted(names) != sorted(one.name for one in contribution.labels):
        acts.label(contribution, by, names)


# ---- a danger to a life


@bp.route("/<radicado>/riesgo-vital", methods=["GET", "POST"])
@allows(WRITERS)
@says("Anotó la llamada.")
def life_risk(radicado):
    """What to do now; a POST notes a call that was made."""
    found = access.answerable(radicado)
    form = CallNoteForm.creating()
    verb = acts.note, found, current_account(), form.text.data
    if form.validate_on_submit() and form.creates(*verb):
        db.session.commit()
        return redirect(url_for("listening_desk.life_risk", radicado=radicado))
    page = render_template(
        "listening_desk/life_risk.html",
        form=form,
        masked=pages.masked_contact(found),
        to_call=pages.to_call(),
        wrote=pages.wrote_after(found),
        notes=pages.notes_of(found),
        **pages.said(found),
    )
    return page, form.status


@bp.post("/<radicado>/riesgo-vital/marcar")
@allows(WRITERS)
@says("Marcó el riesgo vital.")
def mark_life_risk(radicado):
    """Not refused by what changed meanwhile: every minute counts, and it takes nothing away."""
    found = access.answerable(radicado)
    acts.mark_life_risk(found, current_account(), is_at_risk=True)
    db.session.commit()
    return redirect(url_for("listening_desk.life_risk", radicado=radicado))


@bp.post("/<radicado>/riesgo-vital/quitar")
@allows(WRITERS)
@says("Quitó la marca de riesgo vital.")
def unmark_life_risk(radicado):
    found = versions.as_seen(access.answerable(radicado))
    acts.mark_life_risk(found, current_account(), is_at_risk=False)
    db.session.commit()
    return redirect(url_for("listening_desk.show", radicado=radicado))


def own_file(radicado: str, id: int) -> tuple[Contribution, Attachment]:
    """A contribution that the account may see, and one of its attachments; else 404."""
    found = access.own(radicado)
    record = next((one for one in found.attachments if one.id == id), None)
    return found, record or abort(404)
