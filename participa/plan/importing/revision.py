"""Between a stored plan and a draft: read out as one, and rewritten as another says.

Tasks keep their id through a rewriting, because the records that prove them point to it.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Column, func, select

from participa.core.db import db
from participa.core.errors import Refused
from participa.plan.importing.differences import Differences
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.models import Action, Plan, Task, TaskOffice
from participa.plan.offices import Piece
from participa.plan.task_fields import facts_of

OF_THE_TASK_ITSELF = {"task_office"}


class TaskProven(Refused):
    pass


def as_draft(plan: Plan, breaks: Collection[str] = ()) -> Draft:
    """A stored plan in the shape in which files are read, so that both can be compared."""
    actions = tuple(
        DraftAction(action.number, action.name, tuple(_task(task) for task in action.tasks))
        for action in plan.actions
    )
    codes = {task.code for action in actions for task in action.tasks}
    kept = tuple(code for code in breaks if code in codes)
    return Draft(plan.year, plan.strategy, plan.title, actions, kept)


def _task(task: Task) -> DraftTask:
    return DraftTask(
        action=task.action.number,
        position=task.position,
        **facts_of(task),
        offices=tuple(Piece(told.written, told.office.slug) for told in task.responsibles),
    )


def hold_proven(plan: Plan, removed: Collection[DraftTask]) -> None:
    """Raises TaskProven when a task that would go away has records that prove it."""
    stored = tasks_by_code(plan)
    counts = proofs([stored[task.code].id for task in removed])
    for task in removed:
        if count := counts.get(stored[task.code].id, 0):
            records = "1 registro" if count == 1 else f"{count} registros"
            raise TaskProven(
                f"La tarea {task.code} no se puede quitar: tiene {records} en participa. "
                "Déjela en el archivo, o pase antes esos registros a otra tarea."
            )


def proofs(task_ids: Collection[int]) -> dict[int, int]:
    """How many records of any feature point to each of these tasks."""
    found: dict[int, int] = {}
    for column in _pointers() if task_ids else ():
        rows = select(column, func.count()).where(column.in_(task_ids)).group_by(column)
        for task_id, count in db.session.execute(rows):
            found[task_id] = found.get(task_id, 0) + count
    return found


def _pointers() -> list[Column]:
    return [
        key.parent
        for table in db.metadata.sorted_tables
        if table.name not in OF_THE_TASK_ITSELF
        for key in table.foreign_keys
        if key.column.table.name == "task"
    ]


def tasks_by_code(plan: Plan) -> dict[str, Task]:
    return {task.code: task for action in plan.actions for task in action.tasks}


def write(
    plan: Plan, draft: Draft, differences: Differences, office_ids: Mapping[str, int]
) -> None:
    """Make the plan say what the draft says."""
    stored = tasks_by_code(plan)
    plan.strategy, plan.title = draft.strategy, draft.title
    _clear_the_way(plan, stored, differences)
    actions = {action.number: action for action in plan.actions}
    for told in draft.actions:
        action = actions.get(told.number)
        if action is None:
            action = Action(number=told.number, name=told.name)
            plan.actions.append(action)
        action.name = told.name
        for task in told.tasks:
            old = stored.get(differences.same.get(task.code, ""))
            _write_task(action, old, task, office_ids)
    db.session.flush()
    for gone in differences.removed_actions:
        db.session.refresh(actions[gone.number], ["tasks"])
        plan.actions.remove(actions[gone.number])
    db.session.flush()
    db.session.expire(plan)


def _clear_the_way(plan: Plan, stored: Mapping[str, Task], differences: Differences) -> None:
    """Take removed tasks out, and park those that move: two tasks never share a place."""
    for gone in differences.removed:
        stored[gone.code].action.tasks.remove(stored[gone.code])
    for new_code, old_code in differences.same.items():
        if new_code != old_code:
            stored[old_code].position = -stored[old_code].id
    db.session.flush()


def _write_task(
    action: Action, old: Task | None, told: DraftTask, office_ids: Mapping[str, int]
) -> None:
    task = old or Task()
    task.position = told.position
    for name, value in facts_of(told).items():
        setattr(task, name, value)
    if task.action is not action:
        action.tasks.append(task)
    wanted = [(office_ids[piece.slug], piece.written) for piece in told.offices]
    if wanted != [(office.office_id, office.written) for office in task.responsibles]:
        task.responsibles.clear()
        db.session.flush()
        task.responsibles = [
            TaskOffice(office_id=office_id, position=position, written=written)
            for position, (office_id, written) in enumerate(wanted)
        ]
