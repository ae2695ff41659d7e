"""Every answer is counted once in each question, whatever the questionnaire and its versions."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from participa.surveys.counting.days import public_until, together
from participa.surveys.counting.items import (
    NOT_ANSWERED,
    NOT_ASKED,
    PICKS,
    counted_questions,
)
from participa.surveys.counting.tally import CountedResponse, count, dump, load
from participa.surveys.questionnaire.answering import read
from participa.surveys.questionnaire.questions import Page, Questionnaire, QuestionType
from tests.surveys import city, random_surveys

GROUPS = ("01", "2", "AU", "", "web")
DAY = date(2026, 11, 3)


@st.composite
def answered(draw):
    """A random questionnaire, and what some people answered to it."""
    questionnaire = draw(random_surveys.questionnaires())
    people = []
    for _ in range(draw(st.integers(0, 6))):
        found = read(questionnaire, draw(random_surveys.forms(questionnaire)))
        people.append((found.answers, draw(st.sampled_from(["01", "02", ""]))))
    return questionnaire, people


def counted(questionnaire, people):
    questions = counted_questions([(1, questionnaire)])
    responses = [
        CountedResponse(1, answers, (place, *GROUPS[1:]), DAY) for answers, place in people
    ]
    return questions, count(questions, {1: questionnaire}, responses)


@given(answered())
@settings(max_examples=60)
def test_each_item_holds_everybody_once(made):
    questions, counts = counted(*made)
    assert counts.people == len(made[1])
    for question in questions:
        for item in question.items:
            assert sum(counts.cells(item).values()) == counts.people


@given(answered())
@settings(max_examples=60)
def test_a_comparison_adds_up_to_the_counts_of_everybody(made):
    _, counts = counted(*made)
    for item, cells in counts.items.items():
        summed: Counter[str] = Counter()
        for (_, cell), n in counts.compared(item, "comuna").items():
            summed[cell] += n
        assert summed == cells


@given(answered())
@settings(max_examples=40)
def test_an_answer_is_counted_where_it_was_given_and_nowhere_else(made):
    questionnaire, people = made
    questions, counts = counted(questionnaire, people)
    for question in questions:
        given_to = sum(question.question.key in answers for answers, _ in people)
        item = question.items[0]
        blank = counts.cells(item)[NOT_ANSWERED] + counts.cells(item)[NOT_ASKED]
        if question.question.type is not QuestionType.MATRIX:
            assert counts.people - blank == given_to


@given(answered())
@settings(max_examples=30)
def test_counts_that_were_kept_are_the_same_again(made):
    _, counts = counted(*made)
    assert load(dump(counts)) == counts


def test_versions_with_other_words_are_counted_together():
    reworded = replace(city.CAME, label="¿Vino usted?")
    versions = [(1, city.QUESTIONS), (2, Questionnaire((Page((reworded,)),)))]
    questions = counted_questions(versions)
    assert [(one.id, one.question.label, set(one.numbers)) for one in questions] == [
        ("vino", "¿Vino usted?", {1, 2}),
        ("claridad", city.CLEAR.label, {1}),
        ("mejorar", city.BETTER.label, {1}),
    ]
    responses = [
        CountedResponse(1, {"vino": "si", "claridad": "4"}, GROUPS, DAY),
        CountedResponse(2, {"vino": "no"}, GROUPS, DAY),
    ]
    counts = count(questions, dict(versions), responses)
    assert counts.cells("vino") == {"si": 1, "no": 1}
    assert counts.cells("claridad") == {"4": 1, NOT_ASKED: 1}


def test_a_question_that_is_answered_otherwise_is_counted_apart():
    fewer = replace(city.CAME, choices=city.CAME.choices[:1], has_other=True)
    questions = counted_questions([(1, city.QUESTIONS), (2, Questionnaire((Page((fewer,)),)))])
    assert [one.id for one in questions if one.question.key == "vino"] == ["vino", "vino@1"]


def test_who_was_not_shown_a_question_was_not_asked():
    _, counts = counted(city.QUESTIONS, [({"vino": "no"}, "01"), ({"vino": "si"}, "01")])
    assert counts.cells("claridad") == {NOT_ASKED: 1, NOT_ANSWERED: 1}
    assert not [item for item in counts.items if item.endswith(PICKS)]


days_of_people = st.dictionaries(
    st.integers(0, 30).map(lambda n: DAY + timedelta(days=n)), st.integers(0, 9), max_size=20
)


@given(days_of_people, st.sampled_from([3, 5]))
def test_no_group_of_days_is_small_and_nobody_is_lost(days, k):
    groups = together(days, k)
    assert all(group.people >= k for group in groups)
    if sum(days.values()) >= k:
        assert sum(group.people for group in groups) == sum(days.values())


@given(days_of_people, st.sampled_from([3, 5]))
def test_what_is_public_grows_by_whole_groups_and_leaves_one_behind(days, k):
    """Somebody who looks every day sees steps of k people or more, the last one included."""
    seen, last = [], DAY + timedelta(days=32)
    for number in range(33):
        today = DAY + timedelta(days=number)
        arrived = {day: n for day, n in days.items() if day <= today}
        until = public_until(arrived, today, k)
        seen.append(sum(n for day, n in arrived.items() if until and day <= until))
        assert until is None or until < today
    seen.append(sum(n for day, n in days.items() if day <= last))
    if seen[-1] >= k:  # fewer are never published
        steps = [after - before for before, after in itertools.pairwise(seen)]
        assert all(step == 0 or step >= k for step in steps)
