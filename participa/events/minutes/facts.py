"""What the minutes of an event state, read from its records; and the minutes that there are."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from participa.cases.models import Case
from participa.channels.mentions import ATTENDANCE, MINUTES, Mention
from participa.citizens import territories
from participa.core import clock, links, spanish
from participa.core.db import db
from participa.core.installation import installation
from participa.events.commitments.queries import commitments_of
from participa.events.minutes import reading
from participa.events.minutes.document import AskedTotals, MinutesFacts, filling
from participa.events.models import Event
from participa.events.questions.queries import public_questions
from participa.events.questions.totals import totals_of as question_totals_of
from participa.events.record_models import EventQuestion, Minutes, MinutesDraft

WHOLE_CITY = "Toda la ciudad"


def facts_of(event: Event, mentions: Sequence[Mention]) -> MinutesFacts:
    """Everything that the minutes state, as it is now; `mentions` is what other features say."""
    settings = installation().settings
    draft = draft_of(event)
    has_list = bool(filling(mentions, ATTENDANCE))
    return MinutesFacts(
        entity=settings.entity.name,
        address=links.absolute(f"/eventos/{event.code}"),
        year=year_of(event),
        event=(
            event.code,
            event.title,
            event.kind.value,
            _written(event.opens_at),
            _written(event.closes_at),
            event.place,
            event.online_url,
            territories.label(event.territory) if event.territory else WHOLE_CITY,
            event.convened,
            event.methodology,
            event.moderation,
        ),
        tasks=[(task.code, task.year, task.name) for task in event.tasks],
        sessions=[
            (one.title, _written(one.starts_at), _written(one.ends_at), one.place or event.place)
            for one in event.sessions
        ],
        people=[
            (one.position, one.office.name if one.office else "", one.duty) for one in event.people
        ],
        agenda=[
            (one.starts, one.title, one.speaker, one.source_title, one.source_url or "")
            for one in event.agenda
        ],
        notices=[
            (clock.local(one.given_at).date(), one.cause.value, one.before, one.reason)
            for one in event.notices
        ],
        summary=draft.summary,
        attended=None if has_list else draft.attended,
        by_group={} if has_list else draft.by_group,
        questions=asked_totals(event.id),
        commitments=[
            (
                one.number,
                one.text,
                one.office.name,
                one.position,
                one.due_on,
                one.deliverable,
                one.state.value,
            )
            for one in commitments_of(event.id)
        ],
        photographs=[(one.description, one.file.sha256) for one in event.photographs],
        mentions=mentions,
        small_cell=settings.small_cell,
    )


def draft_of(event: Event) -> MinutesDraft:
    """What was written so far; an empty draft, which is not stored, if nothing was."""
    stored = db.session.get(MinutesDraft, event.id)
    return stored or MinutesDraft(
        event_id=event.id, summary="", attended=None, by_group={}, has_no_commitments=False
    )


def asked_totals(event_id: int) -> AskedTotals:
    totals = question_totals_of(event_id)
    themes = public_questions(event_id).themes
    return AskedTotals(
        received=totals.received,
        by_way=[(way.value, count) for way, count in totals.by_way],
        answered_there=totals.answered_there,
        answered_in_writing=totals.answered_in_writing,
        pending=totals.pending,
        due_on=_last_day_to_answer(event_id) if totals.pending else None,
        published=[(case.text, case.answer) for _, cases in themes for case in cases],
    )


def _last_day_to_answer(event_id: int) -> date | None:
    rows = select(Case).join(EventQuestion, EventQuestion.case_id == Case.id)
    pending = rows.where(EventQuestion.event_id == event_id, Case.answered_on.is_(None))
    cases = db.session.scalars(pending.order_by(Case.filed_on.desc(), Case.id).limit(1))
    return max((case.due_on for case in cases), default=None)


def revisions(event_id: int) -> list[Minutes]:
    """The minutes of an event, the newest revision first."""
    rows = select(Minutes).filter_by(event_id=event_id)
    return list(db.session.scalars(rows.order_by(Minutes.revision.desc())))


def newest(event_id: int) -> Minutes | None:
    return next(iter(revisions(event_id)), None)


def mentions(event: Event) -> list[Mention]:
    """The minutes, as the pages of the event name them."""
    minutes = newest(event.id)
    if minutes is None:
        return []
    reopened_at = minutes.reopened_at
    state = "Reabierta" if reopened_at else "Cerrada"
    state = f"{state} el {spanish.day(reopened_at or minutes.made_at)}"
    public, staff = f"/eventos/{event.code}/acta", f"/gestion/eventos/{event.code}/acta"
    heading = reading.heading(minutes.document)
    return [Mention(heading, public, f"{state}.", staff_url=staff, fills=MINUTES)]


def year_of(event: Event) -> int:
    """The year in which minutes are numbered: that of the event."""
    return clock.local(event.opens_at or clock.now()).year


def _written(moment: datetime | None) -> str:
    """2026-03-20 08:00, in the city's time; "" without one."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""
