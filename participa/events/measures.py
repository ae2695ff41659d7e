"""The measures of events: meetings of a body with their minutes (task 3.5), and events held."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from flask import url_for
from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased

from participa.channels import example
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.models import EVENT_GROUPS, Event, EventState
from participa.events.record_models import Minutes
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task

Document = Mapping[str, Any]  # of the newest minutes of an event
WhyNot = Callable[[Event, Document | None, bool], str]


def meetings_held(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Called events; those that convened a body and whose minutes say who attended count."""
    return _evidence(task_ids, why_no_meeting)


def held(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Called events; those that are closed with their minutes count."""
    return _evidence(task_ids, why_not_held)


def why_no_meeting(event: Event, document: Document | None, has_groups: bool) -> str:
    """Why an event does not count as the meeting of a body with its minutes; "" if it does."""
    if reason := why_not_held(event, document, has_groups):
        return reason
    if not has_groups:
        return "No dice qué instancia se reunió."
    return "" if document and somebody_attended(document) else "El acta no dice quién asistió."


def why_not_held(event: Event, document: Document | None, has_groups: bool) -> str:
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
        case EventState.CLOSED if document is not None:
            return ""
    return "Aún no tiene acta." if document is None else "Su acta está reabierta."


def somebody_attended(document: Document) -> bool:
    """Whether the minutes count more than nobody, by hand or with a list of attendance."""
    told = document["asistencia"]
    figures = [figure["valor"] for one in told["listados"] for figure in one["cifras"]]
    return (told["personas"] or 0) > 0 or any(str(figure).strip() != "0" for figure in figures)


def _evidence(task_ids: Collection[int], why_not: WhyNot) -> Iterator[Evidence]:
    """Called events that were not cancelled, each with its minutes or its page."""
    revision = aliased(Minutes)
    newest = select(func.max(revision.revision)).where(revision.event_id == Event.id)
    is_its_newest = and_(
        Minutes.event_id == Event.id, Minutes.revision == newest.correlate(Event).scalar_subquery()
    )
    rows = (
        select(
            Task.id, Event, Minutes.document, exists().where(EVENT_GROUPS.c.event_id == Event.id)
        )
        .join(Event.tasks)
        .outerjoin(Minutes, is_its_newest)
        .where(Task.id.in_(task_ids), Event.published_at.is_not(None), Event.cancelled_at.is_(None))
        .order_by(Event.opens_at, Event.id)
    )
    for task_id, event, document, has_groups in db.session.execute(rows):
        reason = why_not(event, document, has_groups)
        endpoint = "events.show" if document is None else "events_minutes.show"
        url = url_for(endpoint, code=event.code)
        on = clock.local(event.opens_at or event.published_at or clock.now()).date()
        yield Evidence(task_id, event.title, url, on, not reason, reason)


MEASURES = (
    Measure("events.meetings_held", "Reuniones con acta", meetings_held),
    Measure("events.held", "Eventos realizados", held),
)
