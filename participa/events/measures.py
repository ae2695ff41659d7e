"""The measures of events: meetings with their minutes (task 3.5), and events that were held."""

from collections.abc import Callable, Collection, Iterator

from flask import url_for
from sqlalchemy import exists, select

from participa.channels import example
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.models import Event, EventState
from participa.events.record_models import Minutes
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task

WhyNot = Callable[[Event, bool], str]


def meetings_held(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Called events; those that are closed with their minutes count."""
    return _evidence(task_ids, why_no_minutes)


def held(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Called events; those that are over count, with or without minutes."""
    return _evidence(task_ids, why_not_held)


def why_no_minutes(event: Event, has_minutes: bool) -> str:
    """Why an event does not count as a meeting with its minutes; "" if it does."""
    if (reason := why_not_held(event, has_minutes)) or event.is_locked:
        return reason
    return "Su acta está reabierta." if has_minutes else "Aún no tiene acta."


def why_not_held(event: Event, has_minutes: bool) -> str:
    """Why an event does not count as held; "" if it does."""
    if not example.counts(event):
        return "Es un ejemplo, con datos inventados."
    match event.state:
        case EventState.POSTPONED:
            return "Está aplazado, sin fecha nueva."
        case EventState.CALLED if event.opens_at:
            return f"Está convocado para el {spanish.day(event.opens_at)}."
        case EventState.UNDER_WAY:
            return "Está en curso."
    return ""


def _evidence(task_ids: Collection[int], why_not: WhyNot) -> Iterator[Evidence]:
    """Called events that were not cancelled, each with its minutes or its page."""
    has_minutes = exists().where(Minutes.event_id == Event.id)
    rows = (
        select(Task.id, Event, has_minutes)
        .join(Event.tasks)
        .where(Task.id.in_(task_ids), Event.published_at.is_not(None), Event.cancelled_at.is_(None))
        .order_by(Event.opens_at, Event.id)
    )
    for task_id, event, is_written in db.session.execute(rows):
        reason = why_not(event, is_written)
        endpoint = "events_minutes.show" if is_written else "events.show"
        url = url_for(endpoint, code=event.code)
        on = clock.local(event.opens_at or event.published_at or clock.now()).date()
        yield Evidence(task_id, event.title, url, on, not reason, reason)


MEASURES = (
    Measure("events.meetings_held", "Reuniones con acta", meetings_held),
    Measure("events.held", "Eventos realizados", held),
)
