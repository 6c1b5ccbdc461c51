"""A view's cells, fixed to the ground, and how what lies in them becomes clusters that do not cover each other."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from layers.window import Window

NEAR = 0.62
"""Share of a cell's side within which two clusters would cover each other."""


class Grid:
    """The cells that cover a window, whole ones."""

    def __init__(self, window: Window, cell: float) -> None:
        self.cell = cell
        self._left, self._top = math.floor(window.west / cell), math.floor(window.north / cell)
        self._wide = max(1, math.ceil(window.east / cell) - self._left)
        self.high = max(1, math.ceil(window.south / cell) - self._top)
        self.cells = self._wide * self.high
        self.west, self.east = self._left * cell, (self._left + self._wide) * cell
        self.north, self.south = self._top * cell, (self._top + self.high) * cell

    def cells_of(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        """Of places within the grid."""
        column = (x / self.cell - self._left).astype(np.int64)
        row = (y / self.cell - self._top).astype(np.int64)
        np.minimum(column, self._wide - 1, out=column)  # a place at the very rim may be rounded over it
        np.minimum(row, self.high - 1, out=row)
        column *= self.high
        column += row
        return column


@dataclass(frozen=True)
class Heaps:
    """The cells that are not empty, in their order: how many points, their mean, how many of each code, one of them,
    how many are overdue."""

    cells: NDArray[np.int64]
    counts: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    shares: NDArray[np.int64]
    samples: NDArray[np.int64]
    overdue: NDArray[np.float64]


def grouped(heaps: Heaps, high: int, near: float) -> NDArray[np.int64]:
    """Heaps that would cover each other become one, around the larger; `high` is how many cells a column has."""
    x, y = heaps.x.tolist(), heaps.y.tolist()
    cells: list[int] = heaps.cells.tolist()
    at = {cell: number for number, cell in enumerate(cells)}
    around = (-high - 1, -high, -high + 1, -1, 1, high - 1, high, high + 1)
    group: dict[int, int] = {}
    for number in np.argsort(-heaps.counts, kind="stable").tolist():
        if number in group:
            continue
        group[number] = number
        for step in around:
            other = at.get(cells[number] + step, number)
            if other not in group and math.hypot(x[other] - x[number], y[other] - y[number]) < near:
                group[other] = number
    return np.fromiter((group[number] for number in range(len(cells))), np.int64, len(cells))


def summed(shares: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """The shares of each group together, in the row of its number."""
    rows, kinds = shares.shape
    where = groups[:, None] * kinds + np.arange(kinds)
    return np.bincount(where.ravel(), shares.ravel(), rows * kinds).astype(np.int64).reshape(rows, kinds)


def pairs(shares: NDArray[np.int64]) -> list[list[int]]:
    """Of each row: code, count, code, count, … of what it has."""
    rows, codes = np.nonzero(shares)
    flat: list[int] = np.column_stack((codes, shares[rows, codes])).ravel().tolist()
    ends = (2 * np.count_nonzero(shares, axis=1)).cumsum().tolist()
    return [flat[first:last] for first, last in pairwise([0, *ends])]
