"""Finds which cells of a two-way table must be hidden so that the small ones cannot be found.

The table stands in a grid whose lines all have known sums; the totals stand in a last row and a
last column, turned around (a total that grows is a remainder that shrinks), so that they are
cells like the others. The hidden cells then are the arcs of a transport network, and how far a
hidden cell may really be from its value is a maximum flow through the other hidden cells: exact,
not an estimate. Where a small cell cannot move far enough, a rectangle of cells is hidden with it.
"""

from collections.abc import Iterator, Sequence

INFINITE = 1 << 60
INNER, TOTAL, FIXED = 1_000, 1_000_000, INFINITE  # what it costs to hide one more of each

Shown = int | None


class Grid:
    """One table. `bounds` are the persons of each column that a cell cannot exceed (known to all);
    with `open_totals` the totals of the rows are public as they are, even small ones.
    """

    def __init__(
        self,
        k: int,
        inner: Sequence[Sequence[int]],
        row_totals: Sequence[int],
        column_totals: Sequence[int] | None = None,
        bounds: Sequence[int] | None = None,
        open_totals: bool = False,
    ):
        self.k = k
        self.rows = len(inner)
        self.columns = len(inner[0]) if inner else 0
        # How many could stand in each cell of a column; in the last one, everybody.
        self.bounds = [*bounds, sum(bounds)] if bounds else None
        self.open_totals = open_totals
        self.value = [[*line, total] for line, total in zip(inner, row_totals, strict=True)]
        if column_totals is not None:
            self.value.append([*column_totals, sum(column_totals)])
        self.up = [[self._up(i, j) for j in range(self.columns + 1)] for i in self._lines()]
        self.down = [[self._down(i, j) for j in range(self.columns + 1)] for i in self._lines()]
        self.cost = [[self._cost(i, j) for j in range(self.columns + 1)] for i in self._lines()]
        # Bit j of outward[i]: the cell (i, j) is hidden and may grow. Bit i of inward[j]: shrink.
        self.outward = [0] * len(self.value)
        self.inward = [0] * (self.columns + 1)
        self.hidden: set[tuple[int, int]] = set()

    def _lines(self) -> range:
        return range(len(self.value))

    def _is_total(self, i: int, j: int) -> bool:
        return i == self.rows or j == self.columns

    def _up(self, i: int, j: int) -> int:
        if self._is_total(i, j):
            return self.value[i][j]
        return self._room_above(i, j)

    def _down(self, i: int, j: int) -> int:
        return self._room_above(i, j) if self._is_total(i, j) else self.value[i][j]

    def _room_above(self, i: int, j: int) -> int:
        return self.bounds[j] - self.value[i][j] if self.bounds else INFINITE

    def _cost(self, i: int, j: int) -> int:
        if (i == self.rows and j == self.columns) or (j == self.columns and self.open_totals):
            return FIXED
        return self.value[i][j] + (TOTAL if self._is_total(i, j) else INNER)

    def _hide(self, i: int, j: int) -> None:
        self.hidden.add((i, j))
        self.cost[i][j] = 0
        if self.up[i][j]:
            self.outward[i] |= 1 << j
        if self.down[i][j]:
            self.inward[j] |= 1 << i

    def _rest(self, i: int, j: int) -> int:
        """The persons of the column who are not in the cell, where everybody knows how many."""
        return self.bounds[j] - self.value[i][j] if self.bounds else 0

    def protect(self) -> bool:
        """Hide what must be hidden; False when only the whole table can protect its cells."""
        cells = [(i, j) for i in self._lines() for j in range(self.columns + 1)]
        for i, j in cells:
            small = self.value[i][j] < self.k or 0 < self._rest(i, j) < self.k
            if small and self.cost[i][j] < FIXED:
                self._hide(i, j)
        sensitive = [(i, j) for i, j in sorted(self.hidden) if any(self._demands(i, j))]
        return all(self._is_safe(i, j) or self._cover(i, j) for i, j in sensitive)

    def _demands(self, i: int, j: int) -> tuple[int, int, int]:
        """How far the number must be able to grow, to shrink, and both together."""
        value, rest = self.value[i][j], self._rest(i, j)
        is_small, leaves_few = 0 < value < self.k, 0 < rest < self.k
        if not is_small and not leaves_few:
            return 0, 0, 0
        most, most_rest = self._reach(i)
        grow = most - value if is_small else 0
        shrink = min(most_rest - rest, value) if leaves_few else 0
        both = [n for n, matters in ((most, is_small), (most_rest, leaves_few)) if matters]
        return grow, shrink, min(self.k - 1, *both)

    def _reach(self, i: int) -> tuple[int, int]:
        """How large a number and its rest must be able to seem: k, or all that is public."""
        if not self.open_totals or self.bounds is None:
            return self.k, self.k
        total = self.value[i][self.columns]
        return min(self.k, total), min(self.k, self.bounds[-1] - total)

    def _turned(self, i: int, j: int) -> tuple[int, int, int]:
        """The same, in the direction of the grid, where totals are turned around."""
        grow, shrink, width = self._demands(i, j)
        return (shrink, grow, width) if self._is_total(i, j) else (grow, shrink, width)

    def _is_safe(self, i: int, j: int) -> bool:
        grow, shrink, width = self._turned(i, j)
        grown = self._flow(i, j, True, min(width, self.up[i][j]))
        if grown >= max(grow, width) and not shrink:
            return True
        shrunk = self._flow(i, j, False, min(width, self.down[i][j]))
        return grown >= grow and shrunk >= shrink and grown + shrunk >= width

    def _flow(self, i: int, j: int, grows: bool, limit: int) -> int:
        """By how much the cell can grow (or shrink) while every line keeps its sum."""
        network = Network(self, (i, j))
        start, goal = (~j, i) if grows else (i, ~j)
        moved = 0
        while moved < limit and (path := network.path(start, goal)):
            moved += network.push(path, limit - moved)
        return moved

    def _cover(self, i: int, j: int) -> bool:
        """Hide more, as little as helps, until the cell is safe."""
        if rectangle := self._rectangle(i, j):
            for corner in rectangle:
                self._hide(*corner)
            return True
        for with_totals in (False, True):
            for cell in self._cross(i, j, with_totals):
                self._hide(*cell)
            if self._is_safe(i, j):
                return True
        return False

    def _cross(self, i: int, j: int, with_totals: bool) -> Iterator[tuple[int, int]]:
        most = FIXED if with_totals else TOTAL
        cells = [(i, c) for c in range(self.columns + 1)] + [(r, j) for r in self._lines()]
        return ((r, c) for r, c in cells if self.cost[r][c] < most)

    def _rectangle(self, i: int, j: int) -> list[tuple[int, int]]:
        """The cheapest three cells that, with this one, can take up all that it must move."""
        grow, shrink, width = self._turned(i, j)
        grow = max(grow, min(width - shrink, self.up[i][j]))
        shrink = max(shrink, width - grow)
        in_row = sorted(
            (self.cost[i][c], c)
            for c in range(self.columns + 1)
            if c != j and self._can(i, c, shrink, grow)
        )
        in_column = sorted(
            (self.cost[r][j], r) for r in self._lines() if r != i and self._can(r, j, shrink, grow)
        )
        best, found = FIXED, []
        for cost, c in in_row:
            for more, r in in_column:
                if cost + more >= best:
                    break
                price = cost + more + self.cost[r][c]
                if price < best and self._can(r, c, grow, shrink):
                    best, found = price, [(i, c), (r, j), (r, c)]
        return found

    def _can(self, i: int, j: int, grow: int, shrink: int) -> bool:
        return self.cost[i][j] < FIXED and self.up[i][j] >= grow and self.down[i][j] >= shrink

    def told(self) -> list[list[Shown]]:
        """The grid with None for what is hidden; zeros that everybody can work out are shown."""
        shown: list[list[Shown]] = [[*line] for line in self.value]
        given_away = {cell for line in self._sums() for cell in self._zeros(line)}
        for i, j in self.hidden - given_away:
            shown[i][j] = None
        return shown

    def _sums(self) -> Iterator[list[tuple[int, int]]]:
        """The cells of each line whose sum is published."""
        last_row, last_column = len(self.value) > self.rows, not self.open_totals
        for i in range(self.rows):
            if (i, self.columns) not in self.hidden:
                yield [(i, j) for j in range(self.columns)]
        if last_row:
            yield [(self.rows, j) for j in range(self.columns)]
            for j in range(self.columns):
                if (self.rows, j) not in self.hidden:
                    yield [(i, j) for i in range(self.rows)]
        if last_row and last_column:
            yield [(i, self.columns) for i in range(self.rows)]

    def _zeros(self, line: list[tuple[int, int]]) -> list[tuple[int, int]]:
        hidden = [cell for cell in line if cell in self.hidden]
        return [] if any(self.value[i][j] for i, j in hidden) else hidden


class Network:
    """The hidden cells but one, as arcs: a row's node leads to a column's where a cell may grow,
    and back where it may shrink. Rows are 0, 1, 2…; columns are ~0, ~1, ~2…
    """

    def __init__(self, grid: Grid, banned: tuple[int, int]):
        self.grid = grid
        self.outward, self.inward = grid.outward.copy(), grid.inward.copy()
        self.grown: dict[tuple[int, int], int] = {}
        row, column = banned
        self.outward[row] &= ~(1 << column)
        self.inward[column] &= ~(1 << row)

    def path(self, start: int, goal: int) -> list[tuple[int, int]]:
        """The arcs of a shortest way from start to goal, or nothing."""
        came: dict[int, int] = {}
        new_rows, new_columns = ~0, ~0
        if start >= 0:
            new_rows ^= 1 << start
        else:
            new_columns ^= 1 << ~start
        front = [start]
        for node in front:
            if node >= 0:
                ahead = self.outward[node] & new_columns
                new_columns &= ~ahead
                reached = [~place for place in bits(ahead)]
            else:
                ahead = self.inward[~node] & new_rows
                new_rows &= ~ahead
                reached = bits(ahead)
            came.update(dict.fromkeys(reached, node))
            if goal in came:
                return trace(came, start, goal)
            front += reached
        return []

    def push(self, path: list[tuple[int, int]], most: int) -> int:
        """Move as much as the way allows; what moved may move back later."""
        amount = min(most, *(self._room(*arc) for arc in path))
        for tail, head in path:
            cell, sign = ((tail, ~head), 1) if tail >= 0 else ((head, ~tail), -1)
            self.grown[cell] = self.grown.get(cell, 0) + sign * amount
            self._redraw(cell)
        return amount

    def _room(self, tail: int, head: int) -> int:
        if tail >= 0:
            return self.grid.up[tail][~head] - self.grown.get((tail, ~head), 0)
        return self.grid.down[head][~tail] + self.grown.get((head, ~tail), 0)

    def _redraw(self, cell: tuple[int, int]) -> None:
        row, column = cell
        for node, other, masks in ((row, ~column, self.outward), (~column, row, self.inward)):
            place, bit = (row, 1 << column) if node >= 0 else (column, 1 << row)
            masks[place] = masks[place] | bit if self._room(node, other) else masks[place] & ~bit


def bits(mask: int) -> list[int]:
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def trace(came: dict[int, int], start: int, goal: int) -> list[tuple[int, int]]:
    path = []
    node = goal
    while node != start:
        path.append((came[node], node))
        node = came[node]
    return path[::-1]
