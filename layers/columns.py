"""Points as columns of arrays with room to spare: a million lie in 70 MB, and ten more are put to them in a moment."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

TAGS = 65_536
"""An id's tag is one of so many: the few rows with the same tag are compared in full."""


class Columns(NamedTuple):
    """Points, each a place in every column: a tenth of what as many objects would take."""

    numbers: NDArray[np.int64]
    ids: NDArray[np.bytes_]
    tags: NDArray[np.uint16]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    code: NDArray[np.uint8]
    due: NDArray[np.float64]

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        return self.numbers, self.ids, self.tags, self.x, self.y, self.code, self.due

    @property
    def movable(self) -> tuple[NDArray[Any], ...]:
        """What changes while the record stays the same."""
        return self.x, self.y, self.code

    def only(self, where: NDArray[Any] | slice) -> "Columns":
        """Those at these places, or for which this holds."""
        return Columns._make(column[where] for column in self)


def tag(ident: bytes) -> int:
    """Of an id; the same as long as the program runs."""
    return hash(ident) % TAGS


class Table:
    """Columns that grow and shrink in place. Their order means nothing: what is left out is replaced by the last."""

    def __init__(self, heaps: Sequence[Columns]) -> None:
        self._room = heaps[0]
        self._at = np.full(1, -1, np.int32)
        """By row numbers: where the record stands in the columns; -1: nowhere."""
        self.turn = 0
        """Another number whenever other records stand in the columns, or at other places."""
        self.all = heaps[0].only(slice(0))
        self._make_room(heaps)
        for heap in heaps:
            self.append(heap)

    def __len__(self) -> int:
        return len(self.all.numbers)

    def take(self, other: "Table") -> None:
        """Hold what another table has, in place of all."""
        self._room, self._at, self.all = other._room, other._at, other.all
        self.turn += 1

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Where the records of these rows stand; -1: nowhere."""
        found: NDArray[np.int32] = looked_up(self._at, numbers, -1)
        return found

    def places_of(self, idents: Iterable[bytes]) -> NDArray[np.int64]:
        """Where the records of these ids stand, those that are here."""
        wanted = set(idents)
        if not wanted:
            return np.empty(0, np.int64)
        tagged = np.zeros(TAGS, bool)
        tagged[[tag(one) for one in wanted]] = True
        like = np.flatnonzero(tagged[self.all.tags])
        return like[[one in wanted for one in self.all.ids[like].tolist()]] if len(like) else like

    def append(self, more: Columns) -> None:
        """Put these behind, whose rows and ids are not here."""
        if not len(more.numbers):
            return
        self._make_room([more])
        self.turn += 1
        first, last = len(self), len(self) + len(more.numbers)
        for mine, theirs in zip(self._room.arrays, more.arrays, strict=True):
            mine[first:last] = theirs
        self.all = self._room.only(slice(last))
        self._at[more.numbers] = np.arange(first, last)

    def leave_out(self, places: NDArray[Any]) -> None:
        """Take away what stands at these places, each named once."""
        left = len(self) - len(places)
        self.turn += len(places)
        self._at[self.all.numbers[places]] = -1
        holes, last = places[places < left], np.setdiff1d(np.arange(left, len(self)), places)
        for column in self.all.arrays:
            column[holes] = column[last]
        self._at[self.all.numbers[holes]] = holes
        self.all = self._room.only(slice(left))

    def _make_room(self, coming: Sequence[Columns]) -> None:
        """Grow by doubling, so that few additions copy anything; memory that is not written yet costs nothing."""
        need = len(self) + sum(len(one.numbers) for one in coming)
        numbers = 1 + max(int(one.numbers.max(initial=0)) for one in coming)
        if numbers > len(self._at):
            known, self._at = self._at, np.full(2 * numbers, -1, np.int32)
            self._at[: len(known)] = known
        kinds = [np.result_type(*column) for column in zip(self._room, *coming, strict=True)]  # a longer id is a kind
        if need > len(self._room.numbers) or kinds != [column.dtype for column in self._room]:
            known_columns, self._room = self.all, Columns._make(np.empty(2 * need, kind) for kind in kinds)
            self.all = self._room.only(slice(len(known_columns.numbers)))
            for mine, known_column in zip(self.all.arrays, known_columns.arrays, strict=True):
                mine[:] = known_column


def looked_up(table: NDArray[Any], numbers: NDArray[np.int64], beyond: int) -> NDArray[Any]:
    """What a table says of these numbers; `beyond` its end."""
    if not len(table):
        return np.full(len(numbers), beyond, table.dtype)
    found: NDArray[Any] = table.take(numbers, mode="clip")
    found[numbers >= len(table)] = beyond
    return found
