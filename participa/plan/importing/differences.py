"""What a file would change in a plan: added, changed with before and after, removed. No database.

A task keeps its identity, and with it its evidence, when it stands in the same place with the same
words; when the same words stand elsewhere; when the same place has new words; and when similar
words stand elsewhere: in this order.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from participa.core.spanish import number
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.task_fields import FIELDS

ALIKE = 0.6
MANY = 100  # beyond this, comparing every pair of words would take too long


@dataclass(frozen=True, slots=True)
class Change:
    """One field with other words than before. `place` is where the new file has it."""

    place: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """Between a plan and a file. `same` says which old task each new one is, by their codes."""

    added_actions: tuple[DraftAction, ...]
    removed_actions: tuple[DraftAction, ...]
    added: tuple[DraftTask, ...]
    removed: tuple[DraftTask, ...]
    changes: tuple[Change, ...]
    same: dict[str, str]

    @property
    def is_empty(self) -> bool:
        return not (
            self.added_actions or self.removed_actions or self.added or self.removed or self.changes
        )

    @property
    def changed_tasks(self) -> list[str]:
        return [
            place for place in dict.fromkeys(c.place for c in self.changes) if place in self.same
        ]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added_actions": len(self.added_actions),
            "added_tasks": len(self.added),
            "changed_tasks": len(self.changed_tasks),
            "changed_names": len(self.changes)
            - sum(change.place in self.same for change in self.changes),
            "removed_tasks": len(self.removed),
            "removed_actions": len(self.removed_actions),
        }

    @property
    def sentence(self) -> str:
        """«crear 9 acciones y 15 tareas»: what confirming will do."""
        acts = [
            ("crear", [("acción", "acciones", len(self.added_actions)), _tasks(self.added)]),
            (
                "cambiar",
                [
                    ("título o acción", "títulos o acciones", self.counts["changed_names"]),
                    _tasks(self.changed_tasks),
                ],
            ),
            ("quitar", [("acción", "acciones", len(self.removed_actions)), _tasks(self.removed)]),
        ]
        told = []
        for verb, things in acts:
            named = [f"{number(n)} {one if n == 1 else many}" for one, many, n in things if n]
            if named:
                told.append(f"{verb} {' y '.join(named)}")
        return ", ".join(told) or "no cambiar nada"

    @property
    def fingerprint(self) -> str:
        """Changes when the plan changed while somebody was reading the preview."""
        told = repr((self.added, self.removed, self.changes, sorted(self.same.items())))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def _tasks(tasks: tuple | list) -> tuple[str, str, int]:
    return "tarea", "tareas", len(tasks)


def between(old: Draft | None, new: Draft) -> Differences:
    """What has to be done to the old plan so that it becomes the new one."""
    before = {task.code: task for task in old.tasks} if old else {}
    same = identities(before, {task.code: task for task in new.tasks})
    old_actions = {action.number: action for action in old.actions} if old else {}
    numbers = {action.number for action in new.actions}
    return Differences(
        added_actions=tuple(a for a in new.actions if a.number not in old_actions),
        removed_actions=tuple(a for a in old_actions.values() if a.number not in numbers),
        added=tuple(task for task in new.tasks if task.code not in same),
        removed=tuple(task for code, task in before.items() if code not in same.values()),
        changes=tuple(_changes(old, new, same)) if old else (),
        same=same,
    )


def _changes(old: Draft, new: Draft, same: dict[str, str]) -> Iterator[Change]:
    names = {action.number: action.name for action in old.actions}
    told = [
        ("Plan", "Estrategia", old.strategy, new.strategy),
        ("Plan", "Título", old.title, new.title),
        *(
            (f"Acción {action.number}", "Acción de mejora", names[action.number], action.name)
            for action in new.actions
            if action.number in names
        ),
    ]
    before = {task.code: task for task in old.tasks}
    for task in new.tasks:
        if task.code in same:
            was = before[same[task.code]]
            told += [(task.code, f.label, f.text(was), f.text(task)) for f in FIELDS]
    for place, field, earlier, later in told:
        if earlier != later:
            yield Change(place, field, earlier, later)


def identities(before: dict[str, DraftTask], after: dict[str, DraftTask]) -> dict[str, str]:
    """For each new code, the old code of the same task."""
    same: dict[str, str] = {}
    free = dict(before)
    for recognise in (_in_its_place, _by_its_words, _by_its_place, _by_like_words):
        for code, task in after.items():
            old_code = None if code in same else recognise(code, task, free)
            if old_code:
                same[code] = old_code
                del free[old_code]
    return same


Tasks = dict[str, DraftTask]


def _in_its_place(code: str, task: DraftTask, free: Tasks) -> str | None:
    return code if code in free and free[code].name == task.name else None


def _by_its_words(code: str, task: DraftTask, free: Tasks) -> str | None:
    words = task.name, task.indicator
    return next((old for old, t in free.items() if (t.name, t.indicator) == words), None)


def _by_its_place(code: str, task: DraftTask, free: Tasks) -> str | None:
    return code if code in free else None


def _by_like_words(code: str, task: DraftTask, free: Tasks) -> str | None:
    if len(free) > MANY:
        return None
    likeness = {old: _likeness(free[old], task) for old in free}
    best = max(likeness, key=lambda old: likeness[old], default="")
    return best if likeness.get(best, 0) >= ALIKE else None


def _likeness(one: DraftTask, other: DraftTask) -> float:
    matcher = SequenceMatcher(None, one.name, other.name)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE else 0.0
