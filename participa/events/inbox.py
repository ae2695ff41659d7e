"""Events on other pages: what comes, what has minutes, what the staff has to prepare."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy import func, select

from participa.channels.access import visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.phases import is_open_now
from participa.channels.registry import MenuCard
from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.core.db import db
from participa.events import queries, wording
from participa.events.models import ChecklistMoment, Event, EventState, SupportRequest
from participa.events.readiness import missing_requirements
from participa.events.record_models import EventQuestion
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending

FEW, MANY = 6, 50
SOON = timedelta(days=30)


def open_now() -> list[Card]:
    """The next events that people are called to, and those under way."""
    return [
        _card(event, f"{wording.when(event)} {ended(wording.place(event))}")
        for event in queries.coming(FEW)
    ]


def memories() -> list[MenuCard]:
    return [
        (7, _card(event, f"{event.state.value}. {wording.when(event)}"))
        for event in queries.past(FEW)
    ]


def _card(event: Event, words: str) -> Card:
    address = url_for("events.show", code=event.code)
    return Card(event.title, address, words, state=event.state.value)


def menu() -> list[MenuCard]:
    """The calendar of each year (item 3), and the last events that were held (item 7)."""
    return memories() + [
        (3, Card(f"Calendario de {year}", url_for("events.index", ano=year), "", state=""))
        for year in queries.years()
    ]


def open_for(account: Account) -> list[OpenChannel]:
    """The events under way that an account may see, with their questions so far."""
    rows = (
        select(Event, func.count(EventQuestion.case_id))
        .outerjoin(EventQuestion, EventQuestion.event_id == Event.id)
        .where(is_open_now(Event, clock.now()), queries.is_on(), visible_to(Event, account))
        .group_by(Event.id)
        .order_by(Event.closes_at, Event.id)
        .limit(MANY)
    )
    return [
        OpenChannel(
            event.title,
            url_for("events_staff.show", code=event.code),
            url_for("events.show", code=event.code),
            count,
            event.closes_at,
        )
        for event, count in db.session.execute(rows)
    ]


def pending(account: Account) -> list[Pending]:
    """What the next events lack, and the requests for support that nobody has answered."""
    return [*_to_prepare(account), *_support(account)]


def _to_prepare(account: Account) -> list[Pending]:
    events = queries.to_prepare(account, visible_to(Event, account), MANY)
    found = []
    for event in events:
        address = url_for("events_staff.show", code=event.code)
        if not event.is_published and event.opens_at and event.opens_at < clock.now() + SOON:
            missing = missing_requirements(event)
            note = f"Para convocarlo falta {spanish.listed(missing)}." if missing else "Está listo."
            found.append(
                Pending(f"Convocar «{event.title}»", address, note, (f"events.call:{event.id}",))
            )
        elif event.postponed_at is not None:
            note = f"Se aplazó el {spanish.weekday(event.postponed_at)}."
            marks = (f"events.reschedule:{event.id}",)
            found.append(Pending(f"Poner otra fecha a «{event.title}»", address, note, marks))
        elif event.state is EventState.CALLED:
            found.extend(_steps_before(event, address))
        elif event.closes_at is not None and event.is_published and event.is_over:
            note = f"Fue el {spanish.weekday(spanish.as_end(event.closes_at))}."
            found.append(
                Pending(
                    f"Cerrar «{event.title}» con su acta",
                    address,
                    note,
                    (f"events.close:{event.id}",),
                )
            )
    return found


def _steps_before(event: Event, address: str) -> Iterator[Pending]:
    """What is still open of the steps before a called event of the next 30 days."""
    is_open = [
        step
        for step in event.checklist
        if step.moment is ChecklistMoment.BEFORE and step.done_at is None
    ]
    begins = event.opens_at
    if is_open and begins is not None and begins < clock.now() + SOON:
        day = spanish.weekday(begins)
        note = f"Es el {day}. Falta: {'; '.join(step.text for step in is_open)}."
        marks = tuple(f"events.step:{step.id}" for step in is_open)
        yield Pending(f"Preparar «{event.title}»", f"{address}#pasos", note, marks)


def _support(account: Account) -> list[Pending]:
    rows = (
        select(Event, func.count(SupportRequest.id), func.max(SupportRequest.id))
        .join(SupportRequest, SupportRequest.event_id == Event.id)
        .where(SupportRequest.attended_at.is_(None), visible_to(Event, account))
        .group_by(Event.id)
        .order_by(Event.id)
        .limit(MANY)
    )
    return [
        Pending(
            spanish.several(count, "solicitud de apoyo", "solicitudes de apoyo"),
            url_for("events_staff.show", code=event.code, _anchor="apoyos"),
            f"para {event.title}",
            (f"events.support:{event.id}:{latest}",),
        )
        for event, count, latest in db.session.execute(rows)
    ]
