"""Counts of the codes of a survey, batch by batch."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from participa.core.db import db
from participa.surveys.models import CodeUse, SurveyCode, SurveyCodeBatch


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How many codes are in each state."""

    unused: int = 0
    used: int = 0
    void: int = 0


def counts_by_batch(batches: Collection[SurveyCodeBatch]) -> dict[int, CodeCounts]:
    """The counts of each of these batches, by its id."""
    ids = [batch.id for batch in batches]
    rows = select(SurveyCode.batch_id, SurveyCode.state, func.count())
    rows = rows.where(SurveyCode.batch_id.in_(ids))
    found: dict[int, dict[CodeUse, int]] = {id: {} for id in ids}
    for batch_id, state, count in db.session.execute(
        rows.group_by(SurveyCode.batch_id, SurveyCode.state)
    ):
        if batch_id is not None:
            found[batch_id][state] = count
    return {id: counted(states) for id, states in found.items()}


def counted(states: dict[CodeUse, int]) -> CodeCounts:
    return CodeCounts(*(states.get(state, 0) for state in CodeUse))


def batch_of(survey_id: int, id: int) -> SurveyCodeBatch | None:
    return db.session.scalar(select(SurveyCodeBatch).filter_by(survey_id=survey_id, id=id))


def code_of(survey_id: int, id: int) -> SurveyCode | None:
    return db.session.scalar(select(SurveyCode).filter_by(survey_id=survey_id, id=id))
