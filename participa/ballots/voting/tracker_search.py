"""Finding ballots in the box by what a voter kept of the tracker."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from participa.ballots import queries
from participa.ballots.models import BoxBallot
from participa.core.db import db

SIGNS = 43
FEWEST = 12  # of 43: 72 bits, so that two ballots of one city hardly share them
TRACKER = re.compile(rf"[A-Za-z0-9+/]{{{FEWEST},{SIGNS}}}")
FEW = 5


@dataclass(frozen=True, slots=True)
class FoundBallot:
    """A ballot of the box, and whether a later one of the same code stands in its place."""

    tracker: str
    height: int
    is_assisted: bool
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class TrackerPage:
    """A page of the ballots in the box, in the order of the archive."""

    found: list[FoundBallot]
    page: int
    pages: int
    ballots: int

    @property
    def first(self) -> int:
        """The number of the first ballot of this page among all."""
        return (self.page - 1) * queries.PAGE + 1


def tracker_page(box_id: int, page: int) -> TrackerPage:
    told = queries.trackers(box_id, page)
    return TrackerPage(_told(box_id, told.found), told.page, told.pages, queries.ballots(box_id))


def search(box_id: int, typed: str) -> list[FoundBallot]:
    """The ballots whose tracker begins like this, a few of them."""
    for meant in meanings(typed):
        begins = func.substr(BoxBallot.tracker, 1, len(meant)) == meant
        rows = (
            select(BoxBallot).where(BoxBallot.box_id == box_id, begins).order_by(BoxBallot.height)
        )
        if found := db.session.scalars(rows.limit(FEW)).all():
            return _told(box_id, found)
    return []


def meanings(typed: str) -> list[str]:
    """What may have been meant: an address turns "+" into a blank, people put blanks in groups."""
    ways = (typed, typed.strip())
    found = ["".join(typed.split()), *(way.replace(" ", "+") for way in ways)]
    return [one for one in dict.fromkeys(found) if TRACKER.fullmatch(one)]


def _told(box_id: int, ballots: Sequence[BoxBallot]) -> list[FoundBallot]:
    codes = {ballot.credential for ballot in ballots}
    last = (
        select(func.max(BoxBallot.height))
        .where(BoxBallot.box_id == box_id, BoxBallot.credential.in_(codes))
        .group_by(BoxBallot.credential)
    )
    counting = set(db.session.scalars(last))
    return [
        FoundBallot(one.tracker, one.height, one.is_assisted, one.height not in counting)
        for one in ballots
    ]
