"""A person's own page about what they said: opened with the number and the secret code.

The address of a page of it is a signed link that ends after two hours; the code is in none.
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from participa.cases import legal_clock
from participa.citizens.notices import PURPOSES
from participa.core import codes, submissions
from participa.core.db import db
from participa.core.files import files, oversized
from participa.core.web import limits
from participa.core.web.responses import for_one_person, forgotten
from participa.core.web.security import WITH_MICROPHONE, WITH_SOUND
from participa.listening import attachments
from participa.listening.follow_up import pages, replying, visits
from participa.listening.follow_up.forms import (
    YES,
    ComeBackForm,
    EraseOwnContributionForm,
    OwnVisitForm,
    PersonReplyForm,
    ResolvedForm,
)
from participa.listening.models import Attachment, AttachmentKind, Contribution
from participa.listening.rights import consents, erasing

LARGEST = 2**31 - 1
MOST_BYTES = 25_000_000  # of the photographs and the voice note of one message
TOO_LARGE = "Las fotos y la nota de voz pesan demasiado. Envíe menos, o más pequeñas."
LIMIT = "listening.follow"
WRONG = (
    "Ese radicado y ese código no van juntos. Revíselos letra por letra: no importan las "
    "mayúsculas, los guiones ni los espacios."
)
DONE = {
    "mensaje": "Su mensaje llegó.",
    "opinion": "Guardamos lo que dice de la respuesta.",
    "contacto": "Borramos su nombre y su contacto.",
    "borrado": "Borramos lo que usted contó.",
    "salio": "Salió. Para volver a entrar escriba otra vez su radicado y su código.",
}

bp = Blueprint("listening_follow", __name__, url_prefix="/escuchaderos/mi-aporte")


@bp.route("", methods=["GET", "POST"])
@limits.limited(LIMIT)
def ask():
    form = ComeBackForm()
    if request.method == "GET":
        form.radicado.data = request.args.get("radicado", "")[:60]
    if form.validate_on_submit() and (contribution := begun(form)):
        token = visits.link_of(contribution)
        db.session.commit()
        return redirect(url_for("listening_follow.show", token=token), 303)
    page = render_template("listening_follow/ask.html", form=form, done=told())
    return for_one_person(page, form.status)


def begun(form: ComeBackForm) -> Contribution | None:
    """The contribution of what was typed; what is wrong and what is unknown are told alike."""
    number = codes.read(form.radicado.data or "")
    limits.before_guess(LIMIT, number)
    contribution = visits.begun(number, form.code.data or "")
    if contribution is None:
        limits.wrong_guess(LIMIT, number)
        form.reject(WRONG, "code")
    return contribution


@bp.get("/<token>")
def show(token):
    contribution = visits.opened(token)
    if contribution is None:
        page = render_template("listening_follow/show.html", contribution=None)
        return for_one_person(page, 410)
    values = pages.values_of(contribution)
    leave = OwnVisitForm(contribution, "leave")
    page = render_template(
        "listening_follow/show.html", token=token, leave_form=leave, done=told(), **values
    )
    response = for_one_person(page)
    response.headers.update(WITH_SOUND)
    return response


@bp.route("/<token>/escribir", methods=["GET", "POST"])
@files.takes_bytes(MOST_BYTES)
@limits.limited(LIMIT)
def reply(token):
    """Append to the contribution. A form that was open for more than two hours is accepted."""
    is_sent = request.method == "POST"
    contribution = visits.opened(token, visits.LASTS_TO_SEND if is_sent else visits.LASTS)
    if contribution is None:
        return over("reply", text=request.form.get("text", "")[:20_000])
    if is_sent and (saved := oversized.rescued()) is not None:
        return too_large(token, contribution, saved)
    form = PersonReplyForm(contribution)
    if form.validate_on_submit() and replied(form, contribution):
        db.session.commit()
        return to_own(token, "mensaje")
    return reply_page(token, contribution, form, form.status)


def reply_page(
    token: str, contribution: Contribution, form: PersonReplyForm, status: int
) -> Response:
    page = own_page(
        "reply",
        token,
        contribution,
        status,
        form=form,
        why_not=replying.why_not_written(contribution),
        time=legal_clock.time_to_complete(contribution.case),
        has_lost_files=has_lost_files(status),
    )
    page.headers.update(WITH_MICROPHONE)
    return page


def has_lost_files(status: int) -> bool:
    """Whether files came with a message that has to be repaired, which stores none of them."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    return status != HTTPStatus.OK and any(file.filename for file in request.files.values())


def too_large(token: str, contribution: Contribution, saved: MultiDict[str, str]) -> Response:
    """The form again, with the words that came before the files that were too large."""
    form = PersonReplyForm(contribution, saved)
    form.reject(TOO_LARGE, "photos")
    return reply_page(token, contribution, form, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def replied(form: PersonReplyForm, contribution: Contribution) -> bool:
    said = form.submission_id, form.text.data or "", form.files
    is_done = form.carries_out(replying.reply, contribution, *said) is not None
    if not is_done:  # what this form has brought before stays; the next click brings this
        form.submission.data = submissions.issue(form.purpose)
    return is_done


@bp.route("/<token>/resultado", methods=["GET", "POST"])
@limits.limited(LIMIT)
def resolve(token):
    contribution = visits.opened(token)
    if contribution is None:
        return over("resolve", text=request.form.get("comment", "")[:2000])
    form = ResolvedForm(contribution)
    if form.validate_on_submit() and judged(form, contribution):
        db.session.commit()
        return to_own(token, "opinion")
    why_not = replying.why_not_judged(contribution)
    return own_page("resolve", token, contribution, form.status, form=form, why_not=why_not)


def judged(form: ResolvedForm, contribution: Contribution) -> bool:
    said = form.is_resolved.data == YES, form.comment.data or ""
    return form.carries_out(replying.judge, contribution, *said) is not None


@bp.route("/<token>/borrar", methods=["GET", "POST"])
@limits.limited(LIMIT)
def erase(token):
    contribution = visits.opened(token)
    if contribution is None:
        return over("erase")
    form = EraseOwnContributionForm(contribution)
    if form.validate_on_submit() and erased(form, contribution):
        db.session.commit()
        return to_own(token, "borrado")
    is_pending = erasing.is_pending(contribution)
    return own_page("erase", token, contribution, form.status, form=form, is_pending=is_pending)


def erased(form: EraseOwnContributionForm, contribution: Contribution) -> bool:
    withdraws = "withdraws" in form and bool(form.withdraws.data)
    return form.carries_out(replying.erase, contribution, withdraws) is not None


@bp.route("/<token>/contacto", methods=["GET", "POST"])
@limits.limited(LIMIT)
def contact(token):
    """The name and the contact that are kept, the proof of the consent, and a way to erase them."""
    contribution = visits.opened(token)
    if contribution is None:
        return over("contact")
    form = OwnVisitForm(contribution, "contact")
    if form.validate_on_submit():
        replying.forget_contact(contribution)
        db.session.commit()
        return to_own(token, "contacto")
    return own_page(
        "contact",
        token,
        contribution,
        form.status,
        form=form,
        has_contact=erasing.has_contact(contribution),
        consent=consents.of(contribution),
        purposes=PURPOSES,
    )


@bp.get("/<token>/constancia")
def printed(token):
    """That it was received, when, with what, and until when it is answered (PQR-04), to print."""
    contribution = visits.opened(token)
    if contribution is None:
        return over("printed")
    kinds = [one.kind for one in contribution.attachments]
    counts = {kind: kinds.count(kind) for kind in AttachmentKind if kind in kinds}
    return own_page("printed", token, contribution, case=contribution.case, counts=counts)


@bp.get(f"/<token>/archivos/<int(max={LARGEST}):id>")
def attachment(token, id):
    """A photograph or a voice note of their own."""
    contribution = visits.opened(token) or abort(404)
    own = select(Attachment).filter_by(id=id, case_id=contribution.case_id)
    found = None if contribution.is_life_risk else db.session.scalar(own)
    file = found or abort(404)
    is_shown = file.kind is AttachmentKind.PHOTO or attachments.plays_everywhere(file)
    response = attachments.send(file, inside=is_shown)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post("/<token>/salir")
@limits.limited(LIMIT)
def leave(token):
    """End every link to it, on a phone that others use."""
    contribution = visits.opened(token)
    if contribution is None:
        return to_own(token, "salio")
    form = OwnVisitForm(contribution, "leave")
    if form.validate_on_submit():
        visits.end(contribution)
        db.session.commit()
    return forgotten(redirect(url_for("listening_follow.ask", listo="salio"), 303))


def told() -> str:
    return DONE.get(request.args.get("listo", ""), "")


def to_own(token: str, word: str) -> Any:
    return redirect(url_for("listening_follow.show", token=token, listo=word), 303)


def over(name: str, text: str = "") -> Response:
    """The link is over: how to come back, with what was typed, to be copied."""
    page = render_template(f"listening_follow/{name}.html", contribution=None, typed=text)
    return for_one_person(page, 410)


def own_page(
    name: str, token: str, contribution: Contribution, status: int = 200, **shown: Any
) -> Response:
    page = render_template(
        f"listening_follow/{name}.html",
        token=token,
        contribution=contribution,
        number=codes.show(contribution.receipt),
        **shown,
    )
    return for_one_person(page, status)
