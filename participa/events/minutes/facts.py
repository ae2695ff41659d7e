"""What the minutes of an event state, read from its records; and the minutes that there are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from participa.channels.mentions import ATTENDANCE, MINUTES, Mention
from participa.citizens import territories
from participa.core import clock, links, spanish
from participa.core.db import db
from participa.core.files.files import StoredFile
from participa.core.installation import installation
from participa.events.commitments.queries import commitments_of
from participa.events.minutes import reading
from participa.events.minutes.document import AskedTotals, MinutesFacts, Row, filling
from participa.events.models import Event, EventPerson, Photograph
from participa.events.questions.queries import public_questions
from participa.events.questions.totals import totals_of as question_totals_of
from participa.events.record_models import Minutes, MinutesDraft
from participa.formats.header import header_of
from participa.formats.queries import format_by_id
from participa.staff.models import Office

WHOLE_CITY = "Toda la ciudad"


def facts_of(event: Event, mentions: Sequence[Mention]) -> MinutesFacts:
    """Everything that the minutes state, as it is now; `mentions` is what other features say."""
    settings = installation().settings
    draft, noted = draft_of(event), commitments_of(event.id)
    has_list = bool(filling(mentions, ATTENDANCE))
    return MinutesFacts(
        entity=settings.entity.name,
        header=header_of(format_by_id(draft.format_id or 0)),
        address=links.absolute(f"/eventos/{event.code}"),
        year=year_of(event),
        groups=[group.name for group in event.groups],
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
        people=_people(event.id),
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
            for one in noted
            if not one.is_removed
        ],
        removed=[
            (one.number, one.text, clock.local(one.removed_at).date(), one.removed_because)
            for one in noted
            if one.removed_at is not None
        ],
        has_no_commitments=draft.has_no_commitments,
        photographs=_photographs(event.id),
        mentions=mentions,
        small_cell=settings.small_cell,
        is_example=event.is_example,
    )


def draft_of(event: Event) -> MinutesDraft:
    """What was written so far; an empty draft, which is not stored, if nothing was.

    An empty one has the official format of the minutes that were closed last.
    """
    if (stored := db.session.get(MinutesDraft, event.id)) is not None:
        return stored
    draft = MinutesDraft(
        event_id=event.id, summary="", attended=None, by_group={}, has_no_commitments=False
    )
    last = select(Minutes.format_id).order_by(Minutes.made_at.desc(), Minutes.id.desc()).limit(1)
    draft.format_id = db.session.scalar(last)
    return draft


def asked_totals(event_id: int) -> AskedTotals:
    totals = question_totals_of(event_id)
    published = [case for _, cases in public_questions(event_id).themes for case in cases]
    return AskedTotals(
        received=totals.received,
        by_way=[(way.value, count) for way, count in totals.by_way],
        answered_there=totals.answered_there,
        answered_in_writing=totals.answered_in_writing,
        answered_late=totals.answered_late,
        pending=totals.pending,
        unpublished=totals.unpublished,
        late=totals.late,
        due=totals.due,
        published=[(case.shown_text, case.answer) for case in published],
        question_ids=[case.id for case in published],
    )


def _people(event_id: int) -> list[Row]:
    rows = select(EventPerson.position, func.coalesce(Office.name, ""), EventPerson.duty)
    rows = rows.outerjoin(EventPerson.office).where(EventPerson.event_id == event_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(EventPerson.id))]


def _photographs(event_id: int) -> list[Row]:
    rows = select(Photograph.description, StoredFile.sha256).join(Photograph.file)
    rows = rows.where(Photograph.event_id == event_id).order_by(Photograph.id)
    return [tuple(row) for row in db.session.execute(rows)]


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
