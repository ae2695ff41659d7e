"""Questions that not everybody was asked: what their numbers tell of the question they hang on.

How many were asked is a number about the answers to an earlier question. Beside what is published
of that one, it may tell a number that is hidden there. Then nothing of the later question is shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from participa.citizens.disclosure import VisibleCount, is_small
from participa.surveys.counting.items import ANSWERED, NOT_ANSWERED, NOT_ASKED
from participa.surveys.counting.tally import SurveyCounts
from participa.surveys.questionnaire.conditions import Answers, Clause, Condition, Operator
from participa.surveys.questionnaire.questions import QuestionType, SurveyQuestion
from participa.surveys.results import cards
from participa.surveys.results.cards import ItemResult, QuestionFigures

# Types whose cells are the answers that a condition compares, and what it asks of every type.
IN_CELLS = {
    QuestionType.ONE,
    QuestionType.SCALE,
    QuestionType.MATRIX,
    QuestionType.NUMBER,
    QuestionType.TERRITORY,
}
OF_ALL = {Operator.ANSWERED, Operator.NOT_ANSWERED}


@dataclass(frozen=True, slots=True)
class Known:
    """What the numbers of later questions tell: at least so many were asked, so many were not."""

    asked: int
    not_asked: int


def known(cells: Mapping[str, VisibleCount], people: VisibleCount) -> Known:
    """What the cells of one item tell, which add up to these people."""
    numbers = [n for name, n in cells.items() if name != NOT_ASKED]
    asked, not_asked = sum(n or 0 for n in numbers), cells.get(NOT_ASKED)
    if people is None:
        return Known(asked, not_asked or 0)
    if not_asked is not None:
        return Known(people - not_asked, not_asked)
    return Known(asked, 0 if None in numbers else people - asked)


def together(told: Iterable[Known]) -> Known:
    """What several questions tell that hang on the same condition."""
    found = [Known(0, 0), *told]
    return Known(max(one.asked for one in found), max(one.not_asked for one in found))


def sides(
    condition: Condition, question: SurveyQuestion, row: str, cells: Iterable[str]
) -> tuple[set[str], set[str]]:
    """The cells of an item whose people may have been asked, and those who may not; what other
    questions decide may be either way.
    """
    may, may_not = set(), set()
    for cell in cells:
        answers = _answers(question, row, cell)

        def decides(clause: Clause) -> bool:
            is_told = question.type in IN_CELLS or clause.operator in OF_ALL
            return clause.question == question.key and clause.row == row and is_told

        groups = condition.groups
        if any(all(not decides(c) or c.holds(answers) for c in group) for group in groups):
            may.add(cell)
        if all(any(not decides(c) or not c.holds(answers) for c in group) for group in groups):
            may_not.add(cell)
    return may, may_not


def _answers(question: SurveyQuestion, row: str, cell: str) -> Answers:
    if cell in {NOT_ANSWERED, NOT_ASKED}:
        return {}
    value = "x" if cell == ANSWERED else cell
    return {question.key: {row: value} if question.type is QuestionType.MATRIX else value}


def is_safe(
    counts: Mapping[str, int],
    shown: Mapping[str, VisibleCount],
    may: set[str],
    may_not: set[str],
    told: Known,
    k: int,
) -> bool:
    """Whether the hidden cells of an item stay hidden beside this. Their sum can be computed."""
    hidden = {name for name, n in shown.items() if n is None}
    whole = sum(counts.get(name, 0) for name in hidden)
    seen = {name: n for name, n in shown.items() if n is not None}
    asked = max(0, told.asked - sum(n for name, n in seen.items() if name in may))
    not_asked = max(0, told.not_asked - sum(n for name, n in seen.items() if name in may_not))
    is_clear = not hidden & may & may_not
    always = (hidden - may_not, asked if is_clear else 0, whole - not_asked)
    never = (hidden - may, not_asked if is_clear else 0, whole - asked)
    return all(
        most >= k and most - least >= k - 1
        for part, least, most in (always, never)
        if any(is_small(counts.get(name, 0), k) for name in part)
    )


def beside_each_other(
    results: Sequence[QuestionFigures], counts: SurveyCounts, k: int
) -> list[QuestionFigures]:
    """The cards that are shown together; without numbers those that would tell hidden ones."""
    by_condition: dict[Condition, list[Known]] = {}
    for one in results:
        if (condition := one.question.shown_if) is not None:
            told = by_condition.setdefault(condition, [])
            told.extend(known(item.shown.cells, item.shown.people) for item in one.items)
    return [
        one
        if one.question.shown_if is None
        else _beside(one, one.question.shown_if, results, by_condition, counts, k)
        for one in results
    ]


def _beside(
    one: QuestionFigures,
    condition: Condition,
    results: Sequence[QuestionFigures],
    by_condition: Mapping[Condition, Sequence[Known]],
    counts: SurveyCounts,
    k: int,
) -> QuestionFigures:
    hangs_on = tuple(other for other in results if other.question.key in condition.questions)
    told = together(by_condition[condition])
    safe = all(_is_safe_card(other, condition, counts, told, k) for other in hangs_on)
    return replace(one if safe else cards.withheld(one), hangs_on=hangs_on)


def _is_safe_card(
    other: QuestionFigures, condition: Condition, counts: SurveyCounts, told: Known, k: int
) -> bool:
    if not chosen_are_shown(condition, other, other.picks):
        return False
    for item, row in items_of(other):
        raw = counts.cells(item.item)
        may, may_not = sides_of(condition, other, item, row, raw)
        if splits_few(condition, other, item, raw, k):
            return False
        if not is_safe(in_cells(other, item, raw), item.shown.cells, may, may_not, told, k):
            return False
    return True


def items_of(result: QuestionFigures) -> Iterator[tuple[ItemResult, str]]:
    """The items of a question with the row of a table that each is."""
    rows = list(result.question.row_labels) or [""]
    return zip(result.items, rows, strict=True)


def chosen_are_shown(
    condition: Condition, other: QuestionFigures, picks: Mapping[str, VisibleCount]
) -> bool:
    """Whether the options that decide are numbers that everybody sees: as many are asked."""
    chosen = {one.value for one in condition.clauses if one.question == other.question.key}
    return all(picks.get(value, 0) is not None for value in chosen)


def sides_of(
    condition: Condition,
    other: QuestionFigures,
    item: ItemResult,
    row: str,
    raw: Mapping[str, int],
) -> tuple[set[str], set[str]]:
    """`sides` of the cells that are shown, which of quantities are intervals."""
    may, may_not = sides(condition, other.question, row, {*raw, *item.shown.cells} - _places(item))
    return _shown_as(other, item, may), _shown_as(other, item, may_not)


def splits_few(
    condition: Condition, other: QuestionFigures, item: ItemResult, raw: Mapping[str, int], k: int
) -> bool:
    """Whether a condition divides an interval so that one side of it has few people."""
    if not item.intervals:
        return False
    may, _ = sides(condition, other.question, "", raw)
    inside, outside = Counter[str](), Counter[str]()
    for cell, n in raw.items():
        for name in _shown_as(other, item, {cell}):
            (inside if cell in may else outside)[name] += n
    both = inside.keys() & outside.keys()
    return any(is_small(inside[name], k) or is_small(outside[name], k) for name in both)


def in_cells(other: QuestionFigures, item: ItemResult, raw: Mapping[str, int]) -> Mapping[str, int]:
    """The people of each cell that is shown."""
    found = Counter[str]()
    for cell, n in raw.items():
        for name in _shown_as(other, item, {cell}):
            found[name] += n
    return found


def _places(item: ItemResult) -> set[str]:
    """The names of the intervals, which are no values."""
    return {str(place) for place, _ in enumerate(item.intervals)}


def _shown_as(other: QuestionFigures, item: ItemResult, values: Iterable[str]) -> set[str]:
    if not item.intervals:
        return set(values)
    found = set()
    for value in values:
        sizes = cards.values_of(other.question, {value: 1})
        names = (
            str(i) for size in sizes for i, one in enumerate(item.intervals) if one.holds(size)
        )
        found.add(next(names, value))
    return found
