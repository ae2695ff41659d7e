"""The current time; no other module reads the system clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY = ZoneInfo("America/Bogota")

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def system_now() -> datetime:
    """The moment that the computer's clock shows."""
    return datetime.now(UTC)


def now() -> datetime:
    return _stopped_at.get() or system_now()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let `now()` return this moment in this thread: the example of a demo happens at its dates."""
    token = _stopped_at.set(moment)
    try:
        yield
    finally:
        _stopped_at.reset(token)


def today() -> date:
    """Today in America/Bogota (UTC-5)."""
    return now().astimezone(CITY).date()


def local(moment: datetime) -> datetime:
    """The same moment in America/Bogota."""
    return moment.astimezone(CITY)


def at_city(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment, in UTC, of that hour of that day in America/Bogota."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY).astimezone(UTC)
