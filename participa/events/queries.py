"""Events for the calendar, the staff's lists and other pages."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from participa.core import clock
from participa.core.db import db
from participa.events.models import Event, EventState
from participa.staff.models import Account

MANY = 200
CANCELLED_STAY = timedelta(days=30)


def is_public() -> ColumnElement[bool]:
    return Event.published_at.is_not(None)


def is_on() -> ColumnElement[bool]:
    """SQL: neither cancelled nor postponed without a date."""
    return and_(Event.cancelled_at.is_(None), Event.postponed_at.is_(None))


def is_in_state(state: EventState, now: datetime) -> ColumnElement[bool]:
    """`event.state is state` at the moment `now`, as a condition of a SELECT."""
    if state is EventState.CANCELLED:
        return Event.cancelled_at.is_not(None)
    if state is EventState.POSTPONED:
        return and_(Event.cancelled_at.is_(None), Event.postponed_at.is_not(None))
    if state is EventState.CLOSED:
        return and_(is_on(), Event.closed_at.is_not(None))
    is_live = and_(is_on(), Event.closed_at.is_(None))
    if state is EventState.PLANNED:
        return and_(is_live, ~is_public())
    is_over = and_(Event.closes_at.is_not(None), Event.closes_at <= now)
    if state is EventState.HELD:
        return and_(is_live, is_public(), is_over)
    is_early = and_(Event.opens_at.is_not(None), Event.opens_at > now)
    is_in_time = is_early if state is EventState.CALLED else ~is_early
    return and_(is_live, is_public(), ~is_over, is_in_time)


def published(code: str) -> Event | None:
    return db.session.scalar(select(Event).where(Event.code == code, is_public()))


def coming(most: int = MANY) -> list[Event]:
    """The called events that are not over, the next one on top."""
    rows = select(Event).where(is_public(), is_on(), ~_is_over())
    return list(db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(most)))


def ahead(most: int = 2 * MANY) -> list[Event]:
    """Those of `coming`, those that wait for another date, and the newly cancelled ones.

    A postponed event stays whatever its old date was. A cancelled one stays until 30 days after
    its day, or after it was cancelled.
    """
    is_postponed = is_in_state(EventState.POSTPONED, clock.now())
    is_coming = and_(is_on(), ~_is_over())
    rows = select(Event).where(is_public(), or_(is_coming, is_postponed, _is_newly_cancelled()))
    return list(db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(most)))


def for_calendars(most: int = 3 * MANY) -> list[Event]:
    """What programs that follow the calendar learn: called events, and what became of them."""
    rows = select(Event).where(
        is_public(), or_(Event.cancelled_at.is_(None), _is_newly_cancelled())
    )
    rows = rows.options(selectinload(Event.sessions)).order_by(Event.opens_at.desc(), Event.id)
    return list(db.session.scalars(rows.limit(most)))


def past(most: int = MANY) -> list[Event]:
    """The events that were held, the last one on top."""
    rows = select(Event).where(is_public(), is_on(), _is_over())
    return list(db.session.scalars(rows.order_by(Event.opens_at.desc(), Event.id).limit(most)))


def of_year(year: int) -> list[Event]:
    """The called events of a year in the order of their days, cancelled ones included.

    A postponed event has no day.
    """
    begins, ends = (clock.at_city(date(one, 1, 1)) for one in (year, year + 1))
    has_day = and_(Event.postponed_at.is_(None), Event.opens_at >= begins, Event.opens_at < ends)
    rows = select(Event).where(is_public(), has_day)
    return list(db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(MANY)))


def years() -> list[int]:
    """The years in which something is called, the newest first."""
    rows = select(Event.opens_at).where(is_public(), Event.opens_at.is_not(None)).distinct()
    moments = db.session.scalars(rows)
    return sorted({clock.local(moment).year for moment in moments if moment}, reverse=True)


def called_codes(codes: Collection[str]) -> set[str]:
    """Those of these codes whose event is public."""
    return set(db.session.scalars(select(Event.code).where(Event.code.in_(codes), is_public())))


def with_open_agenda(office_id: int | None, most: int = MANY) -> list[Event]:
    """The events that are neither closed nor cancelled, the next one first; those of an office."""
    rows = select(Event).where(Event.closed_at.is_(None), Event.cancelled_at.is_(None))
    if office_id is not None:
        rows = rows.where(Event.office_id == office_id)
    return list(db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(most)))


def to_prepare(account: Account, visible: ColumnElement[bool], most: int) -> list[Event]:
    """Plans that are not called yet, and called events that are not closed, the next one first."""
    rows: Select[Event] = select(Event).where(
        visible, Event.closed_at.is_(None), Event.cancelled_at.is_(None)
    )
    rows = rows.options(selectinload(Event.checklist), selectinload(Event.tasks))
    return list(db.session.scalars(rows.order_by(Event.opens_at, Event.id).limit(most)))


def _is_newly_cancelled() -> ColumnElement[bool]:
    limit = clock.now() - CANCELLED_STAY
    return and_(
        Event.cancelled_at.is_not(None),
        or_(Event.closes_at >= limit, Event.cancelled_at >= limit),
    )


def _is_over() -> ColumnElement[bool]:
    return or_(
        Event.closed_at.is_not(None),
        and_(Event.closes_at.is_not(None), Event.closes_at <= clock.now()),
    )
