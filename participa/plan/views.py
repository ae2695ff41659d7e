"""Public pages of a plan and their files: the board, an action, a task with its evidence."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for

from participa.core import spanish
from participa.core.files import files
from participa.core.installation import installation
from participa.core.tables import tables
from participa.core.web.responses import shared
from participa.plan import document, filters, queries
from participa.plan.board import Board
from participa.plan.models import Plan
from participa.plan.reporting import annual, sheets

KINDS = "any(json, csv, xlsx)"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("plan", __name__)


@bp.get("/plan")
def board():
    plan = requested_plan()
    if plan is None:
        return shared(render_template("plan/board.html", plan=None))
    whole = document.board_of(plan)
    choice = filters.read_choice(request.args, whole)
    page = render_template(
        "plan/board.html",
        plan=plan,
        whole=whole,
        board=whole.only(choice.matches),
        facts=whole.only(choice.in_any_state.matches).facts,
        choice=choice,
        years=queries.years(),
        states=filters.STATES,
        months=filters.MONTHS,
    )
    return shared(page)


@bp.get(f"/plan.<{KINDS}:kind>")
def board_file(kind):
    plan = requested_plan() or abort(404)
    whole = document.board_of(plan)
    choice = filters.read_choice(request.args, whole)
    if kind == "json" and not choice.is_any:
        return json_response(document.canonical_json(document.plan_document(plan, whole)))
    return board_download(whole.only(choice.matches), kind, f"plan-{plan.year}")


@bp.get("/plan/acciones/<int:number>")
def action(number):
    plan, whole = requested_board()
    section = whole.section(number) or abort(404)
    page = render_template(
        "plan/action.html", plan=plan, board=whole, section=section, years=queries.years()
    )
    return shared(page)


@bp.get(f"/plan/acciones/<int:number>.<{KINDS}:kind>")
def action_file(number, kind):
    _, whole = requested_board()
    section = whole.section(number) or abort(404)
    part = whole.only(lambda line: line in section.lines)
    return board_download(part, kind, f"plan-{whole.year}-accion-{number}")


@bp.get("/plan/tareas/<code>")
def task(code):
    plan, whole = requested_board()
    line = whole.line(code) or abort(404)
    before, after = whole.neighbours(line)
    page = render_template(
        "plan/task.html",
        plan=plan,
        board=whole,
        line=line,
        section=whole.section_of(line),
        before=before,
        after=after,
        mentions=mentions_of(plan, code),
    )
    return shared(page)


def mentions_of(plan: Plan, code: str) -> list[Any]:
    """What the features say about a task: mentions, as participa/channels/mentions.py has them."""
    task = queries.task_of(plan, code)
    return [one for say in installation().task_mentions for one in say(task)] if task else []


@bp.get(f"/plan/tareas/<code>.<{KINDS}:kind>")
def task_file(code, kind):
    _, whole = requested_board()
    line = whole.line(code) or abort(404)
    name = f"plan-{whole.year}-tarea-{line.code}"
    if kind == "json":
        return board_download(whole.only(lambda other: other == line), kind, name)
    return tables.download(sheets.evidence_table(line), kind, name)


@bp.get("/plan/<int(fixed_digits=4):year>/informe.xlsx")
def annual_report(year):
    plan = queries.public_plan(year) or abort(404)
    whole = document.board_of(plan)
    digest = document.digest(document.plan_document(plan, whole))
    file = annual.workbook(whole, digest, task_address(whole))
    return send_file(file, XLSX, as_attachment=True, download_name=f"informe-plan-{year}.xlsx")


@bp.get("/plan/archivos/<int(max=2147483647):file_id>")
def proof(file_id):
    attached = queries.published_file(file_id) or abort(404)
    return files.send(attached.file, attached.title)


def requested_plan() -> Plan | None:
    """The plan of the year in the query string, or the current one; None when there is no plan.

    Raises NoPlan for a year without a plan.
    """
    year = filters.requested_year(request.args)
    if year is None:
        return queries.current_plan()
    if plan := queries.public_plan(year):
        return plan
    years = spanish.listed([str(year) for year in queries.years()]) or "ninguno todavía"
    raise filters.NoPlan(f"No hay plan del año {year}. Años con plan: {years}.")


def requested_board() -> tuple[Plan, Board]:
    plan = requested_plan() or abort(404)
    return plan, document.board_of(plan)


def board_download(part: Board, kind: str, name: str) -> Response:
    if kind == "json":
        return json_response(document.canonical_json(document.board_document(part)))
    return tables.download(sheets.board_table(part, task_address(part)), kind, name)


def json_response(text: str) -> Response:
    return shared(Response(text, mimetype="application/json"))


def task_address(whole: Board) -> str:
    """The path of a task's page with CODE in place of its code."""
    return url_for("plan.task", code="CODE", ano=whole.year)
