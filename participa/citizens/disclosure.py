"""Which numbers may be told, so that no group of fewer than k persons can be found. No database.

What is published: counts of persons in tables with their totals. What is hidden: `None`, always
the same sign, whether a number is small or hidden only to cover a small one (a sign of its own
would tell which is which).

**Protected** means: somebody who knows every published number, that persons cannot be negative,
and k itself, can narrow a hidden count of 1 to k-1 persons down only to an interval that reaches
k or more and holds at least k numbers. So nobody can even say that it is small.

**Zeros.** Zero persons are nobody, so a zero needs no protection, and one that the published
numbers give away is shown. Otherwise a zero is hidden like a small number: it then covers the
small ones beside it, since nobody can say that a hidden number is at least one.

**Time.** Two publications are two tables whose difference is a third. Detailed counts are
therefore told once, when the source has closed (`publishable`, `running`); see the functions.

Two tables about different groupings of the same people that add up to one another (comunas and
their zones) must not be published both: nothing here compares two calls of `protect`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from participa.citizens.suppression import Grid

K = 5
Cell = tuple[str, ...]
Shown = int | None


@dataclass(frozen=True, slots=True)
class Protected:
    """A table as it may be told. `margins[d]` are the totals along dimension d; None is hidden."""

    cells: Mapping[Cell, Shown]
    margins: tuple[Mapping[str, Shown], ...]
    total: Shown

    @property
    def is_whole(self) -> bool:
        return None not in {*self.cells.values(), self.total}

    def line(self, dimension: int, name: str) -> dict[str, Shown]:
        """One row or column: what a filter shows. Protecting a part anew would hide other cells,
        and the two patterns together would give away both.
        """
        rest = 1 - dimension
        return {cell[rest]: n for cell, n in self.cells.items() if cell[dimension] == name}


@dataclass(frozen=True, slots=True)
class ProtectedPicks:
    """Who picked what, where: persons by place, picks by (option, place), picks by option."""

    people: Mapping[str, Shown]
    total: Shown
    picks: Mapping[tuple[str, str], Shown]
    totals: Mapping[str, Shown]


def is_small(count: int, k: int = K) -> bool:
    return 0 < count < k


def protect(cells: Mapping[Cell, int], k: int = K) -> Protected:
    """A table of one or two dimensions with its totals; every person stands in one cell."""
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
    rows = sorted({row for row, _ in cells})  # not as they came: every page must hide the same
    columns = sorted({column for _, column in cells})
    inner = [[cells.get((row, column), 0) for column in columns] for row in rows]
    total = sum(map(sum, inner))
    grid = Grid(
        k, inner, [sum(row) for row in inner], [sum(down) for down in zip(*inner, strict=True)]
    )
    if total < k or not grid.protect():
        nothing = (dict.fromkeys(rows), dict.fromkeys(columns))
        return Protected(dict.fromkeys(cells), nothing, total if total >= k else None)
    told = grid.told()
    return Protected(
        {(row, column): told[rows.index(row)][columns.index(column)] for row, column in cells},
        (
            {row: told[i][len(columns)] for i, row in enumerate(rows)},
            {column: told[len(rows)][j] for j, column in enumerate(columns)},
        ),
        total,
    )


def protect_many(
    people: Mapping[str, int],
    picks: Mapping[tuple[str, str], int],
    k: int = K,
    totals_are_public: bool = False,
) -> ProtectedPicks:
    """Several tables over the same people: persons by place, and who picked what in each place.

    `people` is how many persons stand in each place, `picks[option, place]` how many of them
    picked the option; a person may pick several. Told together are persons by place, their total,
    each pick, and the picks of each option everywhere. Beyond `protect`, nobody can find out that
    all but a few of a place picked something. A place whose persons are hidden tells none of its
    picks; for whoever subtracts, all such places are one, and it is protected as one.

    With `totals_are_public` the picks of each option everywhere are told as they are (a ranking
    that anybody can recount); a hidden cell then cannot reach beyond the total of its option, and
    is protected up to there.
    """
    places = _one_way({(place,): n for place, n in people.items()}, k)
    told = {place: places.cells[(place,)] for place in people}
    options = sorted({option for option, _ in picks})
    groups = [[place] for place in sorted(people) if told[place] is not None]
    if merged := [place for place in people if told[place] is None]:
        groups.append(merged)
    inner = [
        [sum(picks.get((o, place), 0) for place in group) for group in groups] for o in options
    ]
    bounds = [sum(people[place] for place in group) for group in groups]
    if any(n > most for line in inner for n, most in zip(line, bounds, strict=True)):
        raise ValueError("more persons picked an option than there are in the place")
    totals = [sum(line) for line in inner]
    grid = Grid(k, inner, totals, bounds=bounds, open_totals=totals_are_public)
    if places.total is None or not options or not grid.protect():
        return _only_totals(told, places.total, options, totals, k, totals_are_public)
    shown = grid.told()
    columns = {group[0]: j for j, group in enumerate(groups) if group is not merged}
    return ProtectedPicks(
        told,
        places.total,
        {
            (option, place): shown[i][columns[place]] if place in columns else None
            for i, option in enumerate(options)
            for place in people
        },
        {option: shown[i][len(groups)] for i, option in enumerate(options)},
    )


def few(n: int, everybody: int, k: int) -> bool:
    """Whether the number, or what is left of everybody without it, is a small group or nobody."""
    return n < k or is_small(everybody - n, k)


def _only_totals(
    people: Mapping[str, Shown],
    total: Shown,
    options: list[str],
    totals: list[int],
    k: int,
    totals_are_public: bool,
) -> ProtectedPicks:
    return ProtectedPicks(
        people,
        total,
        {(option, place): None for option in options for place in people},
        {
            option: n if totals_are_public or not (total is None or few(n, total, k)) else None
            for option, n in zip(options, totals, strict=True)
        },
    )


@dataclass(frozen=True, slots=True)
class ProtectedChoices:
    """A question with several answers: how many gave at least one of them, and each of them."""

    anyone: Shown
    options: Mapping[str, Shown]


def protect_choices(anyone: int, options: Mapping[str, int], k: int = K) -> ProtectedChoices:
    """Options that one person may give together, out of `anyone` who gave at least one.

    They do not add up, so nothing can be subtracted but each from `anyone`: hidden is what is
    small, and what all but a few gave.
    """
    if is_small(anyone, k):
        return ProtectedChoices(None, dict.fromkeys(options))
    hidden = {option for option, n in options.items() if is_small(n, k) or is_small(anyone - n, k)}
    return ProtectedChoices(
        anyone, {option: None if option in hidden else n for option, n in options.items()}
    )


def running(n: int, k: int = K) -> int:
    """A running total that may be told while answers arrive: whole groups of k persons, and one
    group behind. So what is left to tell at the end is a whole group, too, and never the last few.
    """
    return max(n - k, 0) // k * k


def publishable(n_now: int, n_last: int, k: int = K) -> bool:
    """Whether a total may be told again: nobody came since the last time, or at least k did.

    It guards a total, not a table: of k newcomers one alone may have gone into a cell. A table is
    told again only when `moved_enough` says so; the safe rule is to tell it once, at the end.
    """
    return n_now >= k and (n_now == n_last or n_now - n_last >= k)


def moved_enough(now: Mapping[Cell, int], last: Mapping[Cell, int], k: int = K) -> bool:
    """Whether a table may replace the one told before: every cell stood still or grew by k."""
    grown = [n - last.get(cell, 0) for cell, n in now.items()]
    return all(n == 0 or n >= k for n in grown) and last.keys() <= now.keys()
