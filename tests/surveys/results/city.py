"""Surveys that many people have answered, on several days and from several comunas."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from participa.core import clock
from participa.core.db import db
from participa.surveys.models import Survey, SurveyResponse
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
        "q_donde": "01" if number % 2 else "14",
        "q_interna": "bien" if number % 2 else "mal",
    }
    return fields | ({"q_cuente": f"Texto {number} del parque."} if number % 4 == 0 else {})


def answered(people: int = 40, questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """An open survey that so many people answered, ten a day until yesterday."""
    made = city.open_survey(questionnaire, **facts)
    for number in range(people):
        add(made, number, clock.today() - timedelta(days=1 + number // 10))
    return made


def add(made: Survey, number: int, on: date, **facts: Any) -> str:
    """One more person answers, on that day."""
    population = {"sexo_nacer": [str(number % 2 + 1)], "curso_vida": ["AU"]}
    values = {"population": population, "channel": "qr" if number % 3 else "web"} | facts
    receipt = city.answer(made, sent(number), **values)
    change = update(SurveyResponse).where(SurveyResponse.receipt == receipt)
    db.session.execute(change.values(received_on=on))
    db.session.commit()
    return receipt
