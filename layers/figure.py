"""A line or a polygon as it stands while it is drawn: its parts, what is wrong with it in Russian, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import shapely

from citymanager.errors import Refused

Kind = Literal["line", "polygon"]
Spot = tuple[float, float]
"""Longitude and latitude."""
Path = tuple[Spot, ...]
"""A line, or a ring that is closed without its first spot standing at its end again."""
Part = tuple[Path, ...]
"""One line; or an outline and its holes."""

DIGITS = 7
"""Of a degree: a centimetre."""
MOST = 5_000
"""Vertices of a figure that can be drawn by hand; larger ones come from files."""
LEAST: Mapping[Kind, int] = {"line": 2, "polygon": 3}
UNREADABLE = (TypeError, ValueError, KeyError, IndexError)
CROSSED = "контур пересекает сам себя"
FLAT = "у контура нет площади"
SHORT = "у линии нет длины"
_HOLES = {
    "Hole lies outside shell": "вырез лежит вне контура",
    "Holes are nested": "вырез лежит внутри другого выреза",
    "Interior is disconnected": "вырез делит контур на части",
    "Duplicate Rings": "вырез повторяет другой",
}
_PLACE = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)\]")
_FOREIGN = "Эту фигуру на карте не изменить: её координаты не читаются."
_LARGE = f"Эту фигуру на карте не изменить: в ней больше {MOST} вершин. Замените её файлом."


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a figure, in Russian, and where, if it is at one place."""

    text: str
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """The finished parts of what is drawn. A change makes another figure."""

    kind: Kind
    parts: tuple[Part, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """All lines and rings in their order: an index among them names one."""
        return tuple(path for part in self.parts for path in part)

    def part_of(self, number: int) -> tuple[int, int]:
        """The part in which a path stands, and its place there: 0 is an outline or a line."""
        for place, part in enumerate(self.parts):
            if number < len(part):
                return place, number
            number -= len(part)
        raise IndexError(number)

    def with_path(self, number: int, path: Path) -> "Figure":
        """The same with another path in this one's place; an empty one: without it, an outline with all its holes."""
        place, inner = self.part_of(number)
        part = self.parts[place]
        if path:
            changed: tuple[Part, ...] = ((*part[:inner], path, *part[inner + 1 :]),)
        else:
            changed = ((*part[:inner], *part[inner + 1 :]),) if inner else ()
        return replace(self, parts=(*self.parts[:place], *changed, *self.parts[place + 1 :]))

    @property
    def corners(self) -> int:
        return sum(map(len, self.paths))

    def fault(self) -> Fault | None:
        """Why it can't be saved; None: it can, if there is anything."""
        return _fault(self)

    def shape(self) -> Any:
        """As shapely has it; it may be invalid."""
        if self.kind == "line":
            return shapely.MultiLineString([part[0] for part in self.parts])
        return shapely.MultiPolygon([(part[0], part[1:]) for part in self.parts])

    def geometry(self) -> dict[str, Any]:
        """GeoJSON: one part is no Multi…, outlines run against the clock, no vertex stands twice in a row."""
        if self.kind == "line":
            lines = [[list(spot) for spot in path_of(part[0], closed=False)] for part in self.parts]
            return _simplest("LineString", lines)
        polygons = [[_ring(path, hole=place > 0) for place, path in enumerate(part)] for part in self.parts]
        return _simplest("Polygon", polygons)


def figure_of(geometry: Any, kind: Kind) -> Figure:
    """The figure of a GeoJSON geometry; an empty one of this kind if there is none. Raises Refused."""
    if geometry is None:
        return Figure(kind)
    try:
        made = parsed(geometry)
    except UNREADABLE as error:
        raise Refused(_FOREIGN) from error
    if made.corners > MOST:
        raise Refused(_LARGE)
    return made


def polygons_of(shape: Any) -> tuple[Part, ...]:
    """The polygons in a result of shapely's; slivers that vanish in a centimetre are left out."""
    found = (one for one in shapely.get_parts(shape) if one.geom_type == "Polygon" and not one.is_empty)
    parts = (tuple(path_of(ring.coords) for ring in (one.exterior, *one.interiors)) for one in found)
    return tuple((part[0], *filter(_has_area, part[1:])) for part in parts if _has_area(part[0]))


def path_of(coordinates: Any, closed: bool = True) -> Path:
    """Spots rounded, none twice in a row, the last of a ring not its first."""
    path = [rounded(float(one[0]), float(one[1])) for one in coordinates]
    path = [one for place, one in enumerate(path) if not place or one != path[place - 1]]
    if closed and len(path) > 1 and path[0] == path[-1]:
        path.pop()
    return tuple(path)


def rounded(lon: float, lat: float) -> Spot:
    """Raises ValueError for what is no place."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(lon, lat)
    return round(lon, DIGITS), round(lat, DIGITS)


def crossing(path: Path) -> Spot | None:
    """Where a ring crosses itself."""
    return _place(_told(shapely.Polygon(path)))


def parsed(geometry: Any) -> Figure:
    """A line or a polygon of GeoJSON, of whatever size. Raises one of UNREADABLE."""
    name, found = str(geometry["type"]), geometry["coordinates"]
    many = found if name.startswith("Multi") else [found]
    if name.endswith("Polygon"):
        return Figure("polygon", tuple(tuple(map(path_of, polygon)) for polygon in many))
    if not name.endswith("LineString"):
        raise ValueError(name)
    return Figure("line", tuple((path_of(line, closed=False),) for line in many))


def _has_area(path: Path) -> bool:
    return len(path) >= LEAST["polygon"] and shapely.Polygon(path).area > 0


def _simplest(name: str, parts: list[Any]) -> dict[str, Any]:
    if len(parts) == 1:
        return {"type": name, "coordinates": parts[0]}
    return {"type": f"Multi{name}", "coordinates": parts}


def _ring(path: Path, hole: bool) -> list[list[float]]:
    path = path_of(path)
    against = shapely.is_ccw(shapely.LinearRing(path))
    ordered = path if against != hole else (path[0], *reversed(path[1:]))
    return [list(spot) for spot in (*ordered, ordered[0])]


# --- what is wrong -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _fault(figure: Figure) -> Fault | None:
    if figure.kind == "line":
        return next((Fault(SHORT) for path in figure.paths if len(set(path)) < LEAST["line"]), None)
    for part in figure.parts:
        if found := _fault_of(part):
            return found
    return _fault_between(figure) if len(figure.parts) > 1 else None


def _fault_of(part: Part) -> Fault | None:
    """Of one polygon."""
    for path in part:
        if len(set(path)) < LEAST["polygon"]:
            return Fault(FLAT)
        if found := _told(shapely.Polygon(path)):
            flat = shapely.MultiPoint(path).convex_hull.area == 0
            return Fault(FLAT if flat else CROSSED, _place(found))
    found = _told(shapely.Polygon(part[0], part[1:])) if len(part) > 1 else ""
    if not found:
        return None
    return Fault(_HOLES.get(found.partition("[")[0], "вырез пересекает край контура или другой вырез"), _place(found))


def _fault_between(figure: Figure) -> Fault | None:
    """Of polygons that are sound each by itself."""
    found = _told(figure.shape())
    if not found:
        return None
    shapes = shapely.get_parts(figure.shape())
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    meeting = shapely.intersection(shapes[one[one < other]], shapes[other[one < other]])
    if (shapely.area(meeting) > 0).any():
        return Fault("контуры накладываются друг на друга", _place(found))
    return Fault("контуры соприкасаются вдоль края", _place(found))


def _told(shape: Any) -> str:
    """What GEOS says is wrong; empty: nothing."""
    return "" if shapely.is_valid(shape) else str(shapely.is_valid_reason(shape))


def _place(told: str) -> Spot | None:
    found = _PLACE.search(told)
    return (float(found[1]), float(found[2])) if found else None
