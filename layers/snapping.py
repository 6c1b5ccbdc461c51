"""Snapping: the vertex or the edge of a neighbouring shape, house or street that a place on the map means."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.basemap.pack import UNITS, Pack, Part
from layers.figure import UNREADABLE, Spot, parsed, rounded
from layers.mercator import project, unproject

REACH = 10.0
"""Pixels of the screen from which a vertex or an edge draws a spot to itself."""
PACKED = ("building", "street", "tertiary", "secondary", "highway", "service", "footway", "track", "rail", "water")
"""Parts of the city pack whose edges people draw along."""
_ZOOM = 17
"""Of the pixels that the pack is measured in."""
Held = Literal["vertex", "edge"]


@dataclass(frozen=True, slots=True)
class Snapped:
    """A place on a neighbour: its vertex or a point of its edge."""

    spot: Spot
    held: Held


class Edges:
    """Lines and rings among which the near ones are found at once. In pixels of zoom 17 of the whole world."""

    def __init__(self, lines: Sequence[Any]) -> None:
        self._lines = np.array(lines, dtype=object)
        self._tree = shapely.STRtree(self._lines)

    def near(self, point: Any, reach: float) -> NDArray[Any]:
        near: NDArray[Any] = self._lines.take(self._tree.query(point, predicate="dwithin", distance=reach))
        return near


def edges_of_pack(pack: Pack) -> Edges:
    """What of the base map is snapped to. Takes half a second for a large city."""
    parts = (pack.part(name) for name in PACKED)
    return Edges([line for part in parts if part is not None for line in _lines_of(part, pack.origin)])


def edges_of_shapes(features: Iterable[Any]) -> Edges:
    """The same of records' shapes: GeoJSON geometries; what is none is left out."""
    lines: list[Any] = []
    for one in features:
        try:
            figure = parsed(one)
        except UNREADABLE:
            continue
        closed = figure.kind == "polygon"
        paths = [(*path, path[0]) if closed else path for path in figure.paths if len(path) > 1]
        lines.extend(shapely.LineString(_to_pixels(np.array(path))) for path in paths)
    return Edges(lines)


def snapped(lon: float, lat: float, zoom: float, among: Iterable[Edges]) -> Snapped | None:
    """What is meant at this zoom: the nearest vertex in reach, else the nearest point of an edge; None: nothing."""
    reach = REACH * 2.0 ** (_ZOOM - zoom)
    point = shapely.Point(_to_pixels(np.array([[lon, lat]]))[0])
    near = np.concatenate([np.empty(0, object), *(edges.near(point, reach) for edges in among)])
    if not len(near):
        return None
    vertices = shapely.get_coordinates(near)
    away = np.hypot(*(vertices - (point.x, point.y)).T)
    if away.min() <= reach:
        return Snapped(_to_spot(vertices[away.argmin()]), "vertex")
    edge = near[shapely.distance(near, point).argmin()]
    foot = shapely.line_interpolate_point(edge, shapely.line_locate_point(edge, point))
    return Snapped(_to_spot((foot.x, foot.y)), "edge")


def apart(one: Spot, other: Spot, zoom: float) -> float:
    """The distance of two places on the screen, in pixels."""
    across, down = np.subtract(*_to_pixels(np.array([one, other])))
    return math.hypot(across, down) * math.pow(2, zoom - _ZOOM)


def _lines_of(part: Part, origin: tuple[float, float]) -> Any:
    """Each ring or line of a part of the pack; points have none."""
    if part.kind == "point":
        return ()
    coords = part.arrays["coords"].reshape(-1, 2).astype(np.float64) + origin
    starts = part.arrays["rings"].astype(np.int64)
    lengths = starts[1:] - starts[:-1]
    owners = np.repeat(np.arange(len(lengths)), lengths)
    long = np.repeat(lengths > 1, lengths)
    return shapely.linestrings(coords[long], indices=np.unique(owners[long], return_inverse=True)[1])


def _to_pixels(places: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = project(places[:, 0], places[:, 1])
    return np.column_stack((x, y)) * UNITS


def _to_spot(place: Any) -> Spot:
    lon, lat = unproject(place[0] / UNITS, place[1] / UNITS)
    return rounded(float(lon), float(lat))
