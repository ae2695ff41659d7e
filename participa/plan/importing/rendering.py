"""A plan written back as the raw text of the city, byte for byte. No database here."""

from collections.abc import Iterator

from participa.plan.importing.drafts import HEADER, Draft, DraftAction, DraftTask


def text(draft: Draft) -> str:
    """The plan as the city's document gives it: tabs between cells, no number on later tasks."""
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
            yield task, cells(action, task)


def cells(action: DraftAction, task: DraftTask) -> list[str]:
    opens = task is action.tasks[0]
    return [
        str(action.number) if opens else "",
        action.name if opens else "",
        task.name,
        task.offices_written,
        task.start,
        task.end,
        task.indicator,
        task.unit,
        task.target_written,
        task.observations,
    ]
