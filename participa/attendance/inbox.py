"""Attendance lists on other pages: where one can sign now, and the counts for the staff."""

from datetime import date, timedelta

from flask import url_for
from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from participa.attendance import claims, queries, wording
from participa.attendance.models import AttendanceList, Attendee, DataClaim
from participa.attendance.paper import inbox as paper
from participa.channels.access import visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.phases import Phase, is_in, is_open_now
from participa.channels.wording import ended
from participa.core import clock, spanish
from participa.core.db import db
from participa.events import wording as events
from participa.events.queries import is_on
from participa.staff.models import Account, Role
from participa.staff.waiting.pending import Pending

FEW, MANY = 6, 50
REMIND = timedelta(days=5)  # before the term of a claim ends


def _open_lists(most: int, later_today: bool = False) -> Select[AttendanceList]:
    """The lists that are open now, or that open later today too."""
    now = clock.now()
    tomorrow = clock.at_city(clock.today() + timedelta(days=1))
    soon = and_(is_in(AttendanceList, Phase.SCHEDULED, now), AttendanceList.opens_at < tomorrow)
    rows = select(AttendanceList).join(AttendanceList.event)
    rows = rows.where(
        or_(is_open_now(AttendanceList, now), soon if later_today else false()), is_on()
    )
    rows = rows.options(joinedload(AttendanceList.event))
    return rows.order_by(AttendanceList.closes_at, AttendanceList.id).limit(most)


def open_now() -> list[Card]:
    """The lists that people can sign now, the first to close on top."""
    return [
        Card(
            record.event.title,
            url_for("attendance.sign", code=record.code),
            f"{events.when(record.event)} {ended(events.place(record.event))}",
            prefix="Asistencia: ",
        )
        for record in db.session.scalars(_open_lists(FEW))
    ]


def recent() -> list[Card]:
    """The lists whose numbers were published last."""
    rows = (
        select(AttendanceList)
        .join(AttendanceList.event)
        .where(is_in(AttendanceList, Phase.CLOSED, clock.now()), is_on())
    )
    rows = rows.options(joinedload(AttendanceList.event))
    ended = func.coalesce(AttendanceList.closed_at, AttendanceList.closes_at)
    rows = rows.order_by(ended.desc(), AttendanceList.id).limit(FEW)
    records = list(db.session.scalars(rows))
    came = queries.attended_by_list([record.id for record in records])
    return [
        Card(
            record.event.title,
            url_for("attendance_results.results", code=record.code),
            f"Asistieron {wording.people(came[record.id])}.",
            prefix="Asistencia: ",
            state="Cerrado",
            ended_at=record.ended_at,
        )
        for record in records
        if came[record.id]
    ]


def open_for(account: Account) -> list[OpenChannel]:
    """The open lists that an account may see, with the people who came.

    Who attends the door also sees those that open later today.
    """
    rows = _open_lists(MANY, account.role is Role.DOOR).where(visible_to(AttendanceList, account))
    records = list(db.session.scalars(rows))
    came = queries.attended_by_list([record.id for record in records])
    return [
        OpenChannel(
            record.title,
            url_for("attendance_staff.show", code=record.code),
            url_for("attendance.sign", code=record.code),
            came[record.id],
            record.closes_at,
            door_url=url_for("attendance_desk.show", code=record.code),
        )
        for record in records
    ]


def pending(account: Account) -> list[Pending]:
    """The claims about data that wait for a decision, and the paper that does not agree yet."""
    return [*_claims(account), *paper.pending(account)]


def _claims(account: Account) -> list[Pending]:
    """Those of every list, the oldest first, for who decides them. No text of a person."""
    if account.role is not Role.ADMINISTRATOR:
        return []
    rows = select(DataClaim).where(DataClaim.decided_at.is_(None))
    rows = rows.order_by(DataClaim.received_on, DataClaim.id).limit(MANY)
    return [
        Pending(
            f"{claims.LEGEND}: {claim.kind.value.lower()}",
            url_for("attendance_claims.show", id=claim.id),
            f"Llegó el {spanish.weekday(claim.received_on)}. Se marcó el "
            f"{spanish.weekday(claim.filed_at)}, y el plazo para marcarlo iba hasta el "
            f"{spanish.weekday(claim.mark_by_on)}. Decida a más tardar el "
            f"{spanish.weekday(claim.due_on)}.",
            (f"attendance.claim:{claim.id}:{claim.due_on}", *_reminder(claim)),
        )
        for claim in db.session.scalars(rows)
    ]


def _reminder(claim: DataClaim) -> tuple[str, ...]:
    """A mark that is new some days before the term ends, so that a mail says it again."""
    near = claim.due_on <= clock.today() + REMIND
    return (f"attendance.claim_near:{claim.id}:{claim.due_on}",) if near else ()


def answers(year: int) -> int:
    """How many people came to the events of a year."""
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    rows = select(func.count(Attendee.id)).where(
        Attendee.signed_at >= begins, Attendee.signed_at < ends, queries.has_come()
    )
    return db.session.scalar(rows) or 0
