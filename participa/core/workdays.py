"""Working days: Monday to Friday without Colombia's holidays and without the city's own closures.

Terms in days count working days and begin on the day after the filing (Ley 4 de 1913, art. 62;
Ley 1437 de 2011, art. 14). What arrives on a day that is not one is filed on the next (art. 54).
Nobody stores a deadline: it is worked out from the rule whenever somebody asks.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

SATURDAY = 5
ONE = timedelta(days=1)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """Colombia's holidays of a year, those that a law moves to Monday on their Monday."""
    return frozenset(country_holidays("CO", years=year))


def is_working(day: date, closures: Collection[date] = ()) -> bool:
    return day.weekday() < SATURDAY and day not in holidays(day.year) and day not in closures


def filed_on(received_on: date, closures: Collection[date] = ()) -> date:
    """The day that counts as the filing: the same, or the next working one."""
    day = received_on
    while not is_working(day, closures):
        day += ONE
    return day


def add(day: date, count: int, closures: Collection[date] = ()) -> date:
    """The working day that comes `count` working days after; before, when it is negative."""
    step = ONE if count > 0 else -ONE
    for _ in range(abs(count)):
        day += step
        while not is_working(day, closures):
            day += step
    return day


def due(received_on: date, days: int, closures: Collection[date] = ()) -> date:
    """The last day to answer what arrived on this day; the day of the filing does not count."""
    return add(filed_on(received_on, closures), days, closures)


def between(day: date, last: date, closures: Collection[date] = ()) -> int:
    """How many working days are left after `day`, `last` included; none when it is past."""
    days = (day + ONE * step for step in range(1, (last - day).days + 1))
    return sum(is_working(one, closures) for one in days)
