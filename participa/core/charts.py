"""Charts drawn by the server: what templates/_charts.html prints, worked out as plain numbers.

Everything is measured in parts of a hundred, so that a drawing fills whatever width it gets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from flask import Flask

from participa.core.spanish import months

FULL, LEAST = 100.0, 0.1
# Okabe and Ito's colours, which people tell apart whatever eyes they have
# (https://jfly.uni-koeln.de/color/), without black and yellow, which vanish on one of the schemes.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
OTHERS = "#7f7f7f"
INITIALS = "EFMAMJJASOND"
MONTH_WIDTH = 20
HIDDEN = "oculto"  # a number too small to be told without pointing at somebody


@dataclass(frozen=True, slots=True)
class Bar:
    """A label with its number; `value` is None where the number stays hidden."""

    label: str
    value: float | None
    width: float
    place: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a stacked bar: where it begins and how wide it is."""

    name: str
    value: float | None
    x: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A parted bar. While one of its numbers is hidden so is the total, which would betray it."""

    label: str
    total: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Month:
    initial: str
    x: int
    is_on: bool
    is_now: bool


def share(part: float | None, whole: float) -> float:
    """How much of a hundred the part is; nothing of nothing is nothing.

    Rounding neither makes a beginning invisible nor something unfinished full.
    """
    if not part or part < 0 or whole <= 0:
        return 0.0
    if part >= whole:
        return FULL
    return min(max(round(part / whole * FULL, 1), LEAST), FULL - LEAST)


def bars(rows: Iterable[Sequence]) -> list[Bar]:
    """Rows of (label, number) in the given order, each as wide as its part of the greatest."""
    pairs = [(str(label), value) for label, value in rows]
    values = [value for _, value in pairs if value is not None]
    greatest = max(values, default=0)
    return [
        Bar(
            label,
            value,
            share(value, greatest),
            1 + sum(other > value for other in values) if value is not None else 0,
            value is not None and values.count(value) > 1,
        )
        for label, value in pairs
    ]


def stacks(rows: Iterable[Sequence], names: Sequence[str]) -> list[Stack]:
    """Rows of (label, numbers): each bar is whole, and is parted as its numbers are."""
    return [_stack(str(label), list(values), names) for label, values in rows]


def _stack(label: str, values: Sequence[float | None], names: Sequence[str]) -> Stack:
    reached = list(accumulate(value or 0 for value in values))
    whole = reached[-1] if reached else 0
    edges = [0.0, *(share(number, whole) for number in reached)]
    parts = (
        Part(name, value, x, round(end - x, 1), colour)
        for name, value, x, end, colour in zip(
            names, values, edges[:-1], edges[1:], colours(len(names)), strict=True
        )
    )
    return Stack(label, None if None in values else whole, tuple(parts))


def colours(count: int) -> list[str]:
    """A colour for each part; beyond the sixth the words have to tell them apart."""
    return [*COLOURS, *[OTHERS] * count][:count]


def month_strip(first: int, last: int, current: int | None) -> list[Month]:
    """The twelve months of a year: those of the task, and the one that it is now."""
    return [
        Month(initial, place * MONTH_WIDTH, first <= place + 1 <= last, place + 1 == current)
        for place, initial in enumerate(INITIALS)
    ]


def months_in_words(first: int, last: int, current: int | None) -> str:
    """De marzo a septiembre; ahora, mayo."""
    words = months(first, last)
    now = months(current, current).removeprefix("en ") if current else ""
    return f"{words[0].upper()}{words[1:]}" + (f"; ahora, {now}" if now else "")


def init_app(app: Flask) -> None:
    """Give the macros of templates/_charts.html their numbers."""
    app.jinja_env.globals["charts"] = {
        "bars": bars,
        "stacks": stacks,
        "share": share,
        "colours": colours,
        "month_strip": month_strip,
        "months_in_words": months_in_words,
        "hidden": HIDDEN,
    }
