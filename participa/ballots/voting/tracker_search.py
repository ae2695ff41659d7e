"""Find a ballot by its tracker, or by the beginning of it that a voter wrote down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participa.ballots import queries
from participa.ballots.models import BoxBallot
from participa.core.db import db

TRACKER_LENGTH = 43
SHORTEST_PREFIX = 12  # characters, 72 bits: two ballots of one city hardly share them
TRACKER = re.compile(rf"[A-Za-z0-9+/]{{{SHORTEST_PREFIX},{TRACKER_LENGTH}}}")
MOST_MATCHES = 5


@dataclass(frozen=True, slots=True)
class FoundBallot:
    """A ballot of the box; `is_replaced` if a later one of the same credential counts instead."""

    tracker: str
    height: int
    is_assisted: bool
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class TrackerPage:
    """One page of the list of ballots, in the order of the archive."""

    rows: list[FoundBallot]
    page: int
    pages: int
    ballots: int

    @property
    def first(self) -> int:
        """Position of the first ballot of this page in the whole list, from 1."""
        return (self.page - 1) * queries.PAGE + 1


def tracker_page(box_id: int, page: int) -> TrackerPage:
    listed = queries.trackers(box_id, page)
    rows = _with_status(box_id, listed.rows)
    return TrackerPage(rows, listed.page, listed.pages, queries.ballots(box_id))


def search(box_id: int, typed: str) -> list[FoundBallot]:
    """Up to MOST_MATCHES ballots whose tracker starts with the typed text."""
    for prefix in interpretations(typed):
        starts_with_prefix = func.substr(BoxBallot.tracker, 1, len(prefix)) == prefix
        rows = select(BoxBallot).where(BoxBallot.box_id == box_id, starts_with_prefix)
        rows = rows.order_by(BoxBallot.height).limit(MOST_MATCHES)
        if matches := db.session.scalars(rows).all():
            return _with_status(box_id, matches)
    return []


def interpretations(typed: str) -> list[str]:
    """Trackers or prefixes that the typed text may stand for, most likely first.

    Blanks are either the groups in which people copy a tracker, or each "+" of one in an address.
    """
    raw_forms = (typed, typed.strip())
    forms = ["".join(typed.split()).replace("-", ""), *(raw.replace(" ", "+") for raw in raw_forms)]
    return [form for form in dict.fromkeys(forms) if TRACKER.fullmatch(form)]


def _with_status(box_id: int, ballots: Sequence[BoxBallot]) -> list[FoundBallot]:
    credentials = {ballot.credential for ballot in ballots}
    last = (
        select(func.max(BoxBallot.height))
        .where(BoxBallot.box_id == box_id, BoxBallot.credential.in_(credentials))
        .group_by(BoxBallot.credential)
    )
    counting = set(db.session.scalars(last))
    return [
        FoundBallot(
            ballot.tracker, ballot.height, ballot.is_assisted, ballot.height not in counting
        )
        for ballot in ballots
    ]
