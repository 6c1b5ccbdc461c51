"""Where two works meet, outlined on the map for a while: what the page is told of it, however fine it was drawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FINE = 1e-7
"""Degrees: a centimetre."""
MANY = 5_000
"""Vertices that the page is told at most: it comes as one word, and not by pieces as layers do."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A shape in degrees as GeoJSON, and what is said of it under the pointer."""

    shape: Mapping[str, Any]
    words: str

    def told(self) -> dict[str, Any]:
        """What the page must know to draw it."""
        return {"shape": _coarse(self.shape), "words": self.words}


def _coarse(shape: Mapping[str, Any]) -> Any:
    import shapely

    found, step = shapely.from_geojson(json.dumps(shape)), FINE
    while shapely.get_num_coordinates(found) > MANY and step < 1:
        found, step = shapely.simplify(found, step, preserve_topology=False), 4 * step
    return json.loads(shapely.to_geojson(found))
