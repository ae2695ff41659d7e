"""How events were called, the pieces of the strategy, and who gets the calls."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from participa.core import clock
from participa.core.db import db
from participa.events.models import Event, EventNotice
from participa.events.queries import is_on, is_public
from participa.outreach.models import (
    MASS_MEDIA,
    CallPiece,
    Mailing,
    OutreachSettings,
    PieceChange,
    Subscriber,
    TeachingPiece,
)

MANY = 300
REPORTS = 12


def settings() -> OutreachSettings:
    """The stored rule; without one, that of a new installation, which is not stored."""
    return db.session.get(OutreachSettings, 1) or default_settings()


def default_settings() -> OutreachSettings:
    names = [medium.name for medium in MASS_MEDIA]
    return OutreachSettings(id=1, threshold=1, mass_media=names, version=1)


def has_proof() -> ColumnElement[bool]:
    """`piece.has_proof` as a condition of a SELECT."""
    return or_(CallPiece.proof_url != "", CallPiece.proof_file_id.is_not(None))


def calls_of(event: Event) -> list[CallPiece]:
    """What called people to the event, in the order of the days."""
    rows = select(CallPiece).filter_by(event_id=event.id)
    rows = rows.options(selectinload(CallPiece.proof_file))
    return list(db.session.scalars(rows.order_by(CallPiece.done_on, CallPiece.id).limit(MANY)))


def mass_media_by_event(event_ids: Collection[int]) -> dict[int, set[str]]:
    """Event id → the names of its mass media with proof; without an entry if there is none."""
    rows = select(CallPiece.event_id, CallPiece.medium).where(
        CallPiece.event_id.in_(event_ids), has_proof()
    )
    mass = set(settings().media)
    found: dict[int, set[str]] = {}
    for event_id, medium in db.session.execute(rows):
        if medium in mass:
            found.setdefault(event_id, set()).add(medium.name)
    return found


def called_between(begins: datetime, ends: datetime) -> list[Event]:
    """The called events that begin in this interval and were not taken out of the calendar."""
    rows = select(Event).where(is_public(), is_on(), Event.opens_at >= begins)
    rows = rows.where(Event.opens_at < ends).order_by(Event.opens_at, Event.id)
    return list(db.session.scalars(rows.limit(MANY)))


def reports(most: int = REPORTS) -> list[Event]:
    """The called events with a report to read beforehand, the last one on top."""
    rows = select(Event).where(is_public(), Event.report_url != "")
    return list(db.session.scalars(rows.order_by(Event.opens_at.desc(), Event.id).limit(most)))


def newest_calls(most: int) -> list[Event]:
    """The called events, the last that was called on top; cancelled ones included."""
    rows = select(Event).where(is_public()).options(selectinload(Event.notices))
    return list(db.session.scalars(rows.order_by(Event.published_at.desc()).limit(most)))


def published_piece(code: str) -> TeachingPiece | None:
    rows = select(TeachingPiece).where(
        TeachingPiece.code == code, TeachingPiece.published_at.is_not(None)
    )
    return db.session.scalar(rows)


def published_pieces(most: int = MANY) -> list[TeachingPiece]:
    """The published pieces, the newest on top."""
    rows = select(TeachingPiece).where(TeachingPiece.published_at.is_not(None))
    rows = rows.order_by(TeachingPiece.published_at.desc(), TeachingPiece.id.desc())
    return list(db.session.scalars(rows.limit(most)))


def planned_pieces(visible: ColumnElement[bool] | None = None) -> list[TeachingPiece]:
    """The pieces that are not published yet, the next one on top."""
    rows = select(TeachingPiece).where(TeachingPiece.published_at.is_(None))
    if visible is not None:
        rows = rows.where(visible)
    rows = rows.order_by(TeachingPiece.planned_on, TeachingPiece.id)
    return list(db.session.scalars(rows.limit(MANY)))


def piece_changes() -> list[PieceChange]:
    """What left the plan or was put off, the newest on top."""
    rows = select(PieceChange).order_by(PieceChange.changed_at.desc(), PieceChange.id.desc())
    return list(db.session.scalars(rows.limit(MANY)))


def confirmed() -> ColumnElement[bool]:
    return Subscriber.confirmed_at.is_not(None)


def subscribers() -> int:
    """The number of people who get the calls."""
    return db.session.scalar(select(func.count(Subscriber.id)).where(confirmed())) or 0


def mailings_of(event: Event) -> Sequence[Mailing]:
    rows = select(Mailing).filter_by(event_id=event.id).order_by(Mailing.id)
    return db.session.scalars(rows).all()


def mailing_now(event: Event) -> Mailing | None:
    """The mailing of this event that tells its present date."""
    rows = select(Mailing).filter_by(event_id=event.id, opens_at=event.opens_at, notice_id=None)
    return db.session.scalar(rows)


def mailing_of(notice: EventNotice) -> Mailing | None:
    """The mailing that tells this change."""
    return db.session.scalar(select(Mailing).filter_by(notice_id=notice.id))


def last_told(event: Event) -> int:
    """The last subscriber to whom the call of the event was sent; 0 if it was sent to nobody."""
    rows = select(func.max(Mailing.last_id)).filter_by(event_id=event.id, notice_id=None)
    return db.session.scalar(rows) or 0


def subscribers_told(event: Event) -> int:
    """How many of those who still are on the list may have got the call of the event."""
    rows = select(func.count(Subscriber.id)).where(confirmed(), Subscriber.id <= last_told(event))
    return db.session.scalar(rows) or 0


def is_over(event: Event) -> bool:
    return event.opens_at is None or event.opens_at <= clock.now() or event.is_off
