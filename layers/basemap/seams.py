"""One object that tiles have cut becomes one again: parts that meet at a seam are joined.

Coordinates are tiles: x and y count tiles of one zoom from the north-west, so that a seam lies at whole numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

NEAR = 2.5 / 4096
"""Tiles that two halves of one object may be apart where they meet: each tile has rounded for itself."""

Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What one tile has of an object."""

    tile: tuple[int, int]
    geometry: Any
    ident: int = 0
    """The same in all tiles; 0: the tile does not say it. Only buildings are told apart by it."""


def joined(key: Key, pieces: Iterable[Piece]) -> Iterator[Any]:
    """The whole geometries of pieces whose tags are the same."""
    sorts: dict[str, list[Piece]] = defaultdict(list)
    for one in pieces:
        met = _at_seam(one.geometry)
        sort = one.geometry.geom_type.removeprefix("Multi")
        if not met or sort == "Point":
            yield one.geometry
        else:
            sorts[sort].append(one)
    yield from _lines(sorts["LineString"])
    yield from _areas(sorts["Polygon"], told_apart=("building", "yes") in key)


def _at_seam(geometry: Any) -> bool:
    west, north, east, south = geometry.bounds
    return any(float(one).is_integer() for one in (west, north, east, south))


def _lines(pieces: list[Piece]) -> Iterator[Any]:
    """Ends at a seam are laid on those of the other side, then lines that share an end become one."""
    import shapely

    parts = [(one.tile, np.array(line.coords)) for one in pieces for line in shapely.get_parts(one.geometry)]
    ends: dict[tuple[int, float], list[tuple[float, int, int]]] = defaultdict(list)
    for number, (_, places) in enumerate(parts):
        for end in (0, -1):
            for axis in (0, 1):
                if float(places[end][axis]).is_integer():
                    ends[axis, places[end][axis]].append((places[end][1 - axis], number, end))
    for (axis, _), met in ends.items():
        met.sort()
        for (here, one, its), (there, other, at) in pairwise(met):
            if there - here < NEAR and parts[one][0] != parts[other][0]:
                parts[other][1][at][1 - axis] = parts[one][1][its][1 - axis]
    if parts:
        whole = shapely.line_merge(shapely.multilinestrings([shapely.linestrings(places) for _, places in parts]))
        yield from shapely.get_parts(whole)


def _areas(pieces: list[Piece], *, told_apart: bool) -> Iterator[Any]:
    """Areas of two tiles that share more of a seam than a corner are one."""
    import shapely

    shapes = np.array([_sound(one.geometry) for one in pieces], dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, "intersects")
    group = list(range(len(pieces)))
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        same = _same(pieces[one], pieces[other]) if told_apart else None
        away = one < other and pieces[one].tile != pieces[other].tile
        if away and (same or (same is None and _share(shapes[one], shapes[other]))):
            group[_root(group, one)] = _root(group, other)
    whole: dict[int, list[Any]] = defaultdict(list)
    for number, shape in enumerate(shapes):
        whole[_root(group, number)].append(shape)
    yield from (parts[0] if len(parts) == 1 else shapely.union_all(parts) for parts in whole.values())


def _same(one: Piece, other: Piece) -> bool | None:
    """Whether two pieces are of one building; None: the tiles do not say it."""
    return one.ident == other.ident if one.ident and other.ident else None


def _share(one: Any, other: Any) -> bool:
    import shapely

    return bool(shapely.length(shapely.intersection(one, other)) > NEAR)


def _sound(area: Any) -> Any:
    """A tile rounds corners to its grid, so that a thin outline may come to cross itself."""
    import shapely

    return area if area.is_valid else shapely.make_valid(area, method="structure", keep_collapsed=False)


def _root(group: list[int], number: int) -> int:
    while group[number] != number:
        group[number] = group[group[number]]
        number = group[number]
    return number
