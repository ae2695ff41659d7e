"""Surveys that many people have answered, on several days and from several comunas."""

import secrets
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from werkzeug.datastructures import MultiDict

from participa.core import clock, codes
from participa.core.db import db
from participa.surveys.models import Survey, SurveyResponse, WrittenAnswer, random_id
from participa.surveys.questionnaire import documents
from participa.surveys.questionnaire.answering import Answered, read
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    Showing,
    SurveyQuestion,
)
from tests.surveys import city

SAFE = SurveyQuestion(
    key="segura",
    type=QuestionType.SCALE,
    label="¿Qué tan segura es su cuadra?",
    least=Decimal(1),
    most=Decimal(5),
    shows=Showing.NOW,
)
WANTS = SurveyQuestion(
    key="quiere",
    type=QuestionType.SEVERAL,
    label="¿Qué le hace falta a su barrio?",
    choices=(Choice("luz", "Luz"), Choice("parque", "Un parque"), Choice("bus", "Un bus")),
    has_other=True,
)
TABLE = SurveyQuestion(
    key="tabla",
    type=QuestionType.MATRIX,
    label="¿Cómo son?",
    choices=(Choice("1", "Malos"), Choice("2", "Buenos")),
    rows=(Choice("andenes", "Los andenes"), Choice("parques", "Los parques")),
)
ORDER = SurveyQuestion(
    key="orden",
    type=QuestionType.ORDER,
    label="¿Qué va primero?",
    choices=(Choice("agua", "Agua"), Choice("via", "Vías"), Choice("arte", "Arte")),
)
YEARS = SurveyQuestion(
    key="tiempo", type=QuestionType.NUMBER, label="¿Hace cuánto vive ahí?", unit="años"
)
SINCE = SurveyQuestion(key="desde", type=QuestionType.DATE, label="¿Desde cuándo participa?")
WHERE = SurveyQuestion(key="donde", type=QuestionType.TERRITORY, label="¿Dónde vive?")
TELL = SurveyQuestion(key="cuente", type=QuestionType.LONG, label="Cuéntenos más")
SECRET = SurveyQuestion(
    key="interna",
    type=QuestionType.ONE,
    label="¿Cómo lo atendieron?",
    choices=(Choice("bien", "Bien"), Choice("mal", "Mal")),
    shows=Showing.NEVER,
)
EVERY = (SAFE, WANTS, TABLE, ORDER, YEARS, SINCE, WHERE, TELL, SECRET)
QUESTIONS = Questionnaire((Page(EVERY),))


def sent(number: int) -> dict[str, Any]:
    """What the person with this number answers; the same in every test."""
    fields: dict[str, Any] = {
        "q_segura": str(number % 3 + 2),
        "q_quiere": ["luz", "parque"] if number % 2 else ["bus"],
        "q_tabla.andenes": str(number % 2 + 1),
        "q_tabla.parques": "2",
        "q_orden.agua": "1" if number % 2 else "2",
        "q_orden.via": "2" if number % 2 else "1",
        "q_orden.arte": "3",
        "q_tiempo": str(number % 40),
        "q_desde": f"2026-{number % 6 + 1:02}-01",
        "q_donde": ("01", "14", "10")[number % 3],
        "q_interna": "bien" if number % 2 else "mal",
    }
    return fields | ({"q_cuente": f"Texto {number} del parque."} if number % 4 == 0 else {})


def answered(people: int = 40, questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """An open survey that so many people answered, ten a day until yesterday."""
    made = city.open_survey(questionnaire, **facts)
    for number in range(people):
        _add(made, number, clock.today() - timedelta(days=1 + number // 10))
    db.session.commit()
    return made


def add(made: Survey, number: int, on: date, **facts: Any) -> None:
    """One more person answers, on that day."""
    _add(made, number, on, **facts)
    db.session.commit()


def _add(made: Survey, number: int, on: date, **facts: Any) -> None:
    """Past the form and the privacy notice, which other tests are about."""
    found = _read(made.newest.document, number)
    place = found.answers.get("donde", [""])
    values: dict[str, Any] = {
        "territory": place[0],
        "sex": str(number % 2 + 1),
        "age": "AU",
        "channel": "qr" if number % 3 else "web",
    }
    id = random_id()
    response = SurveyResponse(
        id=id,
        survey_id=made.id,
        anonymity=made.anonymity,
        version_id=made.newest.id,
        submission_id=secrets.token_hex(16),
        receipt=codes.new(16),
        answers=found.answers,
        received_on=on,
        digest="0",
        **values | facts,
    )
    response.texts = [
        WrittenAnswer(id=random_id(), survey_id=made.id, question=key, text=text, received_on=on)
        for key, text in found.texts.items()
    ]
    db.session.add(response)


@cache
def _read(document: str, number: int) -> Answered:
    found = read(documents.load(document), MultiDict(sent(number)))
    assert found.is_valid, found.problems
    return found
