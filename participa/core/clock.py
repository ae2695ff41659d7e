"""The current time; no other module reads the system clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY = ZoneInfo("America/Bogota")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Today in America/Bogota (UTC-5)."""
    return now().astimezone(CITY).date()


def local(moment: datetime) -> datetime:
    """The same moment in America/Bogota."""
    return moment.astimezone(CITY)


def at_city(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment, in UTC, of that hour of that day in America/Bogota."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY).astimezone(UTC)
