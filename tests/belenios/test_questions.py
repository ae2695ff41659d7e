"""Questions, vote vectors, and outcomes."""

from fractions import Fraction

import pytest

from participa.belenios import questions
from participa.belenios.canonical import Malformed
from participa.belenios.questions import BLANK, Unsupported

TOPICS = ("Salud", "Educación", "Movilidad", "Seguridad")
KINDS = {
    "one of": (questions.one_of("¿Cuál?", TOPICS), 1, 1),
    "several of": (questions.several_of("¿Cuáles?", TOPICS, 2, 3), 2, 3),
    "approve": (questions.approve("¿Cuáles aprueba?", TOPICS), 0, 4),
    "yes or no": (questions.yes_no("¿Aprueba?"), 1, 1),
    "scale": (questions.scale("¿Cómo califica?", ("1", "2", "3", "4", "5")), 1, 1),
    "priorities": (questions.priorities("¿Qué es primero?", TOPICS, 3), 1, 3),
}


@pytest.mark.parametrize(("question", "least", "most"), KINDS.values(), ids=KINDS)
def test_each_kind_has_its_limits_and_is_read_back(question, least, most):
    assert (question.least, question.most) == (least, most)
    assert questions.read(question.record(), "La pregunta 1") == question


def test_a_vote_is_a_one_for_each_chosen_answer():
    question = questions.several_of("¿Cuáles?", TOPICS, 1, 2, has_blank=True)
    assert question.vector({0, 3}) == [0, 1, 0, 0, 1]
    assert question.vector(BLANK) == [1, 0, 0, 0, 0]
    assert question.record()["blank"] is True


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (set(), "entre 1 y 2"),
        ({0, 1, 2}, "entre 1 y 2"),
        ({4}, "de la lista"),
        ({-1}, "de la lista"),
        ([1, 1], "una sola vez"),
        (BLANK, "no tiene voto en blanco"),
    ],
)
def test_a_vote_outside_the_limits_is_not_made(chosen, reason):
    with pytest.raises(ValueError, match=reason):
        questions.several_of("¿Cuáles?", TOPICS, 1, 2).vector(chosen)


def test_choosing_nothing_is_not_a_blank_vote():
    question = questions.approve("¿Cuáles?", TOPICS, has_blank=True)
    assert question.vector(set()) == [0, 0, 0, 0, 0]
    assert question.vector(BLANK) == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"min": 3}, "no caben"),
        ({"max": 9}, "no caben"),
        ({"min": -1}, "desde 0"),
        ({"min": True}, "desde 0"),
        ({"answers": []}, "no caben en 0"),
        ({"answers": ["a", 1]}, "no es un texto"),
        ({"answers": "ab"}, "no es una lista"),
        ({"question": None}, "no es un texto"),
        ({"blank": False}, "solo puede ser true"),
        ({"blank": [1]}, "solo puede ser true"),
        ({"blank": 1}, "solo puede ser true"),
        ({"more": 1}, "un campo de más"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(changes, reason):
    record = {"answers": list(TOPICS), "blank": True, "min": 1, "max": 2, "question": "¿?"}
    with pytest.raises(Malformed, match=reason):
        questions.read(record | changes, "La pregunta 1")


def test_a_question_of_ranking_is_said_to_be_of_another_program():
    ranked = {"type": "NonHomomorphic", "value": {"answers": ["a", "b"], "question": "¿?"}}
    with pytest.raises(Unsupported, match="de ordenar"):
        questions.read(ranked, "La pregunta 1")


def test_a_rating_has_a_mean_and_a_distribution():
    question = questions.scale("¿Cómo califica?", ("1", "2", "3", "4", "5"), has_blank=True)
    outcome = questions.outcome(question, [2, 0, 1, 0, 1, 2])
    assert outcome.blank == 2
    assert outcome.mean((1, 2, 3, 4, 5)) == Fraction(16, 4)
    assert outcome.distribution() == (0, Fraction(1, 4), 0, Fraction(1, 4), Fraction(1, 2))


def test_without_ratings_there_is_no_mean():
    outcome = questions.outcome(questions.scale("¿?", ("1", "2")), [0, 0])
    assert outcome.mean((1, 2)) is None
    assert outcome.distribution() is None


def test_priorities_are_the_most_chosen_with_whoever_ties():
    outcome = questions.outcome(questions.priorities("¿?", TOPICS, 2), [3, 5, 3, 1])
    assert outcome.first(2) == [("Educación", 5), ("Salud", 3), ("Movilidad", 3)]
    assert outcome.first(1) == [("Educación", 5)]
