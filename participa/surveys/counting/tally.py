"""Counts of answers: of everybody, and by each fact that results are compared by. No database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from participa.surveys.counting.items import CountedQuestion, marks
from participa.surveys.questionnaire.conditions import Answers
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
        of_items = {(item, cell): n for item, row in self.items.items() for cell, n in row.items()}
        of_groups = {
            (dimension, "", group): n
            for dimension, row in self.people_by.items()
            for group, n in row.items()
        }
        return {**of_items, **of_groups}


@dataclass(frozen=True, slots=True)
class CountedResponse:
    """One answer to the survey, without what would lead to the person."""

    number: int  # of the version
    answers: Answers
    groups: Groups
    on: date


def count(
    questions: Sequence[CountedQuestion],
    versions: Mapping[int, Questionnaire],
    responses: Iterable[CountedResponse],
) -> SurveyCounts:
    """Count these answers in one pass; each person is touched once per item."""
    plans = {
        number: [
            (one, questionnaire.by_key[one.question.key] if number in one.numbers else None)
            for one in questions
        ]
        for number, questionnaire in versions.items()
    }
    people: Counter[Groups] = Counter()
    days: Counter[str] = Counter()
    seen: Counter[tuple[str, str, Groups]] = Counter()
    for response in responses:
        people[response.groups] += 1
        days[response.on.isoformat()] += 1
        for counted, question in plans[response.number]:
            for item, cell in marks(counted, question, response.answers):
                seen[item, cell, response.groups] += 1
    return _added(people, days, seen)


def _added(
    people: Counter[Groups], days: Counter[str], seen: Counter[tuple[str, str, Groups]]
) -> SurveyCounts:
    counts = SurveyCounts(sum(people.values()), days=days)
    for groups, n in people.items():
        for dimension, group in zip(DIMENSIONS, groups, strict=True):
            counts.people_by.setdefault(dimension, Counter())[group] += n
    for (item, cell, groups), n in seen.items():
        counts.items.setdefault(item, Counter())[cell] += n
        for dimension, group in zip(DIMENSIONS, groups, strict=True):
            counts.groups.setdefault((item, dimension), Counter())[group, cell] += n
    return counts


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
