"""Cast or challenge: a voter opens the encrypted ballot instead of casting it.

The phone has shown the tracker before it could know which of both the voter wants. A second device
then reads what the ballot holds (`participa.belenios.challenge`). A ballot that was opened is never
accepted, because everybody who has its tracker may know its vote.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, select, update

from participa.ballots import archive_store
from participa.ballots.challenged import ChallengedBallot
from participa.ballots.models import BallotBox, BoxBallot, BoxCredential, BoxState
from participa.ballots.roll.credential_digest import credential_digest
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import tracker_search
from participa.ballots.voting.casting import (
    FOREIGN,
    VOID,
    NotABallot,
    NotOnTheRoll,
    NotOpen,
    closed_reason,
)
from participa.belenios import challenge
from participa.belenios.canonical import Malformed
from participa.core import clock
from participa.core.db import db
from participa.core.errors import Refused

MOST_A_DAY = 10
TOO_MANY = (
    f"Con este código ya se comprobaron {MOST_A_DAY} papeletas hoy. Mañana puede comprobar más; "
    "votar puede ahora."
)
CAST = "Esa papeleta ya está en la urna, y la que está en la urna no se abre."


class NotChallenged(Refused):
    """The ballot cannot be opened: it is cast already, or this code has opened too many today."""


@dataclass(frozen=True, slots=True)
class OpenedBallot:
    """A ballot that was opened, and its votes: positions of options per question, or BLANK."""

    tracker: str
    record: bytes
    votes: tuple[Collection[int] | None, ...]


def open_ballot(box: BoxSnapshot, raw: bytes) -> str:
    """Store a challenged ballot and return its tracker; a retry changes nothing.

    `raw` is the document of `challenge.record`. Raises NotABallot, NotOpen, NotOnTheRoll or
    NotChallenged. The caller commits.
    """
    if box.election is None or box.state is not BoxState.OPEN:
        raise NotOpen(closed_reason(box))
    try:
        opened = challenge.read(box.election, raw)
    except Malformed as problem:
        raise NotABallot(str(problem)) from None
    tracker, credential = opened.ballot.tracker, credential_digest(opened.ballot.credential)
    _require_on_roll(box.id, credential)
    archive_store.lock_head(box.id, box.timestamp)  # no copy of it is cast meanwhile
    if _is_stored(ChallengedBallot, box.id, tracker):
        return tracker
    if _is_stored(BoxBallot, box.id, tracker):
        raise NotChallenged(CAST)
    if _opened_today(box.id, credential) >= MOST_A_DAY:
        raise NotChallenged(TOO_MANY)
    facts = {"tracker": tracker, "credential": credential, "record": raw}
    day = {"received_on": clock.today()}
    db.session.execute(insert(ChallengedBallot).values(box_id=box.id, **facts, **day))
    return tracker


def search(box: BoxSnapshot, typed: str) -> list[OpenedBallot]:
    """The opened ballots whose tracker starts with the typed text, while they are kept."""
    if box.election is None:
        return []
    for prefix in tracker_search.interpretations(typed):
        rows = select(ChallengedBallot.tracker, ChallengedBallot.record).where(
            ChallengedBallot.box_id == box.id,
            ChallengedBallot.record.is_not(None),
            func.substr(ChallengedBallot.tracker, 1, len(prefix)) == prefix,
        )
        found = db.session.execute(rows.limit(tracker_search.MOST_MATCHES)).all()
        if found:
            read = [(one, challenge.read(box.election, one.record or b"")) for one in found]
            return [OpenedBallot(one.tracker, one.record, opened.votes) for one, opened in read]
    return []


def trackers(box_id: int) -> list[str]:
    """The trackers of all opened ballots, in an order that tells nothing of when."""
    rows = select(ChallengedBallot.tracker).filter_by(box_id=box_id)
    return sorted(db.session.scalars(rows))


def count(box_id: int) -> int:
    rows = select(func.count()).select_from(ChallengedBallot).filter_by(box_id=box_id)
    return db.session.scalar(rows) or 0


def forget_votes(box: BallotBox) -> None:
    """At the closing: the trackers stay, what the ballots held goes."""
    _forget(ChallengedBallot.box_id == box.id)


def purge() -> int:
    """Forget what the ballots of earlier days held; returns how many."""
    return _forget(ChallengedBallot.received_on < clock.today())


def _forget(which: ColumnElement[bool]) -> int:
    rows = update(ChallengedBallot).where(which, ChallengedBallot.record.is_not(None))
    done = db.session.execute(rows.values(record=None, credential=None))
    return done.rowcount  # type: ignore[attr-defined]


def _require_on_roll(box_id: int, credential: str) -> None:
    rows = select(BoxCredential.voided_on).filter_by(box_id=box_id, digest=credential)
    row = db.session.execute(rows).one_or_none()
    if row is None:
        raise NotOnTheRoll(FOREIGN, "code")
    if row.voided_on is not None:
        raise NotOnTheRoll(VOID, "code")


def _is_stored(table: type[ChallengedBallot | BoxBallot], box_id: int, tracker: str) -> bool:
    rows = select(table.tracker).filter_by(box_id=box_id, tracker=tracker)
    return db.session.scalar(rows) is not None


def _opened_today(box_id: int, credential: str) -> int:
    today = {"box_id": box_id, "credential": credential, "received_on": clock.today()}
    rows = select(func.count()).select_from(ChallengedBallot).filter_by(**today)
    return db.session.scalar(rows) or 0
