"""What another version changes is told in sentences; what cannot be added any more is marked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from participa.surveys.questionnaire import comparing
from participa.surveys.questionnaire.questions import Page, Questionnaire, Showing
from tests.surveys import city

CAME, CLEAR, BETTER = city.CAME, city.CLEAR, city.BETTER


def of(*questions) -> Questionnaire:
    return Questionnaire((Page(questions),))


BEFORE = of(CAME, CLEAR, BETTER)
CHANGES = {
    "other words": (of(replace(CAME, label="¿Fue?"), CLEAR, BETTER), "ahora dice «¿Fue?»", False),
    "a required one": (of(CAME, CLEAR, replace(BETTER, is_required=True)), "obligatoria", False),
    "another moment": (
        of(CAME, CLEAR, replace(BETTER, shows=Showing.NEVER)),
        "en otro momento",
        False,
    ),
    "other limits": (of(CAME, CLEAR, replace(BETTER, most=Decimal(90))), "sus límites", False),
    "another look": (of(replace(CAME, is_shuffled=True), CLEAR, BETTER), "otra manera", False),
    "another order": (of(CAME, BETTER, CLEAR), "en otro orden", False),
    "other pages": (Questionnaire((Page((CAME,)), Page((CLEAR, BETTER)))), "otras páginas", False),
    "a new one": (of(CAME, CLEAR, BETTER, replace(BETTER, key="mas")), "Nueva:", False),
    "one less": (of(CAME, CLEAR), "Ya no se pregunta", True),
    "another scale": (
        of(CAME, replace(CLEAR, most=Decimal(10)), BETTER),
        "se responde de otra manera",
        True,
    ),
    "other people": (of(CAME, replace(CLEAR, shown_if=None), BETTER), "a otras personas", True),
}


@pytest.mark.parametrize(("after", "words", "breaks"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_and_marked(after, words, breaks):
    found = comparing.changes(BEFORE, after)
    assert any(words in change.sentence for change in found)
    assert comparing.is_comparable(BEFORE, after) is not breaks


def test_the_same_questions_change_nothing():
    assert comparing.changes(BEFORE, BEFORE) == []
