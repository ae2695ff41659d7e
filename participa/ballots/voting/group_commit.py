"""One commit for the ballots of several voters, each answered only after it.

A commit waits for the disk, and the chain has one end: ballots that were stored one by one would
wait for one another. So the thread of one request at a time stores and commits what others have
checked meanwhile, up to MOST ballots, while those wait without a connection. It never waits for
more to come: a lonely voter's ballot is committed at once.
"""

from collections import deque
from collections.abc import Sequence
from itertools import groupby
from threading import Condition

from sqlalchemy.exc import OperationalError

from participa.ballots.voting import casting
from participa.ballots.voting.casting import CheckedBallot, Deposit
from participa.core.db import db
from participa.core.errors import Busy
from participa.core.installation import installation

MOST = 16
NOT_STORED = "Su papeleta todavía no entró: deposítela otra vez en unos segundos."
# What stops the whole transaction, whatever ballots are in it.
NOBODY_S_FAULT = (Busy, OperationalError)


class Place:
    """A checked ballot in the queue, and at the end what became of it."""

    def __init__(self, checked: CheckedBallot) -> None:
        self.checked = checked
        self.outcome: Deposit | BaseException | None = None


class Deposits:
    """The queue of checked ballots of one process."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.waiting: deque[Place] = deque()
        self.is_led = False

    def deposit(self, checked: CheckedBallot) -> Deposit:
        """Return once the ballot is committed; raise why it is not."""
        place = Place(checked)
        with self.changed:
            self.waiting.append(place)
        while place.outcome is None:
            self.wait_or_lead(place)
        if isinstance(place.outcome, BaseException):
            raise place.outcome
        return place.outcome

    def wait_or_lead(self, place: Place) -> None:
        """Wait until the ballot is answered, or until nobody leads: then store the next ones."""
        with self.changed:
            self.changed.wait_for(lambda: place.outcome is not None or not self.is_led)
            if place.outcome is not None:
                return
            self.is_led = True
            group = [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]
        try:
            group.sort(key=box_of)
            for _, of_box in groupby(group, box_of):
                commit(list(of_box))
        finally:
            with self.changed:
                for one in group:
                    one.outcome = one.outcome or Busy(NOT_STORED)
                self.is_led = False
                self.changed.notify_all()


def box_of(place: Place) -> int:
    return place.checked.box.id


def deposit(checked: CheckedBallot | Deposit) -> Deposit:
    """Store what `casting.examine` returned, and commit. Raises what `casting.cast` does."""
    if isinstance(checked, Deposit):
        return checked
    db.session.rollback()  # returns its connection to the pool for as long as this thread waits
    own: Deposits = installation().cache("ballots.deposits").setdefault("own", Deposits())
    return own.deposit(checked)


def commit(group: Sequence[Place]) -> None:
    """Store ballots of one box in one transaction.

    If a ballot spoils it, each is stored in a transaction of its own.
    """
    outcomes: Sequence[Deposit | Exception]
    try:
        outcomes = casting.store([place.checked for place in group])
        db.session.commit()
    except Exception as fault:  # each request raises it, and answers as if it had stored alone
        db.session.rollback()
        if len(group) > 1 and not isinstance(fault, NOBODY_S_FAULT):
            for place in group:
                commit([place])
            return
        outcomes = [fault] * len(group)
    for place, outcome in zip(group, outcomes, strict=True):
        place.outcome = outcome
