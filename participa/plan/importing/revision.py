"""Convert a stored plan to a draft, and change a stored plan into what a draft says.

A task that stays keeps its id, because the records that are its evidence refer to it.
"""

from collections.abc import Collection, Mapping

from participa.core.db import db
from participa.plan import service
from participa.plan.importing.differences import Differences
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.models import Action, Plan, Task, TaskOffice
from participa.plan.offices import OfficeMention
from participa.plan.task_fields import facts_of


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
    service.refuse_if_proven([stored[task.code] for task in removed])


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
