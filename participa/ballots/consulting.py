"""The open consultation: answers without a code, sealed until they are counted.

With live results the public totals advance by whole groups, drawn by chance from twice as many
answers, so that nobody reads one neighbour's answer from the difference between two looks. At least
one group waits for the end: else the result would tell the last few apart.
"""

from collections.abc import Collection, Sequence

from flask import current_app
from sqlalchemy import select, update

from participa.ballots import sealed
from participa.ballots.casting import NotOpen, why_shut
from participa.ballots.definitions import Definition
from participa.ballots.models import BallotBox, BoxHead, PaperKind, SealedPaper
from participa.ballots.questions import Question
from participa.core import submissions
from participa.core.db import db
from participa.core.errors import Refused

Votes = Sequence[Collection[int] | None]
Totals = list[list[int]]  # per question, per slot; the blank vote is the first where there is one


class AlreadySent(Refused):
    """The same showing of the form was sent before with something else in it."""


def answer(box: Definition, submission_id: str, votes: Votes) -> str:
    """Keep what somebody answered; returns the receipt, the same for each copy of it."""
    receipt = submissions.receipt(submission_id)
    written = [None if vote is None else sorted(vote) for vote in votes]
    salt = db.session.scalar(select(BallotBox.salt).where(BallotBox.id == box.id))
    if salt and _is_there(salt, submission_id, written):
        return receipt
    if box.is_secret or not box.is_open or salt is None:
        raise NotOpen(why_shut(box))
    check(box.questions, votes)
    if not sealed.keep(box.id, salt, PaperKind.ANSWER, submission_id, written):
        _is_there(salt, submission_id, written)  # its copy was faster
        return receipt
    ballots = _one_more(box)
    if box.shows_live and ballots % group_size() == 0:
        _tell(box, salt)
    return receipt


def _is_there(salt: bytes, submission_id: str, written: list[list[int] | None]) -> bool:
    """Whether this answer arrived before; refuses another one of the same showing of the form."""
    found = sealed.find(submission_id)
    if found is None:
        return False
    if sealed.read(salt, PaperKind.ANSWER, found) != written:
        raise AlreadySent("Esta respuesta ya se envió y no se puede cambiar.")
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
    size: int = current_app.extensions["settings"].small_cell
    return size


def _one_more(box: Definition) -> int:
    """Count the answer; whoever counts waits for their turn, and the closing waits for nobody."""
    held = update(BoxHead).where(BoxHead.box_id == box.id).values(ballots=BoxHead.ballots + 1)
    ballots: int = db.session.execute(held.returning(BoxHead.ballots)).scalar_one()
    closed_at = db.session.scalar(select(BallotBox.closed_at).where(BallotBox.id == box.id))
    if closed_at is not None:
        raise NotOpen("Esta urna acaba de cerrar.")
    return ballots


def _tell(box: Definition, salt: bytes) -> None:
    """Add a group to the public totals, when two of them wait."""
    fresh = select(SealedPaper.id, SealedPaper.sealed).where(
        SealedPaper.box_id == box.id,
        SealedPaper.kind == PaperKind.ANSWER,
        SealedPaper.is_told.is_(False),
    )
    size = group_size()
    waiting = db.session.execute(fresh.order_by(SealedPaper.id)).all()
    if len(waiting) < 2 * size:
        return
    rows = sealed.chance.sample(waiting, size)
    more = totals(box.questions, [sealed.read(salt, PaperKind.ANSWER, row.sealed) for row in rows])
    told = db.session.scalar(select(BoxHead.told).where(BoxHead.box_id == box.id))
    told = added(told, more) if told else more
    head = update(BoxHead).where(BoxHead.box_id == box.id)
    db.session.execute(head.values(told=told, told_ballots=BoxHead.told_ballots + size))
    done = update(SealedPaper).where(SealedPaper.id.in_([row.id for row in rows]))
    db.session.execute(done.values(is_told=True))
