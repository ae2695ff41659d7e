"""Verification of the whole chain before decryption, as strict as the public verifier.

A single forged ballot in a total can reveal somebody's vote, and a chain that no verifier accepts
proves nothing. So no key is used before every record has been verified again. That is done by
processes on all processors; if one of them ends early, nothing of it counts.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from sqlalchemy import func, select

from participa.ballots import archive_store
from participa.ballots.models import BallotBox, BoxBallot, BoxHead, ChainEvent
from participa.ballots.roll.credential_digest import credential_digest
from participa.belenios import ballot
from participa.belenios.archive import Chain
from participa.belenios.canonical import Malformed
from participa.belenios.checking.ballots import BadBallot, BallotChecks
from participa.belenios.checking.workers import WorkerLost, Workers
from participa.belenios.election import Election
from participa.belenios.tally import Totals
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.jobs import jobs

INTERRUPTED = (
    "Un proceso que revisaba papeletas se terminó antes de tiempo. No se abrió nada. Pida el "
    "conteo otra vez; si se repite, avise a soporte: puede faltar memoria."
)


class ChainBroken(Refused):
    """The stored chain and the ballot tables do not agree."""


class CountInterrupted(Refused):
    """A process that checked ballots ended; the count can be asked for again."""


class Rechecked(NamedTuple):
    """The encrypted totals of the ballots that count, and how many these are."""

    totals: Totals
    ballots: int


class StoredBallot(NamedTuple):
    """A ballot as the tables have it."""

    height: int
    tracker: str
    credential: str


def recheck(box: BallotBox, election: Election, job: jobs.Progress) -> Rechecked:
    """Verify everything. Raises ChainBroken or CountInterrupted; then nothing may be opened."""
    with closing(Workers()) as workers:
        try:
            return _Recheck(box, election, job, workers).all()
        except WorkerLost:
            raise CountInterrupted(INTERRUPTED) from None


class _Recheck:
    """One pass over the events of a box, a page of them at a time."""

    def __init__(
        self, box: BallotBox, election: Election, job: jobs.Progress, workers: Workers
    ) -> None:
        self.box_id, self.election, self.job = box.id, election, job
        self.head = archive_store.head_of(box) or BoxHead(ballots=0, height=0)
        self.end = Chain(archive_store.timestamp(box))
        self.kind = ""
        self.waiting: deque[StoredBallot] = deque()  # rows of ballots that are being checked
        self.checks = BallotChecks(workers, self._agree)

    def all(self) -> Rechecked:
        try:
            for kind, body, size in self._events():
                self._take(kind, body, size)
            self.checks.finish()
        except BadBallot as problem:
            raise _broken(problem.location) from problem
        except (ValueError, LookupError) as problem:
            raise _broken(f"la altura {self.end.height}") from problem
        if not self._ends_well():
            raise _broken("el final")
        return Rechecked(self.checks.totals(self._record), len(self.checks.voted))

    def _events(self) -> Iterator[tuple[str, bytes, int]]:
        """Type, bytes and stated length of the chain so far, of each event in turn."""
        columns = select(ChainEvent.kind, ChainEvent.body, ChainEvent.archive_bytes)
        step = archive_store.EVENTS_PER_CHUNK
        for first in range(0, self.head.height, step):
            until = min(first + step, self.head.height)
            page = columns.where(
                ChainEvent.box_id == self.box_id,
                ChainEvent.height >= first,
                ChainEvent.height < until,
            )
            rows = db.session.execute(page.order_by(ChainEvent.height)).all()
            self.rows = self._ballot_rows(first, until)
            for row in rows:
                yield row.kind, row.body, row.archive_bytes
            if len(rows) != until - first:
                raise Malformed("Falta un evento.")

    def _ballot_rows(self, first: int, until: int) -> dict[int, StoredBallot]:
        columns = select(BoxBallot.height, BoxBallot.tracker, BoxBallot.credential)
        page = columns.where(
            BoxBallot.box_id == self.box_id, BoxBallot.height >= first, BoxBallot.height < until
        )
        return {row.height: StoredBallot(*row) for row in db.session.execute(page)}

    def _take(self, kind: str, body: bytes, size: int) -> None:
        """Check an event. Raises Malformed if writing it again gives other bytes."""
        *records, _ = archive_store.records(body)
        rewritten, after = self.end.add(kind, *records)
        if rewritten != body or size != after.size:
            raise Malformed("El evento no continúa la cadena.")
        if kind == archive_store.SETUP:
            if records[0] != self.election.raw:
                raise Malformed("La elección es otra.")
            self.checks.begin(self.election, records[2], self._advance_roll)
        elif kind == archive_store.BALLOT:
            row = self.rows[self.end.height]
            if row.tracker != ballot.tracker(records[0]):
                raise Malformed("La papeleta es otra.")
            self.waiting.append(row)
            self.checks.add(f"la altura {row.height}", 0, records[0])
        self.kind, self.end = kind, after

    def _agree(self, number: int, credential: int) -> None:
        """Called for each ballot whose proofs hold, in their order."""
        row = self.waiting.popleft()
        if row.credential != credential_digest(credential):
            raise BadBallot(f"la altura {row.height}", "La papeleta es otra.")
        self._advance(self.head.cards + number)

    def _advance_roll(self, cards: int) -> None:
        self._advance(cards)

    def _advance(self, done: int) -> None:
        """Of the cards of the roll, and then of the ballots."""
        self.job.advance(done, self.head.cards + self.head.ballots)

    def _ends_well(self) -> bool:
        """Whether it is closed, and ends where head and rows say that it does."""
        rows = select(func.count()).where(BoxBallot.box_id == self.box_id)
        ballots = len(self.checks.bounds) // 2
        stated = (self.head.digest, self.head.ballots, self.head.replaced)
        found = (self.end.head, ballots, len(self.checks.replaced))
        return (
            self.kind == archive_store.END
            and stated == found
            and db.session.scalar(rows) == ballots
        )

    def _record(self, number: int) -> bytes:
        """The bytes of a ballot that was replaced, by its number from 0."""
        (body,) = archive_store.bodies(self.box_id, number + 1, number + 2)
        return archive_store.records(body)[0]


def _broken(where: str) -> ChainBroken:
    return ChainBroken(
        f"El registro de esta urna no está completo: no cuadra {where}. No se abrió nada. "
        "Avise a soporte, y no borre nada."
    )
