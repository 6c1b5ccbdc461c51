"""Geometries of one class become the flat arrays of a pack's part."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.basemap.classes import Kind
from layers.basemap.pack import UNITS, Part
from layers.mercator import project

Origin = tuple[float, float]


@dataclass
class Group:
    """Features that are drawn alike, before they are packed."""

    kind: Kind
    geometries: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    zooms: list[int] = field(default_factory=list)
    """The zoom that a feature's label begins at; 0: as soon as it fits."""
    sizes: list[float] = field(default_factory=list)
    """Pack units that a label may be wide; 0: anything."""

    def add(self, geometry: Any, text: str = "", zoom: int = 0, size: float = 0.0) -> None:
        self.geometries.append(geometry)
        self.texts.append(text)
        self.zooms.append(zoom)
        self.sizes.append(size)


def part(name: str, group: Group, origin: Origin, texts: dict[str, int]) -> Part:
    """Flat arrays of a group. New texts get the next number in `texts`."""
    coords, rings, features = _flat(group)
    x, y = project(coords[:, 0], coords[:, 1])
    points = np.column_stack((x * UNITS - origin[0], y * UNITS - origin[1])).astype("<f4")
    return Part(
        name,
        group.kind,
        {
            "coords": points.ravel(),
            "rings": rings,
            "features": features,
            "boxes": _boxes(points, rings[features]).ravel(),
            "texts": np.array([texts.setdefault(text, len(texts)) for text in group.texts], "<u4"),
            "zooms": np.array(group.zooms, "<u1"),
            "sizes": np.array(group.sizes, "<f4"),
        },
    )


def _flat(group: Group) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Points (lon, lat); where each ring or line starts among them, closed by their number; each feature's first."""
    import shapely

    shapes = np.array(group.geometries, dtype=object)
    if group.kind == "point":
        steps = np.arange(len(shapes) + 1, dtype="<u4")
        return shapely.get_coordinates(shapes), steps, steps
    many = shapely.multipolygons if group.kind == "area" else shapely.multilinestrings
    if group.kind == "area":
        shapes = shapely.orient_polygons(shapes)  # holes against outlines: many areas make one path on the page
    whole = [one if one.geom_type.startswith("Multi") else many([one]) for one in shapes]
    _, coords, offsets = shapely.to_ragged_array(np.array(whole, dtype=object), include_z=False)
    features = offsets[-1] if group.kind == "line" else offsets[1][offsets[2]]
    return coords, offsets[0].astype("<u4"), features.astype("<u4")


def _boxes(points: NDArray[Any], starts: NDArray[Any]) -> NDArray[Any]:
    """West, north, east, south of each feature; `starts` are their first points, closed by the number of all."""
    first = starts[:-1]
    low = np.minimum.reduceat(points, first, axis=0)
    high = np.maximum.reduceat(points, first, axis=0)
    return np.hstack((low, high)).astype("<f4")
