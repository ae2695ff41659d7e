"""Convert a stored plan to a draft, and change a stored plan into what a draft says.

A task that stays keeps its id, because the records that are its evidence refer to it.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Column, func, select

from participa.core.db import db
from participa.core.errors import Refused
from participa.plan.importing.differences import Differences
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.models import Action, Plan, Task, TaskOffice
from participa.plan.offices import OfficeMention
from participa.plan.task_fields import facts_of

# Tables that refer to a task and are no evidence of it: deleted with it.
PARTS_OF_TASK = {"task_office"}


class TaskProven(Refused):
    """A task with evidence cannot be removed."""


def as_draft(plan: Plan, breaks: Collection[str] = ()) -> Draft:
    """The draft that equals a stored plan. `breaks`: codes of tasks; unknown ones are dropped."""
    actions = tuple(
        DraftAction(action.number, action.name, tuple(_draft_task(task) for task in action.tasks))
        for action in plan.actions
    )
    codes = {task.code for action in actions for task in action.tasks}
    known_breaks = tuple(code for code in breaks if code in codes)
    return Draft(plan.year, plan.strategy, plan.title, actions, known_breaks)


def _draft_task(task: Task) -> DraftTask:
    return DraftTask(
        action=task.action.number,
        position=task.position,
        **facts_of(task),
        offices=tuple(
            OfficeMention(office.written, office.office.slug) for office in task.responsibles
        ),
    )


def refuse_to_remove_proven(plan: Plan, removed: Collection[DraftTask]) -> None:
    """Raises TaskProven when one of the tasks to remove has evidence."""
    stored = tasks_by_code(plan)
    counts = evidence_counts([stored[task.code].id for task in removed])
    for task in removed:
        if count := counts.get(stored[task.code].id, 0):
            records = "1 registro" if count == 1 else f"{count} registros"
            raise TaskProven(
                f"La tarea {task.code} no se puede quitar: tiene {records} en participa. "
                "Déjela en el archivo, o pase antes esos registros a otra tarea."
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


def tasks_by_code(plan: Plan) -> dict[str, Task]:
    return {task.code: task for action in plan.actions for task in action.tasks}


def write(
    plan: Plan, draft: Draft, differences: Differences, office_ids: Mapping[str, int]
) -> None:
    """Change the plan into what the draft says. `office_ids` are ids by slug."""
    stored = tasks_by_code(plan)
    plan.strategy, plan.title = draft.strategy, draft.title
    _free_positions(stored, differences)
    actions = {action.number: action for action in plan.actions}
    for draft_action in draft.actions:
        action = actions.get(draft_action.number)
        if action is None:
            action = Action(number=draft_action.number, name=draft_action.name)
            plan.actions.append(action)
        action.name = draft_action.name
        for task in draft_action.tasks:
            old = stored.get(differences.old_codes.get(task.code, ""))
            _write_task(action, old, task, office_ids)
    db.session.flush()
    for removed in differences.removed_actions:
        db.session.refresh(actions[removed.number], ["tasks"])
        plan.actions.remove(actions[removed.number])
    db.session.flush()
    db.session.expire(plan)


def _free_positions(stored: Mapping[str, Task], differences: Differences) -> None:
    """Delete removed tasks and give those that move a negative position for now, because two
    tasks of an action cannot have the same position even in between."""
    for removed in differences.removed:
        stored[removed.code].action.tasks.remove(stored[removed.code])
    for new_code, old_code in differences.old_codes.items():
        if new_code != old_code:
            stored[old_code].position = -stored[old_code].id
    db.session.flush()


def _write_task(
    action: Action, old: Task | None, draft: DraftTask, office_ids: Mapping[str, int]
) -> None:
    task = old or Task()
    task.position = draft.position
    for name, value in facts_of(draft).items():
        setattr(task, name, value)
    if task.action is not action:
        action.tasks.append(task)
    wanted = [(office_ids[mention.slug], mention.written) for mention in draft.offices]
    if wanted != [(office.office_id, office.written) for office in task.responsibles]:
        task.responsibles.clear()
        db.session.flush()
        task.responsibles = [
            TaskOffice(office_id=office_id, position=position, written=written)
            for position, (office_id, written) in enumerate(wanted)
        ]
