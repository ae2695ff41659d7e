"""Working days: Monday to Friday, except Colombia's holidays and the city's closures.

Terms in days count working days and begin on the day after the filing (Ley 4 de 1913, art. 62;
Ley 1437 de 2011, art. 14). A filing on any other day counts from the next working day (art. 54).
Deadlines are computed from these rules each time and never stored.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

SATURDAY = 5
ONE = timedelta(days=1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Colombia's holidays of a year, as observed (those moved to Monday on that Monday)."""
    return frozenset(names_of_holidays(year))


@lru_cache(maxsize=64)
def names_of_holidays(year: int) -> Mapping[date, str]:
    """The same with their names in Spanish."""
    named = country_holidays("CO", years=year, language="es")
    return {day: name.removesuffix(" (observado)") for day, name in named.items()}


def is_working(day: date, closures: Collection[date] = ()) -> bool:
    return day.weekday() < SATURDAY and day not in holidays(day.year) and day not in closures


def filed_on(received_on: date, closures: Collection[date] = ()) -> date:
    """The legal filing date: the day itself, or the next working day."""
    day = received_on
    while not is_working(day, closures):
        day += ONE
    return day


def add(day: date, count: int, closures: Collection[date] = ()) -> date:
    """The day `count` working days after `day`; before it when negative."""
    step = ONE if count > 0 else -ONE
    for _ in range(abs(count)):
        day += step
        while not is_working(day, closures):
            day += step
    return day


def due(received_on: date, days: int, closures: Collection[date] = ()) -> date:
    """The last day of a term of `days` working days; the filing date does not count."""
    return _due(received_on, days, frozenset(closures))


@lru_cache(maxsize=4096)
def _due(received_on: date, days: int, closures: frozenset[date]) -> date:
    """Computed once for the many cases of one day."""
    return add(filed_on(received_on, closures), days, closures)


def between(day: date, last: date, closures: Collection[date] = ()) -> int:
    """Working days after `day` up to and including `last`; 0 when `last` is past."""
    days = (day + ONE * step for step in range(1, (last - day).days + 1))
    return sum(is_working(one, closures) for one in days)
