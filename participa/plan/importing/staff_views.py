"""Import a plan: upload a file, review the changes, confirm. Also the plan as Excel and text."""

from io import BytesIO

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import defer

from participa.core.db import db
from participa.core.editing import versions
from participa.core.files import files
from participa.core.forms import Form
from participa.plan import filters, measure_suggestions
from participa.plan.importing import blank_sheet, importing, office_matching, revision, undoing
from participa.plan.importing.forms import StartForm, review_form
from participa.plan.models import PlanImport
from participa.staff.access import EDITORS, allows, current_account, guard, say, says

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAST_IMPORTS = 20

bp = guard(Blueprint("plan_import", __name__, url_prefix="/gestion/plan/importar"), "importarlo")


@bp.route("", methods=["GET", "POST"])
@allows(EDITORS)
@files.takes_files
@says("Leyó el archivo: aquí está cómo queda. Nada cambia hasta que confirme.")
def start():
    form = StartForm.creating(address_of)
    if form.validate_on_submit():
        name, content = form.upload
        received = form.creates(
            importing.receive, name, content, current_account(), form.asked_year
        )
        if received:
            db.session.commit()
            return redirect(address_of(received))
    return render_template("plan_import/start.html", form=form, past=past_imports()), form.status


@bp.route("/<int(max=2147483647):import_id>", methods=["GET", "POST"])
@allows(EDITORS)
@says("Confirmó la importación del plan.")
def review(import_id):
    received = own_import(import_id)
    if received.is_applied:
        return redirect(url_for("plan_import.result", import_id=import_id))
    shown = importing.preview(received)
    form = review_form(
        shown.problems,
        shown.decisions,
        shown.draft.tasks,
        measure_suggestions.labels(),
    )
    if form.validate_on_submit() and form.carries_out(
        importing.confirm,
        received,
        current_account(),
        form.decisions,
        form.measures,
        form.seen.data or "",
    ):
        if not received.is_applied:
            say("Leyó otra vez el archivo con lo que decidió. Mire cómo queda y confirme.")
        where = "plan_import.result" if received.is_applied else "plan_import.review"
        db.session.commit()
        return redirect(url_for(where, import_id=import_id))
    return render_template(
        "plan_import/review.html", form=form, shown=shown, received=received
    ), form.status


@bp.route("/<int(max=2147483647):import_id>/resultado")
@allows(EDITORS)
def result(import_id):
    received = db.get_or_404(PlanImport, import_id)
    if not received.is_applied:
        abort(404)
    why_not = undoing.why_not(received)
    return render_template("plan_import/result.html", received=received, why_not_undone=why_not)


@bp.route("/<int(max=2147483647):import_id>/deshacer", methods=["GET", "POST"])
@allows(EDITORS)
@says("Deshizo la importación. El plan está como antes.")
def undo(import_id):
    received = db.get_or_404(PlanImport, import_id)
    if not received.is_applied or undoing.why_not(received):
        return redirect(url_for("plan_import.result", import_id=import_id))
    form = Form.changing(received, versions.as_version)
    if form.validate_on_submit() and form.carries_out(undoing.undo, received, current_account()):
        db.session.commit()
        return redirect(url_for("plan_import.result", import_id=import_id))
    changes = undoing.changes_back(received)
    page = render_template("plan_import/undo.html", form=form, received=received, changes=changes)
    return page, form.status


@bp.route("/<int(max=2147483647):import_id>/descartar", methods=["POST"])
@allows(EDITORS)
@says("Descartó el archivo.")
def discard(import_id):
    importing.discard(own_import(import_id))
    db.session.commit()
    return redirect(url_for("plan_import.start"))


@bp.route("/<int(max=2147483647):import_id>/original")
@allows(EDITORS)
def original(import_id):
    """The uploaded file, byte for byte; always a download, never shown in the browser."""
    received = own_import(import_id)
    name = f"plan-{received.year}-original.bin"
    return send_file(
        BytesIO(received.content),
        "application/octet-stream",
        as_attachment=True,
        download_name=name,
    )


@bp.route("/plantilla.xlsx")
@allows(EDITORS)
def template():
    """An empty table with lists for months, units and offices, or one with a year's plan."""
    year = filters.requested_year(request.args)
    plan = (importing.plan_of(year) or abort(404)) if year else None
    draft = revision.as_draft(plan) if plan else None
    name = f"plan-{year}.xlsx" if year else "plantilla-plan.xlsx"
    content = blank_sheet.workbook(office_matching.directory().known.values(), draft)
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)


@bp.route("/plan-<int(fixed_digits=4):year>.txt")
@allows(EDITORS)
def text(year):
    """The stored plan as the raw text of the city's document."""
    plan = importing.plan_of(year) or abort(404)
    content = importing.raw_text(plan).encode()
    name = f"plan-{year}.txt"
    return send_file(BytesIO(content), "text/plain", as_attachment=True, download_name=name)


def own_import(import_id: int) -> PlanImport:
    """An import that this account uploaded, or an applied one of any account; else 404."""
    received = db.get_or_404(PlanImport, import_id)
    if not received.is_applied and received.account_id != current_account().id:
        abort(404)
    return versions.page_is_about(received)


def address_of(received: PlanImport) -> str:
    return url_for("plan_import.review", import_id=received.id)


def past_imports() -> list[PlanImport]:
    rows = select(PlanImport).where(PlanImport.applied_at.is_not(None))
    rows = rows.order_by(PlanImport.applied_at.desc(), PlanImport.id.desc()).limit(PAST_IMPORTS)
    return list(db.session.scalars(rows.options(defer(PlanImport.content))))
