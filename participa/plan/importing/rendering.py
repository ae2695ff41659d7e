"""A plan written back as the raw text of the city, byte for byte. No database here."""

from collections.abc import Iterator

from participa.plan.importing.columns import HEADER
from participa.plan.importing.drafts import Draft, DraftTask
from participa.plan.task_fields import TABLE_FIELDS, TaskFacts


def text(draft: Draft) -> str:
    """The plan as the city's document has it: cells separated by tabs, the number and name of an
    action only on its first task, the header again at each page break."""
    heading = ["", "", draft.strategy, "", draft.title, "", "\t".join(HEADER)]
    lines = list(heading)
    for task, cells in rows(draft):
        if task.code in draft.breaks:
            lines += heading[1:]
        lines.append("\t".join(cells))
    return "\n".join(lines)


def rows(draft: Draft) -> Iterator[tuple[DraftTask, list[str]]]:
    """Each task with its ten cells, in the order of HEADER."""
    for action in draft.actions:
        for task in action.tasks:
            yield task, row_cells(action.number, action.name, task, task is action.tasks[0])


def row_cells(number: int, name: str, task: TaskFacts, is_first: bool) -> list[str]:
    """The row of a task; only the first one of its action carries the action's number and name."""
    action = [str(number), name] if is_first else ["", ""]
    return [*action, *(field.text(task) for field in TABLE_FIELDS)]
