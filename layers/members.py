"""Which rows of a module belong to a slice: asked of the cache once, then kept by what changes and by the clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from citymanager.store.query import Query
from citymanager.store.reader import Reader
from layers.changes import Changes
from layers.slices import Slice

TRUE_TO = timedelta(seconds=10)
"""What time alone changes is looked at so often, like due times on the map."""

Rows = NDArray[np.int64]


class Members:
    """The rows of each slice that anybody has asked about. Not to be asked by two threads at once."""

    def __init__(self, slices: Mapping[str, Slice]) -> None:
        self._slices = slices
        self._changes = Changes(list(slices))
        self._rows: dict[str, Rows] = {}
        self._at: dict[str, datetime] = {}
        """When a slice was asked for as a whole."""

    def change(self, module: str, ids: Iterable[str] | None) -> None:
        """These records of a module, or all, have been taken in anew."""
        known = None if ids is None else list(ids)
        for key, one in self._slices.items():
            if one.module == module:
                self._changes.note(key, known)

    def rows(self, reader: Reader, key: str, now: datetime) -> Rows:
        """The rows of a slice in their order; the same array as before as long as nothing has touched it."""
        changed, one = self._changes.take(key), self._slices[key]
        try:
            if changed is None or (changed and one.sought) or (one.timed and self._old(key, now)):
                self._keep(key, self._whole(reader, one, now))
                self._at[key] = now
            elif changed:
                self._rows[key] = self._mended(reader, one, self._rows[key], sorted(changed), now)
        except BaseException:
            self._changes.note(key, changed)
            raise
        return self._rows[key]

    def passed(self, reader: Reader, now: datetime) -> dict[str, Rows]:
        """Of those that time alone changes and that were asked about before: as they are now."""
        return {key: self.rows(reader, key, now) for key in list(self._rows) if self._slices[key].timed}

    def _old(self, key: str, now: datetime) -> bool:
        return abs(now - self._at[key]) >= TRUE_TO

    def _keep(self, key: str, rows: Rows) -> None:
        if key not in self._rows or not np.array_equal(rows, self._rows[key]):
            self._rows[key] = rows

    def _whole(self, reader: Reader, one: Slice, now: datetime) -> Rows:
        if one.sought is None:
            return _sorted(reader.lists.rows_of(one.query(now)))
        found = tuple(one.sought(reader, now))
        return _sorted(reader.lists.rows_of(Query(one.module, idents=found)) if found else ())

    def _mended(self, reader: Reader, one: Slice, rows: Rows, changed: list[str], now: datetime) -> Rows:
        """Without those that have changed, but for which of them belong to it now."""
        touched = reader.lists.rows_of(Query(one.module, idents=tuple(changed)))
        belong = reader.lists.rows_of(one.query(now, changed))
        return np.union1d(np.setdiff1d(rows, _sorted(touched)), _sorted(belong))


def _sorted(rows: Iterable[int]) -> Rows:
    return np.sort(np.array(list(rows), np.int64))
