"""The parts of an event's plan that come one by one: agenda, sessions, people in charge, steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from participa.core import audit, clock
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import dates
from participa.events.models import (
    AgendaItem,
    ChecklistItem,
    ChecklistMoment,
    Event,
    EventPerson,
    EventSession,
)
from participa.events.service import require_unlocked
from participa.staff.models import Account

MOST = 80  # of each kind
ASKED_FOR = "Este punto lo pidió la gente: cambie solo la hora y quién lo presenta."


@dataclass(frozen=True, slots=True)
class PartKind:
    """One kind of part: its table, the collection of the event, and the act in the audit trail."""

    model: Any
    collection: str
    act: str


# By the word of their address.
KINDS: Mapping[str, PartKind] = {
    "agenda": PartKind(AgendaItem, "agenda", "events.agenda_changed"),
    "jornadas": PartKind(EventSession, "sessions", "events.sessions_changed"),
    "responsables": PartKind(EventPerson, "people", "events.people_changed"),
    "pasos": PartKind(ChecklistItem, "checklist", "events.checklist_changed"),
}


def add(event: Event, by: Account, kind: PartKind, **facts: Any) -> Any:
    require_unlocked(event)
    collection = getattr(event, kind.collection)
    if len(collection) >= MOST:
        raise Refused(f"Un evento lleva hasta {MOST}. Quite uno antes de agregar otro.")
    part = kind.model(**facts)
    _check_session(event, part)
    collection.append(part)
    event.touch()
    db.session.flush()
    audit.record(kind.act, event, by, part=part, **shown(facts))
    return part


def change(event: Event, by: Account, kind: PartKind, part: Any, **facts: Any) -> None:
    require_unlocked(event)
    if getattr(part, "source_url", None) and facts.get("title", part.title) != part.title:
        raise Refused(ASKED_FOR, "title")
    before = {name: getattr(part, name) for name in facts}
    for name, value in facts.items():
        setattr(part, name, value)
    _check_session(event, part)
    event.touch()
    audit.record(kind.act, event, by, part=part, before=shown(before), after=shown(facts))


def remove(event: Event, by: Account, kind: PartKind, part: Any) -> None:
    """Take a part off the plan; a topic leaves the agenda by another decision about it."""
    if getattr(part, "source_url", None):
        raise Refused("Este punto lo pidió la gente: cambie la decisión en la página del tema.")
    _remove(event, by, kind, part)


def _remove(event: Event, by: Account, kind: PartKind, part: Any) -> None:
    require_unlocked(event)
    audit.record(kind.act, event, by, part=part, removed=_name_of(part))
    getattr(event, kind.collection).remove(part)
    event.touch()


def check(event: Event, by: Account, item: ChecklistItem) -> None:
    """Mark a step as done, or no longer. The last steps are taken after the minutes."""
    if item.moment is not ChecklistMoment.AFTER:
        require_unlocked(event)
    item.done_at = None if item.done_at else clock.now()
    item.done_by_id = by.id if item.done_at else None
    audit.record("events.checked", event, by, part=item, is_done=item.done_at is not None)


def take_to_agenda(event: Event, by: Account, title: str, url: str, source: str) -> AgendaItem:
    """Put a topic that people prioritised on the agenda; `url` is the page that it comes from."""
    known = select(AgendaItem).filter_by(event_id=event.id, source_url=url)
    item: AgendaItem | None = db.session.scalar(known)
    if item is not None:
        return item
    made: AgendaItem = add(
        event, by, KINDS["agenda"], title=title, source_url=url, source_title=source
    )
    return made


def drop_from_agenda(item: AgendaItem, by: Account) -> None:
    """Take a topic off the agenda, because the decision about it changed."""
    _remove(item.event, by, KINDS["agenda"], item)


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as the audit trail stores them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else getattr(value, "name", value)
        for name, value in facts.items()
    }


def _name_of(part: Any) -> str:
    return str(getattr(part, "title", "") or getattr(part, "text", "") or part.position)


def _check_session(event: Event, part: Any) -> None:
    if isinstance(part, EventSession):
        dates.check_session(event, part)
