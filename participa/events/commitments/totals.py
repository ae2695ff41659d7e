"""How many commitments an event made, and what came of them; for its page and its minutes."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from participa.core import clock
from participa.core.db import db
from participa.events.record_models import Commitment, CommitmentState


@dataclass(frozen=True, slots=True)
class CommitmentTotals:
    """Counts by state, without the removed ones.

    `overdue` are pending ones, or ones under way, whose term is over.
    """

    by_state: tuple[tuple[CommitmentState, int], ...]  # all states, in their order
    overdue: int

    @property
    def made(self) -> int:
        return sum(count for _, count in self.by_state)


def totals_of(event_id: int) -> CommitmentTotals:
    """One SELECT."""
    columns = (Commitment.state, Commitment.due_on)
    rows = select(*columns, func.count()).where(
        Commitment.event_id == event_id, Commitment.removed_at.is_(None)
    )
    counts: Counter[CommitmentState] = Counter()
    overdue = 0
    for state, due_on, count in db.session.execute(rows.group_by(*columns)):
        counts[state] += count
        overdue += count if not state.is_settled and due_on < clock.today() else 0
    return CommitmentTotals(tuple((state, counts[state]) for state in CommitmentState), overdue)
