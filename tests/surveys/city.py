"""Surveys as the city keeps them, at each stage, and people who answer them."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
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
from tests.worlds import remembered

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


@remembered
def draft(questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """A survey that is not public yet, with an office and a task of the plan; stored."""
    notice()
    values = {"title": TITLE, "closes_at": clock.now() + timedelta(days=30)} | facts
    made = service.create(officials()[0], questionnaire, [task_of_the_plan()], **values)
    db.session.commit()
    return made


@remembered
def open_survey(questionnaire: Questionnaire = QUESTIONS, **facts: Any) -> Survey:
    """A survey that anybody can answer now."""
    made = draft(questionnaire, **facts)
    made.published_at = made.opens_at = clock.now() - timedelta(days=1)
    made.versions[0].published_at = made.published_at
    made.touch()
    db.session.commit()
    return made


@remembered
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


def ask(key: str, type: QuestionType, label: str, **facts: Any) -> SurveyQuestion:
    """A question; bounds as plain numbers, and choices and rows as words."""
    for bound in ("least", "most"):
        if bound in facts:
            facts[bound] = Decimal(facts[bound])
    for name in ("choices", "rows"):
        if name in facts:
            words = enumerate(facts[name], 1)
            facts[name] = tuple(Choice(f"{name[0]}{number}", word) for number, word in words)
    return SurveyQuestion(key=key, type=type, label=label, **facts)


def when(key: str, value: str) -> Condition:
    return Condition(((Clause(key, Operator.IS, value),),))


_TYPES = QuestionType
LONG_FORM = Questionnaire(  # a question of every type, some of them only after others
    (
        Page(
            (
                replace(CAME, has_none=True),
                ask(
                    "porque",
                    _TYPES.SEVERAL,
                    "¿Por qué no fue?",
                    choices=("No supe", "No pude", "Quedaba lejos"),
                    most=2,
                    has_other=True,
                    has_none=True,
                    is_required=True,
                    shown_if=when("vino", "no"),
                ),
                CLEAR,
            )
        ),
        Page(
            (
                ask(
                    "recomienda",
                    _TYPES.SCALE,
                    "De 0 a 10, ¿recomendaría el encuentro?",
                    least=0,
                    most=10,
                    low_label="Nunca",
                    high_label="Sin duda",
                ),
                ask(
                    "trato",
                    _TYPES.SCALE,
                    "¿Cómo lo atendieron?",
                    least=1,
                    most=5,
                    has_faces=True,
                    is_required=True,
                ),
                ask(
                    "cosas",
                    _TYPES.MATRIX,
                    "¿Cómo le parecieron estas cosas?",
                    choices=("Mal", "Regular", "Bien"),
                    rows=("Las sillas", "El café", "El sonido del salón"),
                    has_none=True,
                    is_required=True,
                ),
            ),
            "Qué le pareció",
        ),
        Page(
            (
                ask(
                    "primero",
                    _TYPES.ORDER,
                    "¿Qué va primero en su barrio?",
                    hint="Piense en su cuadra.",
                    choices=("El parque", "La vía", "La escuela", "El puesto de salud"),
                    is_shuffled=True,
                    has_none=True,
                ),
                ask("aviso", _TYPES.STATEMENT, "Lo que sigue es sobre su casa."),
                ask(
                    "personas",
                    _TYPES.NUMBER,
                    "¿Cuántas personas viven con usted?",
                    least=0,
                    most=20,
                    unit="personas",
                    has_none=True,
                ),
                ask("desde", _TYPES.DATE, "¿Desde cuándo vive allí?", last_on=date(2026, 12, 31)),
                ask("donde", _TYPES.TERRITORY, "¿Dónde vive?", is_required=True),
            ),
            "Su barrio",
        ),
        Page(
            (
                ask("cuadra", _TYPES.SHORT, "¿Cómo se llama su cuadra?"),
                replace(BETTER, hint="No escriba nombres ni teléfonos."),
                ask("foto", _TYPES.FILE, "Una foto de su cuadra"),
            ),
            "Para terminar",
        ),
    )
)
LONG_ANSWER = {  # of who came
    "q_vino": "si",
    "q_claridad": "4",
    "q_recomienda": "9",
    "q_trato": "5",
    "q_cosas.r1": "c3",
    "q_cosas.r2": "c1",
    "q_cosas.r3": "_ns",
    "q_primero.c2": "1",
    "q_primero.c1": "2",
    "q_personas": "3",
    "q_desde": "2019-05-01",
    "q_donde": "16",
    "q_donde.barrio": "Las Playas",
    "q_cuadra": "La Frontera",
    "q_mejorar": "Más sillas.",
}
