"""Which counts of a survey may be shown: no group of fewer than k people can be computed from them.

The cells of an item add up to everybody, and are protected as one table
(docs/decisions/0009-small-cells.md). A comparison adds the same cells by group. Its margins are
public already: the cells on the card of the question, the people of each group beside every
question. So neither margin is hidden or shown by it, and whatever is hidden in a margin is one
merged row or column, whose sum anybody can compute.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participa.citizens import disclosure
from participa.citizens.disclosure import VisibleCount
from participa.citizens.suppression import NEVER_HIDDEN, Grid
from participa.surveys.counting.items import NOT_ASKED

HIDDEN = "\x00"  # stands for all that a margin hides


@dataclass(frozen=True, slots=True)
class ShownItem:
    """The cells of an item; None is a hidden number."""

    cells: Mapping[str, VisibleCount]
    people: VisibleCount

    @property
    def is_whole(self) -> bool:
        return None not in self.cells.values()

    @property
    def is_hidden(self) -> bool:
        return all(n is None for n in self.cells.values())


@dataclass(frozen=True, slots=True)
class ShownComparison:
    """The cells of an item by group, and the people of each group whose number is public."""

    groups: Mapping[str, int]
    cells: Mapping[tuple[str, str], VisibleCount]  # by group and cell

    def of(self, group: str, names: Sequence[str]) -> list[VisibleCount]:
        return [self.cells.get((group, name)) for name in names]


NOTHING = ShownComparison({}, {})


def item(counts: Mapping[str, int], names: Sequence[str], k: int) -> ShownItem:
    """The cells with these names, which hold everybody.

    Those who were asked are protected besides as a table of their own: how many they are may
    follow from the question that decided it.
    """
    shown = disclosure.protect({(name,): counts.get(name, 0) for name in names}, k)
    cells = {name: shown.cells[(name,)] for name in names}
    asked = {name: counts.get(name, 0) for name in names if name != NOT_ASKED}
    if NOT_ASKED in names and any(asked.values()):
        cells = _both(cells, item(asked, list(asked), k).cells)
    return ShownItem(cells, shown.total)


def _both(one: Mapping[Any, VisibleCount], other: Mapping[Any, VisibleCount]) -> dict[Any, Any]:
    """What both show: hiding more never tells more."""
    return {name: other.get(name, n) if n is not None else None for name, n in one.items()}


def picks(
    counts: Mapping[str, int],
    names: Sequence[str],
    answered: VisibleCount,
    k: int,
    add_up: bool = False,
) -> dict[str, VisibleCount]:
    """Options that may be chosen together, by the people who chose at least one.

    They `add_up` where everybody had to choose the same number of them.
    """
    if answered is None:
        return dict.fromkeys(names)
    options = {name: counts.get(name, 0) for name in names}
    shown = dict(disclosure.protect_choices(answered, options, k).options)
    return _filled_up(shown, options, k) if add_up else shown


def _filled_up(
    shown: Mapping[str, VisibleCount], counts: Mapping[str, int], k: int
) -> dict[str, VisibleCount]:
    """Hide more, until what is hidden of a known sum is of several, and of k people or more."""
    hidden = {name for name, n in shown.items() if n is None}
    if not any(counts[name] for name in hidden):
        return dict(shown)
    for name in sorted(shown.keys() - hidden, key=lambda name: (counts[name], name)):
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= k:
            break
        hidden.add(name)
    return {name: None if name in hidden else n for name, n in shown.items()}


class PublicMargins(Grid):
    """A table of which both margins are published elsewhere, so that only inner cells can hide."""

    def _cost(self, i: int, j: int) -> int:
        return NEVER_HIDDEN if self._is_total(i, j) else super()._cost(i, j)


def compare(
    counts: Mapping[tuple[str, str], int],
    of_everybody: ShownItem,
    people: Mapping[str, int],
    k: int,
) -> ShownComparison:
    """The cells of an item by group; NOTHING where no two groups can be told apart safely."""
    found = _compare(counts, of_everybody, people, k)
    if NOT_ASKED not in of_everybody.cells or found is NOTHING:
        return found
    inner = {pair: n for pair, n in counts.items() if pair[1] != NOT_ASKED}
    asked = Counter(dict.fromkeys(people, 0))
    for (group, _), n in inner.items():
        asked[group] += n
    cells = {name: n for name, n in of_everybody.cells.items() if name != NOT_ASKED}
    among = _compare(inner, ShownItem(cells, None), asked, k)
    if among is NOTHING:
        return NOTHING
    not_asked = {pair: n for pair, n in found.cells.items() if pair[1] == NOT_ASKED}
    told = {pair: n for pair, n in found.cells.items() if pair in among.cells}
    return ShownComparison(found.groups, _both(told, among.cells) | not_asked)


def both(one: ShownComparison, other: ShownComparison) -> ShownComparison:
    """What both show of the groups of the first; what the other does not know is hidden."""
    hidden = dict.fromkeys(one.cells) | dict(other.cells)
    return ShownComparison(one.groups, _both(one.cells, hidden))


def _compare(
    counts: Mapping[tuple[str, str], int],
    of_everybody: ShownItem,
    people: Mapping[str, int],
    k: int,
) -> ShownComparison:
    groups = item(people, sorted(people), k)
    shown = {group: n for group, n in groups.cells.items() if n}
    rows = _merged([name for name, n in of_everybody.cells.items() if n is not None], of_everybody)
    columns = _merged([group for group, n in groups.cells.items() if n is not None], groups)
    if len(columns) < 2 or len(rows) < 2 or not shown:
        return NOTHING
    inner = [[_sum(counts, column, row) for column in columns] for row in rows]
    grid = PublicMargins(
        k, inner, [sum(line) for line in inner], [sum(line) for line in zip(*inner, strict=True)]
    )
    if not grid.protect():
        return NOTHING
    visible = grid.visible_cells()
    return ShownComparison(
        shown,
        {
            (column[0], row[0]): visible[i][j]
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
            if column[0] in shown and row[0] in of_everybody.cells and len(row) == 1
        },
    )


def compare_picks(
    counts: Mapping[tuple[str, str], int],
    of_everybody: Mapping[str, VisibleCount],
    people: Mapping[str, int],
    k: int,
    add_up: bool = False,
) -> ShownComparison:
    """Options that may be chosen together, by group; those hidden for everybody stay hidden."""
    options = [name for name, n in of_everybody.items() if n is not None]
    found = disclosure.protect_many(
        people,
        {(option, group): counts.get((group, option), 0) for option in options for group in people},
        k,
        totals_are_public=True,
    )
    shown = {group: n for group, n in found.people.items() if n}
    if len(people) < 2 or not options or not shown:
        return NOTHING
    cells = {(group, option): n for (option, group), n in found.picks.items() if group in shown}
    for group in shown if add_up else ():
        line = {option: cells[group, option] for option in options}
        numbers = {option: counts.get((group, option), 0) for option in options}
        filled = _filled_up(line, numbers, k)
        cells |= {(group, option): n for option, n in filled.items()}
    return ShownComparison(shown, cells)


def _merged(names: Sequence[str], shown: ShownItem) -> list[tuple[str, ...]]:
    """The visible names one by one, and all hidden ones together."""
    hidden = tuple(name for name, n in shown.cells.items() if n is None)
    return [*((name,) for name in names), *([(*hidden, HIDDEN)] if hidden else [])]


def _sum(
    counts: Mapping[tuple[str, str], int], groups: tuple[str, ...], names: tuple[str, ...]
) -> int:
    return sum(counts.get((group, name), 0) for group in groups for name in names)
