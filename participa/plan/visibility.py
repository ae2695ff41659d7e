"""What of the plan an account may see: everything, or the tasks of its office. Behind a guard."""

from flask import abort

from participa.plan import queries
from participa.plan.board import Board
from participa.plan.models import Plan, Task
from participa.staff.access import current_account, require_office, works_for


def plan_or_404(year: int) -> Plan:
    return queries.plan_of(year) or abort(404)


def task_or_404(year: int, code: str) -> Task:
    """The task, for whoever may see it."""
    task = queries.task_of(plan_or_404(year), code) or abort(404)
    require_office(task.office_ids)
    return task


def only_office() -> int | None:
    """The office to which this account is limited; None when it sees all of them.

    An account of an office that nobody has named yet sees nothing.
    """
    account = current_account()
    return None if works_for(account, ()) else account.office_id or 0


def visible(whole: Board) -> Board:
    """The tasks that this account may see."""
    account = current_account()
    if works_for(account, ()):
        return whole
    slug = account.office.slug if account.office else ""
    return whole.only(lambda line: slug in {office.slug for office in line.offices})
