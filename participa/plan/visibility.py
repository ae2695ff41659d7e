"""The part of the plan that the signed-in account may see: all of it, or its office's tasks."""

from flask import abort
from sqlalchemy import select

from participa.core.db import db
from participa.plan import queries
from participa.plan.board import Board
from participa.plan.models import Plan, ProgressReport, Task
from participa.plan.offices import GROUP
from participa.staff.access import current_account, require_office, works_for
from participa.staff.models import Office


def plan_or_404(year: int) -> Plan:
    return queries.plan_of(year) or abort(404)


def task_or_404(year: int, code: str) -> Task:
    """The task; 404 when there is none or this account may not see it."""
    task = queries.task_of(plan_or_404(year), code) or abort(404)
    if not (task.is_of_all_offices and current_account().office_id):
        require_office(task.office_ids)
    return task


def may_see(report: ProgressReport) -> bool:
    """Whether this account may see a report. An office sees all reports of its own tasks, but of
    tasks of all offices only those of its own accounts."""
    account = current_account()
    if works_for(account, report.task.office_ids):
        return True
    is_own = account.office_id is not None and report.reporter.office_id == account.office_id
    return is_own and report.task.is_of_all_offices


def require_report(report: ProgressReport) -> None:
    """Answer 404 unless this account may see the report."""
    if not may_see(report):
        require_office(report.task.office_ids)


def visible_board(board: Board) -> Board:
    """The tasks of the board that this account may see: its office's, and those of all offices."""
    account = current_account()
    if works_for(account, ()):
        return board
    slugs = _group_slugs() | {account.office.slug} if account.office else set()
    return board.only(lambda line: any(office.slug in slugs for office in line.offices))


def _group_slugs() -> set[str]:
    return set(db.session.scalars(select(Office.slug).filter_by(level=GROUP)))
