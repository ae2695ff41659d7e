"""Staff pages of a plan: its board, choice of measures, periods, next year's plan, closing."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from participa.core.db import db
from participa.core.editing import versions
from participa.core.forms import Form
from participa.plan import document, filters, measures, queries, service
from participa.plan.forms import CloseForm, MeasureForm, PrepareForm, ReasonForm
from participa.plan.models import Period, Plan, ReportState
from participa.plan.reporting import closing
from participa.plan.visibility import (
    may_see,
    plan_or_404,
    task_or_404,
    visible_board,
)
from participa.staff.access import (
    ADMINISTRATORS,
    EDITORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
)

bp = guard(
    Blueprint("plan_staff", __name__, url_prefix="/gestion/plan"),
    "el-plan",
    periods="periodos",
    reopen_period="periodos",
    prepare="el-plan-del-ano-siguiente",
    close="cerrar-el-plan",
    publish="el-plan-del-ano-siguiente",
    delete="el-plan-del-ano-siguiente",
)


@bp.get("")
@allows(READERS)
def board():
    year = filters.requested_year(request.args)
    plan = queries.current_plan() if year is None else plan_or_404(year)
    may_edit = current_account().role in EDITORS
    if plan is None:
        drafts = queries.years(with_drafts=True)
        return render_template("plan_staff/board.html", plan=None, years=drafts, may_edit=may_edit)
    whole = visible_board(document.board_of(plan))
    choice = filters.read_known(request.args, whole)
    return render_template(
        "plan_staff/board.html",
        plan=plan,
        whole=whole,
        board=whole.only(choice.matches),
        choice=choice,
        states=filters.STATES,
        years=queries.years(with_drafts=True),
        waiting=queries.movable_reports(ReportState.SENT, current_account().only_office_id),
        returned=queries.movable_reports(ReportState.RETURNED, current_account().only_office_id),
        may_edit=may_edit,
        may_close=current_account().role in ADMINISTRATORS,
    )


@bp.get("/<int(fixed_digits=4):year>/tareas/<code>")
@allows(READERS)
def task(year, code):
    task = task_or_404(year, code)
    line = document.board_of(task.action.plan).line(code) or abort(404)
    return render_template(
        "plan_staff/task.html",
        task=task,
        plan=task.action.plan,
        line=line,
        reports=[report for report in queries.reports_of(task) if may_see(report)],
        may_write=current_account().role in WRITERS,
        may_edit=current_account().role in EDITORS,
    )


@bp.route("/<int(fixed_digits=4):year>/tareas/<code>/medicion", methods=["GET", "POST"])
@allows(EDITORS)
@says("Guardó la medición.")
def choose_measure(year, code):
    task = task_or_404(year, code)
    form = MeasureForm.changing(task, lambda task: {"measure": task.measure or ""})
    form.measure.choices = [
        ("", "Aún sin medición"),
        *((name, measure.label) for name, measure in sorted(measures.installed().items())),
    ]
    if form.validate_on_submit() and form.carries_out(
        service.choose_measure, task, form.measure.data, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_staff.task", year=year, code=code))
    page = render_template("plan_staff/choose_measure.html", form=form, task=task)
    return page, form.status


@bp.get("/<int(fixed_digits=4):year>/periodos")
@allows(EDITORS)
def periods(year):
    plan = plan_or_404(year)
    return render_template("plan_staff/periods.html", plan=plan, periods=queries.periods_of(plan))


@bp.post("/periodos/<int(max=2147483647):period_id>/cerrar")
@allows(EDITORS)
@says("Cerró el periodo.")
def close_period(period_id):
    period = db.get_or_404(Period, period_id)
    closing.close_period(versions.as_seen(period), by=current_account())
    db.session.commit()
    return redirect(url_for("plan_staff.periods", year=period.plan.year))


@bp.route("/periodos/<int(max=2147483647):period_id>/reabrir", methods=["GET", "POST"])
@allows(EDITORS)
@says("Reabrió el periodo.")
def reopen_period(period_id):
    period = db.get_or_404(Period, period_id)
    form = ReasonForm.changing(period, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        closing.reopen_period, period, form.reason.data, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_staff.periods", year=period.plan.year))
    page = render_template("plan_staff/reopen_period.html", form=form, period=period)
    return page, form.status


@bp.route("/<int(fixed_digits=4):year>/preparar", methods=["GET", "POST"])
@allows(EDITORS)
@says("Creó el borrador del plan. Nadie más lo ve hasta que lo publique.")
def prepare(year):
    plan = plan_or_404(year)
    form = PrepareForm.creating(
        lambda made: url_for("plan_staff.board", ano=made.year),
        year=year + 1,
        strategy=plan.strategy.replace(str(year), str(year + 1)),
        title=plan.title.replace(str(year), str(year + 1)),
    )
    if form.validate_on_submit() and (copy := prepared(form, plan)):
        db.session.commit()
        return redirect(url_for("plan_staff.board", ano=copy.year))
    return render_template("plan_staff/prepare.html", form=form, plan=plan), form.status


@bp.route("/<int(fixed_digits=4):year>/publicar", methods=["GET", "POST"])
@allows(EDITORS)
@says("Publicó el plan.")
def publish(year):
    plan = plan_or_404(year)
    form = Form.changing(plan, versions.as_version)
    if form.validate_on_submit() and form.carries_out(service.publish, plan, by=current_account()):
        db.session.commit()
        return redirect(url_for("plan_staff.board", ano=year))
    current = queries.current_plan()
    page = render_template("plan_staff/publish.html", form=form, plan=plan, current=current)
    return page, form.status


@bp.route("/<int(fixed_digits=4):year>/borrar", methods=["GET", "POST"])
@allows(EDITORS)
@says("Borró el borrador del plan.")
def delete(year):
    plan = plan_or_404(year)
    form = Form.changing(plan, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        service.delete_draft, plan, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_staff.board"))
    return render_template("plan_staff/delete.html", form=form, plan=plan), form.status


@bp.route("/<int(fixed_digits=4):year>/cerrar", methods=["GET", "POST"])
@allows(ADMINISTRATORS)
@says("Cerró el plan.")
def close(year):
    plan = plan_or_404(year)
    form = CloseForm.changing(plan, shown_to_close)
    if form.validate_on_submit() and form.carries_out(
        closing.close_plan, plan, form.year.data, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_staff.close", year=year))
    page = render_template(
        "plan_staff/close.html",
        form=form,
        plan=plan,
        board=document.board_of(plan),
        unfinished=queries.unfinished_reports(plan),
    )
    return page, form.status


def shown_to_close(plan: Plan) -> dict[str, Any]:
    """What the page that closes the plan shows of it."""
    sentence, unfinished = document.board_of(plan).sentence, queries.unfinished_reports(plan)
    return {"version": [versions.of(plan), sentence, unfinished]}


def prepared(form: PrepareForm, plan: Plan) -> Plan | None:
    year, strategy, title = form.year.data, form.strategy.data, form.title.data
    copy: Plan | None = form.creates(
        service.prepare, plan, year, strategy, title, by=current_account()
    )
    return copy
