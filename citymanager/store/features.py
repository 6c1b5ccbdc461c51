"""Records as the map reads them: points, and lines and polygons by their boxes.

Read in heaps, each as one text: row by row, a million records would keep the window from being painted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from citymanager.schema import Module
from citymanager.store.connection import Connection
from citymanager.store.query import Box
from citymanager.store.records import dumps

HEAP = 5_000
"""Points of the map that are read at once."""


class Point(NamedTuple):
    """A record on the map."""

    number: int
    """Its row number."""
    id: str
    lon: float
    lat: float
    value: str
    """Of the field that colours the module's layer."""


class Outlined(NamedTuple):
    """A line or a polygon on the map."""

    id: str
    value: str
    """Of the field that colours the module's layer."""
    label: Any


class Features:
    """The places and shapes of the records here; belongs to one connection."""

    def __init__(self, connection: Connection, modules: Mapping[str, Module]) -> None:
        self._connection = connection
        self._modules = modules

    def points(self, module: str, idents: Sequence[str] | None = None) -> Iterator[Point]:
        """The middle points of all records that have a place and are not over, or of these."""
        look = self._modules[module].look.colour_by
        colour = f"coalesce(\"{look}\", '')" if look in self._modules[module].columns else "''"
        placed = f"_lon IS NOT NULL{self._under_way(module)}"
        rows = f'SELECT _row, id, _lon, _lat, {colour} AS value FROM "{module}" WHERE {placed} AND '
        if idents is not None:
            yield from self._heap(f"{rows} id IN (SELECT value FROM json_each(?))", dumps(list(idents)))
            return
        last = 0
        while found := self._heap(f"{rows} _row > ? ORDER BY _row LIMIT {HEAP}", last):
            yield from found
            last = found[-1].number

    def lying(self, module: str, box: Box, off: Iterable[str] = ()) -> tuple[list[int], list[float]]:
        """Row numbers of the lines and polygons whose boxes meet a box, and how large each of them is, in degrees.

        Left out are those whose value, of the field that colours the layer, is `off`.
        """
        west, south, east, north = box
        values: tuple[Any, ...] = (east, west, north, south)
        where, unwanted = "west <= ? AND east >= ? AND south <= ? AND north >= ?", list(off)
        if under_way := self._under_way(module):
            where += f' AND EXISTS (SELECT 1 FROM "{module}" WHERE _row = box.id{under_way})'
        look = self._modules[module].look.colour_by
        if unwanted and look in self._modules[module].columns:
            wanted = f"coalesce(\"{look}\", '') NOT IN (SELECT value FROM json_each(?))"
            where += f' AND EXISTS (SELECT 1 FROM "{module}" WHERE _row = box.id AND {wanted})'
            values += (dumps(unwanted),)
        numbers, sizes = self._connection.all(
            "SELECT json_group_array(box.id), json_group_array(max(east - west, north - south))"
            f' FROM "_box_{module}" AS box WHERE {where}',
            values,
        )[0]
        return json.loads(numbers), json.loads(sizes)

    def outlines(self, module: str, numbers: Sequence[int], label: str = "") -> dict[int, Outlined]:
        """What is told of lines and polygons, by row numbers; with the value of the field `label`.

        There is none where it is one that no column can hold.
        """
        declared = self._modules[module]
        value, words = (f'"{key}"' if key in declared.columns else "NULL" for key in (declared.look.colour_by, label))
        rows = self._connection.all(
            f"SELECT _row, id, coalesce({value}, ''), {words} FROM \"{module}\""
            " WHERE _row IN (SELECT value FROM json_each(?))",
            (dumps(list(numbers)),),
        )
        return {number: Outlined(*row) for number, *row in rows}

    def geometries(self, module: str, idents: Sequence[str]) -> dict[str, str]:
        """The geometries of records as GeoJSON."""
        return dict(
            self._connection.all(
                f'SELECT id, geometry FROM "{module}" WHERE geometry IS NOT NULL'
                " AND id IN (SELECT value FROM json_each(?))",
                (dumps(list(idents)),),
            )
        )

    def _under_way(self, module: str) -> str:
        """In SQL: the record is not over (`Look.over`)."""
        over = self._modules[module].look.over
        return f' AND "{self._modules[module].field(over).key}" IS NULL' if over else ""

    def _heap(self, rows: str, value: Any) -> list[Point]:
        sql = f"SELECT json_group_array(json_array(_row, id, _lon, _lat, value)) FROM ({rows})"
        return [Point(*row) for row in json.loads(self._connection.value(sql, (value,)))]
