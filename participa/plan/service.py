"""Choose the measures of a plan's tasks, and copy the plan for another year."""

from sqlalchemy import update

from participa.core import audit
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.plan import measures
from participa.plan.models import Action, Plan, Task, TaskOffice
from participa.plan.task_fields import facts_of
from participa.staff.models import Account


class PlanClosed(Refused):
    pass


class UnknownMeasure(Refused):
    pass


class YearTaken(Refused):
    pass


def lock_open(plan: Plan) -> None:
    """Lock the row of the plan so that it cannot close before this transaction ends.

    Raises PlanClosed when it is closed already.
    """
    still_open = update(Plan).where(Plan.id == plan.id, Plan.closed_at.is_(None))
    if not db.session.execute(still_open.values(year=Plan.year)).rowcount:  # type: ignore[attr-defined]
        raise PlanClosed(f"El plan {plan.year} ya cerró y no se puede cambiar.")


def choose_measure(task: Task, name: str, by: Account) -> None:
    """Set the measure of a task; an empty name leaves it without one."""
    lock_open(task.action.plan)
    if name and name not in measures.installed():
        raise UnknownMeasure("Elija una forma de medir de la lista.", "measure")
    before, task.measure = task.measure, name or None
    audit.record("plan.measure_chosen", task, by, task=task.code, before=before, after=task.measure)


def prepare(plan: Plan, year: int, strategy: str, title: str, by: Account) -> Plan:
    """Create another year's plan with the same tasks, offices and measures, without evidence."""
    copy = Plan(year=year, strategy=strategy, title=title)
    copy.actions = [
        Action(number=action.number, name=action.name, tasks=[_copy(task) for task in action.tasks])
        for action in plan.actions
    ]
    year_taken = YearTaken(f"Ya hay un plan {year}. Escriba otro año.", "year")
    with unique_or_refuse("uq_plan_year", year_taken):
        db.session.add(copy)
        db.session.flush()
    audit.record("plan.prepared", copy, by, year=year, copied_from=plan.year)
    return copy


def _copy(task: Task) -> Task:
    return Task(
        position=task.position,
        **facts_of(task),
        responsibles=[
            TaskOffice(office_id=office.office_id, position=office.position, written=office.written)
            for office in task.responsibles
        ],
    )
