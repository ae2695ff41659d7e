"""What is said of quantities: where they lie, their mean and their median. No database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise

from participa.core import spanish
from participa.core.spanish import MONTHS

INTERVALS = 5
MOST_MONTHS = 12  # with a bar each; beyond them years
NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
YEAR = Decimal(12)


@dataclass(frozen=True, slots=True)
class Interval:
    """Quantities from `low` on and below `high`; None where it has no end."""

    low: Decimal | None
    high: Decimal | None
    label: str

    def holds(self, value: Decimal) -> bool:
        above = self.low is None or value >= self.low
        return above and (self.high is None or value < self.high)


def intervals(counts: Mapping[Decimal, int]) -> list[Interval]:
    """A few intervals for these quantities, without gaps and open at both ends: the end of a whole,
    or a value that nobody else gave, would be the answer of one person.
    """
    low, high = quantile(counts, Decimal("0.1")), quantile(counts, Decimal("0.9"))
    step = _nice((high - low) / INTERVALS or Decimal(1))
    are_whole = all(value == value.to_integral_value() for value in counts)
    if are_whole:
        step = max(step, Decimal(1))
    edges = _edges((low // step) * step + step, high, step)
    return _between(edges, lambda since, until: _range(since, until, are_whole))


def months(counts: Mapping[Decimal, int]) -> list[Interval]:
    """Months, or years where there are many, of days as `month_number` gives them."""
    low, high = quantile(counts, Decimal("0.1")), quantile(counts, Decimal("0.9"))
    step = Decimal(1) if high - low <= MOST_MONTHS else YEAR
    return _between(_edges((low // step) * step + step, high, step), _months)


def month_number(month: str) -> Decimal:
    """Of "2026-03"."""
    year, _, number = month.partition("-")
    return int(year) * YEAR + int(number) - 1


def _edges(first: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    edges = [first]
    while edges[-1] < high and len(edges) < 4 * INTERVALS:
        edges.append(edges[-1] + step)
    return edges


def _between(edges: Sequence[Decimal], label: Callable[..., str]) -> list[Interval]:
    ends: list[Decimal | None] = [None, *edges, None]
    return [Interval(since, until, label(since, until)) for since, until in pairwise(ends)]


def _range(since: Decimal | None, until: Decimal | None, are_whole: bool) -> str:
    """ "Menos de 20", "20 a 29", "30 o más"."""
    if since is None:
        return f"Menos de {_number(until)}"
    if until is None:
        return f"{_number(since)} o más"
    if not are_whole:
        return f"{_number(since)} a menos de {_number(until)}"
    last = until - 1
    return _number(since) if last == since else f"{_number(since)} a {_number(last)}"


def _months(since: Decimal | None, until: Decimal | None) -> str:
    if since is None:
        return f"Antes de {_month(until)}"
    if until is None:
        return f"Desde {_month(since)}"
    return _month(since) if until - since == 1 else f"Desde {_month(since)}, doce meses"


def _month(number: Decimal | None) -> str:
    year, month = divmod(int(number or 0), 12)
    return f"{MONTHS[month]} de {year}"


def sorted_into(counts: Mapping[Decimal, int], into: Sequence[Interval]) -> Iterator[int]:
    """How many quantities lie in each of these."""
    for one in into:
        yield sum(n for value, n in counts.items() if one.holds(value))


def mean(counts: Mapping[Decimal, int]) -> Decimal:
    total = sum(counts.values())
    return sum((value * n for value, n in counts.items()), Decimal(0)) / total


def median(counts: Mapping[Decimal, int]) -> Decimal:
    """The middle one, or half way between the two in the middle."""
    total = sum(counts.values())
    return (_at(counts, (total - 1) // 2) + _at(counts, total // 2)) / 2


def quantile(counts: Mapping[Decimal, int], part: Decimal) -> Decimal:
    """The value below which this part of them lies."""
    return _at(counts, int(part * (sum(counts.values()) - 1)))


def _at(counts: Mapping[Decimal, int], place: int) -> Decimal:
    values = sorted(counts)
    reached = accumulate(counts[value] for value in values)
    return next(value for value, upto in zip(values, reached, strict=True) if upto > place)


def _nice(step: Decimal) -> Decimal:
    """1, 2 or 5 with zeros, not below the step."""
    power = Decimal(10) ** step.adjusted()
    return next(nice * power for nice in NICE if nice * power >= step)


def _number(value: Decimal | None) -> str:
    return spanish.number(float(value or 0), 2)
