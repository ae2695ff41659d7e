"""An answer is read again as it was given."""

from werkzeug.datastructures import MultiDict

from participa.surveys.questionnaire.answering import read
from participa.surveys.questionnaire.drawing import Drawing
from participa.surveys.questionnaire.questions import Page, Questionnaire, QuestionType
from participa.surveys.questionnaire.saying import in_words
from tests.surveys.city import LONG_ANSWER, LONG_FORM, ask


def test_no_decimal_of_a_number_is_lost():
    question = ask(
        "peso", QuestionType.NUMBER, "¿Cuánto pesa?", decimals=2, unit="kg", most="99.25"
    )
    found = read(Questionnaire((Page((question,)),)), MultiDict({"q_peso": "2,55"}))
    assert in_words(question, found.answers["peso"], {}) == "2,55 kg"
    assert Drawing().bounds(question) == "Hasta 99,25."


def test_a_barrio_is_found_by_its_name_however_it_is_typed():
    for typed in ("las playas", "LAS PLAYAS", " Las  Playas ", "Lás Playas"):
        sent = MultiDict(LONG_ANSWER | {"q_donde.barrio": typed})
        found = read(LONG_FORM, sent)
        assert in_words(LONG_FORM.by_key["donde"], found.answers["donde"], {}).endswith(
            "Las Playas"
        )


def test_faces_without_words_of_their_own_have_some():
    assert in_words(LONG_FORM.by_key["trato"], "5", {}) == "5, muy bien"


def test_shuffled_options_keep_their_order_for_one_person_and_the_last_ones_stay_last():
    question = LONG_FORM.by_key["primero"]
    orders = {tuple(Drawing(order=f"persona {n}").offered(question)) for n in range(20)}
    assert len(orders) > 1
    assert {order[-1][0] for order in orders} == {"_ns"}
    assert Drawing(order="Ana").offered(question) == Drawing(order="Ana").offered(question)
