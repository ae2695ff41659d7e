"""One card per question: what people answered, with the small numbers hidden.

A mean is a number from which a hidden one could be computed; so it is told only where nothing of
what it is made of is hidden.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from participa.citizens import territories
from participa.citizens.disclosure import VisibleCount
from participa.core import spanish
from participa.surveys.counting.items import (
    ANSWERED,
    APART,
    NOT_ANSWERED,
    NOT_ASKED,
    CountedQuestion,
)
from participa.surveys.counting.tally import SurveyCounts
from participa.surveys.questionnaire.questions import NONE, QuestionType, SurveyQuestion
from participa.surveys.results import naming, numbers, protection
from participa.surveys.results.numbers import Interval
from participa.surveys.results.protection import ShownItem

Rows = list[tuple[str, VisibleCount]]
SORTED = {QuestionType.ONE, QuestionType.ORDER, QuestionType.TERRITORY}
NOT_TOLD = "No se muestra, para no señalar a nadie."


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of a question: its cells in order, the intervals where they are quantities."""

    item: str
    label: str
    shown: ShownItem
    names: tuple[str, ...]
    intervals: tuple[Interval, ...] = ()
    average: Decimal | None = None
    middle: Decimal | None = None


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What may be shown of a question. `picks` are options that go together, or mean places."""

    counted: CountedQuestion
    people: int
    items: tuple[ItemResult, ...]
    picks: dict[str, VisibleCount] = field(default_factory=dict)
    places: tuple[tuple[str, Decimal | None], ...] = ()
    hangs_on: tuple["QuestionFigures", ...] = ()  # the shown questions that decide whom it asks

    @property
    def id(self) -> str:
        return self.counted.id

    @property
    def question(self) -> SurveyQuestion:
        return self.counted.question

    @property
    def kind(self) -> str:
        """The type, as templates choose by it."""
        return self.question.type.value

    @property
    def first(self) -> ItemResult:
        return self.items[0]

    @property
    def answered(self) -> VisibleCount:
        """How many gave an answer to count; None where that tells how few did not."""
        return answered_of(self.first.shown, self.people)

    @property
    def apart(self) -> Rows:
        """Those without an answer to count, by why."""
        if self.question.type is QuestionType.MATRIX:
            return []
        cells = self.first.shown.cells
        return [(naming.APART_LABELS[name], cells[name]) for name in APART if name in cells]

    @property
    def rows(self) -> Rows:
        """The answers, for bars: options in their order, or the most chosen first."""
        if self.question.type is QuestionType.SEVERAL:
            rows = [(self.question.labels[code], n) for code, n in self.picks.items()]
            return by_size(rows)
        rows = [(label_of(self, self.first, name), n) for name, n in cells_of(self.first)]
        return by_size(rows) if self.question.type in SORTED else rows

    @property
    def by_row(self) -> list[tuple[str, list[VisibleCount]]]:
        """Of a table: the answers to each statement."""
        return [(one.label, [n for _, n in cells_of(one)]) for one in self.items]

    @property
    def columns(self) -> list[str]:
        return [self.question.labels[name] for name, _ in cells_of(self.first)]

    @property
    def tiles(self) -> list[tuple[str, str, VisibleCount, tuple[int, int]]]:
        """Of a question for a comuna: the squares of the map."""
        cells = self.first.shown.cells
        return [
            (place.code, place.label, cells[place.code], place.tile)
            for place in territories.CITY
            if place.tile
        ]

    @property
    def sentence(self) -> str:
        """What a picture says, in words."""
        return _sentence(self)

    @property
    def has_averages(self) -> bool:
        return any(one.average is not None for one in self.items)

    @property
    def has_places(self) -> bool:
        return any(place is not None for _, place in self.places)

    @property
    def hides_something(self) -> bool:
        numbers = [*(n for one in self.items for n in one.shown.cells.values())]
        return None in numbers or None in self.picks.values()


def answered_of(shown: ShownItem, people: int) -> VisibleCount:
    apart = [n for name, n in shown.cells.items() if name in APART]
    told = [n for n in apart if n is not None]
    return people - sum(told) if len(told) == len(apart) else None


def cells_of(item: ItemResult) -> list[tuple[str, VisibleCount]]:
    """The cells that are answers."""
    return [(name, item.shown.cells[name]) for name in item.names if name not in APART]


def label_of(result: QuestionFigures, item: ItemResult, name: str) -> str:
    if item.intervals and name not in naming.APART_LABELS:
        label = item.intervals[int(name)].label
        return f"{label} {result.question.unit}".strip()
    return naming.cell_label(result.question, name)


def by_size(rows: Rows) -> Rows:
    """The greatest first, what is hidden last."""
    return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0)))


def result_of(counted: CountedQuestion, counts: SurveyCounts, k: int) -> QuestionFigures:
    question = counted.question
    items = tuple(_items(counted, counts, k))
    picks: dict[str, VisibleCount] = {}
    places: tuple[tuple[str, Decimal | None], ...] = ()
    if question.type is QuestionType.SEVERAL:
        codes = [code for code in question.labels if code != NONE]
        answered = items[0].shown.cells[ANSWERED]
        picks = protection.picks(
            counts.cells(counted.picks), codes, answered, k, picks_add_up(question)
        )
    if question.type is QuestionType.ORDER:
        places = tuple(_mean_places(counted, counts, items[0], k))
    return QuestionFigures(counted, counts.people, items, picks, places)


def picks_add_up(question: SurveyQuestion) -> bool:
    """Whether everybody who answers chooses the same number of options."""
    return question.least is not None and question.least == question.most


def names_of(question: SurveyQuestion, cells: Counter[str]) -> list[str]:
    """The cells of an item, in order; together they hold everybody."""
    match question.type:
        case QuestionType.ONE | QuestionType.SCALE | QuestionType.MATRIX | QuestionType.ORDER:
            offered = [code for code in question.labels if code != NONE]
        case QuestionType.TERRITORY:
            offered = list(territories.TERRITORIES)
        case _:
            offered = [ANSWERED]
    apart = [*([NONE] if question.has_none else []), NOT_ANSWERED]
    if question.shown_if is not None or cells[NOT_ASKED]:
        apart.append(NOT_ASKED)
    known = {*offered, *apart}
    return [*offered, *sorted(cell for cell in cells if cell not in known), *apart]


def _items(counted: CountedQuestion, counts: SurveyCounts, k: int) -> Iterator[ItemResult]:
    question = counted.question
    if question.type in {QuestionType.NUMBER, QuestionType.DATE}:
        yield quantities(counted, counts.cells(counted.id), k)
        return
    labels = list(question.row_labels.values()) or [question.label]
    for id, label in zip(counted.items, labels, strict=True):
        cells = counts.cells(id)
        names = names_of(question, cells)
        shown = protection.item(cells, names, k)
        scale = _scale(question, cells) if shown.is_whole else {}
        yield ItemResult(
            id,
            label,
            shown,
            tuple(names),
            average=numbers.mean(scale) if scale else None,
            middle=numbers.median(scale) if scale else None,
        )


def quantities(counted: CountedQuestion, cells: Counter[str], k: int) -> ItemResult:
    """Of a number or a day: intervals instead of values, each of which may be of one person."""
    is_day = counted.question.type is QuestionType.DATE
    values = values_of(counted.question, cells)
    intervals = numbers.months if is_day else numbers.intervals
    into = intervals(values) if values else []
    by_cell = {str(place): n for place, n in enumerate(numbers.sorted_into(values, into))}
    apart = [*([NONE] if counted.question.has_none else []), NOT_ANSWERED]
    if counted.question.shown_if is not None or cells[NOT_ASKED]:
        apart.append(NOT_ASKED)
    names = [*by_cell, *apart]
    shown = protection.item(by_cell | {name: cells[name] for name in apart}, names, k)
    # Of one great value a mean would tell nearly all, so it stands only where each interval does.
    is_told = not is_day and sum(values.values()) >= k
    is_told = is_told and all(shown.cells[name] is not None for name in by_cell)
    is_told = is_told and answered_of(shown, sum(cells.values())) is not None
    return ItemResult(
        counted.id,
        counted.question.label,
        shown,
        tuple(names),
        tuple(into),
        numbers.mean(values) if is_told else None,
        numbers.median(values) if is_told else None,
    )


def values_of(question: SurveyQuestion, cells: Mapping[str, int]) -> dict[Decimal, int]:
    """The quantities among the cells; of days, their months as numbers."""
    given = {cell: n for cell, n in cells.items() if cell not in naming.APART_LABELS}
    if question.type is QuestionType.DATE:
        return {numbers.month_number(cell): n for cell, n in given.items()}
    return {Decimal(cell): n for cell, n in given.items()}


def _scale(question: SurveyQuestion, cells: Counter[str]) -> dict[Decimal, int]:
    """The steps that were chosen, where the codes of the choices are numbers."""
    codes = [code for code in question.labels if code != NONE]
    is_scale = question.type in {QuestionType.SCALE, QuestionType.MATRIX}
    if not is_scale or not all(code.isdecimal() for code in codes):
        return {}
    return {Decimal(code): cells[code] for code in codes if cells[code]}


def _mean_places(
    counted: CountedQuestion, counts: SurveyCounts, first: ItemResult, k: int
) -> Iterator[tuple[str, Decimal | None]]:
    """The mean place of each option, best first, among those who gave it one."""
    found: list[tuple[str, Decimal | None]] = []
    picked = counts.cells(counted.picks)
    for choice in counted.question.choices:
        places = {
            str(place): picked[f"{place}.{choice.code}"]
            for place in range(1, len(counted.question.choices) + 1)
        }
        whole = {**places, "": counts.people - sum(places.values())}
        is_whole = first.shown.is_whole and protection.item(whole, list(whole), k).is_whole
        told = {Decimal(place): n for place, n in places.items() if n}
        found.append((choice.label, numbers.mean(told) if told and is_whole else None))
    yield from sorted(found, key=lambda row: (row[1] is None, row[1] or 0))


def _sentence(result: QuestionFigures) -> str:
    question = result.question
    if result.first.shown.is_hidden and not any(n for n in result.picks.values()):
        return NOT_TOLD
    if result.kind == "scale" and result.first.average is not None:
        average = spanish.number(float(result.first.average), 1)
        return (
            f"En promedio, {average} en una escala de {question.steps[0]} a {question.steps[-1]}."
        )
    if result.kind == "number" and result.first.average is not None:
        return _of_quantities(result)
    if result.kind in {"short", "long", "file"}:
        people = result.first.shown.cells[ANSWERED]
        told = spanish.several(people or 0, "persona respondió", "personas respondieron")
        return f"{told}." if people else ""
    return _most(result)


def _of_quantities(result: QuestionFigures) -> str:
    unit = f" {result.question.unit}" if result.question.unit else ""
    average = spanish.number(float(result.first.average or 0), 1)
    middle = spanish.number(float(result.first.middle or 0), 1)
    return f"En promedio, {average}{unit}. La mitad respondió {middle}{unit} o menos."


def _most(result: QuestionFigures) -> str:
    """The answer of most people, among the numbers that are shown."""
    if result.question.type is QuestionType.MATRIX:
        return ""
    told = [(label, n) for label, n in result.rows if n]
    if not told:
        return ""
    most = max(n for _, n in told)
    first = [f"«{label}»" for label, n in told if n == most]
    people = spanish.several(most, "persona", "personas")
    among = "Entre lo que se muestra, " if result.hides_something else ""
    verb = "lo que más quedó de primero" if result.kind == "order" else "lo más elegido"
    if len(first) > 1:
        return _capital(f"{among}empatan {spanish.listed(first)}, con {people} cada opción.")
    return _capital(f"{among}{verb} es {first[0]}: {people}.")


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def results_of(
    questions: Sequence[CountedQuestion], counts: SurveyCounts, k: int
) -> list[QuestionFigures]:
    return [result_of(one, counts, k) for one in questions]


def withheld(result: QuestionFigures) -> QuestionFigures:
    """The same without any number."""
    items = tuple(_withheld(one) for one in result.items)
    return replace(result, items=items, picks=dict.fromkeys(result.picks), places=())


def _withheld(item: ItemResult) -> ItemResult:
    nothing = ShownItem(dict.fromkeys(item.names), item.shown.people)
    return replace(item, shown=nothing, average=None, middle=None)
