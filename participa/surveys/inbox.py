"""Surveys on other pages: open ones, recent results, and texts to read."""

from flask import url_for
from sqlalchemy import func, select

from participa.channels.access import open_records, visible_to
from participa.channels.inbox import Card, OpenChannel
from participa.channels.moderation import ReviewState
from participa.channels.phases import Phase, is_in, is_open_now
from participa.core import clock, spanish
from participa.core.db import db
from participa.staff.models import Account
from participa.staff.waiting.pending import Pending
from participa.surveys.models import Survey, SurveyAccess, SurveyResponse, WrittenAnswer

FEW, MANY = 6, 50


def open_now() -> list[Card]:
    """The surveys that anybody can answer now, the first to close on top."""
    return [
        Card(
            survey.title,
            url_for("surveys.answer", code=survey.code),
            f"Abierta hasta el {spanish.weekday(spanish.as_end(survey.closes_at))}."
            if survey.closes_at
            else "",
        )
        for survey in open_records(Survey, FEW)
        if survey.access is SurveyAccess.ANYONE
    ]


def recent() -> list[Card]:
    """The surveys that closed last, with links to their results."""
    ended = func.coalesce(Survey.closed_at, Survey.closes_at)
    rows = select(Survey).where(is_in(Survey, Phase.CLOSED, clock.now()))
    rows = rows.where(Survey.archived_at.is_(None)).order_by(ended.desc(), Survey.id).limit(FEW)
    return [
        Card(
            survey.title,
            url_for("surveys_results.show", code=survey.code),
            f"Cerró el {spanish.day(spanish.as_end(survey.ended_at))}." if survey.ended_at else "",
            prefix="Resultados: ",
            ended_at=survey.ended_at,
        )
        for survey in db.session.scalars(rows)
    ]


def open_for(account: Account) -> list[OpenChannel]:
    """The open surveys that an account may see, with their answers so far and today's."""
    today = func.count(SurveyResponse.id).filter(SurveyResponse.received_on == clock.today())
    rows = (
        select(Survey, func.count(SurveyResponse.id), today)
        .outerjoin(SurveyResponse, SurveyResponse.survey_id == Survey.id)
        .where(is_open_now(Survey, clock.now()), visible_to(Survey, account))
        .group_by(Survey.id)
        .order_by(Survey.closes_at, Survey.id)
        .limit(MANY)
    )
    return [
        OpenChannel(
            survey.title,
            url_for("surveys_staff.show", code=survey.code),
            url_for("surveys.answer", code=survey.code),
            count,
            survey.closes_at,
            of_today,
        )
        for survey, count, of_today in db.session.execute(rows)
    ]


def pending(account: Account) -> list[Pending]:
    """The surveys with open answers to read that an account may see, and how many each has."""
    rows = (
        select(Survey, func.count(WrittenAnswer.id))
        .join(WrittenAnswer, WrittenAnswer.survey_id == Survey.id)
        .where(WrittenAnswer.state == ReviewState.PENDING, visible_to(Survey, account))
        .group_by(Survey.id)
        .order_by(Survey.id)
        .limit(MANY)
    )
    return [
        Pending(
            spanish.several(count, "respuesta escrita por leer", "respuestas escritas por leer"),
            url_for("surveys_texts.index", code=survey.code),
            f"en {survey.title}",
            (f"surveys.texts:{survey.id}:{count}",),
        )
        for survey, count in db.session.execute(rows)
    ]
