"""How long and how large a shape is on the ground, and how a person reads it: the same on the map and in the card."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.text import plural

AXIS, SQUEEZE = 6_378_137.0, 0.00669437999014
"""WGS 84: the longer half-axis in metres, and the square of the eccentricity."""
_LARGE, _FAR = 1_000_000.0, 10_000.0
Numbers = NDArray[np.float64]


def length(path: Any) -> float:
    """Metres along a path of (longitude, latitude); of a city's size it is right to some millimetres a kilometre."""
    points = _points(path)
    if len(points) < 2:
        return 0.0
    middles = np.radians(points[:-1, 1] + points[1:, 1]) / 2
    across, along = radii(middles)
    steps = np.radians(np.diff(points, axis=0))
    return float(np.hypot(steps[:, 0] * across * np.cos(middles), steps[:, 1] * along).sum())


def area(ring: Any) -> float:
    """Square metres inside a ring of (longitude, latitude), closed or not."""
    points = _points(ring)
    if len(points) < 3:
        return 0.0
    angles = np.radians(points - points[0])
    middle = np.radians((points[:, 1].min() + points[:, 1].max()) / 2)
    across, along = radii(middle)
    heights = np.sin(np.radians(points[:, 1])) - np.sin(middle)
    widths = np.diff(angles[:, 0], append=angles[0, 0])
    return abs(float((widths * (heights + np.roll(heights, -1))).sum())) / 2 * float(across * along)


def radii(latitude: Any) -> tuple[Any, Any]:
    """The Earth's radii across the meridian and along it."""
    flat = 1 - SQUEEZE * np.sin(latitude) ** 2
    across = AXIS / np.sqrt(flat)
    return across, across * (1 - SQUEEZE) / flat


def _points(path: Any) -> Numbers:
    return np.array([one[:2] for one in path], np.float64).reshape(-1, 2)


# --- in words ----------------------------------------------------------------------------------------------------


def described(geometry: Mapping[str, Any]) -> str:
    """A line or a polygon of GeoJSON in words: what it is, how many vertices, how large."""
    kind, paths = str(geometry["type"]), list(_paths(geometry))
    closed = kind.endswith("Polygon")
    corners = plural(sum(len(one) - closed for one in paths), "вершина", "вершины", "вершин")
    parts = len(geometry["coordinates"]) if kind.startswith("Multi") else 1
    title = ("Контур" if closed else "Линия") if parts == 1 else ("Контуры" if closed else "Линии") + f" ({parts})"
    holes = len(paths) - parts if closed else 0
    cut = [plural(holes, "вырез", "выреза", "вырезов")] if holes else []
    return ", ".join([title, corners, *cut, size(geometry)])


def size(geometry: Mapping[str, Any]) -> str:
    """The area of polygons, the length of lines."""
    if not str(geometry["type"]).endswith("Polygon"):
        return metres(sum(map(length, _paths(geometry))))
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return square_metres(sum(area(one[0]) - sum(map(area, one[1:])) for one in polygons))


def metres(number: float) -> str:
    """«340 м»; from ten kilometres on «12,3 км»."""
    return f"{_comma(number / 1000, 1)}\u00a0км" if number >= _FAR else f"{_spaced(number)}\u00a0м"


def square_metres(number: float) -> str:
    """«1 240 м²»; from a square kilometre on «1,24 км²»."""
    return f"{_comma(number / _LARGE, 2)}\u00a0км²" if number >= _LARGE else f"{_spaced(number)}\u00a0м²"


def _spaced(number: float) -> str:
    """Whole from ten on: less of a metre is of no use there."""
    return _comma(number, 1) if number < 9.95 else f"{number:,.0f}".replace(",", "\u00a0")


def _comma(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace(".", ",")


def _paths(geometry: Mapping[str, Any]) -> Iterator[Any]:
    """Lines and rings, whatever holds them."""
    found, kind = geometry["coordinates"], geometry["type"]
    if kind == "LineString":
        yield found
    elif kind == "MultiPolygon":
        yield from (ring for polygon in found for ring in polygon)
    else:
        yield from found
