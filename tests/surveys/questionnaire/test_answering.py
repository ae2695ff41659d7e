"""What a form sends becomes answers: nothing hidden is stored, nothing valid is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from participa.surveys.questionnaire import documents, saying
from participa.surveys.questionnaire.answering import UNKNOWN, read
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from tests.surveys.random_surveys import filled, questionnaires

YES_NO = (Choice("si", "Sí"), Choice("no", "No"))


def of(*questions: SurveyQuestion) -> Questionnaire:
    return Questionnaire((Page(questions),))


def ask(type: QuestionType, **facts) -> SurveyQuestion:
    return SurveyQuestion(**({"key": "p", "type": type, "label": "¿Cuál?"} | facts))


@given(filled())
@settings(max_examples=50)
def test_no_answer_to_a_hidden_question_is_kept(made):
    questionnaire, sent = made
    found = read(questionnaire, sent)
    for question in questionnaire.questions:
        is_shown = question.shown_if is None or question.shown_if.holds(found.answers)
        if not is_shown:
            assert question.key not in found.shown
            assert question.key not in found.answers
            assert not any(key.partition(".")[0] == question.key for key in found.texts)


@given(filled())
@settings(max_examples=50)
def test_no_valid_answer_is_lost(made):
    questionnaire, sent = made
    found = read(questionnaire, sent)
    for key in found.shown:
        question = questionnaire.by_key[key]
        names = [name for name in sent if name.removeprefix("q_").partition(".")[0] == key]
        if names and question.type.is_answered:
            assert key in found.answers


@given(filled())
@settings(max_examples=50)
def test_an_answer_sent_again_is_the_same_answer(made):
    questionnaire, sent = made
    found = read(questionnaire, sent)
    again: MultiDict = MultiDict()
    for key, value in found.answers.items():
        for name, text in saying.sent_of(questionnaire.by_key[key], value, found.texts):
            again.add(name, text)
    second = read(questionnaire, again)
    assert (second.answers, second.texts, second.shown) == (found.answers, found.texts, found.shown)


@given(filled())
@settings(max_examples=50)
def test_every_answer_can_be_said_in_words(made):
    questionnaire, sent = made
    found = read(questionnaire, sent)
    for key, value in found.answers.items():
        assert saying.in_words(questionnaire.by_key[key], value, found.texts)


@given(questionnaires(), st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=6))
@settings(max_examples=50)
def test_nothing_that_is_sent_breaks_the_reading(questionnaire, sent):
    names = {f"q_{name}": text for name, text in sent.items()}
    forged = MultiDict(names | {f"q_{one.key}": "x" * 9 for one in questionnaire.questions})
    found = read(questionnaire, forged)
    assert all(sentence for _, sentence in found.problems)


@given(questionnaires())
@settings(max_examples=50)
def test_a_stored_questionnaire_is_the_same_one(questionnaire):
    assert list(documents.broken_rules(questionnaire)) == []
    assert documents.load(documents.dump(questionnaire)) == questionnaire


def test_an_answer_to_a_question_that_does_not_exist_is_refused():
    found = read(of(ask(QuestionType.SHORT)), MultiDict({"q_p": "a", "q_otra": "b"}))
    assert ("", UNKNOWN) in found.problems


@pytest.mark.parametrize(
    ("question", "sent", "sentence"),
    [
        (ask(QuestionType.ONE, choices=YES_NO), [("q_p", "si"), ("q_p", "no")], "dos respuestas"),
        (ask(QuestionType.ONE, choices=YES_NO), [("q_p", "tal vez")], "una de las opciones"),
        (ask(QuestionType.ONE, choices=YES_NO, is_required=True), [], "Responda «¿Cuál?»"),
        (ask(QuestionType.ONE, choices=YES_NO, has_other=True), [("q_p", "_otra")], "Escriba cuál"),
        (
            ask(QuestionType.SEVERAL, choices=YES_NO, most=1),
            [("q_p", "si"), ("q_p", "no")],
            "Marque 1 opción",
        ),
        (ask(QuestionType.SCALE, least=1, most=5), [("q_p", "6")], "una de las opciones"),
        (ask(QuestionType.SHORT, most=3), [("q_p", "cuatro")], "hasta 3 letras"),
        (ask(QuestionType.NUMBER, most=10), [("q_p", "11")], "10 o menos"),
        (ask(QuestionType.NUMBER), [("q_p", "1e5")], "Escriba un número"),
        (ask(QuestionType.NUMBER), [("q_p", "2,5")], "sin decimales"),
        (
            ask(QuestionType.DATE),
            [
                ("q_p", "30 de nov."),
            ],
            "así: 30/11/2026",
        ),
        (ask(QuestionType.DATE), [("q_p", "31/11/2026")], "así: 30/11/2026"),
        (ask(QuestionType.TERRITORY), [("q_p", "14"), ("q_p.barrio", "0101")], "no es un"),
        (ask(QuestionType.ORDER, choices=YES_NO), [("q_p.si", "1"), ("q_p.no", "1")], "el lugar 1"),
        (ask(QuestionType.SHORT), [("q_p", "a\x00b\ufffd")], "dañadas"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_an_answer_says_how_to_repair_it(question, sent, sentence):
    found = read(of(question), MultiDict(sent))
    assert "p" not in found.answers
    assert sentence in found.problems[0][1]


def test_a_condition_takes_and_as_well_as_or():
    first, second = (ask(QuestionType.ONE, key=key, choices=YES_NO) for key in ("a", "b"))
    both = (Clause("a", Operator.IS, "si"), Clause("b", Operator.IS, "si"))
    neither = (Clause("a", Operator.IS_NOT, "si"), Clause("b", Operator.NOT_ANSWERED))
    third = ask(QuestionType.SHORT, key="c", shown_if=Condition((both, neither)))
    survey = of(first, second, third)

    def shows(**sent: str) -> bool:
        return (
            "c" in read(survey, MultiDict({f"q_{key}": code for key, code in sent.items()})).shown
        )

    assert shows(a="si", b="si")
    assert shows()
    assert shows(a="no")
    assert not shows(a="si")
    assert not shows(a="no", b="no")


def test_a_chain_of_conditions_ends_where_its_first_answer_changes():
    first = ask(QuestionType.ONE, key="a", choices=YES_NO)
    second = ask(QuestionType.ONE, key="b", choices=YES_NO, shown_if=is_yes("a"))
    third = ask(QuestionType.SHORT, key="c", shown_if=is_yes("b"), is_required=True)
    sent = MultiDict({"q_a": "no", "q_b": "si", "q_c": "Quedó escrito"})
    found = read(of(first, second, third), sent)
    assert (found.answers, found.texts, found.problems) == ({"a": "no"}, {}, ())


def is_yes(key: str) -> Condition:
    return Condition(((Clause(key, Operator.IS, "si"),),))


def test_only_the_page_that_is_sent_can_miss_an_answer():
    first = Page((ask(QuestionType.SHORT, key="a", is_required=True),))
    second = Page((ask(QuestionType.SHORT, key="b", is_required=True),))
    survey = Questionnaire((first, second))
    assert [id for id, _ in read(survey, MultiDict(), pages=[0]).problems] == ["q_a"]
    assert [id for id, _ in read(survey, MultiDict()).problems] == ["q_a", "q_b"]


@pytest.mark.parametrize(
    ("decimals", "typed", "number"),
    [
        (0, "1.500.000", "1500000"),
        (0, "1 500", "1500"),
        (0, "-2.000", "-2000"),
        (2, "1.500,25", "1500.25"),
        (2, "1.500", "1500"),
        (2, "2.5", "2.5"),
        (3, "2,125", "2.125"),
    ],
)
def test_a_number_may_be_typed_as_people_write_it_here(decimals, typed, number):
    question = ask(QuestionType.NUMBER, decimals=decimals)
    found = read(of(question), MultiDict({"q_p": typed}))
    assert found.answers == {"p": number}
    again = MultiDict(saying.sent_of(question, number, {}))
    assert read(of(question), again).answers == found.answers


@pytest.mark.parametrize("typed", ["2026-11-30", "30/11/2026", "30-11-2026", "30.11.2026"])
def test_a_day_may_be_typed_where_the_browser_picks_none(typed):
    found = read(of(ask(QuestionType.DATE)), MultiDict({"q_p": typed}))
    assert found.answers == {"p": "2026-11-30"}
