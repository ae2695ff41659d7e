"""The only place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY = ZoneInfo("America/Bogota")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Today in the city, which is five hours behind the day of UTC."""
    return now().astimezone(CITY).date()


def local(moment: datetime) -> datetime:
    """The same moment on the city's clock."""
    return moment.astimezone(CITY)


def at_city(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The moment at which the city's clocks show that hour of that day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY).astimezone(UTC)
