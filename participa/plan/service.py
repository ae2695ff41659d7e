"""What the staff do with a plan as a whole: how its tasks are measured, and next year's copy."""

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


def hold_open(plan: Plan) -> None:
    """Keep the plan open until this transaction ends; raises PlanClosed when it is not."""
    still_open = update(Plan).where(Plan.id == plan.id, Plan.closed_at.is_(None))
    if not db.session.execute(still_open.values(year=Plan.year)).rowcount:  # type: ignore[attr-defined]
        raise PlanClosed(f"El plan {plan.year} ya cerró y no se puede cambiar.")


def choose_measure(task: Task, name: str, by: Account) -> None:
    """Say which records are counted for a task; an empty name leaves it without measure."""
    hold_open(task.action.plan)
    if name and name not in measures.known():
        raise UnknownMeasure("Elija una forma de medir de la lista.", "measure")
    before, task.measure = task.measure, name or None
    audit.record("plan.measure_chosen", task, by, task=task.code, before=before, after=task.measure)


def prepare(plan: Plan, year: int, strategy: str, title: str, by: Account) -> Plan:
    """Begin another year's plan with the same tasks, offices and measures, and no proof."""
    copy = Plan(year=year, strategy=strategy, title=title)
    copy.actions = [
        Action(number=action.number, name=action.name, tasks=[_same(task) for task in action.tasks])
        for action in plan.actions
    ]
    taken = YearTaken(f"Ya hay un plan {year}. Escriba otro año.", "year")
    with unique_or_refuse("uq_plan_year", taken):
        db.session.add(copy)
        db.session.flush()
    audit.record("plan.prepared", copy, by, year=year, copied_from=plan.year)
    return copy


def _same(task: Task) -> Task:
    return Task(
        position=task.position,
        **facts_of(task),
        responsibles=[
            TaskOffice(office_id=told.office_id, position=told.position, written=told.written)
            for told in task.responsibles
        ],
    )
