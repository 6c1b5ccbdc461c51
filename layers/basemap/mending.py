"""Geometries as sources have them become ones that a map can be made of; whatever was mended or left out is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from citymanager.errors import Refused
from citymanager.text import plural

AREA_TYPES = ("Polygon", "MultiPolygon")
LINE_TYPES = ("LineString", "MultiLineString", "LinearRing")


@dataclass
class Mender:
    """Takes the geometries of one import, one by one."""

    unsound: int = 0
    """Features without a usable geometry: none at all, a place without numbers, a ring of two points, no length."""
    crossed: int = 0
    """Outlines that crossed themselves."""

    def parts(self, geometry: Any) -> list[Any]:
        """What can be drawn of a geometry: as a rule itself; of a collection its parts; nothing if it is unsound.

        Raises Refused for degrees out of range: mostly swapped axes, or a projection, so the whole file is wrong.
        """
        found = [] if geometry is None else [whole for one in _single(geometry) if (whole := self._mended(one))]
        self.unsound += not found
        return found

    def _mended(self, geometry: Any) -> Any | None:
        import shapely

        places = shapely.get_coordinates(geometry)
        if not len(places) or not np.isfinite(places).all():
            return None
        _check_degrees(places)
        kind = geometry.geom_type
        if kind in AREA_TYPES and not geometry.is_valid:
            geometry = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
            self.crossed += not geometry.is_empty
        if kind in AREA_TYPES:
            return geometry if geometry.geom_type in AREA_TYPES and geometry.area > 0 else None
        if kind in LINE_TYPES:
            return _walked(geometry) if geometry.length > 0 else None
        return geometry

    def told(self) -> list[str]:
        """What a person should know of it."""
        found = []
        if self.crossed:
            many = "пересекали сами себя и исправлены"
            words = ("контур пересекал сам себя и исправлен", f"контура {many}", f"контуров {many}")
            found.append(f"{plural(self.crossed, *words)}: проверьте в источнике.")
        if self.unsound:
            left = plural(self.unsound, "объект пропущен", "объекта пропущены", "объектов пропущено")
            found.append(f"{left}: координат нет или они повреждены.")
        return found


def _single(geometry: Any) -> Iterator[Any]:
    """A geometry, or the members of a collection of whatever depth."""
    if geometry.geom_type == "GeometryCollection":
        for one in geometry.geoms:
            yield from _single(one)
    else:
        yield geometry


def _walked(line: Any) -> Any:
    """A line without those of its parts that have no length."""
    if line.geom_type != "MultiLineString" or all(one.length > 0 for one in line.geoms):
        return line
    import shapely

    return shapely.multilinestrings([one for one in line.geoms if one.length > 0])


def _check_degrees(places: Any) -> None:
    if (np.abs(places[:, 1]) > 90).any() or (np.abs(places[:, 0]) > 180).any():
        raise Refused(
            "Координаты не похожи на градусы WGS 84 (широта больше 90): проверьте систему координат файла "
            "и порядок осей, долгота должна стоять первой."
        )
