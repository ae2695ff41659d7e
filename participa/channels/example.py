"""The example of a demonstration: a story that is played through the services, at its own dates.

Each package writes strands of the story, and `play` performs all of them in the order of time. A
strand is a generator that yields the moment of its next act; when it is resumed, the clock stands
there. Until its first yield it runs in the present and may only compute dates.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from participa.core import clock
from participa.core.ops import demonstration

Strand = Iterator[datetime]


def play(strands: Iterable[Strand]) -> None:
    """Perform everything that has happened by now; raises Mixed outside a demonstration."""
    demonstration.require_demo()
    now = clock.now()
    with clock.stopped_at(now):
        begun = [(next(strand), place, strand) for place, strand in enumerate(strands)]
    waiting = [one for one in begun if one[0] <= now]
    heapq.heapify(waiting)
    while waiting:
        moment, place, strand = heapq.heappop(waiting)
        with clock.stopped_at(moment):
            following = next(strand, None)
        if following is not None and following <= now:
            heapq.heappush(waiting, (following, place, strand))


def days_ago(days: int) -> datetime:
    """So many days before now, but in this year: what is open now counts for the plan of today."""
    return max(clock.now() - timedelta(days=days), clock.at_city(date(clock.today().year, 1, 1)))


def counts(record: Any) -> bool:
    """Whether a record may count for the plan: an example does so in a demonstration alone."""
    return not record.is_example or demonstration.is_demo()
