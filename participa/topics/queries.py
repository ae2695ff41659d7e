"""Queries about topic calls: published calls, counts of answers, proposals and questions."""

from collections.abc import Collection
from datetime import datetime

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from participa.cases import queries as cases
from participa.cases.models import CODE_LENGTH, Case
from participa.channels.moderation import ReviewState
from participa.channels.phases import Phase
from participa.core import clock, codes
from participa.core.db import db
from participa.core.links import ShortLink
from participa.topics.models import (
    Proposal,
    TopicAnswer,
    TopicCall,
    TopicQuestion,
)

MANY = 200
HEADINGS = {Phase.OPEN: "Abiertas", Phase.SCHEDULED: "Próximas", Phase.CLOSED: "Cerradas"}


def published_calls() -> list[TopicCall]:
    """The calls that residents may see, the latest to close first."""
    rows = select(TopicCall).where(TopicCall.published_at.is_not(None))
    rows = rows.order_by(TopicCall.closes_at.desc(), TopicCall.id)
    return list(db.session.scalars(rows.limit(MANY)))


def published_call(code: str) -> TopicCall | None:
    rows = select(TopicCall).filter_by(code=codes.read(code))
    return db.session.scalar(rows.where(TopicCall.published_at.is_not(None)))


def answer_of(call: TopicCall, receipt: str) -> TopicAnswer | None:
    rows = select(TopicAnswer).filter_by(call_id=call.id, receipt=codes.read(receipt))
    return db.session.scalar(rows)


def question_code(submission_id: str) -> str:
    """The code of the question that was sent with an answer.

    The receipt of the answer leads to the question. In the database alone nothing does: the code
    is derived with the installation's secret key, because the text of a question may reveal its
    author.
    """
    key = current_app.config["SECRET_KEY"].encode()
    return codes.derive(key, f"question:{submission_id}", CODE_LENGTH)


def question_of(answer: TopicAnswer) -> Case | None:
    """The question that was sent together with this answer."""
    code = question_code(answer.submission_id)
    # The codes that were given out earlier are the beginnings of those that are derived now.
    return cases.case_by_code(code[: len(answer.receipt)])


# ---- counting


def people(call_id: int) -> int:
    """Number of answers to a call."""
    return db.session.scalar(select(func.count()).where(TopicAnswer.call_id == call_id)) or 0


def people_since(call_id: int, moment: datetime) -> int:
    count = select(func.count()).where(
        TopicAnswer.call_id == call_id, TopicAnswer.received_at >= moment
    )
    return db.session.scalar(count) or 0


def people_before(call_id: int, moment: datetime) -> int:
    return people(call_id) - people_since(call_id, moment)


def people_by_call(calls: Collection[TopicCall]) -> dict[int, int]:
    """Number of answers by id of the call; calls without any are missing."""
    rows = select(TopicAnswer.call_id, func.count()).group_by(TopicAnswer.call_id)
    rows = rows.where(TopicAnswer.call_id.in_([call.id for call in calls]))
    return dict(db.session.execute(rows).all())


def people_by_territory(call_id: int) -> dict[str, int]:
    rows = _counts_by(call_id, TopicAnswer.territory).group_by(TopicAnswer.territory)
    return dict(db.session.execute(rows).all())


def people_by_channel(call_id: int, before: datetime | None = None) -> dict[str, int]:
    """Channel → number of answers: those before a moment, or all."""
    rows = _counts_by(call_id, TopicAnswer.channel)
    if before is not None:
        rows = rows.where(TopicAnswer.received_at < before)
    return dict(db.session.execute(rows.group_by(TopicAnswer.channel)).all())


def ballots(call_id: int, first: int | None = None) -> list[tuple[tuple[int, ...], int]]:
    """Each ranking with the number of people who gave it: of the first so many answers, or of all.

    Sorted by ranking, so that the order reveals nothing about the order of arrival.
    """
    answers = select(TopicAnswer.ranking).where(TopicAnswer.call_id == call_id)
    if first is not None:
        answers = answers.order_by(TopicAnswer.id).limit(first)
    counted = answers.subquery()
    rows = select(counted.c.ranking, func.count()).group_by(counted.c.ranking)
    return sorted((ranking, count) for ranking, count in db.session.execute(rows))


def rankings_by_territory(
    call_id: int, before: datetime | None = None
) -> list[tuple[str, tuple[int, ...], int]]:
    """Territory, ranking and number of answers: those before a moment, or all."""
    rows = _counts_by(call_id, TopicAnswer.territory, TopicAnswer.ranking)
    if before is not None:
        rows = rows.where(TopicAnswer.received_at < before)
    grouped = rows.group_by(TopicAnswer.territory, TopicAnswer.ranking)
    return [(place, ranking, count) for place, ranking, count in db.session.execute(grouped)]


def scans(code: str) -> int:
    return db.session.scalar(select(ShortLink.scans).filter_by(code=code)) or 0


def _counts_by(call_id: int, *columns) -> Select:
    return select(*columns, func.count()).where(TopicAnswer.call_id == call_id)


# ---- texts of residents


def proposals(call_id: int) -> list[Proposal]:
    """The proposals to moderate: pending ones first, then the oldest first."""
    is_reviewed = (Proposal.state != ReviewState.PENDING).asc()
    rows = select(Proposal).filter_by(call_id=call_id).order_by(is_reviewed, Proposal.id)
    return list(db.session.scalars(rows.options(selectinload(Proposal.merged_topic)).limit(MANY)))


def proposal_ids(call_id: int) -> list[int]:
    return list(db.session.scalars(select(Proposal.id).filter_by(call_id=call_id)))


def published_proposals(call_id: int) -> list[tuple[Proposal, int]]:
    """Published proposals, each with the number of others merged into it; alphabetical."""
    merged = (
        select(Proposal.merged_proposal_id, func.count().label("joined"))
        .group_by(Proposal.merged_proposal_id)
        .subquery()
    )
    rows = (
        select(Proposal, func.coalesce(merged.c.joined, 0))
        .outerjoin(merged, merged.c.merged_proposal_id == Proposal.id)
        .where(Proposal.call_id == call_id, Proposal.state == ReviewState.PUBLISHED)
        .order_by(Proposal.text, Proposal.id)
    )
    return [(proposal, joined) for proposal, joined in db.session.execute(rows.limit(MANY))]


def questions(call_id: int) -> Select:
    """The questions of a call, with the office that answers each joined."""
    rows = select(Case).join(TopicQuestion, TopicQuestion.case_id == Case.id)
    return rows.outerjoin(Case.office).where(TopicQuestion.call_id == call_id)


def public_questions(call_id: int) -> list[Case]:
    """The questions with a public answer, the oldest answer first."""
    rows = _questions(call_id).where(Case.published_at.is_not(None))
    return list(db.session.scalars(rows.order_by(Case.answered_on, Case.id).limit(MANY)))


def open_questions(call_id: int) -> int:
    """The number of questions without an answer."""
    rows = select(func.count(Case.id)).join(TopicQuestion, TopicQuestion.case_id == Case.id)
    rows = rows.where(TopicQuestion.call_id == call_id, Case.answered_on.is_(None))
    return db.session.scalar(rows) or 0


def _questions(call_id: int) -> Select[Case]:
    rows = select(Case).join(TopicQuestion, TopicQuestion.case_id == Case.id)
    return rows.where(TopicQuestion.call_id == call_id).options(selectinload(Case.office))


def since_midnight() -> datetime:
    return clock.at_city(clock.today())
