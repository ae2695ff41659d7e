"""What somebody may say their contribution is about: an event, a task of the plan, an office."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from participa.core.db import db
from participa.core.spanish import short_day
from participa.events import queries as events
from participa.events.models import Event
from participa.plan import queries as plans
from participa.plan.models import Action, Task
from participa.staff import queries as staff
from participa.staff.models import Office

FEW = 12  # events of each side of today
LONGEST = 90  # letters of a name in a list
EVENT, TASK = "evento", "tarea"
SHAPE = re.compile(rf"({EVENT}|{TASK})-(\d{{1,9}})", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subjects:
    """The lists to choose from."""

    about: dict[str, list[Choice]]  # by heading
    offices: list[Choice]

    def label(self, about: str) -> str:
        names = {value: label for choices in self.about.values() for value, label in choices}
        return names.get(about, about)

    def office(self, office_id: str) -> str:
        return dict(self.offices).get(office_id, "")


def current() -> Subjects:
    plan = plans.current_plan()
    tasks = plans.references(plans.tasks_of(plan)) if plan else ()
    shown = [*reversed(events.coming(FEW)), *events.past(FEW)]
    groups = {
        "Eventos": [(f"{EVENT}-{event.id}", _event(event)) for event in shown],
        "Tareas del plan": [(f"{TASK}-{task.id}", _short(task.code, task.name)) for task in tasks],
    }
    return Subjects(
        about={heading: choices for heading, choices in groups.items() if choices},
        offices=[(str(one.id), one.name) for one in staff.offices() if not one.is_group],
    )


def read(about: str) -> tuple[int | None, int | None]:
    """Ids of the event and of the task, one of them None; raises ValueError for what is neither."""
    if not about:
        return None, None
    if not (match := SHAPE.fullmatch(about)):
        raise ValueError(about)
    kind, id = match[1], int(match[2])
    rows = select(Event.id).where(Event.id == id, events.is_public())
    if kind == TASK:
        rows = select(Task.id).join(Task.action).join(Action.plan)
        rows = rows.where(Task.id == id, plans.is_public())
    if db.session.scalar(rows) is None:
        raise ValueError(about)
    return (id, None) if kind == EVENT else (None, id)


def office(typed: str) -> int:
    """The id of an office that somebody names; raises ValueError for one that is not there."""
    known = select(Office.id).where(Office.id == int(typed), Office.retired_at.is_(None))
    found = db.session.scalar(known) if NUMBER.fullmatch(typed) else None
    if found is None:
        raise ValueError(typed)
    return found


def _event(event: Event) -> str:
    return _short(short_day(event.opens_at), event.title) if event.opens_at else event.title


def _short(first: str, name: str) -> str:
    words = f"{first} · {name}"
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()}…"
