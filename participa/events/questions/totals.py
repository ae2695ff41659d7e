"""How many questions an event received, by which way, and how they were answered; for minutes."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from participa.cases.calendar import closed_days
from participa.cases.models import Case, CaseKind
from participa.core import clock, workdays
from participa.core.db import db
from participa.events.questions.queries import is_public
from participa.events.record_models import AskedBy, EventQuestion


@dataclass(frozen=True, slots=True)
class QuestionTotals:
    """Counts of questions, never of people.

    Answered is a question whose answer everybody reads, as on the event's page; every other one is
    pending. `late` are pending ones whose term is over.
    """

    by_way: tuple[tuple[AskedBy, int], ...]  # the ways that somebody used, in their order
    answered_there: int
    answered_in_writing: int
    answered_late: int  # of both
    pending: int
    unpublished: int  # pending ones whose answer is written
    late: int
    due: tuple[tuple[date, int], ...]  # how many pending ones are due on each day

    @property
    def received(self) -> int:
        return sum(count for _, count in self.by_way)

    @property
    def answered(self) -> int:
        return self.answered_there + self.answered_in_writing


def totals_of(event_id: int) -> QuestionTotals:
    """One SELECT, which groups by day: the term of a case is computed and not stored."""
    columns = (
        EventQuestion.asked_by,
        EventQuestion.is_answered_there,
        Case.kind,
        Case.filed_on,
        Case.answered_on,
        is_public().label("is_public"),
    )
    rows = select(*columns, func.count().label("cases")).join(EventQuestion.case)
    rows = rows.where(EventQuestion.event_id == event_id).group_by(*columns)
    ways: Counter[AskedBy] = Counter()
    counts: Counter[str] = Counter()
    due: Counter[date] = Counter()
    for row in db.session.execute(rows):
        ways[row.asked_by] += row.cases
        last = _last_day(row.kind, row.filed_on)
        if not row.is_public:
            due[last] += row.cases
            counts["unpublished"] += row.cases if row.answered_on is not None else 0
            counts["late"] += row.cases if last < clock.today() else 0
        else:
            counts["there" if row.is_answered_there else "written"] += row.cases
            counts["answered_late"] += row.cases if last < row.answered_on else 0
    return QuestionTotals(
        by_way=tuple((way, ways[way]) for way in AskedBy if ways[way]),
        answered_there=counts["there"],
        answered_in_writing=counts["written"],
        answered_late=counts["answered_late"],
        pending=due.total(),
        unpublished=counts["unpublished"],
        late=counts["late"],
        due=tuple(sorted(due.items())),
    )


def _last_day(kind: CaseKind, filed_on: date) -> date:
    return workdays.due(filed_on, kind.term or 0, closed_days())
