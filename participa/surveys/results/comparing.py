"""The cards of questions by comuna, sex, age, event or way, with the small numbers hidden."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from participa.citizens.disclosure import VisibleCount, is_small
from participa.surveys.counting.items import NOT_ASKED
from participa.surveys.counting.tally import DIMENSIONS, SurveyCounts
from participa.surveys.questionnaire.conditions import Condition
from participa.surveys.questionnaire.questions import QuestionType
from participa.surveys.results import cards, conditional, naming, protection
from participa.surveys.results.cards import ItemResult, QuestionFigures
from participa.surveys.results.protection import NOTHING, ShownComparison


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """An item, or the options that go together, by group.

    `rows` have the label of a group, its people and a number for each of `names`.
    """

    label: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[VisibleCount, ...]], ...]
    adds_up: bool
    is_statement: bool = False

    @property
    def title(self) -> str:
        """The statement of a table; "" where the question says it already."""
        return self.label if self.is_statement else ""

    @property
    def stacks(self) -> list[tuple[str, tuple[VisibleCount, ...]]]:
        return [(label, numbers) for label, _, numbers in self.rows]


def people_by(counts: SurveyCounts, dimension: str, uses: Mapping[str, str]) -> dict[str, int]:
    """The people of every group that there may be."""
    counted: Mapping[str, int] = counts.people_by.get(dimension, {})
    known = dict.fromkeys(naming.known_groups(dimension, uses), 0)
    return known | {group: n for group, n in counted.items() if n}


def shown_groups(people: Mapping[str, int], k: int) -> protection.ShownItem:
    return protection.item(people, sorted(people), k)


def offered(counts: SurveyCounts, uses: Mapping[str, str], k: int) -> dict[str, str]:
    """The dimensions in which two groups can be told apart, with their words."""
    if not counts.groups:
        return {}
    return {
        dimension: naming.DIMENSION_LABELS[dimension]
        for dimension in DIMENSIONS
        if len(groups_of(counts, dimension, uses, k)) > 1
    }


def groups_of(
    counts: SurveyCounts, dimension: str, uses: Mapping[str, str], k: int
) -> dict[str, int]:
    """The groups of a dimension whose number of people is public."""
    shown = shown_groups(people_by(counts, dimension, uses), k)
    return {group: n for group, n in shown.cells.items() if n}


def hidden_groups(
    counts: SurveyCounts, dimension: str, uses: Mapping[str, str], k: int
) -> list[str]:
    """The groups without a public number: few people or none, or one that would tell of few."""
    shown = shown_groups(people_by(counts, dimension, uses), k)
    return naming.in_order(dimension, [one for one, n in shown.cells.items() if n is None])


def compared(
    result: QuestionFigures,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
    only: str | None = None,
) -> list[ComparedItem]:
    """The items of a question by group; with `only`, of one group.

    One group is a line of the whole table: protected by itself, it would show other numbers.
    """
    if not is_safe_beside(result, counts, dimension, uses, k):
        return []
    if result.question.type is QuestionType.SEVERAL:
        found = _picks(result, counts, dimension, uses, k)
        names = [code for code, n in result.picks.items() if n is not None]
        labels = [result.question.labels[code] for code in names]
        made = _made(result.question.label, names, labels, found, dimension, uses, only)
        return [made] if made.rows else []
    items = [_of_item(result, item, counts, dimension, uses, k, only) for item in result.items]
    is_table = result.question.type is QuestionType.MATRIX
    return [replace(one, is_statement=is_table) for one in items if one.rows]


def _of_item(
    result: QuestionFigures,
    item: ItemResult,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
    only: str | None,
) -> ComparedItem:
    found = _found(result, item, counts, dimension, uses, k)
    names = [name for name in item.names if item.shown.cells[name] is not None]
    names = [name for name in names if item.shown.cells[name]]  # a line of zeros tells nothing
    labels = [cards.label_of(result, item, name) for name in names]
    return _made(item.label, names, labels, found, dimension, uses, only, adds_up=True)


def _found(
    result: QuestionFigures,
    item: ItemResult,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
) -> ShownComparison:
    cells = _cells(result, item, counts, dimension)
    return protection.compare(cells, item.shown, people_by(counts, dimension, uses), k)


def _cells(
    result: QuestionFigures, item: ItemResult, counts: SurveyCounts, dimension: str
) -> dict[tuple[str, str], int]:
    cells = dict(counts.compared(item.item, dimension))
    return _in_intervals(result, item, cells) if item.intervals else cells


def _picks(
    result: QuestionFigures,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
) -> ShownComparison:
    """Among all people of a group, and among those of them who were asked."""
    picked = counts.compared(result.counted.picks, dimension)
    people, add_up = people_by(counts, dimension, uses), cards.picks_add_up(result.question)
    found = protection.compare_picks(picked, result.picks, people, k, add_up)
    if result.question.shown_if is None or found is NOTHING:
        return found
    asked = dict.fromkeys(people, 0) | _asked(result, counts, dimension)[0]
    among = protection.compare_picks(picked, result.picks, asked, k, add_up)
    return NOTHING if among is NOTHING else protection.both(found, among)


def is_safe_beside(
    result: QuestionFigures,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
) -> bool:
    """Whether who was asked in each group tells nothing of the questions that decided it: only
    where nothing of them is hidden, and no group has few people who were asked, or who were not.
    """
    condition = result.question.shown_if
    if condition is None:
        return True
    asked, not_asked = _asked(result, counts, dimension)
    visible = groups_of(counts, dimension, uses, k)
    for people in (asked, not_asked):
        others = sum(n for group, n in people.items() if group not in visible)
        if any(is_small(people[group], k) for group in visible) or is_small(others, k):
            return False
    return all(
        _is_compared_whole(other, condition, counts, dimension, uses, k)
        for other in result.hangs_on
    )


def _asked(
    result: QuestionFigures, counts: SurveyCounts, dimension: str
) -> tuple[Counter[str], Counter[str]]:
    """People of each group who were asked, and who were not."""
    asked, not_asked = Counter[str](), Counter[str]()
    for (group, cell), n in counts.compared(result.counted.items[0], dimension).items():
        (not_asked if cell == NOT_ASKED else asked)[group] += n
    return asked, not_asked


def _is_compared_whole(
    other: QuestionFigures,
    condition: Condition,
    counts: SurveyCounts,
    dimension: str,
    uses: Mapping[str, str],
    k: int,
) -> bool:
    if other.question.type is QuestionType.SEVERAL:
        found = _picks(other, counts, dimension, uses, k)
        if found is NOTHING or None in found.cells.values():
            return False
    for item, row in conditional.items_of(other):
        found = _found(other, item, counts, dimension, uses, k)
        if found is NOTHING or None in found.cells.values() or not item.shown.is_whole:
            return False
        may, may_not = conditional.sides_of(condition, other, item, row, counts.cells(item.item))
        if may & may_not and item.intervals:
            return False
    return True


def _in_intervals(
    result: QuestionFigures, item: ItemResult, cells: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """The same people by group and interval."""
    sorted_in: dict[tuple[str, str], int] = {}
    for (group, cell), n in cells.items():
        name = cell
        for value in cards.values_of(result.question, {cell: n}):
            places = (str(i) for i, one in enumerate(item.intervals) if one.holds(value))
            name = next(places)
        sorted_in[group, name] = sorted_in.get((group, name), 0) + n
    return sorted_in


def _made(
    label: str,
    codes: Sequence[str],
    names: Sequence[str],
    found: ShownComparison,
    dimension: str,
    uses: Mapping[str, str],
    only: str | None,
    adds_up: bool = False,
) -> ComparedItem:
    groups = [] if found is NOTHING else naming.in_order(dimension, found.groups)
    if only is not None:
        groups = [group for group in groups if group == only]
    rows = tuple(
        (
            naming.group_label(dimension, group, uses),
            found.groups[group],
            tuple(found.of(group, codes)),
        )
        for group in groups
    )
    return ComparedItem(label, tuple(names), tuple(codes), tuple(groups), rows, adds_up)
