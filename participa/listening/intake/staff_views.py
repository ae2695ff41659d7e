"""Assisted intake: an official records a spoken contribution, at a desk or in the street."""

from flask import Blueprint, Response, render_template

from participa.channels import access
from participa.core import codes
from participa.core.db import db
from participa.core.files import files
from participa.core.submissions import AlreadySent
from participa.listening.intake import attaching, pages, taking
from participa.listening.intake.staff_forms import IntakeForm
from participa.listening.models import ListeningPost
from participa.listening.receive import Received
from participa.listening.snapshots import snapshot_of
from participa.staff.access import WRITERS, allows, current_account, guard

UNPUBLISHED = "Este escuchadero no está publicado: todavía no oye a nadie."
SENT_BEFORE = (
    "Lo que envió antes desde esta página ya quedó con el radicado {number}. Lo de ahora es "
    "distinto y no se ha guardado. Si es de otra persona, envíelo otra vez."
)

bp = guard(
    Blueprint("listening_intake", __name__, url_prefix="/gestion/escuchaderos"),
    "tomar-un-aporte-de-viva-voz",
)


@bp.route("/<code>/tomar", methods=["GET", "POST"])
@files.takes_bytes(attaching.MOST_BYTES)
@allows(WRITERS)
def take(code):
    """The form; the answer to it shows the number and the secret code, once."""
    post = access.own(ListeningPost, code=code)
    form = IntakeForm.begun(snapshot_of(post))
    if form.is_submitted() and post.is_published:
        received = taken(form, post) if form.validate_on_submit() else None
        page = proof_page(form, post, received) if received else form_page(form, post)
        db.session.commit()  # also the files of a form that has to be repaired
        return page
    return form_page(form, post)


def taken(form: IntakeForm, post: ListeningPost) -> Received | None:
    """File it; None when this showing of the form has brought something else."""
    said, spoken, by = form.said, form.spoken, current_account()
    try:
        received = taking.take_down(post, form.submission_id, said, spoken, by, form.given_details)
    except AlreadySent as sent:
        refuse(form, sent.receipt)
        return None
    if received.is_new:
        return received
    db.session.rollback()  # the files of this copy: the first one has stored them
    if taking.says_the_same(received, said, spoken, by):
        return received
    refuse(form, received.radicado)
    return None


def refuse(form: IntakeForm, radicado: str) -> None:
    db.session.rollback()
    form.renew()
    form.reject(SENT_BEFORE.format(number=codes.show(radicado)))


def form_page(form: IntakeForm, post: ListeningPost):
    page = render_template(
        "listening_intake/take.html",
        part="listening_intake/_form.html",
        heading="Tomar un aporte",
        form=form,
        post=post,
        why_not="" if post.is_published else UNPUBLISHED,
        waiting=attaching.in_words(form.waiting),
    )
    return page, form.status


def proof_page(form: IntakeForm, post: ListeningPost, received: Received) -> Response:
    page = render_template(
        "listening_intake/take.html",
        part="listening_intake/_proof.html",
        heading="Aporte recibido",
        post=post,
        **pages.proof(form, received, current_account()),
    )
    return Response(page, headers={"Cache-Control": "no-store"})
