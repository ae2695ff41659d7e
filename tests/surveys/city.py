"""Surveys as the city keeps them, at each stage, and people who answer them."""

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from participa.core import clock
from participa.core.db import db
from participa.surveys import service
from participa.surveys.models import Survey
from participa.surveys.questionnaire.answering import read
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from participa.surveys.respond import FilledSurvey, respond
from participa.surveys.snapshots import snapshot_of
from tests.ballots.city import officials, task_of_the_plan
from tests.events.city import notice

TITLE = "¿Qué le pareció el encuentro?"
CAME = SurveyQuestion(
    key="vino",
    type=QuestionType.ONE,
    label="¿Fue al encuentro?",
    choices=(Choice("si", "Sí"), Choice("no", "No")),
    is_required=True,
)
CLEAR = SurveyQuestion(
    key="claridad",
    type=QuestionType.SCALE,
    label="¿Qué tan clara fue la explicación?",
    least=Decimal(1),
    most=Decimal(5),
    low_label="Nada clara",
    high_label="Muy clara",
    has_none=True,
    shown_if=Condition(((Clause("vino", Operator.IS, "si"),),)),
)
BETTER = SurveyQuestion(key="mejorar", type=QuestionType.LONG, label="¿Qué mejoraría?")
QUESTIONS = Questionnaire((Page((CAME, CLEAR)), Page((BETTER,), "Para terminar")))
ANSWER = {"q_vino": "si", "q_claridad": "4", "q_mejorar": "Más sillas."}


def draft(questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """A survey that is not public yet, with an office and a task of the plan; stored."""
    notice()
    values = {"title": TITLE, "closes_at": clock.now() + timedelta(days=30)} | facts
    made = service.create(officials()[0], questionnaire, [task_of_the_plan()], **values)
    db.session.commit()
    return made


def open_survey(questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """A survey that anybody can answer now."""
    made = draft(questionnaire, **facts)
    made.published_at = made.opens_at = clock.now() - timedelta(days=1)
    made.versions[0].published_at = made.published_at
    made.touch()
    db.session.commit()
    return made


def closed_survey(questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """A survey whose time is over."""
    made = open_survey(questionnaire, **facts)
    close(made)
    return made


def close(made: Survey) -> None:
    """Let its time run out."""
    made.opens_at = clock.now() - timedelta(days=2)
    made.closes_at = clock.now() - timedelta(hours=1)
    made.touch()
    db.session.commit()


def answer(made: Survey, sent: dict[str, Any] | None = None, **facts: Any) -> str:
    """Somebody answers; returns the receipt."""
    snapshot = snapshot_of(made)
    found = read(snapshot.questionnaire, MultiDict(sent if sent is not None else ANSWER))
    assert found.is_valid, found.problems
    filled = FilledSurvey(answers=found.answers, texts=found.texts, **facts)
    receipt = respond(snapshot, secrets.token_hex(16), filled)
    db.session.commit()
    return receipt
