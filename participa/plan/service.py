"""Choose the measures of a plan's tasks, copy the plan for another year, publish or delete the
draft."""

from collections.abc import Collection

from sqlalchemy import Column, func, select, update

from participa.core import audit, clock
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.plan import measures
from participa.plan.models import Action, Plan, Task, TaskOffice
from participa.plan.task_fields import facts_of
from participa.staff.models import Account


class PlanClosed(Refused):
    pass


class NoDraft(Refused):
    pass


class TaskProven(Refused):
    """A task with evidence cannot be removed."""


# Tables that refer to a task and are no evidence of it: deleted with it.
PARTS_OF_TASK = {"task_office"}


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
    """Create the draft of another year's plan with the same tasks, offices and measures, without
    evidence."""
    copy = Plan(year=year, strategy=strategy, title=title, published_at=None)
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


def publish(plan: Plan, by: Account) -> None:
    """Show a draft to everybody. Raises NoDraft when it is public already."""
    _lock_draft(plan)
    plan.published_at = clock.now()
    audit.record("plan.published", plan, by, year=plan.year)


def delete_draft(plan: Plan, by: Account) -> None:
    """Delete a draft. Raises NoDraft for a public plan, and TaskProven for one with evidence."""
    _lock_draft(plan)
    audit.record("plan.draft_deleted", plan, by, year=plan.year)
    delete_plan(plan)


def delete_plan(plan: Plan) -> None:
    """Delete a plan whose tasks have no evidence; raises TaskProven when one has."""
    refuse_if_proven([task for action in plan.actions for task in action.tasks])
    db.session.delete(plan)


def _lock_draft(plan: Plan) -> None:
    is_draft = update(Plan).where(Plan.id == plan.id, Plan.published_at.is_(None))
    if not db.session.execute(is_draft.values(year=Plan.year)).rowcount:  # type: ignore[attr-defined]
        raise NoDraft(f"El plan {plan.year} ya está publicado.")


def refuse_if_proven(tasks: Collection[Task]) -> None:
    """Raises TaskProven when one of these tasks, which are to be deleted, has evidence."""
    counts = evidence_counts([task.id for task in tasks])
    for task in tasks:
        if count := counts.get(task.id, 0):
            records = "1 registro" if count == 1 else f"{count} registros"
            raise TaskProven(
                f"La tarea {task.code} no se puede quitar: tiene {records} en participa. "
                "Déjela en el plan, o pase antes esos registros a otra tarea."
            )


def evidence_counts(task_ids: Collection[int]) -> dict[int, int]:
    """The number of records of any table that refer to each of these tasks; none, no entry."""
    counts: dict[int, int] = {}
    for column in _references() if task_ids else ():
        rows = select(column, func.count()).where(column.in_(task_ids)).group_by(column)
        for task_id, count in db.session.execute(rows):
            counts[task_id] = counts.get(task_id, 0) + count
    return counts


def _references() -> list[Column]:
    """The columns with a foreign key to a task, in all tables of evidence."""
    return [
        key.parent
        for table in db.metadata.sorted_tables
        if table.name not in PARTS_OF_TASK
        for key in table.foreign_keys
        if key.column.table.name == "task"
    ]


def _copy(task: Task) -> Task:
    return Task(
        position=task.position,
        **facts_of(task),
        responsibles=[
            TaskOffice(office_id=office.office_id, position=office.position, written=office.written)
            for office in task.responsibles
        ],
    )
