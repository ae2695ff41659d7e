"""Somebody who subtracts: exact bounds of every hidden number, from all that was published.

Written apart from the code it attacks. Numbers that are not known are integers from zero up; an
equation says that some of them, with their signs, add up to something known. The extremes are
those of an integer program; for a whole city, propagation of the bounds has to do.
"""

from collections.abc import Hashable, Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Name = Hashable


class Attacker:
    def __init__(self, most: int):
        self.most = most
        self.low: dict[Name, int] = {}
        self.high: dict[Name, int] = {}
        self.equations: list[tuple[list[tuple[Name, int]], int]] = []

    def learns(self, parts: Iterable[tuple[Name, int | None]], whole: tuple[Name, int | None]):
        """The parts add up to the whole; None is a number that was not published."""
        terms: list[tuple[Name, int]] = []
        known = 0
        for sign, (name, value) in [*((1, part) for part in parts), (-1, whole)]:
            if value is None:
                self.low.setdefault(name, 0)
                self.high.setdefault(name, self.most)
                terms.append((name, sign))
            else:
                known += sign * value
        if terms:
            self.equations.append((terms, -known))

    def possible(self, name: Name) -> tuple[int, int]:
        """The least and the greatest value that the number can have; exact."""
        if name not in self.low:
            return 0, self.most
        return self._extreme(name, 1), self._extreme(name, -1)

    def _extreme(self, name: Name, sign: int) -> int:
        """The value of the number in the table where sign * number is least."""
        place = {one: n for n, one in enumerate(self.low)}
        rows = np.zeros((len(self.equations), len(place)))
        for row, (terms, _) in zip(rows, self.equations, strict=True):
            for one, coefficient in terms:
                row[place[one]] += coefficient
        totals = [total for _, total in self.equations]
        aim = np.zeros(len(place))
        aim[place[name]] = sign
        bounds = Bounds(list(self.low.values()), list(self.high.values()))
        found = milp(
            aim,
            integrality=np.ones(len(place)),
            bounds=bounds,
            constraints=LinearConstraint(rows, totals, totals),
        )
        assert found.success, f"what was published contradicts itself: {found.message}"
        return round(found.x[place[name]])

    def propagated(self) -> dict[Name, tuple[int, int]]:
        """Only what follows step by step: quick, and never wrong, but not always all."""
        low, high = dict(self.low), dict(self.high)
        assert self._narrow(low, high), "what was published contradicts itself"
        return {name: (low[name], high[name]) for name in low}

    def _narrow(self, low, high) -> bool:
        moved = True
        while moved:
            moved = False
            for terms, total in self.equations:
                least = sum(low[n] if sign > 0 else -high[n] for n, sign in terms)
                greatest = sum(high[n] if sign > 0 else -low[n] for n, sign in terms)
                if not least <= total <= greatest:
                    return False
                for n, sign in terms:
                    spare_up, spare_down = total - least, greatest - total
                    if sign < 0:
                        spare_up, spare_down = spare_down, spare_up
                    new_high = min(high[n], low[n] + spare_up)
                    new_low = max(low[n], high[n] - spare_down)
                    if (new_low, new_high) != (low[n], high[n]):
                        moved = True
                        low[n], high[n] = new_low, new_high
                        least = sum(low[m] if s > 0 else -high[m] for m, s in terms)
                        greatest = sum(high[m] if s > 0 else -low[m] for m, s in terms)
        return True
