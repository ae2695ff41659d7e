"""What the pages that look at everything ask of the packages below."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from participa.core import clock
from participa.core.db import db
from participa.core.jobs.jobs import Job
from participa.core.workdays import due
from participa.staff.models import Account, Role
from participa.topics import queries as topics
from participa.topics.models import Question, TopicAnswer, TopicCall

FEW = 6
MANY = 50
ANSWER_DAYS = 15  # working days to answer a question publicly (Ley 1757 de 2015, art. 56 f)


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


def failed_jobs(account: Account) -> list[Job]:
    """The jobs that failed in the last week: one's own, or everybody's for an administrator."""
    rows = select(Job).where(Job.error != "", Job.finished_at > clock.now() - timedelta(days=7))
    if account.role is not Role.ADMINISTRATOR:
        rows = rows.where(Job.owner == account.email)
    return list(db.session.scalars(rows.order_by(Job.id.desc()).limit(FEW)))
