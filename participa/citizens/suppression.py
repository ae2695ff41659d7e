"""Primary and secondary (complementary) cell suppression in a two-way table with margins.

Primary suppression hides every cell below the k-anonymity threshold; secondary suppression hides
further cells, so that no hidden value can be recovered by subtraction from a published total.

Marginal totals are stored as a last row and a last column with their sign reversed (when a total
grows, the matching remainder shrinks), so every line of the grid has a constant sum and totals
are handled like cells. The hidden cells are then the arcs of a transport network: the range of
values that a hidden cell may take, given all published numbers, is a maximum flow through the
other hidden cells. The range is exact, not an estimate. If it is too narrow, a rectangle of cells
is hidden together with the cell.
"""

from collections.abc import Iterator, Sequence

UNBOUNDED = 1 << 60
# Cost of hiding a cell, added to its value: totals are hidden only if inner cells do not suffice.
CELL_COST, TOTAL_COST, NEVER_HIDDEN = 1_000, 1_000_000, UNBOUNDED

VisibleCount = int | None


class Grid:
    """A table with its margins and the set of its suppressed cells, all as (row, column) indexes.

    `bounds` gives, per column, a public upper limit for each of its cells (the number of people in
    that column, when one person may appear in several rows). With `row_totals_are_public` the row
    totals are published unchanged, even small ones.
    """

    def __init__(
        self,
        k: int,
        inner: Sequence[Sequence[int]],
        row_totals: Sequence[int],
        column_totals: Sequence[int] | None = None,
        bounds: Sequence[int] | None = None,
        row_totals_are_public: bool = False,
    ):
        self.k = k
        self.rows = len(inner)
        self.columns = len(inner[0]) if inner else 0
        # The last limit is that of the total column.
        self.bounds = [*bounds, sum(bounds)] if bounds else None
        self.row_totals_are_public = row_totals_are_public
        self.values = [[*line, total] for line, total in zip(inner, row_totals, strict=True)]
        if column_totals is not None:
            self.values.append([*column_totals, sum(column_totals)])
        columns = range(self.columns + 1)
        # In grid direction (reversed for totals): how far a value may grow and shrink.
        self.slack_up = [[self._slack_up(i, j) for j in columns] for i in self._all_rows()]
        self.slack_down = [[self._slack_down(i, j) for j in columns] for i in self._all_rows()]
        self.cost = [[self._cost(i, j) for j in columns] for i in self._all_rows()]
        # Bit masks of the hidden cells: bit j of can_grow[i] is set when (i, j) can grow,
        # bit i of can_shrink[j] when it can shrink.
        self.can_grow = [0] * len(self.values)
        self.can_shrink = [0] * (self.columns + 1)
        self.hidden: set[tuple[int, int]] = set()

    def _all_rows(self) -> range:
        return range(len(self.values))

    def _is_total(self, i: int, j: int) -> bool:
        return i == self.rows or j == self.columns

    def _slack_up(self, i: int, j: int) -> int:
        return self.values[i][j] if self._is_total(i, j) else self._room_above(i, j)

    def _slack_down(self, i: int, j: int) -> int:
        return self._room_above(i, j) if self._is_total(i, j) else self.values[i][j]

    def _room_above(self, i: int, j: int) -> int:
        return self.bounds[j] - self.values[i][j] if self.bounds else UNBOUNDED

    def _cost(self, i: int, j: int) -> int:
        is_grand_total = i == self.rows and j == self.columns
        if is_grand_total or (j == self.columns and self.row_totals_are_public):
            return NEVER_HIDDEN
        return self.values[i][j] + (TOTAL_COST if self._is_total(i, j) else CELL_COST)

    def _hide(self, i: int, j: int) -> None:
        self.hidden.add((i, j))
        self.cost[i][j] = 0
        if self.slack_up[i][j]:
            self.can_grow[i] |= 1 << j
        if self.slack_down[i][j]:
            self.can_shrink[j] |= 1 << i

    def _complement(self, i: int, j: int) -> int:
        """The people of the column outside the cell; 0 where that number is not public."""
        return self.bounds[j] - self.values[i][j] if self.bounds else 0

    def protect(self) -> bool:
        """Suppress cells until each small one is protected; False if only hiding all would do."""
        cells = [(i, j) for i in self._all_rows() for j in range(self.columns + 1)]
        for i, j in cells:
            is_small = self.values[i][j] < self.k or 0 < self._complement(i, j) < self.k
            if is_small and self.cost[i][j] < NEVER_HIDDEN:
                self._hide(i, j)
        sensitive = [(i, j) for i, j in sorted(self.hidden) if any(self._required_range(i, j))]
        return all(self._is_safe(i, j) or self._suppress_more(i, j) for i, j in sensitive)

    def _required_range(self, i: int, j: int) -> tuple[int, int, int]:
        """By how much the value must be able to grow, to shrink, and both added."""
        value, complement = self.values[i][j], self._complement(i, j)
        is_small, leaves_few = 0 < value < self.k, 0 < complement < self.k
        if not is_small and not leaves_few:
            return 0, 0, 0
        value_goal, complement_goal = self._goals(i)
        grow = value_goal - value if is_small else 0
        shrink = min(complement_goal - complement, value) if leaves_few else 0
        goals = [
            goal
            for goal, applies in ((value_goal, is_small), (complement_goal, leaves_few))
            if applies
        ]
        return grow, shrink, min(self.k - 1, *goals)

    def _goals(self, i: int) -> tuple[int, int]:
        """How high a value and its complement must be able to reach: k, or the public maximum."""
        if not self.row_totals_are_public or self.bounds is None:
            return self.k, self.k
        total = self.values[i][self.columns]
        return min(self.k, total), min(self.k, self.bounds[-1] - total)

    def _required_slack(self, i: int, j: int) -> tuple[int, int, int]:
        """The required range in grid direction: growing and shrinking swap for totals."""
        grow, shrink, width = self._required_range(i, j)
        return (shrink, grow, width) if self._is_total(i, j) else (grow, shrink, width)

    def _is_safe(self, i: int, j: int) -> bool:
        grow, shrink, width = self._required_slack(i, j)
        grown = self._flow(i, j, True, min(width, self.slack_up[i][j]))
        if grown >= max(grow, width) and not shrink:
            return True
        shrunk = self._flow(i, j, False, min(width, self.slack_down[i][j]))
        return grown >= grow and shrunk >= shrink and grown + shrunk >= width

    def _flow(self, i: int, j: int, grows: bool, limit: int) -> int:
        """By how much, up to `limit`, the cell can grow (or shrink) with all line sums constant."""
        network = Network(self, (i, j))
        start, goal = (~j, i) if grows else (i, ~j)
        moved = 0
        while moved < limit and (path := network.shortest_path(start, goal)):
            moved += network.push(path, limit - moved)
        return moved

    def _suppress_more(self, i: int, j: int) -> bool:
        """Secondary suppression for one cell, the cheapest that works; False if none does."""
        if rectangle := self._cheapest_rectangle(i, j):
            for corner in rectangle:
                self._hide(*corner)
            return True
        for with_totals in (False, True):
            for cell in self._row_and_column(i, j, with_totals):
                self._hide(*cell)
            if self._is_safe(i, j):
                return True
        return False

    def _row_and_column(self, i: int, j: int, with_totals: bool) -> Iterator[tuple[int, int]]:
        limit = NEVER_HIDDEN if with_totals else TOTAL_COST
        cells = [(i, c) for c in range(self.columns + 1)] + [(r, j) for r in self._all_rows()]
        return ((r, c) for r, c in cells if self.cost[r][c] < limit)

    def _cheapest_rectangle(self, i: int, j: int) -> list[tuple[int, int]]:
        """The other three corners of a rectangle that gives the cell its whole required slack.

        Empty if no rectangle has enough slack.
        """
        grow, shrink, width = self._required_slack(i, j)
        grow = max(grow, min(width - shrink, self.slack_up[i][j]))
        shrink = max(shrink, width - grow)
        in_row = sorted(
            (self.cost[i][c], c)
            for c in range(self.columns + 1)
            if c != j and self._has_slack(i, c, shrink, grow)
        )
        in_column = sorted(
            (self.cost[r][j], r)
            for r in self._all_rows()
            if r != i and self._has_slack(r, j, shrink, grow)
        )
        lowest, corners = NEVER_HIDDEN, []
        for row_cost, c in in_row:
            for column_cost, r in in_column:
                if row_cost + column_cost >= lowest:
                    break
                cost = row_cost + column_cost + self.cost[r][c]
                if cost < lowest and self._has_slack(r, c, grow, shrink):
                    lowest, corners = cost, [(i, c), (r, j), (r, c)]
        return corners

    def _has_slack(self, i: int, j: int, grow: int, shrink: int) -> bool:
        can_hide = self.cost[i][j] < NEVER_HIDDEN
        return can_hide and self.slack_up[i][j] >= grow and self.slack_down[i][j] >= shrink

    def visible_cells(self) -> list[list[VisibleCount]]:
        """The grid with None for each suppressed cell.

        Zeros that follow from the published sums are shown: hiding them would protect nothing.
        """
        visible: list[list[VisibleCount]] = [[*line] for line in self.values]
        deducible = {cell for line in self._published_sums() for cell in self._hidden_zeros(line)}
        for i, j in self.hidden - deducible:
            visible[i][j] = None
        return visible

    def _published_sums(self) -> Iterator[list[tuple[int, int]]]:
        """The cells of each line with a published sum."""
        has_total_row, totals_add_up = len(self.values) > self.rows, not self.row_totals_are_public
        for i in range(self.rows):
            if (i, self.columns) not in self.hidden:
                yield [(i, j) for j in range(self.columns)]
        if has_total_row:
            yield [(self.rows, j) for j in range(self.columns)]
            for j in range(self.columns):
                if (self.rows, j) not in self.hidden:
                    yield [(i, j) for i in range(self.rows)]
        if has_total_row and totals_add_up:
            yield [(i, self.columns) for i in range(self.rows)]

    def _hidden_zeros(self, line: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The hidden cells of a line if all of them are zero, else none."""
        hidden = [cell for cell in line if cell in self.hidden]
        return [] if any(self.values[i][j] for i, j in hidden) else hidden


class Network:
    """Flow network of the hidden cells of a grid, without the cell under examination.

    Nodes are the rows (0, 1, 2…) and the columns (~0, ~1, ~2…). A hidden cell is an arc from its
    row to its column while it can grow, and back while it can shrink.
    """

    def __init__(self, grid: Grid, excluded: tuple[int, int]):
        self.grid = grid
        self.can_grow, self.can_shrink = grid.can_grow.copy(), grid.can_shrink.copy()
        self.flow: dict[tuple[int, int], int] = {}
        row, column = excluded
        self.can_grow[row] &= ~(1 << column)
        self.can_shrink[column] &= ~(1 << row)

    def shortest_path(self, start: int, goal: int) -> list[tuple[int, int]]:
        """The arcs of a shortest augmenting path (breadth-first), or an empty list."""
        previous: dict[int, int] = {}
        unvisited_rows, unvisited_columns = ~0, ~0
        if start >= 0:
            unvisited_rows ^= 1 << start
        else:
            unvisited_columns ^= 1 << ~start
        queue = [start]
        for node in queue:
            if node >= 0:
                ahead = self.can_grow[node] & unvisited_columns
                unvisited_columns &= ~ahead
                reached = [~column for column in set_bits(ahead)]
            else:
                ahead = self.can_shrink[~node] & unvisited_rows
                unvisited_rows &= ~ahead
                reached = set_bits(ahead)
            previous.update(dict.fromkeys(reached, node))
            if goal in previous:
                return trace_back(previous, start, goal)
            queue += reached
        return []

    def push(self, path: list[tuple[int, int]], limit: int) -> int:
        """Send flow along the path, at most `limit`; returns the amount. It may be undone later."""
        amount = min(limit, *(self._residual(*arc) for arc in path))
        for tail, head in path:
            cell, sign = ((tail, ~head), 1) if tail >= 0 else ((head, ~tail), -1)
            self.flow[cell] = self.flow.get(cell, 0) + sign * amount
            self._update_masks(cell)
        return amount

    def _residual(self, tail: int, head: int) -> int:
        """Remaining capacity of an arc."""
        if tail >= 0:
            return self.grid.slack_up[tail][~head] - self.flow.get((tail, ~head), 0)
        return self.grid.slack_down[head][~tail] + self.flow.get((head, ~tail), 0)

    def _update_masks(self, cell: tuple[int, int]) -> None:
        row, column = cell
        for tail, head, masks in ((row, ~column, self.can_grow), (~column, row, self.can_shrink)):
            index, bit = (row, 1 << column) if tail >= 0 else (column, 1 << row)
            has_room = self._residual(tail, head)
            masks[index] = masks[index] | bit if has_room else masks[index] & ~bit


def set_bits(mask: int) -> list[int]:
    """Positions of the bits that are set, lowest first."""
    positions = []
    while mask:
        lowest = mask & -mask
        positions.append(lowest.bit_length() - 1)
        mask ^= lowest
    return positions


def trace_back(previous: dict[int, int], start: int, goal: int) -> list[tuple[int, int]]:
    """The arcs from start to goal, given the predecessor of each visited node."""
    path = []
    node = goal
    while node != start:
        path.append((previous[node], node))
        node = previous[node]
    return path[::-1]
