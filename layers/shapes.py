"""One module's lines and polygons, read once and kept until they change, each as fine as a zoom needs it."""

import json
import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from layers.mercator import project
from layers.thinning import tolerance

MOST = 4_000_000
"""Vertices in memory; those that were asked for longest ago go first."""
LARGE = 500
"""Vertices from which on a shape is kept for each zoom that it was asked for."""
CHECKED = 50_000
"""Vertices up to which an outline is looked through for crossings: noise of a million would take ten seconds."""


class Outline:
    """A record's geometry on the unit square of the map's projection."""

    __slots__ = ("_levels", "crossed", "vertices", "whole")

    def __init__(self, whole: Any, vertices: int, crossed: bool) -> None:
        self.whole, self.vertices, self.crossed = whole, vertices, crossed
        """`crossed`: the outline crossed itself and was mended."""
        self._levels: dict[int, Any] = {}

    def at(self, zoom: float) -> Any:
        """The geometry for this zoom: a large one without what would not be seen there."""
        if self.vertices < LARGE:
            return self.whole
        level = math.ceil(zoom)
        if level not in self._levels:
            thin = self.whole.simplify(tolerance(level), preserve_topology=False)
            self._levels[level] = self.whole.envelope if thin.is_empty else thin
        return self._levels[level]


class ShapeLayer:
    """The outlines of a module's records that were asked for; None for a geometry that can't be drawn."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Outline | None] = OrderedDict()
        self._vertices = 0

    def __len__(self) -> int:
        return len(self._known)

    def forget(self, ids: Iterable[str] | None) -> None:
        """These records, or all, are not as they were."""
        for ident in list(self._known if ids is None else ids):
            self._drop(ident)

    def missing(self, ids: Iterable[str]) -> list[str]:
        return [ident for ident in ids if ident not in self._known]

    def take(self, texts: Mapping[str, str]) -> None:
        """Geometries as GeoJSON, by ids."""
        for ident, text in texts.items():
            self._drop(ident)
            self._known[ident] = found = outline(text)
            self._vertices += found.vertices if found else 0

    def get(self, ids: Sequence[str]) -> list[Outline | None]:
        """Those that were taken; the others can't be drawn either. Afterwards room is made for what comes."""
        found = [self._known.get(ident) for ident in ids]
        for ident in ids:
            if ident in self._known:
                self._known.move_to_end(ident)
        while self._vertices > MOST and len(self._known) > 1:
            self._drop(next(iter(self._known)))
        return found

    def _drop(self, ident: str) -> None:
        gone = self._known.pop(ident, None)
        self._vertices -= gone.vertices if gone else 0


def outline(text: str) -> Outline | None:
    """A GeoJSON geometry as it can be drawn; one that crosses itself is mended."""
    import shapely

    with np.errstate(all="ignore"):
        found = shapely.from_geojson(text, on_invalid="ignore") or _lenient(text)
    if found is None or found.is_empty or not np.isfinite(shapely.get_coordinates(found)).all():
        return None
    plain = shapely.transform(shapely.force_2d(found), _projected)
    crossed = shapely.get_num_coordinates(plain) <= CHECKED and not plain.is_valid and "Polygon" in plain.geom_type
    if crossed:
        plain = shapely.make_valid(plain, method="structure", keep_collapsed=False)
    return None if plain.is_empty else Outline(plain, int(shapely.get_num_coordinates(plain)), crossed)


def _lenient(text: str) -> Any | None:
    """Rings that are not closed are, here."""
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        return shape(json.loads(text))
    except (ShapelyError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
        return None


def _projected(places: Any) -> Any:
    """Degrees to the unit square; what lies on both sides of the antimeridian goes on beyond it."""
    lon = places[:, 0]
    if np.ptp(lon) > 180:
        lon = np.where(lon < 0, lon + 360, lon)
    return np.column_stack(project(lon, places[:, 1]))
