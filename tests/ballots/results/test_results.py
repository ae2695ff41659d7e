"""The result in numbers and in words, and as files whose order tells nothing."""

from fractions import Fraction

import pytest

from participa.ballots.models import BoxKind, QuestionKind
from participa.ballots.results import results
from participa.ballots.results.results import OptionLine
from participa.ballots.voting import open_consultation
from participa.core.db import db
from tests.ballots import city
from tests.ballots.city import BLANK

THREE = (QuestionKind.ONE, "¿Cuál?", {"answers": ("Agua", "Vías", "Aulas"), "has_blank": True})
MARKS = (
    QuestionKind.SCALE,
    "¿Cómo va?",
    {"answers": ("Mala", "Regular", "Buena"), "has_blank": False},
)


def counted(asked, *votes, paper=()):
    """A consultation in which people chose this, counted with `paper` as city.count_paper does."""
    made = city.opened(BoxKind.OPEN, *asked, allows_paper=bool(paper))
    for number, chosen in enumerate(votes):
        open_consultation.answer(made.definition, f"{number:032x}", chosen)
    db.session.commit()
    city.close(made)
    if paper:
        city.count_paper(made, *paper)
    city.count(made)
    return made


def only(made):
    [told] = results.results_of(made.box, made.definition)
    return told


def test_the_most_chosen_comes_first_and_the_blank_vote_last(app):
    told = only(counted([THREE], [{1}], [{1}], [{0}], [BLANK], [BLANK], [BLANK]))
    assert told.rows == [("Vías", 2), ("Agua", 1), ("Aulas", 0), ("En blanco", 3)]
    assert told.lines == [
        OptionLine("Agua", 1, None, 1),
        OptionLine("Vías", 2, None, 2),
        OptionLine("Aulas", 0, None, 0),
        OptionLine("En blanco", 3, None, 3),
    ]
    assert told.sentence == "Lo más escogido: Vías, con 2 de 6 respuestas."


def test_ties_are_named(app):
    told = only(counted([THREE], [{1}], [{2}]))
    assert told.sentence == "Empatan Vías y Aulas, con 1 de 2 respuestas."


@pytest.mark.parametrize("votes", [[], [[BLANK]]], ids=["nobody", "only blank"])
def test_where_nobody_chose_it_says_so(app, votes):
    assert only(counted([THREE], *votes)).sentence == "Nadie escogió una opción."


def test_a_scale_keeps_its_order_and_has_a_mean(app):
    told = only(counted([MARKS], [{0}], [{2}], [{2}]))
    assert told.rows == [("Mala", 1), ("Regular", 0), ("Buena", 2)]
    assert told.mean == Fraction(7, 3)
    assert told.sentence == "Promedio: 2,3 de 3, entre 3 respuestas."


def test_the_paper_stands_beside_the_box_with_the_sum(app):
    made = counted([THREE], [{1}], [{1}], [{0}], paper=(5, 1, [1, 3, 0, 0]))
    told = only(made)
    assert told.outcome.counts == (1, 2, 0)
    assert told.paper.counts == (3, 0, 0)
    assert told.lines[0] == OptionLine("Agua", 1, 3, 4)
    assert told.lines[-1] == OptionLine("En blanco", 0, 1, 1)
    assert told.sentence == "Se suman urna y papel. Lo más escogido: Agua, con 4 de 7 respuestas."
    rows = list(results.table(made.box, made.definition).rows)
    assert rows[0] == [1, "¿Cuál?", "Agua", 1, 3, 4]
    assert rows[-1] == [1, "¿Cuál?", "En blanco", 0, 1, 1]


def test_answers_one_by_one_are_ordered_by_what_they_say(app):
    """(k) Neither the order of the votes nor that of the keys is left."""
    votes = [[{2}, {0}], [BLANK, {1}], [{0}, {2}], [{1}, {0}], [{0}, {0}]]
    made = counted([THREE, MARKS], *votes)
    rows = list(results.answers_table(made.box).rows)
    assert rows == sorted(rows)
    assert rows == [
        ["Agua", "Buena"],
        ["Agua", "Mala"],
        ["Aulas", "Mala"],
        ["En blanco", "Regular"],
        ["Vías", "Mala"],
    ]


def test_before_the_counting_there_are_no_answers_one_by_one(app):
    made = city.opened(BoxKind.OPEN, THREE)
    open_consultation.answer(made.definition, "a" * 32, [{0}])
    db.session.commit()
    assert list(results.answers_table(made.box).rows) == []
    assert list(results.table(made.box, made.definition).rows) == []
    assert results.published_ballots(made.box) == 0


def test_the_result_of_a_secret_box_is_what_its_archive_says(app):
    made = city.opened(BoxKind.CODES, THREE)
    made.cast(0, {1})
    made.cast(1, BLANK)
    assert results.results_of(city.close(made).box, made.definition) == []
    city.count(made)
    told = only(made)
    assert (told.ballots, told.outcome.counts, told.outcome.blank) == (2, (0, 1, 0), 1)
    assert made.verify().counts == [[1, 0, 1, 0]]
