"""Where records of a file lie: their coordinates brought to WGS 84, and swapped axes told from far places."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from citymanager.errors import Refused

CITY = (60.732, 56.085)
"""Longitude and latitude of the city: swapped axes are known by lying here once they are swapped back."""
_NEAR = 3.0
"""Degrees from the city within which its records are expected."""

_BEYOND = 1e12
"""No coordinate is as large; what is can't even be turned into degrees."""

Point = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Projection:
    """A way from a file's coordinates to longitude and latitude."""

    title: str
    point: Point
    """(x or longitude, y or latitude) → (longitude, latitude), not finite where there is none."""
    verified: bool = True


WGS84 = Projection("WGS 84", lambda x, y: (x, y))


def placed(geometry: Any, projection: Projection) -> Any:
    """A GeoJSON geometry of the file in WGS 84. Raises Refused for swapped axes and points that lie nowhere.

    What is no geometry at all comes back as it is: the field's own check refuses it.
    """
    if not isinstance(geometry, dict) or not isinstance(geometry.get("coordinates"), list):
        return geometry
    first = _first(geometry["coordinates"])
    if first is None:
        return geometry
    _refuse_swapped(first, projection)
    moved = _moved(geometry["coordinates"], projection.point)
    return {**geometry, "coordinates": moved}


def _refuse_swapped(first: tuple[float, float], projection: Projection) -> None:
    here = projection.point(*first)
    if _near(here):
        return
    if _near(projection.point(first[1], first[0])):
        raise Refused(
            "Похоже, широта и долгота (север и восток) переставлены: переставьте их обратно. "
            "В GeoJSON первой стоит долгота."
        )
    if not (abs(here[0]) <= 180 and abs(here[1]) <= 90):
        raise Refused(
            f"Координаты {first[0]:g}, {first[1]:g} не лежат на Земле в системе «{projection.title}»: "
            "укажите верную систему координат параметром --crs."
        )


def _near(point: tuple[float, float]) -> bool:
    return math.isfinite(point[0] + point[1]) and math.dist(point, CITY) <= _NEAR


def _first(found: Any) -> tuple[float, float] | None:
    while isinstance(found, list) and found and isinstance(found[0], list):
        found = found[0]
    return (found[0], found[1]) if _is_point(found) else None


def _is_point(found: Any) -> bool:
    return isinstance(found, list) and len(found) >= 2 and all(_is_number(one) for one in found)


def _is_number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < _BEYOND


def _moved(found: Any, point: Point) -> Any:
    if _is_point(found):
        return [*point(found[0], found[1]), *found[2:]]
    return [_moved(one, point) for one in found] if isinstance(found, list) else found
