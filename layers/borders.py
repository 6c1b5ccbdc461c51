"""Borders that areas share, each once: two dashed lines one over the other would be a line without dashes."""

from collections.abc import Iterable
from typing import Any

from layers.thinning import STEPS, encoded

GRID = STEPS
"""Borders that were made coarser apart are one again where they are nearer than a pixel."""


def borders(areas: Iterable[Any]) -> dict[str, Any] | None:
    """The lines around areas that are drawn in quarters of a pixel, as GeoJSON; None: there are none."""
    import shapely

    rings = [shapely.boundary(one) for one in areas if "Polygon" in one.geom_type]
    lines = shapely.line_merge(shapely.union_all(rings, grid_size=GRID))
    return None if lines.is_empty else encoded(lines)
