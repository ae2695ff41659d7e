"""What other features' forms ask about the plan: which tasks a record fulfils."""

from participa.plan import queries

Choices = dict[str, list[tuple[int, str]]]


def task_choices(office_id: int | None = None) -> Choices:
    """The tasks of the current plan, grouped by action; only those of one office, if given.

    For a SelectField or SelectMultipleField with coerce=int.
    """
    plan = queries.current_plan()
    choices: Choices = {}
    for task in queries.tasks_of(plan) if plan else ():
        if office_id is None or office_id in task.office_ids:
            action = f"{task.action.number}. {task.action.name}"
            choices.setdefault(action, []).append((task.id, f"{task.code} · {task.name}"))
    return choices
