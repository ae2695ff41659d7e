"""The staff's pages of a topic call: create, publish, close, preview, export."""

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from participa.cases.listing import LIST as CASES
from participa.cases.models import Case
from participa.cases.wording import term_in_words
from participa.channels import access
from participa.channels.access import may_write
from participa.channels.exports import check_format
from participa.channels.flow import Stage
from participa.channels.forms import ActForm, ClosingForm, ReopenForm, moments_of
from participa.channels.listing import rules, visible_rows
from participa.channels.wording import beside_state, early_closing
from participa.citizens import coverage
from participa.citizens.territories import CITY
from participa.core import links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.web.lists import NUMBERS, Order
from participa.formats.header import printed_header
from participa.plan import queries as plans
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
    works_for,
)
from participa.topics import exports, queries, results, service
from participa.topics.models import TopicAnswer, TopicCall
from participa.topics.office.staff_forms import CallForm, values_of
from participa.topics.public import pages
from participa.topics.public.forms import TopicAnswerForm
from participa.topics.snapshots import snapshot_of

PREVIEW = "topics_staff/preview.html"
ANSWERS = select(func.count()).where(TopicAnswer.call_id == TopicCall.id).scalar_subquery()
LIST = rules(TopicCall, "Convocatoria", {"respuestas": Order("Respuestas", ANSWERS, NUMBERS)})

bp = guard(
    Blueprint("topics_staff", __name__, url_prefix="/gestion/temas"),
    "un-formulario-de-temas-de-principio-a-fin",
    create="prepararlo",
    edit="prepararlo",
    preview="prepararlo",
    questions="responder-las-preguntas",
    reopen="cerrarlo-y-decidir",
)


@bp.get("")
@allows(READERS)
def index():
    rows = visible_rows(TopicCall, current_account())
    listing = LIST.listing(rows, contains_eager(TopicCall.office))
    return render_template(
        "topics_staff/index.html",
        listing=listing,
        people=queries.people_by_call(listing.rows),
        when={call.id: beside_state(call) for call in listing.rows},
        may_write=may_write(),
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador.")
def create():
    form = CallForm.creating(lambda made: url_for("topics_staff.show", code=made.code))
    form.offer(current_account())
    if form.validate_on_submit() and (call := form.creates(create_from, form)):
        db.session.commit()
        return redirect(url_for("topics_staff.show", code=call.code))
    form.add_file_to_text()
    return render_template("topics_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    call = access.own(TopicCall, code=code)
    return render_template(
        "topics_staff/show.html",
        call=call,
        when=beside_state(call),
        early_closing=early_closing(call),
        missing=[] if call.is_published else service.missing_requirements(call),
        people=queries.people(call.id),
        today=queries.people_since(call.id, queries.since_midnight()),
        scans=queries.scans(call.code),
        coverage=coverage.coverage_of(queries.people_by_territory(call.id)),
        territories=len(CITY),
        proposals=queries.proposals(call.id),
        open_questions=queries.open_questions(call.id),
        variables=results.respondent_counts(call),
        small_cell=results.small_cell(),
        fulfils=plans.references(call.tasks),
        header=printed_header(call.channel, call.id),
        address=links.absolute(url_for("topics.answer", code=call.code)),
        short=links.readable(call.code),
        may_write=may_write(),
        form=ActForm.creating(endpoint="topics_staff.duplicate"),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def edit(code):
    call = access.own(TopicCall, code=code)
    form = CallForm.changing(call, values_of)
    form.offer(current_account(), call)
    if form.validate_on_submit() and form.carries_out(change_from, form, call):
        db.session.commit()
        return redirect(url_for("topics_staff.show", code=code))
    form.add_file_to_text()
    frozen = service.has_answers(call)
    return render_template(
        "topics_staff/edit.html", form=form, call=call, frozen=frozen
    ), form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
@says("Publicó la convocatoria.")
def publish(code):
    call = access.own(TopicCall, code=code)
    service.publish(versions.as_seen(call), current_account())
    db.session.commit()
    return redirect(url_for("topics_staff.show", code=code))


@bp.route("/<code>/cerrar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Cerró la convocatoria.")
def close(code):
    call = access.own(TopicCall, code=code)
    form = ClosingForm.changing(call, moments_of, record=call)
    if form.validate_on_submit() and form.carries_out(
        service.close, call, current_account(), form.given_reason
    ):
        db.session.commit()
        return redirect(url_for("topics_staff.show", code=code))
    why_not = service.why_not_closed(call)
    page = render_template("topics_staff/close.html", form=form, call=call, why_not=why_not)
    return page, form.status


@bp.route("/<code>/reabrir", methods=["GET", "POST"])
@allows(WRITERS)
@says("Reabrió la convocatoria.")
def reopen(code):
    call = access.own(TopicCall, code=code)
    form = ReopenForm.changing(call, moments_of)
    if form.validate_on_submit():
        when, why = form.closes_at.moment, form.reason.data
        if form.carries_out(service.reopen, call, current_account(), when, why):
            db.session.commit()
            return redirect(url_for("topics_staff.show", code=code))
    why_not = service.why_not_reopened(call)
    page = render_template("topics_staff/reopen.html", form=form, call=call, why_not=why_not)
    return page, form.status


@bp.post("/<code>/duplicar")
@allows(WRITERS)
@says("Duplicó la convocatoria: esta es la copia.")
def duplicate(code):
    call = access.own(TopicCall, code=code)
    copy = ActForm.creating().created(service.duplicate, call, current_account())
    db.session.commit()
    return redirect(url_for("topics_staff.edit", code=copy.code))


@bp.route("/<code>/vista", methods=["GET", "POST"])
@allows(READERS)
def preview(code):
    """The form as residents see it, with its review; nothing is stored."""
    own = access.own(TopicCall, code=code)
    call, header = snapshot_of(own), printed_header(own.channel, own.id)
    form = TopicAnswerForm(call, f"topics.preview:{call.code}")
    match form.stage():
        case Stage.FORM:
            return pages.filled(call, form, PREVIEW, preview=True, header=header), form.status
        case Stage.REVIEW:
            return pages.review(call, form, PREVIEW, preview=True, header=header), form.status
        case Stage.SEND:
            return pages.end_of_preview(call, PREVIEW, preview=True, header=header)


@bp.get("/<code>/preguntas")
@allows(READERS)
def questions(code):
    call = db.first_or_404(select(TopicCall).filter_by(code=code))
    rows = queries.questions(call.id)
    sees_call = works_for(current_account(), [call.office_id or 0])
    if not sees_call:
        rows = rows.where(Case.office_id == (current_account().office_id or 0))
        db.first_or_404(rows.limit(1))
    listing = CASES.listing(rows, contains_eager(Case.office))
    return render_template(
        "topics_staff/questions.html",
        call=call,
        sees_call=sees_call,
        listing=listing,
        cases=[(one, *term_in_words(one), None) for one in listing.rows],
        may_write=may_write(),
    )


@bp.post("/<code>/exportar/<format>")
@allows(READERS)
def export(code, format):
    """The answers as a file. It writes an audit entry, so it is a POST."""
    call = access.own(TopicCall, code=code)
    check_format(format)
    file = exports.deliver(call, current_account(), format)
    db.session.commit()
    return file


def create_from(form: CallForm) -> TopicCall:
    by = current_account()
    official = form.official_format.chosen
    return service.create(by, form.lines, form.chosen_tasks, official, **form.facts(by))


def change_from(form: CallForm, call: TopicCall) -> None:
    by = current_account()
    facts = form.facts(by)
    service.change(call, by, form.lines, form.chosen_tasks, form.given_reason, **facts)
    service.choose_format(call, by, form.official_format.chosen)
