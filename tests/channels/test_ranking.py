"""The rules that say what most people prefer. (lessons 17: ranked topics with a stated rule)"""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participa.channels.ranking import Standing, borda, matrix, pairwise
from tests.effort import effort

MOST = 3
OPTIONS = (10, 20, 30, 40, 50)
RANKINGS = [ranking for length in range(MOST + 1) for ranking in permutations(OPTIONS, length)]
BALLOTS = st.lists(st.tuples(st.sampled_from(RANKINGS), st.integers(0, 9)), max_size=8)
RULES = {
    "borda": lambda ballots, options: borda(ballots, options, MOST),
    "pairwise": pairwise,
}
by_both_rules = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def scores(standings):
    return {standing.option: standing.score for standing in standings}


def people(ballots):
    """Each person's ballot by itself."""
    return [ranking for ranking, number in ballots for _ in range(number)]


def prefers(ranking, one, other):
    """Whether a person put one option before the other, spelled out."""
    if one in ranking and other in ranking:
        return ranking.index(one) < ranking.index(other)
    return one in ranking


def test_the_first_place_of_three_gives_three_points():
    ballots = [((10, 20, 30), 2), ((20,), 1), ((), 5)]
    assert borda(ballots, (10, 20, 30, 40), 3) == [
        Standing(20, 1, 7, False),
        Standing(10, 2, 6, False),
        Standing(30, 3, 2, False),
        Standing(40, 4, 0, False),
    ]


def test_who_is_chosen_beats_who_was_left_out_and_those_left_out_do_not_meet():
    preferred = matrix([((20, 10), 3), ((30,), 2)], (10, 20, 30, 40))
    assert preferred[20] == {10: 3, 30: 3, 40: 3}
    assert preferred[30] == {10: 2, 20: 2, 40: 2}
    assert preferred[40] == {10: 0, 20: 0, 30: 0}


def test_the_two_rules_may_disagree():
    """Three people love health; two put it last of all that they name, behind what all like."""
    ballots = [((10, 20, 30), 3), ((20, 30, 40), 2)]
    assert [standing.option for standing in borda(ballots, OPTIONS, 3)][:2] == [20, 10]
    assert [standing.option for standing in pairwise(ballots, OPTIONS)][:2] == [10, 20]


def test_a_circle_leaves_all_three_tied():
    ballots = [((10, 20, 30), 1), ((20, 30, 10), 1), ((30, 10, 20), 1)]
    assert pairwise(ballots, (30, 10, 20)) == [
        Standing(30, 1, 0, True),
        Standing(10, 1, 0, True),
        Standing(20, 1, 0, True),
    ]


def test_equals_share_their_place_in_the_given_order_and_the_next_place_is_left_out():
    standings = borda([((10,), 2), ((40,), 1), ((20,), 1)], (50, 40, 30, 20, 10), 1)
    assert [(s.option, s.place, s.tied) for s in standings] == [
        (10, 1, False),
        (40, 2, True),
        (20, 2, True),
        (50, 4, True),
        (30, 4, True),
    ]


@by_both_rules
def test_without_ballots_all_options_are_tied_for_the_first_place(rule):
    assert rule([], OPTIONS) == [Standing(option, 1, 0, True) for option in OPTIONS]


@by_both_rules
def test_without_options_nobody_stands_anywhere(rule):
    assert rule([((), 4)], ()) == []


@by_both_rules
@pytest.mark.parametrize(
    ("ranking", "error"), [((10, 10), ValueError), ((99,), KeyError)], ids=["twice", "unknown"]
)
def test_a_ranking_that_cannot_be_is_an_error(rule, ranking, error):
    with pytest.raises(error):
        rule([(ranking, 1)], OPTIONS)


def test_a_ranking_longer_than_the_form_allows_is_an_error():
    with pytest.raises(ValueError, match="at most 2"):
        borda([((10, 20, 30), 1)], OPTIONS, 2)


@given(BALLOTS)
def test_borda_is_what_one_gets_by_adding_person_by_person(ballots):
    expected = dict.fromkeys(OPTIONS, 0)
    for ranking in people(ballots):
        for place, option in enumerate(ranking, 1):
            expected[option] += MOST - place + 1
    assert scores(borda(ballots, OPTIONS, MOST)) == expected


@given(BALLOTS)
def test_pairwise_is_what_one_gets_by_asking_each_person_about_each_pair(ballots):
    everybody = people(ballots)
    expected = dict.fromkeys(OPTIONS, 0)
    for one, other in permutations(OPTIONS, 2):
        mine = sum(prefers(ranking, one, other) for ranking in everybody)
        theirs = sum(prefers(ranking, other, one) for ranking in everybody)
        assert matrix(ballots, OPTIONS)[one][other] == mine
        expected[one] += (mine > theirs) - (mine < theirs)
    assert scores(pairwise(ballots, OPTIONS)) == expected


@given(BALLOTS)
def test_who_beats_every_other_topic_comes_first_and_alone(ballots):
    preferred = matrix(ballots, OPTIONS)
    for one in OPTIONS:
        if all(preferred[one][other] > preferred[other][one] for other in OPTIONS if other != one):
            first = pairwise(ballots, OPTIONS)[0]
            assert (first.option, first.place, first.tied) == (one, 1, False)
            assert first.score == len(OPTIONS) - 1


@given(BALLOTS)
def test_duels_won_and_lost_cancel_out(ballots):
    assert sum(scores(pairwise(ballots, OPTIONS)).values()) == 0


@by_both_rules
@given(st.data(), BALLOTS)
def test_the_order_of_counting_does_not_matter(rule, draw, ballots):
    shuffled = draw.draw(st.permutations(ballots))
    assert rule(shuffled, OPTIONS) == rule(ballots, OPTIONS)
    assert rule([(ranking, 1) for ranking in people(ballots)], OPTIONS) == rule(ballots, OPTIONS)


@by_both_rules
@given(BALLOTS, st.integers(2, 1000))
def test_a_crowd_that_is_many_times_as_big_decides_the_same(rule, ballots, times):
    crowd = [(ranking, number * times) for ranking, number in ballots]
    assert [(s.option, s.place, s.tied) for s in rule(crowd, OPTIONS)] == [
        (s.option, s.place, s.tied) for s in rule(ballots, OPTIONS)
    ]


@by_both_rules
@given(st.data(), BALLOTS)
def test_a_topic_is_treated_alike_whatever_its_name(rule, draw, ballots):
    names = dict(zip(OPTIONS, draw.draw(st.permutations(OPTIONS)), strict=True))
    renamed = [(tuple(names[option] for option in ranking), n) for ranking, n in ballots]
    expected = {names[s.option]: (s.place, s.score, s.tied) for s in rule(ballots, OPTIONS)}
    assert {s.option: (s.place, s.score, s.tied) for s in rule(renamed, OPTIONS)} == expected


@by_both_rules
@given(BALLOTS)
def test_places_follow_the_scores(rule, ballots):
    standings = rule(ballots, OPTIONS)
    assert sorted(s.option for s in standings) == sorted(OPTIONS)
    for one in standings:
        assert one.place == 1 + sum(other.score > one.score for other in standings)
        assert one.tied == (sum(other.score == one.score for other in standings) > 1)
    order = [(s.place, OPTIONS.index(s.option)) for s in standings]
    assert order == sorted(order)


@by_both_rules
@given(BALLOTS, st.sampled_from(OPTIONS), st.integers(1, 30))
def test_more_people_who_put_a_topic_first_never_harm_it(rule, ballots, option, number):
    def place(of):
        return next(s.place for s in rule(of, OPTIONS) if s.option == option)

    assert place([*ballots, ((option,), number)]) <= place(ballots)


def test_a_whole_city_is_counted_in_a_blink():
    """All rankings of 3 out of 20 topics, each given by many: 6,840 different ballots."""
    topics = range(20)
    ballots = [(ranking, 37) for ranking in permutations(topics, 3)]
    assert effort(lambda: (borda(ballots, topics, 3), pairwise(ballots, topics))) < 30
