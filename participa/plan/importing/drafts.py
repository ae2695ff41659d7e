"""A plan as read from a file, before it is confirmed. No database here."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from participa.plan.offices import OfficeMention
from participa.plan.task_fields import TaskFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTask(TaskFacts):
    """One task in the city's exact words. `row` is its row in the file; 0 without a file."""

    action: int
    position: int
    offices: tuple[OfficeMention, ...] = ()
    row: int = field(default=0, compare=False)

    @property
    def code(self) -> str:
        return f"{self.action}.{self.position}"

    @property
    def office_slugs(self) -> str:
        return ", ".join(mention.slug for mention in self.offices)


@dataclass(frozen=True, slots=True)
class DraftAction:
    number: int
    name: str
    tasks: tuple[DraftTask, ...]
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to report about the file that does not make it unreadable.

    `kind` is a key of import_problems.NOTES; `words` completes its sentence. Row 0: the whole file.
    With `options`, pairs of key and Spanish label, it is a question whose answer changes what is
    read: the draft is read with the first one until somebody answers. `also` are further rows.
    """

    kind: str
    row: int
    words: str
    options: tuple[tuple[str, str], ...] = ()
    also: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Identifies what it is about; the same in another file with the same words."""
        return f"{self.kind}:{self.words}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole plan. `breaks`: codes of the tasks before which the file repeats its header.

    `sheet` is the sheet that it was read from, if the file has several.
    """

    year: int
    strategy: str
    title: str
    actions: tuple[DraftAction, ...]
    breaks: tuple[str, ...] = ()
    notes: tuple[Note, ...] = field(default=(), compare=False)
    sheet: str = field(default="", compare=False)

    @property
    def tasks(self) -> Iterator[DraftTask]:
        for action in self.actions:
            yield from action.tasks
