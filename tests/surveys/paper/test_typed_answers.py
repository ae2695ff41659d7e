"""What is typed from paper becomes the same answers that a browser sends."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from participa.surveys.paper.in_words import condition_in_words
from participa.surveys.paper.typed_answers import numbered, on_paper, read_typed
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from tests.surveys import city

pytestmark = pytest.mark.one_engine

THREE = (Choice("3", "Bus"), Choice("1", "Metro"), Choice("x", "A pie"))


def one(type: QuestionType, **facts) -> Questionnaire:
    return Questionnaire((Page((SurveyQuestion(key="a", type=type, label="¿Cómo?", **facts),)),))


def typed(questionnaire: Questionnaire, **values: str):
    named = {name.replace("__", "."): value for name, value in values.items()}
    return read_typed(on_paper(questionnaire), MultiDict(named))


def test_a_number_is_that_of_the_printed_option_and_never_a_code():
    found = typed(one(QuestionType.ONE, choices=THREE), q_a="1")
    assert found.answers == {"a": "3"}


def test_several_numbers_are_separated_by_spaces_or_commas():
    asked = one(QuestionType.SEVERAL, choices=THREE, has_other=True)
    found = typed(asked, q_a="1, 3 4", q_a___otra="En carro")
    assert found.answers == {"a": ["3", "x", "_otra"]}
    assert found.texts == {"a._otra": "En carro"}


def test_another_one_that_was_not_written_is_kept_with_that_said():
    found = typed(one(QuestionType.ONE, choices=THREE, has_other=True), q_a="4")
    assert found.texts == {"a._otra": "(no dice cuál)"}


@pytest.mark.parametrize("type", [QuestionType.SCALE, QuestionType.NUMBER, QuestionType.SHORT])
def test_n_is_that_they_do_not_know(type):
    assert typed(one(type, has_none=True), q_a="n").answers == {"a": "_ns"}


@pytest.mark.parametrize(
    ("written", "stored"),
    [("3/12/2026", "2026-12-03"), ("3 12 2026", "2026-12-03"), ("2026-12-03", "2026-12-03")],
)
def test_a_day_is_typed_as_people_write_it(written, stored):
    assert typed(one(QuestionType.DATE), q_a=written).answers == {"a": stored}


def test_a_comuna_is_typed_by_its_number_and_a_barrio_by_its_name():
    asked = one(QuestionType.TERRITORY)
    found = typed(asked, q_a="16", q_a__barrio="rosales")
    assert found.is_valid, found.problems
    assert found.answers["a"][0] == "16"
    assert len(found.answers["a"]) == 2
    wrong = typed(asked, q_a="16", q_a__barrio="Ninguno así")
    assert "no es un barrio de" in wrong.problems[0][1]


def test_the_rows_of_a_table_and_the_places_of_an_order():
    rows = (Choice("r1", "Sonido"), Choice("r2", "Luz"))
    found = typed(one(QuestionType.MATRIX, rows=rows, choices=THREE), q_a__r1="2", q_a__r2="1")
    assert found.answers == {"a": {"r1": "1", "r2": "3"}}
    found = typed(one(QuestionType.ORDER, choices=THREE), q_a__3="2", q_a__x="1")
    assert found.answers == {"a": ["x", "3"]}


def test_nothing_is_required_and_no_file_is_asked_for():
    questions = (
        SurveyQuestion(key="a", type=QuestionType.SHORT, label="¿Qué?", is_required=True),
        SurveyQuestion(key="f", type=QuestionType.FILE, label="Foto", is_required=True),
    )
    printed = on_paper(Questionnaire((Page(questions),)))
    assert [question.key for question in printed.questions] == ["a"]
    assert read_typed(printed, MultiDict()).is_valid


def test_an_answer_to_a_question_of_another_survey_is_said():
    assert not typed(one(QuestionType.SHORT), q_b="Algo").is_valid


def test_a_condition_is_told_with_numbers_of_questions_and_words():
    condition = Condition(
        (
            (
                Clause("vino", Operator.IS, "si"),
                Clause("claridad", Operator.AT_MOST, "2"),
            ),
            (Clause("claridad", Operator.NOT_ANSWERED),),
        )
    )
    assert condition_in_words(condition, city.QUESTIONS) == (
        "respondió «Sí» en la pregunta 1 y respondió 2 o menos en la pregunta 2; o si dejó en "
        "blanco la pregunta 2"
    )


@settings(max_examples=50)
@given(st.integers(0, 3), st.integers(4, 10), st.data())
def test_every_sign_of_a_scale_reads_back_as_itself(least, most, data):
    asked = one(QuestionType.SCALE, least=Decimal(least), most=Decimal(most), has_none=True)
    sign, code, _ = data.draw(st.sampled_from(numbered(asked.questions[0])))
    assert typed(asked, q_a=sign).answers == {"a": code}
