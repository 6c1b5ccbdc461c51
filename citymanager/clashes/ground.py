"""The ground around a place in metres, where areas are true and lines can be widened: degrees there and back."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.measures import radii
from citymanager.store.query import Box

Numbers = NDArray[np.float64]


class Ground:
    """A plane that touches the Earth at a place: true to a tenth of a per mille within two kilometres."""

    def __init__(self, lon: float, lat: float) -> None:
        across, along = radii(np.radians(lat))
        self._origin = np.array([lon, lat])
        self._scale = np.radians(1) * np.array([across * np.cos(np.radians(lat)), along])

    def metres(self, shape: Any) -> Any:
        """A shape in degrees as one in metres."""
        import shapely

        return shapely.transform(shape, lambda places: (places - self._origin) * self._scale)

    def degrees(self, shape: Any) -> Any:
        """A shape in metres as one in degrees."""
        import shapely

        return shapely.transform(shape, lambda places: places / self._scale + self._origin)

    def grown(self, box: Box, metres: float) -> Box:
        """A box in degrees, larger by so many metres on every side."""
        lon, lat = metres / self._scale
        return box[0] - lon, box[1] - lat, box[2] + lon, box[3] + lat


def drawn(geometry: Any) -> Any | None:
    """A GeoJSON geometry as a sound shape in degrees; None for what is none."""
    import shapely

    if not isinstance(geometry, Mapping):
        return None
    with np.errstate(all="ignore"):
        shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    flat = shapely.force_2d(shape)
    return flat if flat.is_valid else shapely.make_valid(flat, method="structure", keep_collapsed=False)


def written(shape: Any) -> Mapping[str, Any]:
    """A shape in degrees as GeoJSON, to a centimetre."""
    import shapely

    found: Mapping[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-7)))
    return found
