"""The terms of a case, day by day, as anybody can recount them: the city's, and the person's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from participa.cases.calendar import Outage, closed_days, outages_between, why_not_counted
from participa.cases.models import Case
from participa.citizens.service import months_after
from participa.core import clock, workdays

ONE = timedelta(days=1)
AFTER_OUTAGE = 3  # working days more, for whoever could not write (art. 62, num. 2)
STOPPED = "el término estuvo detenido: faltaba completar"
STOPPED_LONGER = "el término estuvo detenido: se dio un mes más para completar"
AFTER_HOURS = "llegó después de la hora de cierre: se radica el siguiente día hábil"
FILED = "se radica; el término empieza el siguiente día hábil"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a term: its number, or why it does not count."""

    on: date
    number: int | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TimeToComplete:
    """The last day on which the person may complete what they asked, and what gave them more."""

    last_on: date
    outages: Sequence[Outage]
    first_on: date | None = None  # the last day of the first month, if there is a second

    @property
    def is_over(self) -> bool:
        return self.last_on < clock.today()


def time_to_complete(case: Case) -> TimeToComplete | None:
    """One month by the calendar from the request, moved to a working day (art. 17; PQR-02).

    Who asked for more time before it ended has another one from its last day, as the law allows
    once. Three working days more if this site did not answer for a while in a month (PQR-09). None
    when nobody asked the person to complete anything.
    """
    if case.asked_to_complete_on is None:
        return None
    first = _month(case.asked_to_complete_on, case.asked_to_complete_on)
    if case.more_time_asked_on is None:
        return first
    second = _month(first.last_on, first.last_on + ONE)
    return TimeToComplete(second.last_on, [*first.outages, *second.outages], first.last_on)


def is_given_up(case: Case) -> bool:
    """Whether the person has let their time to complete it go by: the city may close it."""
    asked_on = case.asked_to_complete_on
    if asked_on is None or not case.is_waiting or clock.today() <= months_after(asked_on, 1):
        return False
    time = time_to_complete(case)
    return time is not None and time.is_over


def _month(begins_on: date, looked_from: date) -> TimeToComplete:
    last_on = workdays.filed_on(months_after(begins_on, 1), closed_days())
    outages = outages_between(looked_from, last_on)
    if outages:
        last_on = workdays.add(last_on, AFTER_OUTAGE, closed_days())
    return TimeToComplete(last_on, outages)


def days_of(case: Case) -> list[Day]:
    """Every day from the filing to the last one; none while the term stands still."""
    return list(_days(case)) if case.due_on is not None else []


def _days(case: Case) -> Iterator[Day]:
    last, counted, time = case.due_on, 0, time_to_complete(case)
    longer_after = time.first_on if time else None
    begins = workdays.filed_on(case.counts_from, closed_days())
    day = case.filed_on
    while last is not None and day <= last:
        if why_not := why_not_counted(day):
            yield Day(day, None, why_not)
        elif day < begins:
            yield Day(day, None, AFTER_HOURS)
        elif day == begins:
            yield Day(day, None, FILED)
        elif day in case.stopped_days:
            is_longer = longer_after is not None and day > longer_after
            yield Day(day, None, STOPPED_LONGER if is_longer else STOPPED)
        else:
            counted += 1
            yield Day(day, counted)
        day += ONE
