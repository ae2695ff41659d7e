"""The staff's acts on an event: plan, call, change its date, postpone, cancel, copy."""

import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from participa.channels import lifecycle
from participa.channels.lifecycle import NotReady
from participa.core import audit, clock, codes, spanish
from participa.core.db import db
from participa.core.errors import Refused
from participa.events import changes, dates
from participa.events.models import (
    AgendaItem,
    ChecklistItem,
    Event,
    EventKind,
    EventNotice,
    EventPerson,
    NoticeCause,
)
from participa.events.readiness import STEPS, missing_requirements
from participa.events.wording import span
from participa.formats import service as formats
from participa.plan.models import Task
from participa.staff.models import Account

PATH = "/eventos/{code}?canal=qr"
COPIED = (
    "kind",
    "convened",
    "territory",
    "place",
    "map_url",
    "online_url",
    "capacity",
    "methodology",
    "moderation",
    "prior_information",
    "call_channels",
    "logistics",
    "accessibility",
    "easy_reading",
    "risks",
    "budget",
    "takes_questions",
    "format_id",
)
LOCKED = "El evento está cerrado con su acta. Para cambiarlo, reábralo con su motivo."
PAST = "El evento ya pasó: su fecha no cambia. Ciérrelo con su acta."
LONGEST_TITLE = 120
COPY = re.compile(r" \(copia(?: \d+)?\)$")


def create(by: Account | None, tasks: Sequence[Task], **facts: Any) -> Event:
    """Store a new plan with its checklist. Its address and its printed code are assigned now."""
    event = Event(code=codes.new(), **({"kind": EventKind.HEARING} | facts))
    dates.check_plan(*(getattr(event, name) for name in dates.NAMES))
    event.checklist = [ChecklistItem(moment=moment, text=text) for moment, text in STEPS]
    lifecycle.create(event, PATH.format(code=event.code), by, tasks)
    return event


def _note_use(event: Event, by: Account | str) -> None:
    """Tell the register of formats with which one the event was planned, once it is public.

    A cancelled one was not planned with it after all.
    """
    if event.format is not None and event.is_published and event.cancelled_at is None:
        path = f"/eventos/{event.code}"
        on = clock.local(event.published_at or clock.now()).date()
        author = by if isinstance(by, Account) else None
        formats.register_use(
            event.format, event.channel, event.id, event.title, path, on, by=author
        )


def change(
    event: Event, by: Account, tasks: Sequence[Task], reason: str = "", **facts: Any
) -> None:
    """Change the plan of an event; once it is called, its date changes with `reschedule` only.

    What the call said and is no longer so leaves a public notice, with its `reason`.
    """
    require_unlocked(event)
    before, told, opened_at = event.audit_facts(), changes.announced(event), event.opens_at
    if event.postponed_at is None:  # the day that it had does not count any more
        dates.check_plan(*(facts.get(name, getattr(event, name)) for name in dates.NAMES))
    if event.is_published and not tasks:
        raise Refused("Un evento convocado cumple al menos una tarea del plan.", "tasks")
    planned_with = event.format
    lifecycle.change(event, by, facts, tasks, before)
    dates.move_sessions(event, opened_at)
    db.session.flush()  # so that the relations follow the changed columns
    db.session.refresh(event, ["format", "version"])
    if not event.is_published:
        return
    if planned_with is not None and planned_with is not event.format:
        formats.remove_use(planned_with, event.channel, event.id, by=by)
    _note_use(event, by)
    if missing := [phrase for phrase in missing_requirements(event) if "pasado" not in phrase]:
        raise Refused(f"Un evento convocado no se queda sin {spanish.listed(missing)}.")
    changes.tell(event, told, reason)


def publish(event: Event, by: Account | str) -> None:
    """Call people to the event: from now on it is public."""
    if event.is_published:
        raise NotReady("Este evento ya está convocado.")
    lifecycle.publish(event, by, missing_requirements(event))
    _note_use(event, by)


def reschedule(
    event: Event, by: Account, opens_at: datetime, closes_at: datetime, reason: str
) -> None:
    """Announce another date, with its reason; a postponed event is called again."""
    if why_not := why_not_rescheduled(event):
        raise NotReady(why_not)
    dates.check_new_day(event, opens_at)
    dates.check_length(opens_at, closes_at)
    dates.check_other(event, opens_at, closes_at)
    before, opened_at = in_words(event), event.opens_at
    if opens_at == opened_at and event.closes_at is not None:
        before = span(opens_at, event.closes_at)  # what changes is the end
    event.opens_at, event.closes_at, event.postponed_at = opens_at, closes_at, None
    dates.move_sessions(event, opened_at)
    _tell(event, by, "events.rescheduled", NoticeCause.RESCHEDULED, reason, before)


def postpone(event: Event, by: Account, reason: str) -> None:
    """Take the event out of the calendar until it has another date."""
    if why_not := why_not_postponed(event):
        raise NotReady(why_not)
    event.postponed_at = clock.now()
    _tell(event, by, "events.postponed", NoticeCause.POSTPONED, reason, in_words(event))


def cancel(event: Event, by: Account, reason: str) -> None:
    """Take the event out of the calendar for good; its format was not used for it after all."""
    if why_not := why_not_cancelled(event):
        raise NotReady(why_not)
    event.cancelled_at, event.postponed_at = clock.now(), None
    if event.format is not None:
        formats.remove_use(event.format, event.channel, event.id, by=by)
    _tell(event, by, "events.cancelled", NoticeCause.CANCELLED, reason, in_words(event))


def why_not_rescheduled(event: Event) -> str:
    """Why its date cannot change now; "" if it can."""
    if event.is_locked:
        return LOCKED
    if not event.is_published:
        return "El evento todavía no está convocado: cambie la fecha en su plan."
    if event.cancelled_at is not None:
        return "El evento está cancelado. Haga otro con «Duplicar»."
    return PAST if event.is_over else ""


def why_not_postponed(event: Event) -> str:
    """Why it cannot be postponed now; "" if it can."""
    if event.postponed_at is not None and event.cancelled_at is None:
        return "El evento ya está aplazado. Póngale una fecha nueva."
    return why_not_rescheduled(event)


def why_not_cancelled(event: Event) -> str:
    """Why it cannot be cancelled now; "" if it can."""
    if event.cancelled_at is not None:
        return "El evento ya está cancelado."
    return why_not_rescheduled(event)


def duplicate(event: Event, by: Account) -> Event:
    """A new plan like this one, with its agenda, its people and its own steps, but without dates.

    Its sessions have dates, and the topics that people asked for were for this event: they stay.
    """
    facts = lifecycle.copy_of(event, LONGEST_TITLE, *COPIED) | {"title": title_of_copy(event.title)}
    copy = create(by, event.tasks, groups=list(event.groups), **facts)
    copy.agenda = [
        AgendaItem(starts=one.starts, title=one.title, speaker=one.speaker)
        for one in event.agenda
        if one.source_url is None
    ]
    copy.people = [
        EventPerson(office_id=one.office_id, position=one.position, duty=one.duty)
        for one in event.people
    ]
    copy.checklist = [ChecklistItem(moment=one.moment, text=one.text) for one in event.checklist]
    return copy


def title_of_copy(title: str) -> str:
    """«Foro (copia)»; the next ones are «Foro (copia 2)», «Foro (copia 3)»."""
    name = COPY.sub("", title)[: LONGEST_TITLE - len(" (copia 1000)")].rstrip()
    rows = select(Event.title).where(Event.title.startswith(f"{name} (copia", autoescape=True))
    taken = set(db.session.scalars(rows))
    numbered = (f"{name} (copia {number})" for number in itertools.count(2))
    return next(one for one in itertools.chain([f"{name} (copia)"], numbered) if one not in taken)


def require_unlocked(event: Event) -> None:
    """Raise Refused once the minutes are closed (RDC-05)."""
    if event.is_locked:
        raise Refused(LOCKED)


def in_words(event: Event) -> str:
    """viernes 20 de marzo, 8:00 a. m."""
    if event.opens_at is None:
        return ""
    return f"{spanish.weekday(event.opens_at)}, {spanish.hour(event.opens_at)}"


def _tell(
    event: Event, by: Account, act: str, cause: NoticeCause, reason: str, before: str
) -> None:
    """Leave the public notice and the entry of the audit trail."""
    if not reason.strip():
        raise Refused("Escriba el motivo. La gente lo leerá.", "reason")
    event.notices.append(EventNotice(cause=cause, before=before, reason=reason.strip()))
    event.touch()
    facts: Mapping[str, Any] = {"reason": reason.strip(), **event.audit_facts()}
    audit.record(act, event, by, **facts)
