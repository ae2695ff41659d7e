"""The open consultation: answers without a code, sealed until they are counted.

Live results are published in whole groups. Each group is a random part of the waiting answers, so
that the difference between two published totals does not reveal a single answer. At least one group
waits until the closing; otherwise the final result would reveal the last few answers. The first
group has the minimum of ballots: of fewer answers nothing is opened.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from participa.ballots import minimum
from participa.ballots.keys import sealing
from participa.ballots.models import BallotBox, BoxHead, PaperKind
from participa.ballots.snapshots import BoxSnapshot
from participa.ballots.voting import sealed_papers
from participa.ballots.voting.casting import NotOpen, closed_reason
from participa.belenios.questions import Question
from participa.core import submissions
from participa.core.db import db
from participa.core.errors import Refused
from participa.core.installation import installation

WAITING = "waiting"
ID_LENGTH = 32  # characters of a submission id
LARGEST_GROUP = 50  # the largest `small_cell` that an installation may choose
Votes = Sequence[Collection[int] | None]
Totals = list[list[int]]  # per question, per slot; a blank vote, if offered, has the first slot


def answer(box: BoxSnapshot, submission_id: str, votes: Votes) -> str:
    """Store an encrypted answer and return its receipt; a retry returns the same receipt."""
    receipt = submissions.receipt(submission_id)
    payload = [None if vote is None else sorted(vote) for vote in votes]
    salt = db.session.scalar(select(BallotBox.salt).where(BallotBox.id == box.id))
    if salt and _is_stored(salt, submission_id, payload):
        return receipt
    if box.is_secret or not box.is_open or salt is None:
        raise NotOpen(closed_reason(box))
    check(box.questions, votes)
    if not sealed_papers.store(box.id, salt, PaperKind.ANSWER, submission_id, payload):
        _is_stored(salt, submission_id, payload)  # a concurrent copy was stored first
        return receipt
    before = _count_answer(box)
    if box.shows_live:
        _publish_group(box, salt, [*_unpublished(salt, before), submission_id])
    return receipt


def _is_stored(salt: bytes, submission_id: str, payload: list[list[int] | None]) -> bool:
    """Whether this answer is stored; raises AlreadySent if the stored one differs."""
    sealed = sealed_papers.find(submission_id)
    if sealed is None:
        return False
    if sealed_papers.read(salt, PaperKind.ANSWER, sealed) != payload:
        raise submissions.AlreadySent(submissions.receipt(submission_id))
    return True


def check(questions: Sequence[Question], votes: Votes) -> None:
    """Raise Refused, for the field `q1`, `q2`, …, if a question does not allow this vote."""
    for number, (question, vote) in enumerate(zip(questions, votes, strict=True), start=1):
        try:
            question.vector(vote)
        except ValueError as problem:
            raise Refused(str(problem), f"q{number}") from None


def totals(questions: Sequence[Question], votes: Sequence[Votes]) -> Totals:
    """Number of votes for each slot. Pure."""
    counted = [[0] * question.slots for question in questions]
    for chosen in votes:
        for counts, question, vote in zip(counted, questions, chosen, strict=True):
            for slot, mark in enumerate(question.vector(vote)):
                counts[slot] += mark
    return counted


def added(left: Totals, right: Totals) -> Totals:
    """Slot-wise sum."""
    return [
        [a + b for a, b in zip(first, second, strict=True)]
        for first, second in zip(left, right, strict=True)
    ]


def group_size() -> int:
    """Number of answers that are published at once."""
    size: int = installation().settings.small_cell
    return size


def first_shown_at(box: BallotBox | BoxSnapshot) -> int:
    """How many answers have come when the first live result is shown; one group still waits."""
    size = group_size()
    return max(size, minimum.fewest_of(box)) + size


def _count_answer(box: BoxSnapshot) -> bytes | None:
    """Increment the counter. Concurrent answers serialise on the head row; closing does not wait.

    Returns the encrypted list of the answers that are not yet in a public total.
    """
    counted = update(BoxHead).where(BoxHead.box_id == box.id).values(ballots=BoxHead.ballots + 1)
    waiting: bytes | None = db.session.execute(counted.returning(BoxHead.waiting)).scalar_one()
    closed_at = db.session.scalar(select(BallotBox.closed_at).where(BallotBox.id == box.id))
    if closed_at is not None:
        raise NotOpen("Esta consulta acaba de cerrar.")
    return waiting


def _unpublished(salt: bytes, waiting: bytes | None) -> list[str]:
    """Submission ids of the answers that are not yet in a public total."""
    joined = sealing.unseal(salt, WAITING, waiting).decode() if waiting else ""
    return [joined[start : start + ID_LENGTH] for start in range(0, len(joined), ID_LENGTH)]


def _publish_group(box: BoxSnapshot, salt: bytes, waiting: list[str]) -> None:
    """Add a random group to the public totals if another group is left; store the others' ids."""
    head, size = update(BoxHead).where(BoxHead.box_id == box.id), group_size()
    published = db.session.scalar(select(BoxHead.published).where(BoxHead.box_id == box.id))
    take = size if published else max(size, minimum.fewest_of(box))
    if len(waiting) >= take + size:
        group = set(sealed_papers.chance.sample(waiting, take))
        answers = sealed_papers.read_many(salt, PaperKind.ANSWER, sorted(group))
        added_totals = totals(box.questions, answers)
        published = added(published, added_totals) if published else added_totals
        db.session.execute(
            head.values(published=published, published_ballots=BoxHead.published_ballots + take)
        )
        waiting = [id for id in waiting if id not in group]
    most_waiting = LARGEST_GROUP + max(LARGEST_GROUP, minimum.fewest_of(box))
    sealed = sealing.seal(salt, WAITING, "".join(waiting).encode(), most_waiting * ID_LENGTH)
    db.session.execute(head.values(waiting=sealed))
