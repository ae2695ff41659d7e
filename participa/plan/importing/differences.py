"""The changes that a file makes in a plan: added, changed and removed tasks. No database.

A task of the file is the same as a stored one, and keeps its evidence, when it has the same code
and name; the same name and indicator under another code; the same code; or a similar name. The
rules are tried in this order, each on the tasks that the ones before it left over.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from participa.core.spanish import number
from participa.plan.importing.drafts import Draft, DraftAction, DraftTask
from participa.plan.task_fields import FIELDS

ALIKE = 0.6  # ratio of difflib above which two names are similar
MAX_COMPARED = 100  # with more tasks left over, comparing each pair takes too long


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field. `place` is its task's code in the file, «Acción 3» or «Plan»."""

    place: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """The changes from a plan to a file.

    `old_codes` has the code in the plan of each task that stays, by its code in the file.
    """

    added_actions: tuple[DraftAction, ...]
    removed_actions: tuple[DraftAction, ...]
    added: tuple[DraftTask, ...]
    removed: tuple[DraftTask, ...]
    changes: tuple[Change, ...]
    old_codes: dict[str, str]

    @property
    def is_empty(self) -> bool:
        return not (
            self.added_actions or self.removed_actions or self.added or self.removed or self.changes
        )

    @property
    def changed_tasks(self) -> list[str]:
        return [
            place
            for place in dict.fromkeys(change.place for change in self.changes)
            if place in self.old_codes
        ]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added_actions": len(self.added_actions),
            "added_tasks": len(self.added),
            "changed_tasks": len(self.changed_tasks),
            "changed_names": len(self.changes)
            - sum(change.place in self.old_codes for change in self.changes),
            "removed_tasks": len(self.removed),
            "removed_actions": len(self.removed_actions),
        }

    @property
    def sentence(self) -> str:
        """The effect of applying the file: «crear 9 acciones y 15 tareas»."""
        acts = [
            ("crear", [("acción", "acciones", len(self.added_actions)), _tasks(self.added)]),
            (
                "cambiar",
                [
                    ("título", "títulos", self.counts["changed_names"]),
                    _tasks(self.changed_tasks),
                ],
            ),
            ("quitar", [("acción", "acciones", len(self.removed_actions)), _tasks(self.removed)]),
        ]
        phrases = []
        for verb, things in acts:
            named = [_several(n, one, many) for one, many, n in things if n]
            if named:
                phrases.append(f"{verb} {' y '.join(named)}")
        return ", ".join(phrases) or "no cambiar nada"

    @property
    def fingerprint(self) -> str:
        """A hash of the changes: another one if the plan changed since the preview was shown."""
        content = repr((self.added, self.removed, self.changes, sorted(self.old_codes.items())))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def _several(count: int, one: str, many: str) -> str:
    """2 tareas; of the title there is one: el título."""
    return (
        "el título"
        if (count, one) == (1, "título")
        else f"{number(count)} {one if count == 1 else many}"
    )


def _tasks(tasks: tuple | list) -> tuple[str, str, int]:
    return "tarea", "tareas", len(tasks)


def between(old: Draft | None, new: Draft) -> Differences:
    """The changes that turn the old plan into the new one."""
    before = {task.code: task for task in old.tasks} if old else {}
    same = old_codes(before, {task.code: task for task in new.tasks})
    old_actions = {action.number: action for action in old.actions} if old else {}
    numbers = {action.number for action in new.actions}
    return Differences(
        added_actions=tuple(a for a in new.actions if a.number not in old_actions),
        removed_actions=tuple(a for a in old_actions.values() if a.number not in numbers),
        added=tuple(task for task in new.tasks if task.code not in same),
        removed=tuple(task for code, task in before.items() if code not in same.values()),
        changes=tuple(_changes(old, new, same)) if old else (),
        old_codes=same,
    )


def _changes(old: Draft, new: Draft, same: dict[str, str]) -> Iterator[Change]:
    names = {action.number: action.name for action in old.actions}
    pairs = [
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
            pairs += [(task.code, f.label, f.text(was), f.text(task)) for f in FIELDS]
    for place, field, earlier, later in pairs:
        if earlier != later:
            yield Change(place, field, earlier, later)


def old_codes(before: dict[str, DraftTask], after: dict[str, DraftTask]) -> dict[str, str]:
    """The old code of each task that exists in both, by its new code."""
    same: dict[str, str] = {}
    free = dict(before)
    for match in (_by_code_and_name, _by_name_and_indicator, _by_code, _by_similar_name):
        for code, task in after.items():
            old_code = None if code in same else match(code, task, free)
            if old_code:
                same[code] = old_code
                del free[old_code]
    return same


Tasks = dict[str, DraftTask]


def _by_code_and_name(code: str, task: DraftTask, free: Tasks) -> str | None:
    return code if code in free and free[code].name == task.name else None


def _by_name_and_indicator(code: str, task: DraftTask, free: Tasks) -> str | None:
    words = task.name, task.indicator
    return next((old for old, t in free.items() if (t.name, t.indicator) == words), None)


def _by_code(code: str, task: DraftTask, free: Tasks) -> str | None:
    return code if code in free else None


def _by_similar_name(code: str, task: DraftTask, free: Tasks) -> str | None:
    if len(free) > MAX_COMPARED:
        return None
    similarity = {old: _similarity(free[old], task) for old in free}
    best = max(similarity, key=lambda old: similarity[old], default="")
    return best if similarity.get(best, 0) >= ALIKE else None


def _similarity(one: DraftTask, other: DraftTask) -> float:
    matcher = SequenceMatcher(None, one.name, other.name)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE else 0.0
