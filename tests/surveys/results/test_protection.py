"""Nobody finds a small group by subtracting what the results of a survey publish."""

from hypothesis import given, settings
from hypothesis import strategies as st

from participa.surveys.results import protection
from tests.citizens.attacker import Attacker

CELLS, GROUPS = ("si", "no", "_ns", ""), ("01", "02", "03", "")
MOST = 100_000
few = st.one_of(st.integers(0, 4), st.integers(0, 12))
tries = settings(max_examples=60, deadline=None)


@st.composite
def tables(draw):
    """People by group and cell, of a question with some cells and a city with some groups."""
    cells, groups = CELLS[: draw(st.integers(2, 4))], GROUPS[: draw(st.integers(2, 4))]
    return {(group, cell): draw(few) for group in groups for cell in cells}


def margins(counts):
    of_cells, of_groups = {}, {}
    for (group, cell), n in counts.items():
        of_cells[cell] = of_cells.get(cell, 0) + n
        of_groups[group] = of_groups.get(group, 0) + n
    return of_cells, of_groups


def published(counts, k):
    of_cells, of_groups = margins(counts)
    shown = protection.item(of_cells, list(of_cells), k)
    groups = protection.item(of_groups, sorted(of_groups), k)
    return shown, groups, protection.compare(counts, shown, of_groups, k)


def hears(counts, shown, groups, compared):
    """All that a page, a file and the other questions tell."""
    attacker = Attacker(most=MOST)
    attacker.learns([(("c", c), n) for c, n in shown.cells.items()], ("all", shown.people))
    attacker.learns([(("g", g), n) for g, n in groups.cells.items()], ("all", groups.people))
    for cell, total in shown.cells.items():
        line = [((g, cell), compared.cells.get((g, cell))) for g in groups.cells]
        attacker.learns(line, (("c", cell), total))
    for group, total in groups.cells.items():
        line = [((group, c), compared.cells.get((group, c))) for c in shown.cells]
        attacker.learns(line, (("g", group), total))
    return attacker


@given(tables(), st.sampled_from([3, 5]))
@tries
def test_no_small_group_follows_from_a_comparison_and_its_margins(counts, k):
    shown, groups, compared = published(counts, k)
    attacker = hears(counts, shown, groups, compared)
    for (group, cell), n in counts.items():
        if 0 < n < k:
            assert compared.cells.get((group, cell)) is None
            low, high = attacker.possible((group, cell))
            assert low <= n <= high
            assert high >= k, f"{group} {cell} is surely small: {low} to {high}"
            assert high - low >= k - 1, f"{group} {cell} is nearly known: {low} to {high}"


@given(tables(), st.sampled_from([3, 5]))
@tries
def test_what_a_comparison_tells_is_true(counts, k):
    _, groups, compared = published(counts, k)
    for (group, cell), n in compared.cells.items():
        assert n is None or n == counts[group, cell]
    for group, n in compared.groups.items():
        assert n == groups.cells[group]


def test_a_comparison_that_needs_no_hiding_is_whole():
    counts = {("01", "si"): 30, ("01", "no"): 20, ("02", "si"): 10, ("02", "no"): 40}
    _, _, compared = published(counts, 5)
    assert compared.cells == counts


def test_a_survey_with_too_few_people_is_compared_by_nothing():
    counts = {("01", "si"): 4, ("02", "no"): 3}
    assert published(counts, 5)[2] is protection.NOTHING


@given(tables(), st.sampled_from([3, 5]))
@tries
def test_options_that_go_together_show_no_group_of_fewer_than_k(counts, k):
    """One person may pick several, so a column never has more picks than people."""
    of_cells, _ = margins(counts)
    people = {
        group: sum(n for (g, _), n in counts.items() if g == group)
        for group in {g for g, _ in counts}
    }
    everybody = protection.picks(of_cells, list(of_cells), sum(people.values()), k)
    compared = protection.compare_picks(counts, everybody, people, k)
    for (group, option), n in compared.cells.items():
        assert n is None or (n == counts[group, option] and not 0 < n < k)
        assert n is None or not 0 < people[group] - n < k
