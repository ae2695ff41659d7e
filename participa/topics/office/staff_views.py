"""The staff's pages of the topic calls: make one, publish it, look after it."""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select

from participa.citizens import coverage
from participa.citizens.territories import CITY
from participa.core import links
from participa.core.db import db
from participa.core.tables import tables
from participa.plan import queries as plans
from participa.staff import queries as offices
from participa.staff.access import (
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    require_office,
    works_for,
)
from participa.staff.models import Role
from participa.topics import exports, queries, results, service, wording
from participa.topics.models import TopicCall
from participa.topics.office import moderation
from participa.topics.office.staff_forms import ActForm, CallForm, ReopenForm, filled_with

bp = guard(Blueprint("topics_staff", __name__, url_prefix="/gestion/temas"))


def own_call(code: str) -> TopicCall:
    """The call of this code, if this account's office may see it."""
    call = db.first_or_404(select(TopicCall).filter_by(code=code))
    require_office([call.office_id or 0])
    return call


@bp.get("")
@allows(READERS)
def index():
    calls = queries.calls_for(current_account())
    return render_template(
        "topics_staff/index.html",
        calls=calls,
        people=queries.people_by_call(),
        when={call.id: wording.when(call) for call in calls},
        may_write=current_account().role in WRITERS,
    )


@bp.route("/nueva", methods=["GET", "POST"])
@allows(WRITERS)
def create():
    form = offered(CallForm())
    if form.validate_on_submit() and (call := form.carries_out(made, form)):
        db.session.commit()
        return redirect(url_for("topics_staff.show", code=call.code))
    form.keep_file()
    return render_template("topics_staff/create.html", form=form), form.status


@bp.get("/<code>")
@allows(READERS)
def show(code):
    call = own_call(code)
    return render_template(
        "topics_staff/show.html",
        call=call,
        when=wording.when(call),
        lacking=[] if call.is_published else service.missing_requirements(call),
        people=queries.people(call.id),
        today=queries.people_since(call.id, queries.since_midnight()),
        scans=queries.scans(call.code),
        coverage=coverage.coverage_of(queries.people_by_territory(call.id)),
        territories=len(CITY),
        proposals=queries.proposals(call.id),
        open_questions=queries.open_questions(call.id),
        variables=results.who_answered(call),
        small_cell=results.small_cell(),
        fulfils=plans.references(call.tasks),
        address=links.absolute(url_for("topics.answer", code=call.code)),
        short=links.readable(call.code),
        may_write=current_account().role in WRITERS,
        form=ActForm(),
    )


@bp.route("/<code>/cambiar", methods=["GET", "POST"])
@allows(WRITERS)
def edit(code):
    call = own_call(code)
    form = offered(CallForm(data=filled_with(call)), call)
    if form.validate_on_submit() and form.carries_out(changed, form, call):
        db.session.commit()
        return redirect(url_for("topics_staff.show", code=code))
    form.keep_file()
    frozen = service.has_answers(call)
    return render_template(
        "topics_staff/edit.html", form=form, call=call, frozen=frozen
    ), form.status


@bp.post("/<code>/publicar")
@allows(WRITERS)
def publish(code):
    call = own_call(code)
    service.publish(call, current_account())
    db.session.commit()
    return redirect(url_for("topics_staff.show", code=code))


@bp.post("/<code>/cerrar")
@allows(WRITERS)
def close(code):
    call = own_call(code)
    service.close(call, current_account())
    db.session.commit()
    return redirect(url_for("topics_staff.show", code=code))


@bp.route("/<code>/reabrir", methods=["GET", "POST"])
@allows(WRITERS)
def reopen(code):
    call = own_call(code)
    form = ReopenForm()
    if form.validate_on_submit():
        when, why = form.closes_at.moment, form.reason.data
        if form.carries_out(service.reopen, call, current_account(), when, why):
            db.session.commit()
            return redirect(url_for("topics_staff.show", code=code))
    return render_template("topics_staff/reopen.html", form=form, call=call), form.status


@bp.post("/<code>/duplicar")
@allows(WRITERS)
def duplicate(code):
    copy = service.duplicate(own_call(code), current_account())
    db.session.commit()
    return redirect(url_for("topics_staff.edit", code=copy.code))


@bp.get("/<code>/preguntas")
@allows(READERS)
def questions(code):
    call = db.first_or_404(select(TopicCall).filter_by(code=code))
    found = queries.questions(call.id)
    if not works_for(current_account(), [call.office_id or 0]):
        found = [one for one in found if one.office_id == current_account().office_id] or abort(404)
    return render_template(
        "topics_staff/questions.html",
        call=call,
        questions=[(one, moderation.due(one), *moderation.term_in_words(one)) for one in found],
        may_write=current_account().role in WRITERS,
    )


@bp.post("/<code>/exportar/<format>")
@allows(READERS)
def export(code, format):
    """The answers as a file. It leaves a trace, so it is asked for with a button."""
    call = own_call(code)
    if format not in tables.FORMATS:
        abort(404)
    exports.note(call, current_account(), format)
    if exports.takes_long(call):
        job = exports.start(call, current_account(), format)
        db.session.commit()
        return redirect(url_for("staff_jobs.show", id=job.id))
    file = tables.download(exports.answers_table(call), format, exports.filename(call))
    db.session.commit()
    return file


def offered(form: CallForm, call: TopicCall | None = None) -> CallForm:
    """The form with what the database offers, and what the call has already, whatever became of
    it; a Responsable works for the own office.
    """
    found = offices.offices_to_choose(current_account(), call.office if call else None)
    form.offer(plans.references(plans.tasks_to_fulfil(call.tasks if call else ())), found)
    return form


def made(form: CallForm) -> TopicCall:
    tasks = plans.tasks_by_ids(form.tasks.data or ())
    return service.create(current_account(), form.lines, tasks, **facts(form))


def changed(form: CallForm, call: TopicCall) -> None:
    tasks = plans.tasks_by_ids(form.tasks.data or ())
    service.change(call, current_account(), form.lines, tasks, **facts(form))


def facts(form: CallForm) -> dict:
    """What was filled in; a Responsable's call belongs to the own office, whatever was sent."""
    account = current_account()
    if account.role is Role.RESPONSIBLE:
        return form.facts | {"office_id": account.office_id}
    return form.facts
