"""The plan's measure of surveys: those that somebody answered."""

from collections.abc import Collection, Iterator

from flask import url_for
from sqlalchemy import func, select

from participa.channels import example
from participa.core import clock
from participa.core.db import db
from participa.plan.measures import Evidence, Measure
from participa.plan.models import Task
from participa.surveys.models import Survey, SurveyResponse


def answered(task_ids: Collection[int]) -> Iterator[Evidence]:
    """Published surveys as evidence. One without an answer does not count, nor does an example
    outside a demonstration; its evidence has the reason.
    """
    count = select(func.count()).where(SurveyResponse.survey_id == Survey.id).scalar_subquery()
    rows = (
        select(Task.id, Survey, count)
        .join(Survey.tasks)
        .where(Task.id.in_(task_ids), Survey.published_at.is_not(None))
        .order_by(Survey.published_at, Survey.id)
    )
    for task_id, survey, people in db.session.execute(rows):
        reason = why_not(survey, people)
        url = url_for("surveys.answer", code=survey.code)
        on = clock.local(survey.published_at or clock.now()).date()
        yield Evidence(task_id, survey.title, url, on, not reason, reason)


def why_not(survey: Survey, people: int) -> str:
    """Why a published survey does not count; empty when it does."""
    if not example.counts(survey):
        return "Es un ejemplo, con respuestas inventadas."
    return "" if people else "Todavía nadie la ha respondido."


MEASURES = (Measure("surveys.answered", "Encuestas con respuestas", answered),)
