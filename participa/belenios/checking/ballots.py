"""The ballots of one archive: checked in chunks by several processes, judged in their order."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from participa.belenios import ballot, roll, tally
from participa.belenios.canonical import Malformed
from participa.belenios.checking import chunks
from participa.belenios.checking.chunks import Checked
from participa.belenios.checking.workers import Errand, Workers
from participa.belenios.election import Election
from participa.belenios.tally import Totals


class BadBallot(Malformed):
    """A ballot is invalid; `location` begins the message."""

    def __init__(self, location: str, problem: str) -> None:
        super().__init__(problem)
        self.location = location


class AwaitedBallot(NamedTuple):
    """A ballot whose proofs are checked later, and where it stands in the archive."""

    location: str
    start: int
    raw: bytes


class BallotChecks:
    """The ballots so far. The first bad one is raised, as if they were checked one by one.

    Of each ballot only its place is kept, and of all of them the product: a large box has more
    ballots than there is memory.
    """

    def __init__(self, workers: Workers, on_ballot: Callable[[int, int], None]) -> None:
        """`on_ballot` is called with the number of valid ballots so far, and the credential."""
        self.workers, self.on_ballot = workers, on_ballot
        self.proofs = True  # whether proofs are checked; an own copy was checked before
        self.bounds = array("Q")  # of each ballot: where it stands, and how long it is
        self.voted: dict[int, int] = {}  # credential and number of its last ballot
        self.replaced: list[int] = []  # numbers of the ballots that a later one replaced
        self.chunk: list[AwaitedBallot] = []
        self.checking: deque[tuple[list[AwaitedBallot], Errand]] = deque()

    def begin(
        self,
        election: Election,
        record: bytes,
        on_progress: Callable[[int], None] = lambda credentials: None,
    ) -> set[int]:
        """Read the roll, in parts; returns it. Raises Malformed."""
        self.election = election
        self.product = tally.encrypted_totals(election, ())
        members: list[int] = []
        for part in self._members(roll.listed(record)):
            members += part
            on_progress(len(members))
        self.roll = set(roll.distinct(members))
        return self.roll

    def _members(self, listed: list[str]) -> Iterator[list[int]]:
        name, step = self.election.group.name, chunks.CREDENTIALS
        tasks: deque[Errand] = deque()
        for start in range(0, len(listed), step):
            part = listed[start : start + step]
            tasks.append(self.workers.submit(chunks.members, name, part, start + 1))
            if len(tasks) > self.workers.most:
                yield _or_raise(tasks.popleft().result())
        for task in tasks:
            yield _or_raise(task.result())

    def add(self, location: str, start: int, raw: bytes) -> None:
        """Check the next ballot, sooner or later. Raises BadBallot, also for an earlier one."""
        self.chunk.append(AwaitedBallot(location, start, raw))
        if len(self.chunk) == chunks.BALLOTS:
            self._send()
            while len(self.checking) > self.workers.most:
                self._take()

    def finish(self) -> None:
        """Check what still waits. Raises BadBallot."""
        if self.chunk:
            self._send()
        while self.checking:
            self._take()

    def totals(self, read: Callable[[int], bytes]) -> Totals:
        """The product of the ballots that count; `read` returns the bytes of one, by its number."""
        earlier = (ballot.read(self.election, read(number)) for number in self.replaced)
        replaced = tally.encrypted_totals(self.election, earlier)
        return tally.multiplied(self.election.group, self.product, replaced, inverse=True)

    def _send(self) -> None:
        raws = [(one.raw, True) for one in self.chunk]
        given = (self.election.raw, raws, self.proofs)
        self.checking.append((self.chunk, self.workers.submit(chunks.check_ballots, *given)))
        self.chunk = []

    def _take(self) -> None:
        waiting, task = self.checking.popleft()
        checked: Checked = task.result()
        bad, fault = checked.fault or (len(waiting), "")
        for number, one in enumerate(waiting):
            problem = fault if number == bad else ""
            if number < len(checked.credentials):
                problem = self._why_not(checked.credentials[number]) or problem
            if problem:
                self.chunk = []
                self.checking.clear()  # what comes later is not the first fault
                raise BadBallot(one.location, problem)
            self._count(checked.credentials[number], one)
        self.product = tally.multiplied(self.election.group, self.product, checked.product)

    def _why_not(self, credential: int) -> str:
        """Why a ballot of this credential is not allowed; "" if it is."""
        if credential not in self.roll:
            return "la credencial de la papeleta no está en el padrón."
        if self.election.is_one_vote and credential in self.voted:
            return "este código ya votó, y en esta elección vale un solo voto por código."
        return ""

    def _count(self, credential: int, one: AwaitedBallot) -> None:
        number = len(self.bounds) // 2
        if credential in self.voted:
            self.replaced.append(self.voted[credential])
        self.voted[credential] = number
        self.bounds.extend((one.start, len(one.raw)))
        self.on_ballot(number + 1, credential)


def _or_raise(found: list[int] | str) -> list[int]:
    if isinstance(found, str):
        raise Malformed(found)
    return found
