"""What of the plan an account may see: everything, or the tasks of its office. Behind a guard."""

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
    """The task, for whoever may see it."""
    task = queries.task_of(plan_or_404(year), code) or abort(404)
    if not (task.is_of_all_offices and current_account().office_id):
        require_office(task.office_ids)
    return task


def sees(report: ProgressReport) -> bool:
    """Whether this account may see a report: of a task of all offices, only what its own told."""
    account = current_account()
    if works_for(account, report.task.office_ids):
        return True
    is_own = account.office_id is not None and report.reporter.office_id == account.office_id
    return is_own and report.task.is_of_all_offices


def require_report(report: ProgressReport) -> None:
    if not sees(report):
        require_office(report.task.office_ids)


def only_office() -> int | None:
    """The office to which this account is limited; None when it sees all of them.

    An account of an office that nobody has named yet sees nothing.
    """
    account = current_account()
    return None if works_for(account, ()) else account.office_id or 0


def visible(whole: Board) -> Board:
    """The tasks that this account may see: its office's, and those of all offices."""
    account = current_account()
    if works_for(account, ()):
        return whole
    slugs = _groups() | {account.office.slug} if account.office else set()
    return whole.only(lambda line: any(office.slug in slugs for office in line.offices))


def _groups() -> set[str]:
    return set(db.session.scalars(select(Office.slug).filter_by(level=GROUP)))
