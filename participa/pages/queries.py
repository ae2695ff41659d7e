"""What the pages that look at everything ask of the packages below."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from participa.ballots.models import BallotBox
from participa.core import clock
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.core.workdays import due
from participa.staff.models import Account, Role
from participa.topics import queries as topics
from participa.topics.models import Proposal, ProposalState, Question, TopicAnswer, TopicCall

FEW = 6
MANY = 50
ANSWER_DAYS = 15  # working days to answer a question publicly (Ley 1757 de 2015, art. 56 f)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that is open now, and how much came in."""

    call: TopicCall
    answers: int
    today: int


def open_calls() -> list[TopicCall]:
    """The topic calls that anybody can answer now, the first to close on top."""
    rows = select(TopicCall).where(_is_open())
    return list(db.session.scalars(rows.order_by(TopicCall.closes_at, TopicCall.id).limit(FEW)))


def recent_results() -> list[TopicCall]:
    """The calls that closed last, whose results can be read."""
    ended = func.coalesce(TopicCall.closed_at, TopicCall.closes_at)
    rows = select(TopicCall).where(TopicCall.published_at.is_not(None), ended <= clock.now())
    return list(db.session.scalars(rows.order_by(ended.desc()).limit(FEW)))


def open_boxes() -> list[BallotBox]:
    """The ballot boxes in which anybody can vote now, the first to close on top."""
    rows = select(BallotBox).where(
        BallotBox.opened_at.is_not(None),
        BallotBox.closed_at.is_(None),
        BallotBox.opens_at <= clock.now(),
        BallotBox.closes_at > clock.now(),
    )
    return list(db.session.scalars(rows.order_by(BallotBox.closes_at, BallotBox.id).limit(FEW)))


def counted_boxes() -> list[BallotBox]:
    """The boxes whose result came last."""
    rows = select(BallotBox).where(BallotBox.finished_at.is_not(None))
    rows = rows.order_by(BallotBox.finished_at.desc(), BallotBox.id)
    return list(db.session.scalars(rows.limit(FEW)))


def answers() -> int:
    """How many answers this site keeps; the examples of a demonstration do not count."""
    rows = select(func.count(TopicAnswer.id)).join(TopicCall, TopicCall.id == TopicAnswer.call_id)
    return db.session.scalar(rows.where(TopicCall.is_example.is_(False))) or 0


def public_answers() -> list[Question]:
    """The questions that the city answered in public, the newest answer first."""
    rows = select(Question).options(joinedload(Question.call), joinedload(Question.office))
    rows = rows.where(Question.published_at.is_not(None), Question.answered_on.is_not(None))
    return list(db.session.scalars(rows.order_by(Question.published_at.desc()).limit(MANY)))


@dataclass(frozen=True, slots=True)
class Submission:
    """What can be told about something that was sent, to whoever holds its code."""

    received_at: datetime
    call: TopicCall
    question: Question | None

    @property
    def answer_due_on(self) -> date | None:
        return due(self.question.filed_on, ANSWER_DAYS) if self.question else None


def submission(code: str) -> Submission | None:
    """What was sent under this receipt; None says the same for a wrong and an unknown code."""
    answer = db.session.scalar(select(TopicAnswer).filter_by(receipt=code))
    if answer is None:
        return None
    call = db.session.get_one(TopicCall, answer.call_id)
    return Submission(answer.received_at, call, topics.question_of(answer))


def open_calls_with_answers(office_id: int | None) -> list[OpenCall]:
    """The open calls with their answers so far; only those of one office, if one is given."""
    midnight = clock.at_city(clock.today())
    today = func.count(TopicAnswer.id).filter(TopicAnswer.received_at >= midnight)
    rows = (
        select(TopicCall, func.count(TopicAnswer.id), today)
        .outerjoin(TopicAnswer, TopicAnswer.call_id == TopicCall.id)
        .where(_is_open(), *_of_office(office_id))
        .group_by(TopicCall.id)
        .order_by(TopicCall.closes_at, TopicCall.id)
        .limit(MANY)
    )
    return [OpenCall(*row) for row in db.session.execute(rows)]


@dataclass(frozen=True, slots=True)
class DueQuestion:
    """A question of a resident that nobody has answered in public yet."""

    question: Question
    due_on: date

    @property
    def is_late(self) -> bool:
        return self.due_on < clock.today()

    @property
    def is_near(self) -> bool:
        return self.due_on <= clock.today() + timedelta(days=5)


def questions_due(office_id: int | None) -> list[DueQuestion]:
    """The questions that wait for a public answer, the oldest first."""
    rows = (
        select(Question)
        .join(Question.call)
        .options(joinedload(Question.call))
        .where(Question.published_at.is_(None))
        .order_by(Question.filed_on, Question.id)
        .limit(MANY)
    )
    if office_id is not None:
        rows = rows.where(or_(Question.office_id == office_id, TopicCall.office_id == office_id))
    return [
        DueQuestion(question, due(question.filed_on, ANSWER_DAYS))
        for question in db.session.scalars(rows)
    ]


def proposals_waiting(office_id: int | None) -> list[tuple[TopicCall, int]]:
    """How many proposed topics of each call nobody has read."""
    rows = (
        select(TopicCall, func.count(Proposal.id))
        .join(Proposal, Proposal.call_id == TopicCall.id)
        .where(Proposal.state == ProposalState.PENDING)
        .where(*_of_office(office_id))
        .group_by(TopicCall.id)
        .order_by(TopicCall.id.desc())
    )
    return [(call, count) for call, count in db.session.execute(rows.limit(MANY))]


def failed_jobs(account: Account) -> list[Job]:
    """The jobs that failed in the last week: one's own, or everybody's for an administrator."""
    rows = select(Job).where(Job.error != "", Job.finished_at > clock.now() - timedelta(days=7))
    if account.role is not Role.ADMINISTRATOR:
        rows = rows.where(Job.owner == account.email)
    return list(db.session.scalars(rows.order_by(Job.id.desc()).limit(FEW)))


def _is_open() -> ColumnElement[bool]:
    now = clock.now()
    opened = or_(TopicCall.opens_at.is_(None), TopicCall.opens_at <= now)
    return (
        TopicCall.published_at.is_not(None)
        & TopicCall.closed_at.is_(None)
        & opened
        & (TopicCall.closes_at > now)
    )


def _of_office(office_id: int | None) -> list[ColumnElement[bool]]:
    return [] if office_id is None else [TopicCall.office_id == office_id]
