"""One module's points as arrays: kept by changes, seen as at most LIMIT points and clusters of a view. No Qt here."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from layers.mercator import project

LIMIT = 2_000
"""Points and clusters in one view at most."""
CELL = 64
"""Side of a cluster's cell, in pixels."""
NEAR = 0.62
"""Share of a cell's side within which two clusters would cover each other."""
OPEN_ZOOM = 18
"""From this zoom on, points stand alone, as long as they are within LIMIT."""
GRID = 65_536
"""Cells of a view's grid at most: a view of any size costs no more memory than that."""


class Placed(Protocol):
    """A record on the map, as the store tells it (`citymanager.store.reader.Point`)."""

    @property
    def id(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def value(self) -> str: ...


class Window(NamedTuple):
    """What is looked at: west, north, east, south on the unit square of the projection, and the zoom."""

    west: float
    north: float
    east: float
    south: float
    zoom: float


@dataclass(frozen=True)
class View:
    """What is drawn: points (x, y, code, id), clusters (x, y, count, [code, count, code, count, …])."""

    points: list[tuple[float, float, int, str]] = field(default_factory=list)
    clusters: list[tuple[float, float, int, list[int]]] = field(default_factory=list)


class PointLayer:
    """The places of a module's records. `values` are the known values of its colour; others get the code after them."""

    def __init__(self, values: Sequence[str]) -> None:
        self._codes = {value: code for code, value in enumerate(values)}
        self._other = len(values)
        self._chosen: frozenset[str] | None = None
        self._off = np.zeros(len(values) + 1, bool)
        """Codes that are not shown, unless records were chosen one by one."""
        self._clear()

    def _clear(self) -> None:
        self._ids: list[str] = []
        self._index: dict[str, int] = {}
        self._x = np.empty(0)
        self._y = np.empty(0)
        self._code = np.empty(0, np.uint8)
        self._seen = np.empty(0, bool)

    def __len__(self) -> int:
        return len(self._ids)

    def load(self, points: Iterable[Placed]) -> None:
        """Take these points in place of all."""
        self._clear()
        self._append(_sound(points))

    def change(self, asked: Iterable[str], points: Iterable[Placed]) -> None:
        """Take the points as they are now of the records asked about; those that have none any more go."""
        found = {point.id: point for point in _sound(points)}
        known = [point for point in found.values() if point.id in self._index]
        if known:
            places = np.array([self._index[point.id] for point in known])
            self._x[places], self._y[places], self._code[places] = self._columns(known)
        self._append([point for point in found.values() if point.id not in self._index])
        for ident in asked:
            if ident not in found and ident in self._index:
                self._remove(ident)

    def choose(self, ids: Iterable[str] | None) -> None:
        """Show these records only; None shows all. The choice holds for records that come later."""
        self._chosen = None if ids is None else frozenset(ids)
        self._seen = self._seen_of(self._ids)

    def switch_off(self, values: Iterable[str]) -> None:
        """Leave the records of these values out, until somebody chooses records."""
        off = {self._codes.get(value, self._other) for value in values}
        self._off = np.array([code in off for code in range(self._other + 1)])

    def place(self, ident: str) -> tuple[float, float, int] | None:
        """x, y and colour code of a record, whether it is chosen or not."""
        at = self._index.get(ident)
        return None if at is None else (float(self._x[at]), float(self._y[at]), int(self._code[at]))

    def view(self, window: Window) -> View:
        """The chosen points in a window, those that would cover each other joined into clusters.

        Cells are fixed to the ground: panning does not regroup. A cell at the window's edge counts as a whole.
        """
        scale = 256 * 2.0**window.zoom
        if window.zoom >= OPEN_ZOOM:
            inside = np.flatnonzero(self._within(window.west, window.north, window.east, window.south))
            if len(inside) <= LIMIT:
                return View(points=self._singles(inside))
        cell = CELL / scale
        while True:
            grid = _Grid(window, cell)
            if grid.cells <= GRID:
                heaps = self._heaps(grid)
                if len(heaps.cells) <= LIMIT:
                    return self._joined(heaps, _groups(heaps, grid.high, NEAR * cell))
            cell *= 2

    def _within(self, west: float, north: float, east: float, south: float) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (self._x >= west) & (self._x < east) & (self._y >= north) & (self._y < south)
        if self._chosen is None and self._off.any():
            inside &= ~self._off[self._code]
        return inside & self._seen

    def _heaps(self, grid: "_Grid") -> "_Heaps":
        """What lies in each cell that is not empty."""
        inside = np.flatnonzero(self._within(grid.west, grid.north, grid.east, grid.south))
        x, y = self._x[inside], self._y[inside]
        cells = grid.cells_of(x, y)
        counts = np.bincount(cells, minlength=grid.cells)
        sample = np.zeros(grid.cells, np.int64)
        sample[cells] = inside
        full = np.flatnonzero(counts)
        rank = np.zeros(grid.cells, np.int64)
        rank[full] = np.arange(len(full))
        kinds = self._other + 1
        shares = np.bincount(rank[cells] * kinds + self._code[inside], minlength=len(full) * kinds)
        return _Heaps(
            full,
            counts[full],
            np.bincount(cells, x, grid.cells)[full] / counts[full],
            np.bincount(cells, y, grid.cells)[full] / counts[full],
            shares.reshape(-1, kinds),
            sample[full],
        )

    def _joined(self, heaps: "_Heaps", groups: NDArray[np.int64]) -> View:
        """Points and clusters; `groups` says for each heap the number of the one that it belongs to."""
        size = len(heaps.cells)
        counts = np.bincount(groups, heaps.counts, size).astype(np.int64)
        x = np.bincount(groups, heaps.x * heaps.counts, size)
        y = np.bincount(groups, heaps.y * heaps.counts, size)
        shares = np.zeros_like(heaps.shares)
        np.add.at(shares, groups, heaps.shares)
        clusters = [
            (round(x[at] / counts[at], 9), round(y[at] / counts[at], 9), int(counts[at]), _pairs(shares[at]))
            for at in np.flatnonzero(counts > 1).tolist()
        ]
        return View(self._singles(heaps.samples[counts == 1]), clusters)

    def _singles(self, places: NDArray[np.int64]) -> list[tuple[float, float, int, str]]:
        x, y = self._x[places].round(9).tolist(), self._y[places].round(9).tolist()
        ids = [self._ids[at] for at in places.tolist()]
        return list(zip(x, y, self._code[places].tolist(), ids, strict=True))

    def _columns(self, points: Sequence[Placed]) -> tuple[Any, Any, Any]:
        x, y = project([point.lon for point in points], [point.lat for point in points])
        return x, y, np.array([self._codes.get(point.value, self._other) for point in points], np.uint8)

    def _append(self, points: Sequence[Placed]) -> None:
        if not points:
            return
        x, y, code = self._columns(points)
        start = len(self._ids)
        ids = [point.id for point in points]
        self._ids += ids
        self._index.update(zip(ids, range(start, start + len(ids)), strict=True))
        self._x = np.concatenate((self._x, x))
        self._y = np.concatenate((self._y, y))
        self._code = np.concatenate((self._code, code))
        self._seen = np.concatenate((self._seen, self._seen_of(ids)))

    def _seen_of(self, ids: Sequence[str]) -> NDArray[np.bool_]:
        chosen = self._chosen
        if chosen is None:
            return np.ones(len(ids), bool)
        return np.fromiter((ident in chosen for ident in ids), bool, len(ids))

    def _remove(self, ident: str) -> None:
        """The last point takes the place of the one that goes."""
        at, last = self._index.pop(ident), len(self._ids) - 1
        for column in (self._x, self._y, self._code, self._seen):
            column[at] = column[last]
        self._x, self._y, self._code, self._seen = (
            self._x[:last], self._y[:last], self._code[:last], self._seen[:last],
        )  # fmt: skip
        moved = self._ids.pop()
        if moved != ident:
            self._ids[at] = moved
            self._index[moved] = at


@dataclass(frozen=True)
class _Heaps:
    """The cells that are not empty, in their order: how many points, their mean, how many of each code, one of them."""

    cells: NDArray[np.int64]
    counts: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    shares: NDArray[np.int64]
    samples: NDArray[np.int64]


def _groups(heaps: _Heaps, high: int, near: float) -> NDArray[np.int64]:
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


class _Grid:
    """The cells that cover a window, whole ones."""

    def __init__(self, window: Window, cell: float) -> None:
        self._cell = cell
        self._left, self._top = math.floor(window.west / cell), math.floor(window.north / cell)
        self._wide = max(1, math.ceil(window.east / cell) - self._left)
        self.high = max(1, math.ceil(window.south / cell) - self._top)
        self.cells = self._wide * self.high
        self.west, self.east = self._left * cell, (self._left + self._wide) * cell
        self.north, self.south = self._top * cell, (self._top + self.high) * cell

    def cells_of(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int64]:
        column = np.clip(np.floor(x / self._cell).astype(np.int64) - self._left, 0, self._wide - 1)
        row = np.clip(np.floor(y / self._cell).astype(np.int64) - self._top, 0, self.high - 1)
        return column * self.high + row


def _sound(points: Iterable[Placed]) -> list[Placed]:
    """Those that can be drawn: a place that is no place must not spoil the others."""
    return [
        point
        for point in points
        if math.isfinite(point.lon) and math.isfinite(point.lat) and abs(point.lon) <= 180 and abs(point.lat) <= 90
    ]


def _pairs(share: NDArray[np.int64]) -> list[int]:
    kinds = np.flatnonzero(share)
    return np.column_stack((kinds, share[kinds])).ravel().tolist()
