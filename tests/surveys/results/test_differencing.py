"""Who puts every card, comparison and moment side by side still learns of no small group."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participa.core.db import db
from participa.surveys.counting import published
from participa.surveys.counting.items import NOT_ASKED, counted_questions
from participa.surveys.counting.tally import CountedResponse, SurveyCounts, count
from participa.surveys.questionnaire.conditions import Clause, Condition, Operator
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from participa.surveys.results import cards, comparing, conditional
from tests.citizens.attacker import Attacker
from tests.surveys import city
from tests.surveys.results import city as results_city

K, MOST = 5, 100_000
tries = settings(max_examples=150, deadline=None)
THREE = tuple(Choice(code, code.upper()) for code in "abc")
FIRST = SurveyQuestion(key="uno", type=QuestionType.ONE, label="¿Una?", choices=THREE)
NEXT = SurveyQuestion(
    key="dos",
    type=QuestionType.ONE,
    label="¿Otra?",
    choices=(Choice("x", "X"), Choice("y", "Y")),
    shown_if=Condition(((Clause("uno", Operator.IS, "c"),),)),
)
PLACES = ("01", "02", "03")


def counts_of(
    people: dict[tuple[str, Any, str], int], *questions: SurveyQuestion
) -> tuple[list[cards.QuestionFigures], SurveyCounts]:
    """The cards of people by comuna and by what they answered to the two questions."""
    questionnaire = Questionnaire((Page(questions),))
    counted = counted_questions([(1, questionnaire)])
    on = date(2026, 11, 3)
    answers = [
        CountedResponse(
            1,
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in (("uno", one), ("dos", two))
                if value
            },
            (place, "", "", "", ""),
            on,
        )
        for (place, one, two), n in people.items()
        for _ in range(n)
    ]
    found = count(counted, {1: questionnaire}, answers)
    return conditional.beside_each_other(cards.results_of(counted, found, K), found, K), found


@st.composite
def answered(draw):
    """How many people of each comuna gave which pair of answers; only who said C was asked more."""
    few = st.one_of(st.integers(0, 4), st.integers(0, 14))
    pairs = [("a", ""), ("b", ""), ("", ""), ("c", "x"), ("c", "y"), ("c", "")]
    return {(place, *pair): draw(few) for place in PLACES for pair in pairs}


def hears_cards(attacker, made, everybody):
    """The numbers of both cards, and that as many were asked as said C."""
    first, second = (one.first.shown.cells for one in made)
    for id, cells in (("uno", first), ("dos", second)):
        attacker.learns([((id, name), n) for name, n in cells.items()], ("all", everybody))
    asked = [(("dos", name), n) for name, n in second.items() if name != NOT_ASKED]
    attacker.learns(asked, (("uno", "c"), first["c"]))


def surely_few(attacker, name, n):
    low, high = attacker.possible(name)
    assert low <= n <= high
    return high < K or high - low < K - 1


@given(answered())
@tries
def test_a_question_that_few_were_asked_does_not_tell_what_the_one_before_hides(people):
    made, counts = counts_of(people, FIRST, NEXT)
    if counts.people < K:
        return
    attacker = Attacker(most=MOST)
    hears_cards(attacker, made, counts.people)
    for one in made:
        for name, n in one.first.shown.cells.items():
            true = counts.cells(one.id)[name]
            assert n in (None, true)
            if 0 < true < K:
                assert n is None
                assert not surely_few(attacker, (one.id, name), true), (one.id, name)


def hears_tables(attacker, made, groups, tables):
    """Both comparisons, whose sums stand on the cards and beside each group."""
    for place, total in groups.cells.items():
        for one in made:
            names = one.first.shown.cells
            line = [((one.id, place, c), tables[one.id].get((place, c))) for c in names]
            attacker.learns(line, (("g", place), total))
        asked = [
            (("dos", place, c), tables["dos"].get((place, c)))
            for c in made[1].first.shown.cells
            if c != NOT_ASKED
        ]
        attacker.learns(asked, (("uno", place, "c"), tables["uno"].get((place, "c"))))
    for one in made:
        for name, total in one.first.shown.cells.items():
            line = [((one.id, g, name), tables[one.id].get((g, name))) for g in groups.cells]
            attacker.learns(line, ((one.id, name), total))


@pytest.mark.slow
@given(answered())
@tries
def test_nor_does_their_comparison_in_any_comuna(people):
    made, counts = counts_of(people, FIRST, NEXT)
    if counts.people < K:
        return
    attacker = Attacker(most=MOST)
    hears_cards(attacker, made, counts.people)
    groups = comparing.shown_groups(comparing.people_by(counts, "comuna", {}), K)
    tables = {}
    for one in made:
        found = comparing._found(one, one.first, counts, "comuna", {}, K)
        is_shown = comparing.compared(one, counts, "comuna", {}, K)
        tables[one.id] = found.cells if is_shown else {}
    hears_tables(attacker, made, groups, tables)
    for one in made:
        for (place, name), n in counts.compared(one.id, "comuna").items():
            if 0 < n < K:
                assert tables[one.id].get((place, name)) is None
                assert not surely_few(attacker, (one.id, place, name), n), (one.id, place, name)


def test_how_many_were_not_asked_tells_how_many_were():
    """6 said nothing, 5 said C, 1 said B: that 7 were not asked told that A and B were 1."""
    people = {("01", "", ""): 6, ("01", "c", "y"): 1, ("01", "c", ""): 4, ("02", "b", ""): 1}
    (first, second), _ = counts_of(people, FIRST, NEXT)
    assert first.first.shown.cells == {"a": None, "b": None, "c": None, "": 6}
    assert second.first.shown.is_hidden


def test_the_case_that_told_of_three_people():
    """20 said A, 3 said B, 10 said C; who said C was asked more, which told that B were 3."""
    people = {("01", "a", ""): 20, ("01", "b", ""): 3, ("01", "c", "x"): 5, ("01", "c", "y"): 5}
    (first, second), _ = counts_of(people, FIRST, NEXT)
    assert first.first.shown.cells["a"] == 20
    assert first.first.shown.cells["b"] is None
    assert second.first.shown.is_hidden


def test_a_question_that_hangs_on_a_whole_one_is_shown_with_all_its_numbers():
    people = {("01", "a", ""): 20, ("01", "b", ""): 9, ("01", "c", "x"): 6, ("01", "c", "y"): 5}
    (_, second), _ = counts_of(people, FIRST, NEXT)
    assert second.first.shown.cells == {"x": 6, "y": 5, "": 0, NOT_ASKED: 29}


def test_where_everybody_chooses_two_a_hidden_option_does_not_follow_from_the_others():
    two = Decimal(2)
    several = replace(FIRST, type=QuestionType.SEVERAL, least=two, most=two)
    people = {("01", ("a", "b"), ""): 20, ("01", ("a", "c"), ""): 3}
    made, _ = counts_of(
        {(p, list(o), t) if False else (p, o, t): n for (p, o, t), n in people.items()}, several
    )
    hidden = [n for n in made[0].picks.values() if n is None]
    assert len(hidden) != 1


def test_a_mean_is_not_told_where_one_great_value_would_follow_from_it():
    years = SurveyQuestion(key="uno", type=QuestionType.NUMBER, label="¿Cuántos años?")
    people = {("01", "1", ""): 30, ("01", "900000", ""): 1}
    made, _ = counts_of(people, years)
    assert made[0].first.average is None
    made, _ = counts_of({("01", "1", ""): 30, ("01", "3", ""): 30}, years)
    assert made[0].first.average == 2


PLAIN = Questionnaire((Page((results_city.SAFE,)),))


def come(made, first: int, last: int) -> None:
    """People of two comunas by turns."""
    for number in range(first, last):
        place = "01" if number // 3 % 2 else "14"
        said = {"territorio": [place]}
        city.answer(made, {"q_segura": str(number % 3 + 2)}, population=said)


@pytest.fixture
def reopened(app, at):
    """Results by comuna were published; then the survey reopened."""
    at(2026, 11, 20, 17)
    made = city.open_survey(PLAIN)
    come(made, 0, 60)
    city.close(made)
    published.keep_before_reopening(made)
    db.session.commit()
    return made


def test_groups_are_compared_no_more_where_few_came_to_one_of_them(reopened, client):
    """Every number of everybody has grown by a group of people, and some comuna by a few."""
    assert "?por=" in client.get(f"/encuestas/{reopened.code}/resultados").text
    come(reopened, 60, 78)
    seen = published.for_public(reopened)
    assert seen.counts.people == 78
    assert seen.counts.groups == {}
    page = client.get(f"/encuestas/{reopened.code}/resultados?por=comuna").text
    assert "ya no se compara por grupos" in page
    assert "?por=" not in page
    file = client.get(f"/encuestas/{reopened.code}/resultados.csv").text
    assert "Comuna o corregimiento" not in file


def test_once_left_out_the_groups_stay_out(reopened):
    come(reopened, 60, 78)
    published.keep_before_reopening(reopened)
    come(reopened, 78, 378)
    seen = published.for_public(reopened)
    assert (seen.counts.people, seen.counts.groups) == (378, {})


def test_where_many_came_to_each_the_groups_are_compared_again(reopened):
    come(reopened, 60, 120)
    assert published.for_public(reopened).counts.groups
