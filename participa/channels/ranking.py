"""Two rules that turn individual rankings into a common one; both are published.

Borda: a topic gets more points the higher a person puts it. (J.-C. de Borda, «Mémoire sur les
élections au scrutin», 1781.) With `most` places, place p gives most - p + 1 points, and a topic
that was left out gets none; so a shorter ranking gives its first topic no fewer points.

Pairwise: each topic meets each other one, and wins if more people put it before the other than
behind. The score is wins minus losses. (A. H. Copeland, «A "reasonable" social welfare function»,
1951; M. de Condorcet, «Essai», 1785: the winner of all duels comes first.) A chosen topic counts as
preferred to those that the same person left out; two that were left out are not compared.

Ballots are grouped: a ranking of options, best first, and the number of people who gave it.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Option = TypeVar("Option", bound=Hashable)
Ballots = Iterable[tuple[Sequence[Option], int]]


@dataclass(frozen=True, slots=True)
class Standing(Generic[Option]):
    """The result of an option. Equal scores share the place: 1, 2, 2, 4."""

    option: Option
    place: int
    score: int
    tied: bool


def borda(ballots: Ballots, options: Sequence[Option], most: int) -> list[Standing[Option]]:
    """The options by points; equal ones in the order of `options`.

    Raises ValueError for a ranking that repeats an option or has more than `most`.
    """
    points = dict.fromkeys(options, 0)
    for ranking, people in ballots:
        if len(ranking) > most or len(set(ranking)) < len(ranking):
            raise ValueError(f"{ranking} is no ranking of at most {most} options")
        for place, option in enumerate(ranking):
            points[option] += (most - place) * people
    return _standings(points)


def pairwise(ballots: Ballots, options: Sequence[Option]) -> list[Standing[Option]]:
    """The options by duels won minus duels lost; equal ones in the order of `options`."""
    preferred = matrix(ballots, options)
    scores = {}
    for one, wins in preferred.items():
        duels = [(people, preferred[other][one]) for other, people in wins.items()]
        scores[one] = sum((mine > theirs) - (mine < theirs) for mine, theirs in duels)
    return _standings(scores)


def matrix(ballots: Ballots, options: Sequence[Option]) -> dict[Option, dict[Option, int]]:
    """Number of people who prefer the option of the row to the option of the column.

    `matrix(...)["salud"]["aseo"] == 412`: 412 people prefer health to cleanliness.
    """
    named: Counter[Option] = Counter()  # number of people who ranked it
    behind: Counter[tuple[Option, Option]] = Counter()  # both ranked, the first one behind
    for ranking, people in ballots:
        if len(set(ranking)) < len(ranking):
            raise ValueError(f"{ranking} names an option twice")
        for place, option in enumerate(ranking):
            named[option] += people
            for better in ranking[:place]:
                behind[option, better] += people
    if unknown := named.keys() - set(options):
        raise KeyError(*unknown)
    # A ranking with `one` prefers it to `other`, unless it has `other` still higher.
    return {
        one: {other: named[one] - behind[one, other] for other in options if other != one}
        for one in options
    }


def _standings(scores: dict[Option, int]) -> list[Standing[Option]]:
    in_order = sorted(scores, key=lambda option: -scores[option])  # stable: ties keep their order
    standings: list[Standing[Option]] = []
    equals = Counter(scores.values())
    for position, option in enumerate(in_order, 1):
        score = scores[option]
        is_first_of_equals = not standings or standings[-1].score != score
        place = position if is_first_of_equals else standings[-1].place
        standings.append(Standing(option, place, score, equals[score] > 1))
    return standings
