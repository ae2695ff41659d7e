"""The staff's pages of what becomes public: propose, review, hide; tell what changed."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from participa.cases import traces
from participa.cases.models import Case
from participa.core.db import db
from participa.core.editing import versions
from participa.events.commitments.queries import LOADED, public_commitments
from participa.events.record_models import Commitment
from participa.listening.access import answerable
from participa.listening.answers import analogous, outcomes, publication, redaction
from participa.listening.answers.publication_list import (
    LIST,
    LOOKS,
    PUBLIC,
    TO_PROPOSE,
    TO_REVIEW,
    publishable,
)
from participa.listening.answers.staff_forms import (
    ACCEPT,
    AnswerReviewForm,
    OutcomeForm,
    ProposalOfAnswerForm,
)
from participa.listening.models import CaseOutcome, Contribution, PublicationDraft
from participa.plan import queries as plans
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    say,
    says,
)
from participa.staff.models import Account

ID = "int(max=2147483647)"
MANY = 200

bp = guard(
    Blueprint("listening_publication", __name__, url_prefix="/gestion/escuchaderos/publicaciones"),
    "publicar-las-respuestas",
    groups="responder-juntas-las-peticiones-iguales",
    link="responder-juntas-las-peticiones-iguales",
    separate="responder-juntas-las-peticiones-iguales",
)


@bp.get("")
@allows(READERS)
def index():
    listing = LIST.listing(
        publishable(current_account()),
        contains_eager(Contribution.case).contains_eager(Case.office),
    )
    waiting = waiting_among([one.case_id for one in listing.rows])
    return render_template(
        "listening_publication/index.html",
        listing=listing,
        states=[(one, state := state_of(one, waiting), LOOKS[state]) for one in listing.rows],
    )


@bp.get("/<radicado>")
@allows(READERS)
def show(radicado):
    contribution = answerable(radicado)
    drafts = publication.drafts_of(contribution)
    waiting = drafts[0] if drafts and drafts[0].decided_at is None else None
    by = current_account()
    return render_template(
        "listening_publication/show.html",
        contribution=contribution,
        case=contribution.case,
        why_not=publication.why_not_public(contribution),
        waiting=waiting,
        is_own=waiting is not None and waiting.proposed_by_id == by.id,
        drafts=[(one, redaction.in_words(one.cuts)) for one in drafts],
        people=people_of(drafts),
        changes=outcomes.of_case(contribution.case_id),
        linked=analogous.linked_count(contribution.case_id),
        may_lead=not analogous.why_not_led(contribution),
        may_write=by.role in WRITERS,
    )


@bp.route("/<radicado>/proponer", methods=["GET", "POST"])
@allows(WRITERS)
@says("Propuso lo que se publica. Ahora lo revisa otra persona.")
def propose(radicado):
    contribution = answerable(radicado)
    form = ProposalOfAnswerForm.changing(contribution, publication.proposed)
    by = current_account()
    if form.validate_on_submit():
        typed = form.text.data, form.answer.data, form.checked.data
        if form.carries_out(publication.propose, contribution, by, *typed):
            db.session.commit()
            return redirect(page_of(contribution))
    page = render_template(
        "listening_publication/propose.html",
        form=form,
        contribution=contribution,
        why_not=publication.why_not_public(contribution),
        left=marked(form.text.data, form.answer.data) if request.method == "POST" else [],
        **originals(contribution),
    )
    return page, form.status


@bp.route("/<radicado>/revisar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Publicó la respuesta.")
def review(radicado):
    contribution = answerable(radicado)
    draft = publication.waiting_draft(contribution)
    if draft is None:
        return redirect(page_of(contribution))
    form = AnswerReviewForm.changing(draft, versions.as_version)
    if form.validate_on_submit() and form.carries_out(decide, form, contribution, draft):
        db.session.commit()
        return redirect(page_of(contribution))
    page = render_template(
        "listening_publication/review.html",
        form=form,
        contribution=contribution,
        draft=draft,
        proposer=db.session.get_one(Account, draft.proposed_by_id),
        cuts=redaction.in_words(draft.cuts),
        why_not=publication.why_not_reviewed(draft, current_account()),
        text=traces.pieces(draft.text),
        answer=traces.pieces(draft.answer),
        **originals(contribution),
    )
    return page, form.status


def decide(form: AnswerReviewForm, contribution: Contribution, draft: PublicationDraft) -> None:
    by = current_account()
    if form.verdict.data == ACCEPT:
        publication.accept(contribution, draft, by)
    else:
        publication.refuse(contribution, draft, by, form.reason.data or "")
        say("Devolvió la propuesta.")


@bp.post("/<radicado>/retirar")
@allows(WRITERS)
@says("Retiró su propuesta.")
def take_back(radicado):
    contribution = answerable(radicado)
    draft = publication.waiting_draft(contribution) or abort(404)
    versions.as_seen(draft)
    publication.take_back(contribution, current_account())
    db.session.commit()
    return redirect(page_of(contribution))


@bp.post("/<radicado>/ocultar")
@allows(WRITERS)
@says("Dejó de publicar la respuesta.")
def hide(radicado):
    contribution = versions.as_seen(answerable(radicado))
    publication.hide(contribution, current_account())
    db.session.commit()
    return redirect(page_of(contribution))


@bp.route("/<radicado>/que-cambio", methods=["GET", "POST"])
@allows(WRITERS)
@says("Contó qué cambió.")
def tell_outcome(radicado):
    contribution = answerable(radicado)
    form = OutcomeForm.creating(lambda made: page_of(contribution))
    commitments = db.session.scalars(
        public_commitments().options(*LOADED).order_by(Commitment.id.desc()).limit(MANY)
    )
    form.offer(commitments.all(), plans.tasks_to_fulfil())
    if form.validate_on_submit():
        with_what = form.text.data, form.chosen_commitment, form.chosen_task
        if form.creates(outcomes.tell, contribution, current_account(), *with_what):
            db.session.commit()
            return redirect(page_of(contribution))
    page = render_template(
        "listening_publication/tell_outcome.html",
        form=form,
        contribution=contribution,
        why_not="" if contribution.case.is_public else "Primero publique la respuesta.",
    )
    return page, form.status


@bp.post(f"/<radicado>/que-cambio/<{ID}:id>/quitar")
@allows(WRITERS)
@says("Quitó lo que cambió.")
def remove_outcome(radicado, id):
    contribution = answerable(radicado)
    rows = select(CaseOutcome).filter_by(id=id, case_id=contribution.case_id)
    outcome = versions.as_seen(db.first_or_404(rows))
    outcomes.remove(contribution, current_account(), outcome)
    db.session.commit()
    return redirect(page_of(contribution))


def page_of(contribution: Contribution) -> str:
    return url_for("listening_publication.show", radicado=contribution.receipt)


def originals(contribution: Contribution) -> dict[str, Any]:
    """What was said and answered, in pieces, with what may name somebody."""
    return {
        "original_text": traces.pieces(contribution.text),
        "original_answer": traces.pieces(publication.answer_of(contribution)),
    }


def marked(*texts: str | None) -> list[list[tuple[str, str]]]:
    """The texts in pieces, of those that still have something to look at."""
    return [traces.pieces(text) for text in texts if text and traces.found(text)]


def waiting_among(case_ids: Sequence[int]) -> set[int]:
    """Those of these cases with a proposal that waits."""
    rows = select(PublicationDraft.case_id).where(
        PublicationDraft.case_id.in_(case_ids), PublicationDraft.decided_at.is_(None)
    )
    return set(db.session.scalars(rows))


def state_of(contribution: Contribution, waiting: set[int]) -> str:
    if contribution.case_id in waiting:
        return TO_REVIEW
    return PUBLIC if contribution.case.is_public else TO_PROPOSE


def people_of(drafts: Sequence[PublicationDraft]) -> dict[int, str]:
    """Id and name of everybody who proposed or decided."""
    ids = {id for one in drafts for id in (one.proposed_by_id, one.decided_by_id) if id}
    rows = select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(rows)}
