"""Counts of answers: of everybody, and by each fact that results are compared by. No database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from participa.surveys.counting.items import (
    NOT_ANSWERED,
    NOT_ASKED,
    CountedQuestion,
    marks,
)
from participa.surveys.questionnaire.conditions import Answers, Value
from participa.surveys.questionnaire.questions import Questionnaire

# What results are compared by. Sex and age only of those who said them.
DIMENSIONS = ("comuna", "sexo", "edad", "evento", "canal")

Groups = tuple[str, str, str, str, str]  # of a person, in the order of DIMENSIONS


@dataclass(slots=True)
class SurveyCounts:
    """How many people there are in each cell.

    `items` holds cells and picks by item, `groups` the same by item and dimension, as pairs of
    group and cell; `people_by` is everybody by dimension, `days` by the day of their answer.
    """

    people: int = 0
    items: dict[str, Counter[str]] = field(default_factory=dict)
    groups: dict[tuple[str, str], Counter[tuple[str, str]]] = field(default_factory=dict)
    people_by: dict[str, Counter[str]] = field(default_factory=dict)
    days: Counter[str] = field(default_factory=Counter)

    def cells(self, item: str) -> Counter[str]:
        return self.items.get(item, Counter())

    def compared(self, item: str, dimension: str) -> Counter[tuple[str, str]]:
        """People by group and cell."""
        return self.groups.get((item, dimension), Counter())

    @property
    def flat(self) -> dict[tuple[str, ...], int]:
        """Every count of everybody, to see how much each has grown."""
        found: dict[tuple[str, ...], int] = {}
        for item, row in self.items.items():
            found |= {(item, cell): n for cell, n in row.items()}
        for dimension, row in self.people_by.items():
            found |= {(dimension, "", group): n for group, n in row.items()}
        return found

    @property
    def by_group(self) -> dict[tuple[str, ...], int]:
        """Every count of a group."""
        return {
            (item, dimension, *pair): n
            for (item, dimension), row in self.groups.items()
            for pair, n in row.items()
        }


@dataclass(frozen=True, slots=True)
class CountedResponse:
    """One answer to the survey, without what would lead to the person."""

    number: int  # of the version
    answers: Answers
    groups: Groups
    on: date


Frozen = str | tuple[Any, ...]  # an answer that can be the key of a dictionary
Who = tuple[int, Groups]  # the version and the groups of a person


@dataclass(slots=True)
class _Seen:
    """What one pass over the answers finds: how many of each kind of person gave which answer."""

    people: Counter[Who] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, Frozen, Who]] = field(default_factory=Counter)
    not_asked: Counter[tuple[str, Who]] = field(default_factory=Counter)


def count(
    questions: Sequence[CountedQuestion],
    versions: Mapping[int, Questionnaire],
    responses: Iterable[CountedResponse],
) -> SurveyCounts:
    """Count these answers in one pass. Equal answers of equal people are put into cells once."""
    seen = _seen(versions, responses)
    counts = SurveyCounts(sum(seen.people.values()), days=seen.days)
    for (_, groups), n in seen.people.items():
        for dimension, group in zip(DIMENSIONS, groups, strict=True):
            counts.people_by.setdefault(dimension, Counter())[group] += n
    answered: Counter[tuple[str, Who]] = Counter()
    by_key: dict[str, list[tuple[Value, Who, int]]] = {}
    for (key, frozen, who), n in seen.answers.items():
        answered[key, who] += n
        by_key.setdefault(key, []).append((_thawed(frozen), who, n))
    for counted in questions:
        key = counted.question.key
        for value, (number, groups), n in by_key.get(key, ()):
            question = versions[number].by_key[key]
            found = marks(counted, question, value) if number in counted.numbers else ()
            for item, cell in found:
                _add(counts, item, cell, groups, n)
        for who, n in seen.people.items():
            is_in_version = who[0] in counted.numbers
            not_asked = seen.not_asked[key, who] if is_in_version else n
            blank = n - not_asked - answered[key, who] if is_in_version else 0
            _add_apart(counts, counted, who[1], not_asked, blank)
    return counts


def _seen(versions: Mapping[int, Questionnaire], responses: Iterable[CountedResponse]) -> _Seen:
    seen = _Seen()
    conditions = {
        number: [(one.key, one.shown_if) for one in questionnaire.asked if one.shown_if]
        for number, questionnaire in versions.items()
    }
    for response in responses:
        who, answers = (response.number, response.groups), response.answers
        seen.people[who] += 1
        seen.days[response.on.isoformat()] += 1
        for key, value in answers.items():
            if value:
                seen.answers[key, value if type(value) is str else _frozen(value), who] += 1
        for key, condition in conditions[response.number]:
            if key not in answers and not condition.holds(answers):
                seen.not_asked[key, who] += 1
    return seen


def _frozen(value: Value) -> Frozen:
    return tuple(value.items()) if isinstance(value, dict) else tuple(value)


def _thawed(frozen: Frozen) -> Value:
    if isinstance(frozen, str):
        return frozen
    return dict(frozen) if isinstance(frozen[0], tuple) else list(frozen)


def _add_apart(
    counts: SurveyCounts, counted: CountedQuestion, groups: Groups, not_asked: int, blank: int
) -> None:
    for item in counted.items:
        _add(counts, item, NOT_ASKED, groups, not_asked)
        _add(counts, item, NOT_ANSWERED, groups, blank)


def _add(counts: SurveyCounts, item: str, cell: str, groups: Groups, n: int) -> None:
    if not n:
        return
    counts.items.setdefault(item, Counter())[cell] += n
    for dimension, group in zip(DIMENSIONS, groups, strict=True):
        counts.groups.setdefault((item, dimension), Counter())[group, cell] += n


def dump(counts: SurveyCounts) -> dict[str, Any]:
    """The counts as JSON."""
    return {
        "people": counts.people,
        "items": {item: dict(row) for item, row in counts.items.items()},
        "groups": [
            [item, dimension, [[*pair, n] for pair, n in row.items()]]
            for (item, dimension), row in counts.groups.items()
        ],
        "people_by": {dimension: dict(row) for dimension, row in counts.people_by.items()},
        "days": dict(counts.days),
    }


def load(stored: Mapping[str, Any]) -> SurveyCounts:
    """The inverse of `dump`."""
    return SurveyCounts(
        stored["people"],
        {item: Counter(row) for item, row in stored["items"].items()},
        {
            (item, dimension): Counter({(group, cell): n for group, cell, n in row})
            for item, dimension, row in stored["groups"]
        },
        {dimension: Counter(row) for dimension, row in stored["people_by"].items()},
        Counter(stored["days"]),
    )
