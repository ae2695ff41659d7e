"""The staff's pages to review proposals and to record decisions about topics."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from participa.channels import access
from participa.channels.moderation import ReviewState
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, one_of
from participa.staff.access import WRITERS, allows, current_account, guard, require_office, says
from participa.topics import agenda, queries, service
from participa.topics.models import Decision, Proposal, Topic, TopicCall, TopicQuestion
from participa.topics.office import moderation
from participa.topics.office.staff_forms import DecisionForm, ProposalForm
from participa.topics.office.together_forms import DecisionsForm, ProposalsForm

bp = guard(
    Blueprint("topics_moderation", __name__, url_prefix="/gestion/temas"),
    "revisar-los-temas-propuestos",
    decide="cerrarlo-y-decidir",
    decide_together="cerrarlo-y-decidir",
)

Id = "int(max=2147483647)"
IS_REVIEWED = Proposal.state != ReviewState.PENDING
LIST = ListRules(
    search=lambda word: lists.contains(word, Proposal.text, Proposal.reason),
    orders={
        "estado": Order("Estado", IS_REVIEWED, ("por revisar primero", "revisadas primero")),
        "propuesta": Order("Propuesta", lists.plain(Proposal.text), LETTERS),
        "llegada": Order("Llegó", Proposal.received_on, MOMENTS),
    },
    first="estado",
    unique=Proposal.id,
    filters=(
        one_of("estado", "Estado", {state.value: Proposal.state == state for state in ReviewState}),
    ),
)

VERDICTS = {
    ReviewState.PUBLISHED: "publish",
    ReviewState.MERGED: "merge",
    ReviewState.REJECTED: "reject",
}


def own(record):
    """The same record; 404 when its call belongs to another office."""
    require_office([record.call.office_id or 0])
    return record


@bp.post(f"/propuestas/<{Id}:id>/publicar")
@allows(WRITERS)
@says("Aceptó la propuesta. Sale con los resultados.")
def publish_proposal(id):
    proposal = own(db.get_or_404(Proposal, id))
    moderation.publish_proposal(versions.as_seen(proposal), current_account())
    db.session.commit()
    return back_to_proposals(proposal)


@bp.route(f"/propuestas/<{Id}:id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la decisión sobre la propuesta.")
def review_proposal(id):
    proposal = own(db.get_or_404(Proposal, id))
    form = ProposalForm.changing(proposal, reviewed)
    form.offer(proposal.call.topics, others(proposal))
    if form.validate_on_submit() and form.carries_out(review_from, form, proposal):
        db.session.commit()
        return back_to_proposals(proposal)
    page = render_template("topics_moderation/review_proposal.html", form=form, proposal=proposal)
    return page, form.status


def others(proposal: Proposal) -> list[Proposal]:
    """Published proposals of the same call."""
    return [one for one, _ in queries.published_proposals(proposal.call_id) if one is not proposal]


def review_from(form: ProposalForm, proposal: Proposal) -> None:
    by = current_account()
    match form.verdict.data:
        case "publish":
            moderation.publish_proposal(proposal, by)
        case "reject":
            moderation.reject_proposal(proposal, by, form.reason.data or "")
        case _:
            moderation.merge_proposal(proposal, by, merge_target(form.into.data or ""))


def merge_target(choice: str) -> Topic | Proposal | None:
    """The record of a choice of the form: "topic-12" or "proposal-7"."""
    kind, _, number = choice.partition("-")
    if kind == "topic":
        return db.session.get(Topic, int(number))
    return db.session.get(Proposal, int(number)) if kind == "proposal" else None


def reviewed(proposal: Proposal) -> dict[str, Any]:
    """The values of the form for this proposal; nothing chosen while it waits."""
    into = proposal.merged_topic or proposal.merged_proposal
    target = f"{type(into).__name__.lower()}-{into.id}" if into else ""
    verdict = VERDICTS.get(proposal.state, "")
    return {"verdict": verdict, "into": target, "reason": proposal.reason}


def decided(topic: Topic) -> dict[str, Any]:
    """The values of the form for this topic."""
    return {
        "decision": topic.decision.name,
        "decision_text": topic.decision_text,
        **_where(topic),
    }


def _where(topic: Topic) -> dict[str, str]:
    """The event of the topic's agenda, or an address elsewhere."""
    is_event = topic.agenda_url in agenda.choices(current_account())
    return {
        "event": topic.agenda_url if is_event else "",
        "agenda_url": "" if is_event else topic.agenda_url,
    }


def back_to_proposals(proposal: Proposal):
    return redirect(url_for("topics_staff.show", code=proposal.call.code) + "#propuestas")


@bp.route("/<code>/propuestas", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la revisión de las propuestas.")
def proposals(code):
    """The proposals of a call; a POST reviews the ticked ones."""
    call = access.own(TopicCall, code=code)
    form = ProposalsForm()
    form.offer(queries.proposal_ids(call.id))
    if form.validate_on_submit() and form.carries_out(review_ticked, form, call):
        db.session.commit()
        return redirect(url_for("topics_moderation.proposals", code=code))
    rows = select(Proposal).filter_by(call_id=call.id)
    listing = LIST.listing(rows, selectinload(Proposal.merged_topic))
    page = render_template(
        "topics_moderation/proposals.html",
        form=form,
        call=call,
        listing=listing,
        has_pending=any(proposal.is_pending for proposal in listing.rows),
    )
    return page, form.status


def review_ticked(form: ProposalsForm, call: TopicCall) -> None:
    reason = form.reason.data or ""
    moderation.review_together(call, current_account(), form.ids, form.state, reason)


@bp.route(f"/preguntas/<{Id}:id>", methods=["GET", "POST"])
@allows(WRITERS)
def answer_question(id):
    """The former address of a question. Questions became cases with the same ids."""
    question = db.get_or_404(TopicQuestion, id)
    require_office([question.call.office_id or 0, question.case.office_id or 0])
    return redirect(url_for("cases_staff.answer", id=question.case_id), 308)


@bp.route("/<code>/decisiones", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó las decisiones.")
def decide_together(code):
    """Decide about all topics of a call on one page."""
    call = access.own(TopicCall, code=code)
    form = DecisionsForm(call.topics)
    if form.validate_on_submit():
        typed = form.decided, form.decided_of_rest
        if form.carries_out(service.decide_together, call, current_account(), *typed):
            db.session.commit()
            return redirect(url_for("topics_staff.show", code=code) + "#decisiones")
    decided = [topic for topic in call.topics if topic.is_decided]
    page = render_template(
        "topics_moderation/decide_together.html", form=form, call=call, decided=decided
    )
    return page, form.status


@bp.route(f"/<code>/decisiones/<{Id}:id>", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó la decisión.")
def decide(code, id):
    topic = own(db.get_or_404(Topic, id))
    if topic.call.code != code:
        abort(404)
    form = DecisionForm.changing(topic, decided)
    form.offer(current_account())
    if form.validate_on_submit():
        choice = Decision[form.decision.data]
        why = form.decision_text.data or ""
        if form.carries_out(service.decide, topic, current_account(), choice, why, form.where):
            db.session.commit()
            return redirect(url_for("topics_staff.show", code=code) + "#decisiones")
    return render_template("topics_moderation/decide.html", form=form, topic=topic), form.status
