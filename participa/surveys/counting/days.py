"""Days put together, so that no group of answers is small enough to single somebody out.

Of an anonymous answer only its day is stored. So answers become public by whole days, at least k
people at a time (docs/decisions/0011-live-results-in-groups.md). No database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DayGroup:
    """People who answered from one day to another."""

    first: date
    last: date
    people: int


def together(days: Mapping[date, int], k: int) -> list[DayGroup]:
    """All these days in groups of at least k people; empty when there are not so many at all."""
    made: list[DayGroup] = []
    rest: DayGroup | None = None
    for group, is_full in _filled(days, k):
        if is_full:
            made.append(group)
        else:
            rest = group
    if rest is not None and made:
        before = made.pop()
        made.append(DayGroup(before.first, rest.last, before.people + rest.people))
    return made


def public_until(days: Mapping[date, int], today: date, k: int) -> date | None:
    """The last day whose answers may be counted while others still arrive; None before any may.

    At least k people stay behind it, so that the final count singles out nobody either.
    """
    total, reached, last = sum(days.values()), 0, None
    over = {day: people for day, people in days.items() if day < today}
    for group, is_full in _filled(over, k):
        reached += group.people
        if is_full and total - reached >= k:
            last = group.last
    return last


def _filled(days: Mapping[date, int], k: int) -> Iterator[tuple[DayGroup, bool]]:
    """Groups from the first day on, each as soon as it has k people; the last may have fewer."""
    first, people = None, 0
    for day in sorted(day for day, count in days.items() if count):
        first = first or day
        people += days[day]
        if people >= k:
            yield DayGroup(first, day, people), True
            first, people = None, 0
        last = day
    if first is not None:
        yield DayGroup(first, last, people), False
