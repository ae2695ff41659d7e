"""The cards of questions by comuna, sex, age, event or way, with the small numbers hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from participa.citizens.disclosure import VisibleCount
from participa.surveys.counting.tally import DIMENSIONS, SurveyCounts
from participa.surveys.questionnaire.questions import QuestionType
from participa.surveys.results import cards, naming, protection
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
    people = people_by(counts, dimension, uses)
    if result.question.type is QuestionType.SEVERAL:
        found = protection.compare_picks(
            counts.compared(result.counted.picks, dimension), result.picks, people, k
        )
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
    people = people_by(counts, dimension, uses)
    cells = dict(counts.compared(item.item, dimension))
    if item.intervals:
        cells = _in_intervals(result, item, cells)
    found = protection.compare(cells, item.shown, people, k)
    names = [name for name in item.names if item.shown.cells[name] is not None]
    names = [name for name in names if item.shown.cells[name]]  # a line of zeros tells nothing
    labels = [cards.label_of(result, item, name) for name in names]
    return _made(item.label, names, labels, found, dimension, uses, only, adds_up=True)


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
