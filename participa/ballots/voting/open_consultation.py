"""The open consultation: answers without a code, sealed until they are counted.

With live results the public totals advance by whole groups, drawn by chance from twice as many
answers, so that nobody reads one neighbour's answer from the difference between two looks. At least
one group waits for the end: else the result would tell the last few apart.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from participa.ballots.keys import sealing
from participa.ballots.models import BallotBox, BoxHead, PaperKind
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import sealed_papers
from participa.ballots.voting.casting import NotOpen, why_shut
from participa.belenios.questions import Question
from participa.core import submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

WAITING = "waiting"
ID_SIGNS = 32  # of a submission
MOST_WAITING = 100  # two of the largest groups that an installation may choose
Votes = Sequence[Collection[int] | None]
Totals = list[list[int]]  # per question, per slot; the blank vote is the first where there is one


def answer(box: BoxSnapshot, submission_id: str, votes: Votes) -> str:
    """Store an encrypted answer and return its receipt; a retry returns the same receipt."""
    receipt = submissions.receipt(submission_id)
    written = [None if vote is None else sorted(vote) for vote in votes]
    salt = db.session.scalar(select(BallotBox.salt).where(BallotBox.id == box.id))
    if salt and _is_there(salt, submission_id, written):
        return receipt
    if box.is_secret or not box.is_open or salt is None:
        raise NotOpen(why_shut(box))
    check(box.questions, votes)
    if not sealed_papers.store(box.id, salt, PaperKind.ANSWER, submission_id, written):
        _is_there(salt, submission_id, written)  # its copy was faster
        return receipt
    before = _one_more(box)
    if box.shows_live:
        _tell(box, salt, [*_waiting(salt, before), submission_id])
    return receipt


def _is_there(salt: bytes, submission_id: str, written: list[list[int] | None]) -> bool:
    """Whether this answer is stored; raises AlreadySent if the stored one differs."""
    found = sealed_papers.find(submission_id)
    if found is None:
        return False
    if sealed_papers.read(salt, PaperKind.ANSWER, found) != written:
        raise submissions.AlreadySent(submissions.receipt(submission_id))
    return True


def check(questions: Sequence[Question], votes: Votes) -> None:
    """Refuse what a question does not allow, naming the question."""
    for number, (question, vote) in enumerate(zip(questions, votes, strict=True), start=1):
        try:
            question.vector(vote)
        except ValueError as problem:
            raise Refused(str(problem), f"q{number}") from None


def totals(questions: Sequence[Question], votes: Sequence[Votes]) -> Totals:
    """How often each slot was chosen. Pure."""
    found = [[0] * question.slots for question in questions]
    for chosen in votes:
        for counts, question, vote in zip(found, questions, chosen, strict=True):
            for slot, mark in enumerate(question.vector(vote)):
                counts[slot] += mark
    return found


def added(one: Totals, other: Totals) -> Totals:
    return [
        [a + b for a, b in zip(first, second, strict=True)]
        for first, second in zip(one, other, strict=True)
    ]


def group_size() -> int:
    size: int = installation().settings.small_cell
    return size


def _one_more(box: BoxSnapshot) -> bytes | None:
    """Increment the counter. Concurrent answers serialise on the head row; closing does not wait.

    Returns the encrypted list of the answers that are not yet in a public total.
    """
    held = update(BoxHead).where(BoxHead.box_id == box.id).values(ballots=BoxHead.ballots + 1)
    waiting: bytes | None = db.session.execute(held.returning(BoxHead.waiting)).scalar_one()
    closed_at = db.session.scalar(select(BallotBox.closed_at).where(BallotBox.id == box.id))
    if closed_at is not None:
        raise NotOpen("Esta urna acaba de cerrar.")
    return waiting


def _waiting(salt: bytes, waiting: bytes | None) -> list[str]:
    """Submission ids of the answers that are not yet in a public total."""
    joined = sealing.unseal(salt, WAITING, waiting).decode() if waiting else ""
    return [joined[start : start + ID_SIGNS] for start in range(0, len(joined), ID_SIGNS)]


def _tell(box: BoxSnapshot, salt: bytes, waiting: list[str]) -> None:
    """Once two groups wait, add a random group to the public totals; store the ids of the rest."""
    head, size = update(BoxHead).where(BoxHead.box_id == box.id), group_size()
    if len(waiting) >= 2 * size:
        group = sealed_papers.chance.sample(waiting, size)
        more = totals(box.questions, sealed_papers.read_many(salt, PaperKind.ANSWER, group))
        told = db.session.scalar(select(BoxHead.told).where(BoxHead.box_id == box.id))
        told = added(told, more) if told else more
        db.session.execute(head.values(told=told, told_ballots=BoxHead.told_ballots + size))
        waiting = [one for one in waiting if one not in group]
    shut = sealing.seal(salt, WAITING, "".join(waiting).encode(), MOST_WAITING * ID_SIGNS)
    db.session.execute(head.values(waiting=shut))
