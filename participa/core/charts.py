"""Geometry of the SVG charts that templates/_charts.html draws.

Widths and positions are percentages (0 to 100), so that a chart fills any width.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from flask import Flask

from participa.core.spanish import months

FULL, LEAST = 100.0, 0.1
TILE, TILE_GAP, SHADES = 60, 4, 4
# The palette of Okabe and Ito, safe for colour-blind readers (https://jfly.uni-koeln.de/color/),
# without black and yellow, which are invisible in the dark or the light scheme.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
OTHERS = "#7f7f7f"
INITIALS = "EFMAMJJASOND"
MONTH_WIDTH = 20
HIDDEN = "oculto"  # a count so small that it would reveal a person


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` is None when the number is suppressed. `place` starts at 1; ties share it."""

    label: str
    value: float | None
    width: float
    place: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bars of one label, as (value, width), and their sum."""

    label: str
    bars: tuple[tuple[float, float], ...]
    total: float


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a stacked bar."""

    name: str
    value: float | None
    x: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A stacked bar; `total` is None if a part is suppressed, since it would reveal that part."""

    label: str
    total: float | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on a map of equal squares; `shade` is 0 for none and for hidden, up to SHADES."""

    code: str
    label: str
    value: float | None
    x: int
    y: int
    shade: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + TILE // 2, self.y + TILE // 2


@dataclass(frozen=True, slots=True)
class Month:
    initial: str
    x: int
    is_on: bool
    is_now: bool


def share(part: float | None, whole: float) -> float:
    """The part as a percentage of the whole, to one decimal; 0 when the whole is 0.

    Only 0 gives 0.0 and only the whole gives 100.0: rounding reaches neither end.
    """
    if not part or part < 0 or whole <= 0:
        return 0.0
    if part >= whole:
        return FULL
    return min(max(round(part / whole * FULL, 1), LEAST), FULL - LEAST)


def bars(rows: Iterable[Sequence], whole: float | None = None) -> list[Bar]:
    """Bars for rows of (label, number or None), in the given order.

    A bar of full width is the `whole`; without one, the sum of the numbers. So one of a few votes
    never looks like all of them.
    """
    pairs = [(str(label), value) for label, value in rows]
    values = [value for _, value in pairs if value is not None]
    whole = sum(values) if whole is None else whole
    return [
        Bar(
            label,
            value,
            share(value, whole),
            1 + sum(other > value for other in values) if value is not None else 0,
            value is not None and values.count(value) > 1,
        )
        for label, value in pairs
    ]


def pairs(rows: Sequence[Sequence[Any]], whole: float) -> list[Pair]:
    """Pairs of bars for rows of (label, number, number, total); `whole` is full width."""
    return [
        Pair(str(label), tuple((value, share(value, whole)) for value in values), total)
        for label, *values, total in rows
    ]


def stacks(rows: Iterable[Sequence], names: Sequence[str]) -> list[Stack]:
    """Full-width stacked bars for rows of (label, numbers)."""
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


def tiles(rows: Iterable[Sequence[Any]]) -> list[Tile]:
    """Squares for rows of (code, label, number or None, (column, row))."""
    placed = list(rows)
    greatest = max((value or 0 for _, _, value, _ in placed), default=0)
    step = TILE + TILE_GAP
    return [
        Tile(code, label, value, column * step, row * step, _shade(value or 0, greatest))
        for code, label, value, (column, row) in placed
    ]


def tiles_size(drawn: Sequence[Tile]) -> tuple[int, int]:
    """Width and height of the map."""
    return max(one.x for one in drawn) + TILE, max(one.y for one in drawn) + TILE


def _shade(value: float, greatest: float) -> int:
    return math.ceil(value / greatest * SHADES) if greatest else 0


def colours(count: int) -> list[str]:
    """A colour per part; from the seventh on they are grey, and only the labels differ."""
    return [*COLOURS, *[OTHERS] * count][:count]


def month_strip(first: int, last: int, current: int | None) -> list[Month]:
    """The twelve months, marking first to last (1 to 12) and the current one."""
    return [
        Month(initial, place * MONTH_WIDTH, first <= place + 1 <= last, place + 1 == current)
        for place, initial in enumerate(INITIALS)
    ]


def months_in_words(first: int, last: int, current: int | None) -> str:
    """The same in words: "De marzo a septiembre; ahora, mayo"."""
    words = months(first, last)
    now = months(current, current).removeprefix("en ") if current else ""
    return f"{words[0].upper()}{words[1:]}" + (f"; ahora, {now}" if now else "")


def init_app(app: Flask) -> None:
    """Make these functions available to templates/_charts.html as `charts`."""
    app.jinja_env.globals["charts"] = {
        "bars": bars,
        "pairs": pairs,
        "stacks": stacks,
        "tiles": tiles,
        "tiles_size": tiles_size,
        "share": share,
        "colours": colours,
        "month_strip": month_strip,
        "months_in_words": months_in_words,
        "hidden": HIDDEN,
    }
