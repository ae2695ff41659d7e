"""What residents ask for so that they can take part, and what the city does about it (ACC-03)."""

from datetime import timedelta

from sqlalchemy import and_, delete, or_, select

from participa.core import audit, clock, submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.events.models import Event, SupportRequest
from participa.events.queries import is_on
from participa.staff.models import Account

RETENTION = timedelta(days=30)  # after the event
LONGEST_WAIT = timedelta(days=180)  # for the new date of a postponed event (DAT-10)


def ask(event: Event, submission_id: str, need: str, contact: str, notice_id: int) -> str:
    """Store a request once; returns its receipt, the same for every copy."""
    return submissions.store(
        SupportRequest,
        submission_id,
        [need, contact],
        event_id=event.id,
        need=need,
        contact=contact,
        notice_id=notice_id,
    ).receipt


def attend(request: SupportRequest, event: Event, by: Account, answer: str) -> None:
    """Note what was arranged. The text of the request stays out of the audit trail."""
    if not answer:
        raise Refused("Escriba qué apoyo se dispuso.", "answer")
    request.answer = answer
    request.attended_at = clock.now()
    audit.record("events.support_attended", event, by, part=request)


def requests_of(event: Event) -> list[SupportRequest]:
    rows = select(SupportRequest).filter_by(event_id=event.id).order_by(SupportRequest.id)
    return list(db.session.scalars(rows))


def request_with(receipt: str, event: Event) -> SupportRequest | None:
    return db.session.scalar(select(SupportRequest).filter_by(receipt=receipt, event_id=event.id))


def erase_old() -> int:
    """Erase the requests 30 days after their event, or after it was cancelled.

    Those of a postponed event wait for its new date, 180 days at the most. Returns how many.
    """
    now = clock.now()
    is_over = or_(
        Event.cancelled_at < now - RETENTION, and_(is_on(), Event.closes_at < now - RETENTION)
    )
    is_waiting = Event.postponed_at < now - LONGEST_WAIT
    old = delete(SupportRequest).where(
        or_(
            SupportRequest.event_id.in_(select(Event.id).where(is_over)),
            and_(
                SupportRequest.event_id.in_(select(Event.id).where(is_waiting)),
                SupportRequest.received_at < now - LONGEST_WAIT,
            ),
        )
    )
    return len(db.session.scalars(old.returning(SupportRequest.id)).all())
