"""DAT-09, NET-07 and design rule 8: no subtraction across totals, filters or formats gives away
a group of fewer than k persons. The attack is in attacker.py; the controls show that it works.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participa.citizens import disclosure
from participa.citizens.disclosure import protect, protect_choices, protect_many
from tests.citizens.attacker import Attacker
from tests.effort import effort

ROWS, COLUMNS = "abcd", "wxyz"
MOST = 100_000  # nobody believes in more persons than that
counts = st.one_of(st.integers(0, 4), st.integers(0, 12))
tries = settings(max_examples=80, deadline=None)


@st.composite
def flat_tables(draw):
    return {(name,): draw(counts) for name in "abcdef"[: draw(st.integers(1, 6))]}


@st.composite
def square_tables(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return {(r, c): draw(counts) for r in ROWS[:rows] for c in COLUMNS[:columns]}


@st.composite
def ballots(draw):
    """Who lives where, and which of the options each one picked."""
    people = {place: draw(counts) for place in COLUMNS[: draw(st.integers(1, 4))]}
    options = ROWS[: draw(st.integers(1, 3))]
    picks = {(o, place): draw(st.integers(0, n)) for o in options for place, n in people.items()}
    return people, picks


def hears_flat(shown):
    attacker = Attacker(most=MOST)
    attacker.learns(shown.cells.items(), ("all", shown.total))
    return attacker


def hears_square(shown):
    attacker = Attacker(most=MOST)
    rows, columns = shown.margins
    for row, total in rows.items():
        line = [(cell, n) for cell, n in shown.cells.items() if cell[0] == row]
        attacker.learns(line, ((row, "*"), total))
    for column, total in columns.items():
        line = [(cell, n) for cell, n in shown.cells.items() if cell[1] == column]
        attacker.learns(line, (("*", column), total))
    attacker.learns([((row, "*"), n) for row, n in rows.items()], ("all", shown.total))
    attacker.learns([(("*", c), n) for c, n in columns.items()], ("all", shown.total))
    return attacker


def hears_ballots(shown):
    attacker = Attacker(most=MOST)
    attacker.learns([(("n", place), n) for place, n in shown.people.items()], ("all", shown.total))
    for option, total in shown.totals.items():
        line = [(("p", *cell), n) for cell, n in shown.picks.items() if cell[0] == option]
        attacker.learns(line, (("t", option), total))
    for (option, place), n in shown.picks.items():
        parts = [(("p", option, place), n), (("rest", option, place), None)]
        attacker.learns(parts, (("n", place), shown.people[place]))
    return attacker


def assert_cannot_tell(attacker, name, true, k, public=(MOST, MOST)):
    """The criterion of the module: it may be k or more, and it may be k different numbers; or as
    many as a total leaves over that was public from the start: its own, or that of the others.
    """
    own, others = public
    reach, width = min(k, own), min(k - 1, own, others)
    low, high = attacker.possible(name)
    assert low <= true <= high
    assert high >= reach, f"{name} is surely small: {low} to {high}"
    assert high - low >= width, f"{name} is nearly known: {low} to {high}"


@given(flat_tables(), st.sampled_from([3, 5]))
@tries
def test_nobody_finds_a_small_group_in_a_list_with_its_total(cells, k):
    shown = protect(cells, k)
    attacker = hears_flat(shown)
    for cell, n in cells.items():
        if 0 < n < k:
            assert shown.cells[cell] is None
            assert_cannot_tell(attacker, cell, n, k)


@given(square_tables(), st.sampled_from([3, 5]))
@tries
def test_nobody_finds_a_small_group_in_a_table_with_its_totals(cells, k):
    shown = protect(cells, k)
    attacker = hears_square(shown)
    for cell, n in cells.items():
        if 0 < n < k:
            assert shown.cells[cell] is None
            assert_cannot_tell(attacker, cell, n, k)
    for d, names in enumerate(shown.margins):
        for name, told in names.items():
            n = sum(count for cell, count in cells.items() if cell[d] == name)
            if 0 < n < k:
                assert told is None
                assert_cannot_tell(attacker, (name, "*") if d == 0 else ("*", name), n, k)


@given(square_tables(), st.sampled_from([3, 5]))
@tries
def test_what_is_told_is_true(cells, k):
    shown = protect(cells, k)
    assert shown.cells.keys() == cells.keys()
    assert all(n is None or n == cells[cell] for cell, n in shown.cells.items())
    for d, names in enumerate(shown.margins):
        for name, told in names.items():
            assert told in {None, sum(n for cell, n in cells.items() if cell[d] == name)}
    assert shown.total in {None, sum(cells.values())}


@pytest.mark.slow
@given(ballots(), st.sampled_from([3, 5]))
@tries
def test_nobody_finds_a_small_group_in_a_ranking_by_territory(told, k):
    people, picks = told
    shown = protect_many(people, picks, k)
    attacker = hears_ballots(shown)
    for place, n in people.items():
        if 0 < n < k:
            assert_cannot_tell(attacker, ("n", place), n, k)
    for (option, place), n in picks.items():
        if 0 < n < k:
            assert shown.picks[option, place] is None
            assert_cannot_tell(attacker, ("p", option, place), n, k)
        if 0 < people[place] - n < k:
            assert_cannot_tell(attacker, ("rest", option, place), people[place] - n, k)
    for option, total in shown.totals.items():
        n = sum(count for (other, _), count in picks.items() if other == option)
        assert total in {None, n}
        if 0 < n < k:
            assert_cannot_tell(attacker, ("t", option), n, k)


@given(ballots(), st.sampled_from([3, 5]))
@tries
def test_nobody_finds_out_that_all_but_a_few_of_the_city_picked_something(told, k):
    people, picks = told
    shown = protect_many(people, picks, k)
    attacker = hears_ballots(shown)
    everybody = sum(people.values())
    for option, total in shown.totals.items():
        n = sum(count for (other, _), count in picks.items() if other == option)
        if 0 < everybody - n < k and shown.total is not None:
            assert total is None
            assert attacker.possible(("t", option))[0] <= everybody - k


@given(ballots(), st.sampled_from([3, 5]))
@tries
def test_a_ranking_that_anybody_can_recount_hides_where_its_few_votes_came_from(told, k):
    people, picks = told
    shown = protect_many(people, picks, k, totals_are_public=True)
    attacker = hears_ballots(shown)
    for (option, place), n in picks.items():
        total = sum(count for (other, _), count in picks.items() if other == option)
        others = sum(people.values()) - total
        assert shown.totals[option] == total or shown.total is None
        # With everybody in one place, the total of the option is the place's own number.
        alone = sum(count > 0 for count in people.values()) < 2
        if 0 < n < k and not alone and shown.total is not None:
            assert shown.picks[option, place] is None
            assert_cannot_tell(attacker, ("p", option, place), n, k, (total, others))
        rest = people[place] - n
        if 0 < rest < k and not alone and shown.total is not None:
            assert_cannot_tell(attacker, ("rest", option, place), rest, k, (others, total))


@given(square_tables())
@tries
def test_every_page_and_file_hides_the_same_whatever_its_order(cells):
    """Two patterns over the same people, laid side by side, would give away both."""
    backwards = dict(reversed(cells.items()))
    assert protect(cells).cells == protect(backwards).cells
    assert protect(cells).margins == protect(backwards).margins


def test_a_filter_shows_a_line_of_the_same_table():
    shown = protect({("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 9, ("b", "y"): 30})
    assert shown.line(0, "a") == {name: shown.cells["a", name] for name in "xy"}
    assert shown.line(1, "y") == {name: shown.cells[name, "y"] for name in "ab"}


def only_small_ones_hidden(cells, k):
    """The control: what everybody does at first."""
    whole = disclosure.Protected(
        {cell: None if 0 < n < k else n for cell, n in cells.items()},
        tuple(
            {
                name: sum(n for cell, n in cells.items() if cell[d] == name)
                for name in dict.fromkeys(cell[d] for cell in cells)
            }
            for d in (0, 1)
        ),
        sum(cells.values()),
    )
    return hears_square(whole)


def test_control_without_complementary_suppression_the_attacker_finds_the_small_group():
    cells = {("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 9, ("b", "y"): 30}
    assert only_small_ones_hidden(cells, 5).possible(("a", "x")) == (3, 3)
    low, high = hears_square(protect(cells)).possible(("a", "x"))
    assert low <= 3
    assert high >= 5
    assert high - low >= 4


def test_control_hiding_only_one_more_cell_in_the_row_does_not_help():
    cells = {("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 9, ("b", "y"): 30}
    attacker = hears_square(protect(cells))
    naive = only_small_ones_hidden(cells | {("a", "y"): 4}, 5)  # 4 is hidden too, its row covers it
    assert naive.possible(("a", "x")) == (3, 3)  # but the column does not
    assert attacker.possible(("b", "x"))[0] < 9


def test_control_a_recounted_filter_with_another_pattern_gives_the_cell_away():
    cells = {("a", "x"): 3, ("a", "y"): 20, ("a", "z"): 21, ("b", "x"): 9, ("b", "y"): 30}
    cells["b", "z"] = 31
    shown = protect(cells)
    hidden = {cell for cell, n in shown.cells.items() if n is None}
    assert len(hidden & {("a", "y"), ("a", "z")}) == 1
    attacker = hears_square(shown)
    for cell in hidden & {("a", "y"), ("a", "z")}:  # a second page shows what this one hides
        attacker.learns([(cell, None)], ("elsewhere", cells[cell]))
    assert attacker.possible(("a", "x")) == (3, 3)


def test_control_a_place_that_hides_its_people_must_hide_its_picks_too():
    people = {"x": 3, "y": 12, "z": 40}
    shown = protect_many(people, {("a", "x"): 2, ("a", "y"): 11, ("a", "z"): 20})
    assert shown.people == {"x": None, "y": None, "z": 40}
    assert shown.picks["a", "y"] is None
    attacker = hears_ballots(shown)
    assert attacker.possible(("n", "x"))[1] >= 5
    attacker.learns([(("p", "a", "y"), None)], ("elsewhere", 11))
    assert attacker.possible(("n", "x"))[1] == 4  # eleven of fifteen live in y: x has four at most


def test_fewer_than_k_persons_are_told_as_nothing_at_all():
    assert protect({("a",): 1, ("b",): 2, ("c",): 0}) == disclosure.Protected(
        {("a",): None, ("b",): None, ("c",): None}, (), None
    )
    shown = protect({("a", "x"): 4, ("b", "x"): 0})
    assert {*shown.cells.values(), shown.total} == {None}
    assert protect({}).total is None


def test_a_table_without_small_numbers_is_told_whole_with_its_zeros():
    cells = {("sí",): 12, ("no",): 40, ("no sabe",): 0}
    assert protect(cells).cells == cells
    assert protect(cells).is_whole
    square = {("a", "x"): 12, ("a", "y"): 0, ("b", "x"): 7, ("b", "y"): 9}
    assert protect(square).is_whole


def test_the_smallest_large_number_is_what_covers_a_small_one():
    shown = protect({("a",): 3, ("b",): 50, ("c",): 7, ("d",): 0})
    assert shown.cells == {("a",): None, ("b",): 50, ("c",): None, ("d",): None}
    assert shown.total == 60


@pytest.mark.parametrize(
    "cells",
    [{("a",): 1, ("a", "b"): 2}, {("a", "b", "c"): 9}, {("a",): -1}],
    ids=["mixed", "three dimensions", "negative"],
)
def test_what_is_not_a_table_of_persons_is_not_protected(cells):
    with pytest.raises(ValueError, match=r"count|dimension"):
        protect(cells)


def test_more_picks_than_people_is_a_mistake():
    with pytest.raises(ValueError, match="more persons"):
        protect_many({"x": 9}, {("a", "x"): 10})


def test_what_all_but_a_few_answered_is_hidden_like_what_few_answered():
    shown = protect_choices(
        30, {"física": 27, "visual": 3, "auditiva": 12, "múltiple": 30, "otra": 0}
    )
    assert shown.anyone == 30
    told = {option for option, n in shown.options.items() if n is not None}
    assert told == {"auditiva", "múltiple", "otra"}
    assert protect_choices(4, {"física": 4}).anyone is None


@pytest.mark.parametrize(
    ("now", "last", "may"),
    [(4, 0, False), (5, 0, True), (7, 5, False), (10, 5, True), (10, 10, True), (9, 10, False)],
)
def test_a_total_is_told_again_only_when_a_whole_group_came(now, last, may):
    """Two dates: the difference of two publications is a group, too."""
    assert disclosure.publishable(now, last) is may


def test_a_running_total_moves_by_whole_groups():
    people = (0, 5, 9, 10, 14, 15, 43)
    assert [disclosure.running_total(n) for n in people] == [0, 0, 0, 5, 5, 10, 35]


def test_the_end_never_tells_the_last_few_apart():
    for n in range(10, 60):
        assert 5 <= n - disclosure.running_total(n) < 10


def test_a_table_is_told_again_only_when_no_cell_moved_a_little():
    last = {("sí",): 10, ("no",): 20}
    assert disclosure.publishable_table(last, last)
    assert disclosure.publishable_table({("sí",): 15, ("no",): 20}, last)
    assert not disclosure.publishable_table({("sí",): 11, ("no",): 29}, last)
    assert not disclosure.publishable_table({("no",): 20}, last)


def city(seed, scale):
    chance = random.Random(seed)
    places = [f"{n:02}" for n in range(24)]
    weights = {place: min(chance.paretovariate(1), 8) for place in places}
    people = {place: 3 + int(scale * weight) for place, weight in weights.items()}
    picks = {
        (f"t{o:02}", place): min(n, int(chance.random() ** 3 * n))
        for o in range(30)
        for place, n in people.items()
    }
    return people, picks


@pytest.mark.parametrize("scale", [2, 8, 30, 200])
def test_the_whole_city_is_protected_in_a_blink_and_step_by_step_subtraction_finds_nothing(scale):
    """24 territories by 30 topics; NET-07."""
    people, picks = city(scale, scale)
    assert effort(lambda: (protect(picks), protect_many(people, picks))) < 100
    shown, ranking = protect(picks), protect_many(people, picks)
    square, by_place = hears_square(shown).propagated(), hears_ballots(ranking).propagated()
    small = [cell for cell, n in picks.items() if 0 < n < 5]
    assert small
    for cell in small:
        for name, found in ((cell, square), (("p", *cell), by_place)):
            low, high = found[name]
            assert high >= 5
            assert high - low >= 4


def test_a_large_city_keeps_most_of_its_numbers():
    people, picks = city(3, 200)
    hidden = [n for n in protect_many(people, picks).picks.values() if n is None]
    assert len(hidden) < 2 * sum(n < 5 or people[p] - n < 5 for (_, p), n in picks.items())
