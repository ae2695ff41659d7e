"""Staff pages of progress reports: write, send, review."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload

from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.web import lists
from participa.core.web.lists import LETTERS, MOMENTS, ListRules, Order, one_of
from participa.plan import board, measures, queries
from participa.plan.forms import (
    CountReportForm,
    ProofForm,
    ReasonForm,
    ReportsForm,
    ShareReportForm,
)
from participa.plan.models import (
    Action,
    Period,
    ProgressReport,
    ReportFile,
    ReportState,
    Task,
    Unit,
)
from participa.plan.reporting import reports
from participa.plan.reporting.reports import Facts
from participa.plan.visibility import require_report, task_or_404
from participa.staff.access import (
    EDITORS,
    READERS,
    WRITERS,
    allows,
    current_account,
    guard,
    says,
)
from participa.staff.models import Account

PREVIEW = "ver"
LIST = ListRules(
    search=lambda word: lists.contains(
        word, ProgressReport.title, ProgressReport.notes, Task.name, Account.name
    ),
    orders={
        "reporte": Order("Reporte", lists.plain(ProgressReport.title), LETTERS),
        "periodo": Order("Periodo", Period.starts_on, MOMENTS),
        "quien": Order("Quién reporta", lists.plain(Account.name), LETTERS),
        "creacion": Order("Creación", ProgressReport.created_at, MOMENTS),
    },
    first="-creacion",
    unique=ProgressReport.id,
    filters=(
        one_of(
            "estado",
            "Estado",
            {state.value: ProgressReport.state == state for state in ReportState},
        ),
    ),
)

LOADED = (
    contains_eager(ProgressReport.task).contains_eager(Task.action).joinedload(Action.plan),
    contains_eager(ProgressReport.period),
    contains_eager(ProgressReport.reporter),
    selectinload(ProgressReport.files),
)

bp = guard(
    Blueprint("plan_reports", __name__, url_prefix="/gestion/plan"),
    "reportar-lo-que-participa-no-ve",
)


@bp.get("/reportes")
@allows(READERS)
def reports_list():
    listing = LIST.listing(visible_reports(), *LOADED)
    return list_page("plan_reports/reports_list.html", ReportsForm(), listing)


@bp.post("/reportes")
@allows(EDITORS)
@says("Guardó la revisión de los reportes.")
def review_together():
    """Approve or return the ticked reports of the list."""
    form = ReportsForm()
    form.offer()
    if form.validate_on_submit() and form.carries_out(review_ticked, form):
        db.session.commit()
        return redirect(request.full_path.rstrip("?"))
    return rejected_list(form), form.status


def rejected_list(form: ReportsForm) -> str:
    listing = LIST.listing(visible_reports(), *LOADED)
    return list_page("plan_reports/review_together.html", form, listing)


def visible_reports() -> Select[ProgressReport]:
    return (
        select(ProgressReport)
        .join(ProgressReport.task)
        .join(Task.action)
        .join(ProgressReport.period)
        .join(ProgressReport.reporter)
        .where(queries.is_of_office(current_account().only_office_id))
    )


def list_page(template: str, form: ReportsForm, listing: lists.Listing) -> str:
    reviewable = {one.id for one in listing.rows if one.can_be_reviewed and may_review(one)}
    return render_template(template, listing=listing, form=form, reviewable=reviewable)


def review_ticked(form: ReportsForm) -> None:
    """Review all, or none if one of them is not any more as the page showed it."""
    by, ticked = current_account(), [(report_or_404(id), shown) for id, shown in form.ticked]
    changed = [report for report, shown in ticked if not versions.is_as_shown(report, shown)]
    if changed:
        told = " ".join(f"«{one.title}»: {versions.last_change(one)}" for one in changed)
        raise versions.StalePage(f"No se revisó ninguno. {told}", "chosen")
    for report, _ in ticked:
        if form.verdict.data == "approve":
            reports.approve(report, by)
        else:
            reports.give_back(report, form.reason.data or "", by)


@bp.route("/<int(fixed_digits=4):year>/tareas/<code>/reportar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó el borrador del reporte.")
def write(year, code):
    task = task_or_404(year, code)
    form = form_for(task)
    if form.validate_on_submit() and (period := period_of(form, task)):
        facts, by = facts_of(form), current_account()
        if is_preview():
            form.carries_out(reports.check, task, period, facts)
        elif report := form.creates(reports.draft, task, period, facts, by):
            db.session.commit()
            return redirect(url_for("plan_reports.show", report_id=report.id))
    return form_page("plan_reports/write.html", form, task), status_of(form)


@bp.get("/reportes/<int(max=2147483647):report_id>")
@allows(READERS)
def show(report_id):
    return show_page(report_or_404(report_id), ProofForm())


@bp.route("/reportes/<int(max=2147483647):report_id>/editar", methods=["GET", "POST"])
@allows(WRITERS)
@says("Guardó los cambios.")
def change(report_id):
    report = report_or_404(report_id)
    form = form_for(report.task, report)
    if form.validate_on_submit() and (period := period_of(form, report.task)):
        facts, by = facts_of(form), current_account()
        if is_preview():
            form.carries_out(reports.check, report.task, period, facts)
        elif form.carries_out(reports.change, report, period, facts, by):
            db.session.commit()
            return redirect(url_for("plan_reports.show", report_id=report_id))
    return form_page("plan_reports/change.html", form, report.task, report=report), status_of(form)


@bp.post("/reportes/<int(max=2147483647):report_id>/archivos")
@allows(WRITERS)
@files.takes_files
@says("Adjuntó el archivo.")
def attach(report_id):
    report = report_or_404(report_id)
    form = ProofForm()
    if form.validate_on_submit() and form.carries_out(
        reports.attach, report, form.file.data, form.proof_title.data, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_reports.show", report_id=report_id))
    return show_page(report, form, "plan_reports/attach.html"), form.status


@bp.post("/archivos/<int(max=2147483647):file_id>/quitar")
@allows(WRITERS)
@says("Quitó el archivo.")
def detach(file_id):
    proof = proof_or_404(file_id)
    report_id = proof.report_id
    versions.as_seen(proof.report)
    reports.detach(proof, by=current_account())
    db.session.commit()
    return redirect(url_for("plan_reports.show", report_id=report_id))


@bp.get("/archivos/<int(max=2147483647):file_id>")
@allows(READERS)
def proof(file_id):
    attached = proof_or_404(file_id)
    return files.send(attached.file, attached.title)


@bp.post("/reportes/<int(max=2147483647):report_id>/enviar")
@allows(WRITERS)
@says("Envió el reporte a aprobación.")
def send(report_id):
    report = versions.as_seen(report_or_404(report_id))
    reports.send(report, by=current_account())
    db.session.commit()
    return redirect(url_for("plan_reports.show", report_id=report_id))


@bp.post("/reportes/<int(max=2147483647):report_id>/descartar")
@allows(WRITERS)
@says("Descartó el borrador.")
def discard(report_id):
    report = versions.as_seen(report_or_404(report_id))
    task = report.task
    reports.discard(report, by=current_account())
    db.session.commit()
    return redirect(url_for("plan_staff.task", year=task.year, code=task.code))


@bp.post("/reportes/<int(max=2147483647):report_id>/aprobar")
@allows(EDITORS)
@says("Aprobó el reporte.")
def approve(report_id):
    report = versions.as_seen(report_or_404(report_id))
    reports.approve(report, by=current_account())
    db.session.commit()
    return redirect(url_for("plan_reports.show", report_id=report_id))


@bp.route("/reportes/<int(max=2147483647):report_id>/devolver", methods=["GET", "POST"])
@allows(EDITORS)
@says("Devolvió el reporte.")
def give_back(report_id):
    report = report_or_404(report_id)
    form = ReasonForm.changing(report, versions.as_version)
    if form.validate_on_submit() and form.carries_out(
        reports.give_back, report, form.reason.data, by=current_account()
    ):
        db.session.commit()
        return redirect(url_for("plan_reports.show", report_id=report_id))
    why_not = "" if report.can_be_returned else f"Este reporte está «{report.state.value}»."
    page = render_template("plan_reports/give_back.html", form=form, report=report, why_not=why_not)
    return page, form.status


def report_or_404(report_id: int) -> ProgressReport:
    """The report; 404 when there is none or this account may not see it."""
    report = queries.report(report_id) or abort(404)
    require_report(report)
    return versions.page_is_about(report)


def proof_or_404(file_id: int) -> ReportFile:
    attached: ReportFile = db.get_or_404(ReportFile, file_id)
    require_report(attached.report)
    return attached


def is_preview() -> bool:
    """Whether the button was «Ver cómo movería el indicador», which stores nothing."""
    return request.form.get("step") == PREVIEW


def status_of(form: CountReportForm) -> HTTPStatus:
    """200 for a preview without errors, which is no rejected form."""
    return HTTPStatus.OK if is_preview() and not form.errors else form.status


def form_for(task: Task, report: ProgressReport | None = None) -> CountReportForm:
    """The form for a new report of the task, or for this one, with the open periods to choose."""
    kind = CountReportForm if task.unit is Unit.COUNT else ShareReportForm
    form = kind.changing(report, stored) if report else kind.creating(address_of)
    form.period_id.choices = [
        (period.id, period.name)
        for period in queries.periods_of(task.action.plan)
        if period.is_open
    ]
    return form


def address_of(report: ProgressReport) -> str:
    return url_for("plan_reports.show", report_id=report.id)


def stored(report: ProgressReport) -> dict[str, Any]:
    """The values of the form for this report."""
    names = ("period_id", "title", "done_on", "numerator", "denominator", "notes")
    return {name: getattr(report, name) for name in names} | {"state": report.state.value}


def period_of(form: CountReportForm, task: Task) -> Period | None:
    """The chosen period; None, with an error in the form, if the task's plan has no such period."""
    for period in queries.periods_of(task.action.plan):
        if period.id == form.period_id.data:
            return period
    form.reject("Elija un periodo de este plan.", "period_id")
    return None


def facts_of(form: CountReportForm) -> Facts:
    return Facts(
        title=form.title.data or "",
        done_on=form.done_on.data,
        numerator=form.numerator.data or 0,
        denominator=form.denominator.data if form.denominator else None,
        notes=form.notes.data or "",
    )


def form_page(template: str, form: CountReportForm, task: Task, **named) -> str:
    """Render the form; a preview without errors also shows the indicator after the report."""
    now = measures.indicators([task]).get(task.id)
    then = None
    if is_preview() and not form.errors:
        then = reports.indicator_after(task, now, facts_of(form))
    return render_template(
        template,
        form=form,
        task=task,
        now=board.indicator_text(now),
        then=board.indicator_text(then) if then else "",
        counts_reports=reports.measures_task(task),
        **named,
    )


def show_page(
    report: ProgressReport, form: ProofForm, template: str = "plan_reports/show.html"
) -> str | Response:
    task = report.task
    now = measures.indicators([task]).get(task.id)
    then = None
    if report.state is not ReportState.APPROVED:
        then = reports.indicator_after(task, now, reports.facts_of(report))
    account = current_account()
    return render_template(
        template,
        report=report,
        task=task,
        form=form,
        now=board.indicator_text(now),
        then=board.indicator_text(then) if then else "",
        counts_reports=reports.measures_task(task),
        may_write=account.role in WRITERS and report.can_change,
        may_approve=report.can_be_reviewed and may_review(report),
        may_discard=account.role in WRITERS and report.can_be_discarded,
        may_return=report.can_be_returned and may_review(report),
    )


def may_review(report: ProgressReport) -> bool:
    account = current_account()
    return account.role in EDITORS and account.id != report.reporter_id
