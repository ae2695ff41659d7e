"""Statistical disclosure control for published counts of people. No database.

Published are tables of counts with their marginal totals. A hidden count is `None`, whether it
was suppressed for being small (primary suppression) or to protect a small one (secondary, or
complementary, suppression): a different sign for each kind would reveal the small ones.

**Protected** means: a reader with every published number, the knowledge that counts are never
negative, and k itself, can narrow a hidden count of 1 to k-1 people down only to an interval that
reaches k or more and contains at least k values. So the reader cannot even prove that it is small.

**Zeros.** An empty cell identifies nobody, so a zero needs no protection, and a zero that follows
from the published numbers is shown. Other zeros are hidden like small cells: they then protect
the small cells beside them, because a hidden number may be zero.

**Time.** Two publications of one table reveal a third: their difference. Detailed counts are
therefore published once, after the source has closed; `publishable`, `publishable_table` and
`running_total` state the exceptions.

Two tables that group the same people differently and whose groups add up to one another (comunas
and their zones) must not both be published: separate calls of `protect` are not compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from participa.citizens.suppression import Grid, VisibleCount

K = 5  # default k-anonymity threshold: the smallest group of people that may be published
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """A publishable table; None is hidden. `margins[d]` are the totals along dimension d."""

    cells: Mapping[Cell, VisibleCount]
    margins: tuple[Mapping[str, VisibleCount], ...]
    total: VisibleCount

    @property
    def is_whole(self) -> bool:
        return None not in {*self.cells.values(), self.total}

    def line(self, dimension: int, name: str) -> dict[str, VisibleCount]:
        """One row or column, for a filtered view.

        Always take it from the protected table: protecting the part by itself would hide other
        cells, and the two patterns together would reveal the hidden counts.
        """
        other = 1 - dimension
        return {cell[other]: n for cell, n in self.cells.items() if cell[dimension] == name}


@dataclass(frozen=True, slots=True)
class ProtectedPicks:
    """Choices by place: people by place, picks by (option, place), and total picks by option."""

    people: Mapping[str, VisibleCount]
    total: VisibleCount
    picks: Mapping[tuple[str, str], VisibleCount]
    totals: Mapping[str, VisibleCount]


def is_small(count: int, k: int = K) -> bool:
    return 0 < count < k


def protect(cells: Mapping[Cell, int], k: int = K) -> Protected:
    """Protect a table of one or two dimensions with its totals.

    Each person must be counted in exactly one cell. Raises ValueError for other tables: mixed or
    more dimensions, negative counts.
    """
    dimensions = {len(cell) for cell in cells}
    if not dimensions <= {1, 2} or len(dimensions) > 1:
        raise ValueError("a table has one dimension or two, the same for all its cells")
    if any(count < 0 for count in cells.values()):
        raise ValueError("a count of persons is never negative")
    if dimensions == {2}:
        return _two_way({(row, column): n for (row, column), n in cells.items()}, k)
    return _one_way(cells, k)


def _one_way(cells: Mapping[Cell, int], k: int) -> Protected:
    total = sum(cells.values())
    if total < k:
        return Protected(dict.fromkeys(cells), (), None)
    hidden = {cell for cell, n in cells.items() if n < k}
    if any(cells[cell] for cell in hidden):
        for cell in sorted(cells.keys() - hidden, key=lambda cell: (cells[cell], cell)):
            if sum(cells[cell] for cell in hidden) >= k and len(hidden) > 1:
                break
            hidden.add(cell)
    else:
        hidden = set()
    return Protected({cell: None if cell in hidden else n for cell, n in cells.items()}, (), total)


def _two_way(cells: Mapping[tuple[str, str], int], k: int) -> Protected:
    # Sorted, so that the same counts in another order hide the same cells on every page.
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    inner = [[cells.get((row, column), 0) for column in columns] for row in rows]
    total = sum(map(sum, inner))
    grid = Grid(
        k, inner, [sum(row) for row in inner], [sum(down) for down in zip(*inner, strict=True)]
    )
    if total < k or not grid.protect():
        all_hidden = (dict.fromkeys(rows), dict.fromkeys(columns))
        return Protected(dict.fromkeys(cells), all_hidden, total if total >= k else None)
    visible = grid.visible_cells()
    return Protected(
        {(row, column): visible[rows.index(row)][columns.index(column)] for row, column in cells},
        (
            {row: visible[i][len(columns)] for i, row in enumerate(rows)},
            {column: visible[len(rows)][j] for j, column in enumerate(columns)},
        ),
        total,
    )


def protect_many(
    people: Mapping[str, int],
    picks: Mapping[tuple[str, str], int],
    k: int = K,
    totals_are_public: bool = False,
) -> ProtectedPicks:
    """Protect several tables over the same people: people by place, and choices in each place.

    `people` is the number of people in each place, `picks[option, place]` how many of them picked
    the option; one person may pick several. The result holds people by place, their total, each
    pick count, and the total picks of each option. In addition to the guarantee of `protect`, it
    does not reveal that all but a few people of a place picked something. All picks of a place
    with a hidden number of people are hidden; such places are protected as one merged place,
    because only their sum can be computed by subtraction. Raises ValueError if an option has more
    picks than the place has people.

    With `totals_are_public` the total picks of each option are published unchanged (a ranking
    that anybody can recount); a hidden cell can then seem no larger than the total of its option,
    and is protected up to that total.
    """
    places = _one_way({(place,): n for place, n in people.items()}, k)
    visible_people = {place: places.cells[(place,)] for place in people}
    options = sorted({option for option, _ in picks})
    groups = [[place] for place in sorted(people) if visible_people[place] is not None]
    if merged := [place for place in people if visible_people[place] is None]:
        groups.append(merged)
    inner = [
        [sum(picks.get((o, place), 0) for place in group) for group in groups] for o in options
    ]
    bounds = [sum(people[place] for place in group) for group in groups]
    if any(n > bound for line in inner for n, bound in zip(line, bounds, strict=True)):
        raise ValueError("more persons picked an option than there are in the place")
    totals = [sum(line) for line in inner]
    grid = Grid(k, inner, totals, bounds=bounds, row_totals_are_public=totals_are_public)
    if places.total is None or not options or not grid.protect():
        return _only_totals(visible_people, places.total, options, totals, k, totals_are_public)
    visible = grid.visible_cells()
    columns = {group[0]: j for j, group in enumerate(groups) if group is not merged}
    return ProtectedPicks(
        visible_people,
        places.total,
        {
            (option, place): visible[i][columns[place]] if place in columns else None
            for i, option in enumerate(options)
            for place in people
        },
        {option: visible[i][len(groups)] for i, option in enumerate(options)},
    )


def _reveals_small_group(n: int, everybody: int, k: int) -> bool:
    """Whether `n` is below k, or the other `everybody - n` people are a small group."""
    return n < k or is_small(everybody - n, k)


def _only_totals(
    people: Mapping[str, VisibleCount],
    total: VisibleCount,
    options: list[str],
    totals: list[int],
    k: int,
    totals_are_public: bool,
) -> ProtectedPicks:
    """The fallback when the picks by place cannot be protected: hide them all."""

    def is_hidden(n: int) -> bool:
        is_unsafe = total is None or _reveals_small_group(n, total, k)
        return is_unsafe and not totals_are_public

    return ProtectedPicks(
        people,
        total,
        {(option, place): None for option in options for place in people},
        {option: None if is_hidden(n) else n for option, n in zip(options, totals, strict=True)},
    )


@dataclass(frozen=True, slots=True)
class ProtectedChoices:
    """Counts of a multiple-choice question: people with at least one option, and per option."""

    anyone: VisibleCount
    options: Mapping[str, VisibleCount]


def protect_choices(anyone: int, options: Mapping[str, int], k: int = K) -> ProtectedChoices:
    """Protect options that may be combined; `anyone` counts the people with at least one.

    The counts do not add up to a total, so the only possible subtraction is each from `anyone`:
    hidden are small counts, and counts that all but a few people share.
    """
    if is_small(anyone, k):
        return ProtectedChoices(None, dict.fromkeys(options))
    hidden = {option for option, n in options.items() if is_small(n, k) or is_small(anyone - n, k)}
    return ProtectedChoices(
        anyone, {option: None if option in hidden else n for option, n in options.items()}
    )


def running_total(n: int, k: int = K) -> int:
    """The total to publish while answers still arrive: rounded down to a multiple of k, minus k.

    Staying one group behind leaves at least k people to add at the end, so that the final total
    never singles out the last few.
    """
    return max(n - k, 0) // k * k


def publishable(n_now: int, n_last: int, k: int = K) -> bool:
    """Whether a new total may be published: unchanged since the last one, or at least k higher.

    For totals only. Of k more people, one alone may have been added to some cell; for tables use
    `publishable_table`, or publish them once, at the end.
    """
    return n_now >= k and (n_now == n_last or n_now - n_last >= k)


def publishable_table(now: Mapping[Cell, int], last: Mapping[Cell, int], k: int = K) -> bool:
    """Whether a table may replace the last one: each cell unchanged or at least k higher."""
    growth = [n - last.get(cell, 0) for cell, n in now.items()]
    return all(n == 0 or n >= k for n in growth) and last.keys() <= now.keys()
