"""«Mostrar si…»: sentences, y and o, and nothing that goes in a circle."""

import pytest

from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from tests.surveys import city
from tests.surveys.builder.test_questions import builder, press, stored
from tests.visitor import field

pytestmark = pytest.mark.one_engine

AGE = SurveyQuestion(key="edad", type=QuestionType.NUMBER, label="¿Cuántos años tiene?")
TABLE = SurveyQuestion(
    key="aspectos",
    type=QuestionType.MATRIX,
    label="¿Cómo le pareció?",
    rows=(Choice("lugar", "El lugar"),),
    choices=(Choice("malo", "Malo"), Choice("bueno", "Bueno")),
)
WHY = SurveyQuestion(key="por_que", type=QuestionType.LONG, label="¿Por qué?")
FORM = Questionnaire((Page((city.CAME, AGE, TABLE, WHY)),))
RULE = "/por_que/mostrar-si"


def add(visitor, survey, looks_at, **values):
    """Add to the rule of the last question, after choosing what it looks at."""
    path = f"{builder(survey, RULE)}?mira={looks_at}"
    page = visitor.get(path)
    return visitor.post(path, data={"csrf_token": field(page, "csrf_token")} | values)


def rule() -> Condition | None:
    return stored().by_key["por_que"].shown_if


def test_a_rule_is_read_as_a_sentence(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    assert "Hoy se muestra siempre." in editor.get(builder(survey, RULE)).text
    add(editor, survey, "vino", operator="is", values="si")
    sentence = "<b>Se muestra si</b> «¿Fue al encuentro?» es «Sí»."
    assert sentence in editor.get(builder(survey, RULE)).text
    assert sentence in editor.get(builder(survey)).text
    assert rule() == Condition(((Clause("vino", Operator.IS, "si"),),))


def test_any_of_the_ticked_answers_will_do(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    add(editor, survey, "vino", operator="is", values=["si", "no"])
    assert "es «Sí» o «No»" in editor.get(builder(survey, RULE)).text


def test_conditions_are_joined_by_y_and_by_o(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    add(editor, survey, "vino", operator="is", values="si")
    add(editor, survey, "edad", operator="at_least", number="60", joined="y")
    add(editor, survey, "aspectos.lugar", operator="is", values="malo", joined="o")
    came, old = Clause("vino", Operator.IS, "si"), Clause("edad", Operator.AT_LEAST, "60")
    bad = Clause("aspectos", Operator.IS, "malo", "lugar")
    assert rule() == Condition(((came, old), (bad,)))
    page = editor.get(builder(survey, RULE)).text
    assert "es «Sí» y «¿Cuántos años tiene?» es por lo menos 60; o" in page
    assert "«¿Cómo le pareció?», en «El lugar», es «Malo»" in page


def test_parts_of_a_rule_are_taken_out(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    add(editor, survey, "vino", operator="is", values="si")
    add(editor, survey, "edad", operator="answered", joined="o")
    page = editor.get(builder(survey, RULE))
    token = {"csrf_token": field(page, "csrf_token")}
    editor.post(builder(survey, f"{RULE}/0/0/quitar"), data=token)
    assert rule() == Condition(((Clause("edad", Operator.ANSWERED),),))
    editor.get(builder(survey, RULE))
    editor.post(builder(survey, f"{RULE}/siempre"), data=token)
    assert rule() is None


def test_only_earlier_answers_are_offered(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    page = editor.get(builder(survey, "/edad/mostrar-si")).text
    assert 'value="vino"' in page
    assert 'value="edad"' not in page
    assert 'value="por_que"' not in page
    assert "No hay preguntas antes de esta" in editor.get(builder(survey, "/vino/mostrar-si")).text


@pytest.mark.parametrize(
    ("looks_at", "values", "sentence"),
    [
        ("vino", {}, "Elija cómo se compara la respuesta."),
        ("vino", {"operator": "is"}, "Marque por lo menos una respuesta."),
        ("vino", {"operator": "is", "values": "quizas"}, "Elija opciones de la lista."),
        ("edad", {"operator": "at_most"}, "Escriba el número con que se compara."),
    ],
)
def test_half_a_rule_says_what_is_missing(staff, looks_at, values, sentence):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    refused = add(editor, survey, looks_at, **values)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert rule() is None


def test_a_rule_with_too_many_cases_is_refused(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    for number in range(20):
        add(editor, survey, "edad", operator="at_least", number=str(number), joined="o")
    refused = add(editor, survey, "edad", operator="at_least", number="99", joined="o")
    assert "demasiados casos" in refused.text
    assert len(rule().groups) == 20


def test_a_later_question_cannot_be_asked_for_in_the_address(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    page = editor.get(f"{builder(survey, '/edad/mostrar-si')}?mira=por_que").text
    assert "Guardar la regla" not in page


def test_what_is_looked_at_moves_no_further_down(staff):
    editor, survey = staff("EDITOR"), city.draft(FORM)
    add(editor, survey, "aspectos.lugar", operator="answered")
    assert "/aspectos/bajar" not in editor.get(builder(survey)).text
    assert press(editor, survey, "/edad/bajar").status_code == 302
    assert "no se puede quitar" in editor.get(builder(survey, "/aspectos/quitar")).text
