"""One module's points as arrays: kept by changes, seen as at most LIMIT points and clusters of a view. No Qt here."""

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from layers.columns import Columns, Table, looked_up, tag
from layers.grid import NEAR, Grid, Heaps, grouped, pairs, summed
from layers.mercator import project
from layers.window import Window

LIMIT = 2_000
"""Points and clusters in one view at most."""
CELL = 64
"""Side of a cluster's cell, in pixels."""
OPEN_ZOOM, PILE = 18, 32
"""From this zoom on, a cell's side is only that: what would still cover each other is a pile."""
HEAP = 5_000
"""Points that are taken in at once: as objects they are large."""
PIECE = 65_536
"""Points that are counted at once: what is made of them on the way stays in a processor's cache."""
ALL = slice(None)
GRID = 65_536
"""Cells of a view's grid at most: a view of any size costs no more memory than that."""


class Placed(Protocol):
    """A record on the map, as the store tells it (`citymanager.store.features.Point`)."""

    @property
    def number(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def value(self) -> str: ...


class Tally(NamedTuple):
    """How many records of a layer have a place."""

    total: int
    shown: int
    """What the filter and the ticks of its values leave."""
    values: Mapping[str, int]
    """By value, "" for all others: what the filter leaves, ticked or not."""
    filtered: bool
    """Whether records were chosen one by one."""


@dataclass(frozen=True)
class Pile:
    """What a cluster is made of: some of its points (x, y, code, id, overdue), what is most urgent first."""

    total: int
    width: float
    """How far the points lie apart, on the unit square."""
    points: list[tuple[float, float, int, str, bool]]


@dataclass(frozen=True)
class View:
    """What is drawn: points (x, y, code, id), clusters (x, y, count, [code, count, code, count, …])."""

    points: list[tuple[float, float, int, str]] = field(default_factory=list)
    clusters: list[tuple[float, float, int, list[int]]] = field(default_factory=list)
    overdue: list[int] = field(default_factory=list)
    """How many records are overdue in each of the points, then in each of the clusters; empty: none anywhere."""


class PointLayer:
    """The places of a module's records. `values` are the known values of its colour; others get the code after them."""

    def __init__(self, values: Sequence[str]) -> None:
        self._codes = {value: code for code, value in enumerate(values)}
        self._other = len(values)
        self._chosen: NDArray[np.bool_] | None = None
        """By row numbers: whether the record was chosen; None: all are."""
        self._seen: tuple[int, NDArray[np.bool_]] | None = None
        """Whether each point is among the chosen ones, and for which turn of the table that holds."""
        self._off = np.zeros(len(values) + 1, bool)
        """Codes that are not shown, unless records were chosen one by one."""
        self._ticks_hold = False
        """Whether codes stay away that are not shown, also if records were chosen."""
        self._table = Table([self._columns(())])

    def beside(self) -> "PointLayer":
        """The same points for another map, which chooses and leaves out by its own wishes, by both at once."""
        other = copy(self)
        other._chosen, other._seen, other._off, other._ticks_hold = None, None, np.zeros_like(self._off), True
        return other

    def part(self) -> "PointLayer":
        """A layer for some of these points: none of them yet, and all values on."""
        other = self.beside()
        other._ticks_hold, other._table = False, Table([self._columns(())])
        return other

    def hold(self, whole: "PointLayer", numbers: NDArray[np.int64]) -> None:
        """Have the points of these rows of another layer as they stand there now, and no others."""
        places = whole._table.places(numbers)
        self._table.take(Table([whole._all.only(places[places >= 0])]))

    @property
    def _all(self) -> Columns:
        return self._table.all

    def __len__(self) -> int:
        return len(self._table)

    def load(self, points: Iterable[Placed]) -> None:
        """Take these points in place of all."""
        coming = iter(points)
        heaps = [self._columns(())]
        while heap := list(islice(coming, HEAP)):
            heaps.append(self._columns(heap))
        self._table.take(Table(heaps))

    def change(self, asked: Iterable[str], points: Iterable[Placed]) -> None:
        """Take the points as they are now of the records asked about; those that have none any more go."""
        found = self._columns(list(points))
        places = self._table.places(found.numbers)
        known = places >= 0
        known[known] = self._all.ids[places[known]] == found.ids[known]
        for mine, theirs in zip(self._all.movable, found.movable, strict=True):
            mine[places[known]] = theirs[known]
        gone = {ident.encode() for ident in asked} - set(found.ids[known].tolist())
        taken = self._table.places(found.numbers[~known])  # rows that another record has now
        self._table.leave_out(np.union1d(self._table.places_of(gone), taken[taken >= 0]))
        self._table.append(found.only(~known))

    def choose(self, numbers: Sequence[int] | None) -> None:
        """Show the records in these rows only; None shows all. The choice holds for records that come later."""
        self._chosen, self._seen = None if numbers is None else row_table(numbers), None

    def switch_off(self, values: Iterable[str]) -> None:
        """Leave the records of these values out, until somebody chooses records."""
        off = {self._codes.get(value, self._other) for value in values}
        self._off = np.array([code in off for code in range(self._other + 1)])

    # due times

    def running(self, over: Iterable[str]) -> NDArray[np.int64]:
        """The rows of the records that have none of these values."""
        codes = [self._codes[value] for value in over if value in self._codes]
        return self._all.numbers[~np.isin(self._all.code, codes)]

    def set_due(self, numbers: NDArray[np.int64], due: NDArray[np.float64]) -> None:
        """When the records in these rows are due, in seconds since 1970; ∞: never. Rows that are not here are ignored.

        A record keeps its due time until it gets another, also when it changes.
        """
        places = self._table.places(numbers)
        self._all.due[places[places >= 0]] = due[places >= 0]

    def overdue(self, now: float) -> NDArray[np.int64]:
        """The rows of the overdue records, whether they are chosen or not, in their order."""
        return np.sort(self._all.numbers[self._all.due <= now])

    def place(self, ident: str) -> tuple[float, float, int] | None:
        """x, y and colour code of a record, whether it is chosen or not."""
        found = self._table.places_of([ident.encode()])
        if not len(found):
            return None
        at = int(found[0])
        return float(self._all.x[at]), float(self._all.y[at]), int(self._all.code[at])

    def sample(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The places of about so many records, from all over the layer."""
        step = max(1, len(self) // count)
        return self._all.x[::step], self._all.y[::step]

    def tally(self) -> Tally:
        """How many there are, by value. At a million: milliseconds."""
        left = np.bincount(self._all.code[self._chosen_ones()], minlength=self._other + 1)
        filtered = self._chosen is not None and not self._ticks_hold
        shown = left if filtered else left[~self._off]
        values = dict(zip([*self._codes, ""], left.tolist(), strict=True))
        return Tally(len(self), int(shown.sum()), values, filtered)

    def view(self, window: Window, now: float = -math.inf) -> View:
        """The chosen points in a window, those that would cover each other joined into clusters.

        `now`, in seconds since 1970, says which of them are overdue.

        Cells are fixed to the ground: panning does not regroup. A cell at the window's edge counts as a whole. Points
        beyond the antimeridian come where the window has them: x may be less than 0 or more than 1.
        """
        near = self._turned(window)
        heaps, groups, _ = near._grouped(window, now)
        return near._joined(heaps, groups)

    def pile(self, window: Window, spot: tuple[float, float], now: float, part: slice) -> Pile | None:
        """A part of what `view` joins in this window into the cluster nearest to a place; None: there is none near."""
        near = self._turned(window)
        heaps, groups, grid = near._grouped(window, now)
        if not len(groups):
            return None
        x, y = (np.bincount(groups, sums) for sums in (heaps.x * heaps.counts, heaps.y * heaps.counts))
        counts = np.bincount(groups, heaps.counts)
        away = np.hypot(x / np.maximum(counts, 1) - spot[0], y / np.maximum(counts, 1) - spot[1])
        nearest = int(np.argmin(np.where(counts > 0, away, np.inf)))
        if away[nearest] > grid.cell:
            return None
        inside = np.flatnonzero(near._within(ALL, grid.west, grid.north, grid.east, grid.south))
        cells = grid.cells_of(near._all.x[inside], near._all.y[inside])
        found = near._all.only(inside[groups[np.searchsorted(heaps.cells, cells)] == nearest])
        some = found.only(np.lexsort((-found.numbers, found.due))[part])
        ids, late = [ident.decode() for ident in some.ids.tolist()], (some.due <= now).tolist()
        points = zip(some.x.tolist(), some.y.tolist(), some.code.tolist(), ids, late, strict=True)
        return Pile(len(found.x), float(max(np.ptp(found.x), np.ptp(found.y))), list(points))

    def cells(self, window: Window, side: int) -> list[tuple[float, float, float, int]]:
        """The cells of a grid in which chosen points lie: left, top, side on the unit square, and how many.

        `side`: in pixels, at the half zoom below the window's.
        """
        near, cell = self._turned(window), side / (256 * 2.0 ** (math.floor(2 * window.zoom) / 2))
        while (grid := Grid(window, cell)).cells > GRID:
            cell *= 2
        heaps = near._heaps(grid, -math.inf)
        column, row = np.divmod(heaps.cells, grid.high)
        places = ((grid.west + column * cell).tolist(), (grid.north + row * cell).tolist())
        return [(x, y, cell, count) for x, y, count in zip(*places, heaps.counts.tolist(), strict=True)]

    def counts(self, window: Window) -> list[int]:
        """How many of the chosen points of each code lie in a window."""
        layer = self._turned(window)
        inside = layer._within(ALL, window.west, window.north, window.east, window.south)
        found: list[int] = np.bincount(self._all.code[inside], minlength=self._other + 1).tolist()
        return found

    def _turned(self, window: Window) -> "PointLayer":
        """The same points, each as many whole turns of the globe away as brings it near the window."""
        if window.west >= 0 and window.east <= 1:
            return self
        turned, table = copy(self), copy(self._table)
        table.all = self._all._replace(x=self._all.x + window.turns(self._all.x))
        turned._table = table
        return turned

    def _grouped(self, window: Window, now: float) -> tuple[Heaps, NDArray[np.int64], Grid]:
        """What lies in the window's cells, and to which heap's cluster each heap belongs."""
        cell = (PILE if window.zoom >= OPEN_ZOOM else CELL) / (256 * 2.0**window.zoom)
        while True:
            grid = Grid(window, cell)
            if grid.cells <= GRID:
                heaps = self._heaps(grid, now)
                if len(heaps.cells) <= LIMIT:
                    return heaps, grouped(heaps, grid.high, NEAR * cell), grid
            cell *= 2

    def _within(self, part: slice, west: float, north: float, east: float, south: float) -> NDArray[np.bool_]:
        """Which points of this part of all are shown in a box."""
        x, y = self._all.x[part], self._all.y[part]
        inside: NDArray[np.bool_] = (x >= west) & (x < east) & (y >= north) & (y < south)
        if self._chosen is not None:
            inside &= self._chosen_ones()[part]
        if self._off.any() and (self._ticks_hold or self._chosen is None):
            inside &= ~self._off[self._all.code[part]]
        return inside

    def _heaps(self, grid: Grid, now: float) -> Heaps:
        """What lies in each cell that is not empty."""
        kinds = self._other + 1
        shares = np.zeros(grid.cells * kinds, np.int64)
        x, y, overdue = np.zeros(grid.cells), np.zeros(grid.cells), np.zeros(grid.cells)
        sample = np.zeros(grid.cells, np.int64)
        step = max(PIECE, len(shares))
        for first in range(0, len(self), step):
            part = slice(first, first + step)
            piece = self._all.only(part)
            inside = np.flatnonzero(self._within(part, grid.west, grid.north, grid.east, grid.south))
            if not len(inside):
                continue
            along, down = piece.x[inside], piece.y[inside]
            cells = grid.cells_of(along, down)
            shares += np.bincount(cells * kinds + piece.code[inside], minlength=len(shares))
            x += np.bincount(cells, along, grid.cells)
            y += np.bincount(cells, down, grid.cells)
            sample[cells] = inside + first
            overdue += np.bincount(cells, piece.due[inside] <= now, grid.cells)
        each = shares.reshape(-1, kinds)
        full = np.flatnonzero(each.any(axis=1))
        counts = each[full].sum(axis=1)
        return Heaps(full, counts, x[full] / counts, y[full] / counts, each[full], sample[full], overdue[full])

    def _joined(self, heaps: Heaps, groups: NDArray[np.int64]) -> View:
        """Points and clusters; `groups` says for each heap the number of the one that it belongs to."""
        size = len(heaps.cells)
        counts = np.bincount(groups, heaps.counts, size).astype(np.int64)
        many = np.flatnonzero(counts > 1)
        x, y = (np.bincount(groups, sums, size)[many] for sums in (heaps.x * heaps.counts, heaps.y * heaps.counts))
        places = ((sums / counts[many]).round(9).tolist() for sums in (x, y))
        clusters = list(zip(*places, counts[many].tolist(), pairs(summed(heaps.shares, groups)[many]), strict=True))
        overdue = np.bincount(groups, heaps.overdue, size).astype(np.int64)
        late = np.concatenate((overdue[counts == 1], overdue[counts > 1])).tolist() if overdue.any() else []
        return View(self._singles(heaps.samples[counts == 1]), clusters, late)

    def _singles(self, places: NDArray[np.int64]) -> list[tuple[float, float, int, str]]:
        found = self._all.only(places)
        ids = [ident.decode() for ident in found.ids.tolist()]
        return list(zip(found.x.round(9).tolist(), found.y.round(9).tolist(), found.code.tolist(), ids, strict=True))

    def _columns(self, points: Sequence[Placed]) -> Columns:
        """The points that can be drawn: a place that is no place must not spoil the others."""
        lon, lat = np.array([one.lon for one in points], float), np.array([one.lat for one in points], float)
        sound = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # nor is a NaN
        x, y = project(lon[sound], lat[sound])
        numbers = np.array([one.number for one in points], np.int64)[sound]
        ids = [one.id.encode() for one in points]
        return Columns(
            numbers,
            np.array(ids, np.bytes_)[sound],
            np.array([tag(one) for one in ids], np.uint16)[sound],
            x,
            y,
            np.array([self._codes.get(one.value, self._other) for one in points], np.uint8)[sound],
            np.full(len(numbers), np.inf),
        )

    def _chosen_ones(self) -> NDArray[np.bool_]:
        """Whether each point is among the chosen ones: looked up once for as long as the same points stand there."""
        if self._chosen is None:
            return np.ones(len(self), bool)
        if self._seen is None or self._seen[0] != self._table.turn:
            self._seen = self._table.turn, looked_up(self._chosen, self._all.numbers, False)
        return self._seen[1]


def row_table(numbers: Sequence[int]) -> NDArray[np.bool_]:
    """By row numbers: whether it is among these."""
    wanted = np.asarray(numbers, np.int64)
    table = np.zeros(int(wanted.max(initial=0)) + 1, bool)
    table[wanted] = True
    return table
