"""The plan's measures of published pieces (task 5.1) and of events called by mass media (7.2)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import and_, extract, or_, select, true

from participa.channels import example
from participa.core import clock, spanish
from participa.core.db import db
from participa.events.models import Event, EventKind
from participa.events.queries import is_on, is_public
from participa.outreach import queries, rules
from participa.outreach.models import CallPiece, Medium, OutreachSettings, TeachingPiece
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Action, Plan, Task

EXAMPLE = "Es un ejemplo."


def pieces_published(task_ids: Collection[int]) -> Iterator[Evidence]:
    """The planned pieces of the strategy; those that are not published say when they were due."""
    rows = (
        select(Task.id, TeachingPiece)
        .join(TeachingPiece.tasks)
        .where(Task.id.in_(task_ids))
        .order_by(TeachingPiece.planned_on, TeachingPiece.id)
    )
    for task_id, piece in db.session.execute(rows):
        reason = why_not_published(piece)
        on = piece.planned_on
        if piece.published_at is not None:
            on = clock.local(piece.published_at).date()
        yield Evidence(task_id, piece.title, address_of(piece), on, not reason, reason)


def address_of(piece: TeachingPiece) -> str:
    """Its page; while it is planned, its line in the list of the strategy."""
    if piece.is_published:
        return url_for("outreach.piece", code=piece.code)
    return url_for("outreach.index", _anchor=piece.code)


def why_not_published(piece: TeachingPiece) -> str:
    """Why a piece does not count; empty when it does."""
    if not example.counts(piece):
        return EXAMPLE
    if piece.is_published:
        return ""
    day = spanish.day(piece.planned_on)
    return f"Se venció el {day}." if piece.is_overdue else f"Prevista para el {day}."


@dataclass(slots=True)
class CalledEvent:
    """An event of the year of a task, with the media that proofs show."""

    task_id: int
    code: str
    title: str
    on: date
    is_example: bool
    media: set[Medium] = field(default_factory=set)


def events_called(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Every called event of the year of the plan. It counts with enough mass media with proof.

    Events need no link to the task: one that nobody linked would be missing in the denominator.
    """
    found: dict[tuple[int, int], CalledEvent] = {}
    rule: OutreachSettings | None = None
    for task_id, year, event, medium, stored in db.session.execute(_events_and_media(task_ids)):
        rule = rule or stored
        on = clock.local(event.opens_at).date()
        if on.year != year:
            continue
        facts = (task_id, event.code, event.title, on, event.is_example)
        called = found.setdefault((task_id, event.id), CalledEvent(*facts))
        if medium is not None:
            called.media.add(medium)
    rule = rule or queries.default_settings()
    for called in found.values():
        reason = why_not_called(called, rule)
        url = url_for("outreach.calls", code=called.code)
        yield Evidence(called.task_id, called.title, url, called.on, not reason, reason)


def why_not_called(called: CalledEvent, rule: OutreachSettings) -> str:
    """Why a called event does not count; empty when it does."""
    if not example.counts(called):
        return EXAMPLE
    there = len(called.media & set(rule.media))
    if there >= rule.threshold:
        return ""
    have = f"Solo tuvo {there}." if there else "No tuvo ninguno."
    return f"{rules.in_words(rule)} {have}"


def _events_and_media(task_ids: Collection[int]) -> Any:
    """Each called event of the years of these tasks, once per medium with proof, and the rule.

    Meetings of the bodies call their members and not the city: they are no events of dialogue.

    The year of an event is that of the city: the last evening of a year is in the next one in UTC.
    """
    year = extract("year", Event.opens_at)
    return (
        select(Task.id, Plan.year, Event, CallPiece.medium, OutreachSettings)
        .join(Task.action)
        .join(Action.plan)
        .join(Event, and_(is_public(), is_on(), or_(year == Plan.year, year == Plan.year + 1)))
        .outerjoin(CallPiece, and_(CallPiece.event_id == Event.id, queries.has_proof()))
        .outerjoin(OutreachSettings, true())
        .where(Task.id.in_(task_ids), Event.kind != EventKind.MEETING)
        .order_by(Event.opens_at, Event.id)
    )


MEASURES = (
    Measure("outreach.pieces_published", "Piezas pedagógicas publicadas", pieces_published),
    Measure("outreach.events_called", "Eventos convocados por medios masivos", events_called),
)
