"""Shapes as a view needs them: clipped to it, without what is smaller than a pixel, few enough to be drawn at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.window import Window

PIXELS = 0.6
"""What is nearer than this to a straight line is one."""
BUDGET = 40_000
"""Vertices in one view at most."""
PAD = 0.25
"""Of the window around it: the edge of what was cut must not be seen."""
STEPS = 4
"""Whole numbers to a pixel."""
TINY = 0.75
"""Half the side, in pixels, of what stands for a shape that is too small to be seen."""
READABLE = 12
"""Pixels that a label needs at least."""
NONE_AT = (0, 0, 0)


@dataclass(frozen=True)
class Drawn:
    """A shape in a window: GeoJSON in quarters of a pixel from the window's corner."""

    shape: Any
    """The same as a geometry."""
    geometry: dict[str, Any]
    label: tuple[int, int, int]
    """Where a label may stand, and how many pixels wide; 0: nowhere."""


def tolerance(zoom: float) -> float:
    """How far, on the unit square, a line may be from where it is."""
    return float(PIXELS / (256 * 2.0**zoom))


def thinned(shapes: Sequence[Any], window: Window) -> tuple[list[Drawn | None], bool]:
    """Each as it is drawn, or None if nothing of it is in the window; and whether they are coarser than a pixel."""
    import shapely

    if not len(shapes):
        return [], False
    clipped = _clipped(_turned(np.array(shapes, dtype=object), window), window)
    thin, coarse = _within_budget(clipped, window)
    scale = STEPS * 256 * 2.0**window.zoom
    corner = np.array([window.west, window.north])
    placed = shapely.transform(thin, lambda places: np.rint((places - corner) * scale))
    bounds = shapely.bounds(placed)
    roomy = (bounds[:, 2:] - bounds[:, :2] >= READABLE * STEPS).any(axis=1).tolist()
    empty = shapely.is_empty(placed).tolist()
    drawn = [
        None if gone else Drawn(one, encoded(one), _label(one) if room else NONE_AT)
        for one, gone, room in zip(placed, empty, roomy, strict=True)
    ]
    return drawn, coarse


def _turned(shapes: Any, window: Window) -> Any:
    """Beyond the antimeridian each where the window has it."""
    import shapely

    if window.west >= 0 and window.east <= 1:
        return shapes
    bounds = shapely.bounds(shapes)
    turns = window.turns((bounds[:, 0] + bounds[:, 2]) / 2)
    for at in np.flatnonzero(turns):
        away = np.array([turns[at], 0.0])
        shapes[at] = shapely.transform(shapes[at], lambda places, away=away: places + away)
    return shapes


def _clipped(shapes: Any, window: Window) -> Any:
    import shapely

    wide, high = PAD * (window.east - window.west), PAD * (window.south - window.north)
    sides = window.west - wide, window.north - high, window.east + wide, window.south + high
    bounds = shapely.bounds(shapes)
    across = (bounds[:, :2] < sides[:2]).any(axis=1) | (bounds[:, 2:] > sides[2:]).any(axis=1)
    for at in np.flatnonzero(across):
        shapes[at] = _cut(shapes[at], sides)
    return shapes


def _cut(shape: Any, sides: Sequence[float]) -> Any:
    """One that can't be cut, because it crosses itself, is drawn whole."""
    import shapely

    try:
        return shapely.clip_by_rect(shape, *sides)
    except shapely.GEOSException:
        return shape


def _within_budget(shapes: Any, window: Window) -> tuple[Any, bool]:
    """Without what is smaller than a pixel; if that is too much still, than two, than four."""
    import shapely

    step = tolerance(window.zoom)
    thin = shapely.simplify(shapes, step, preserve_topology=False)
    coarse = False
    while shapely.get_num_coordinates(thin).sum() > max(BUDGET, 6 * len(shapes)) and step < 1:
        step, coarse = 2 * step, True
        thin = shapely.simplify(thin, step, preserve_topology=False)
    gone = shapely.is_empty(thin) & ~shapely.is_empty(shapes)
    thin[gone] = [_tiny(one, window) for one in shapes[gone]]
    return thin, coarse


def _tiny(shape: Any, window: Window) -> Any:
    import shapely

    west, north, east, south = shape.bounds
    x, y, half = (west + east) / 2, (north + south) / 2, TINY / PIXELS * tolerance(window.zoom)
    return shapely.box(x - half, y - half, x + half, y + half)


def encoded(shape: Any) -> dict[str, Any]:
    """GeoJSON of whole numbers."""
    kind = shape.geom_type
    if kind == "GeometryCollection":
        return {"type": kind, "geometries": [encoded(one) for one in shape.geoms]}
    if kind == "Polygon":
        return {"type": kind, "coordinates": _rings(shape)}
    if kind == "MultiPolygon":
        return {"type": kind, "coordinates": [_rings(one) for one in shape.geoms]}
    if kind.startswith("Multi"):
        return {"type": kind, "coordinates": [encoded(one)["coordinates"] for one in shape.geoms]}
    places = _places(shape)
    return {"type": kind, "coordinates": places[0] if kind == "Point" else places}


def _rings(polygon: Any) -> list[list[list[int]]]:
    return [_places(ring) for ring in (polygon.exterior, *polygon.interiors)]


def _places(shape: Any) -> list[list[int]]:
    import shapely

    places: list[list[int]] = shapely.get_coordinates(shape).astype(np.int64).tolist()
    return places


def _label(shape: Any) -> tuple[int, int, int]:
    """In the largest part: of an area well within it, of a line in its middle."""
    import shapely

    parts = shapely.get_parts(shape)
    area = shapely.area(parts)
    if area.max() > 0:
        part = parts[int(area.argmax())]
        room = (part.bounds[2] - part.bounds[0]) / STEPS
        point = shapely.point_on_surface(part) if room >= READABLE else None
    else:
        part = parts[int(shapely.length(parts).argmax())]
        room = part.length / STEPS
        point = shapely.line_interpolate_point(part, 0.5, normalized=True) if room >= READABLE else None
    return NONE_AT if point is None or point.is_empty else (int(point.x), int(point.y), int(room))
