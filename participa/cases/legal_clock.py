"""The term of a case, day by day, as anybody can recount it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from participa.cases.calendar import closed_days, why_not_counted
from participa.cases.models import Case
from participa.core import workdays

ONE = timedelta(days=1)
STOPPED = "el término estuvo detenido: faltaba completar"
AFTER_HOURS = "llegó después de la hora de cierre: se radica el siguiente día hábil"
FILED = "se radica; el término empieza el siguiente día hábil"


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a term: its number, or why it does not count."""

    on: date
    number: int | None
    why_not: str = ""


def days_of(case: Case) -> list[Day]:
    """Every day from the filing to the last one; none while the term stands still."""
    return list(_days(case)) if case.due_on is not None else []


def _days(case: Case) -> Iterator[Day]:
    last, counted = case.due_on, 0
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
            yield Day(day, None, STOPPED)
        else:
            counted += 1
            yield Day(day, counted)
        day += ONE
