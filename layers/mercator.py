"""The web map's projection: degrees to the unit square and back, for whole arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LIMIT = 85.0511287798066
"""The latitude at which the map ends."""

Numbers = NDArray[np.float64]


def project(lon: Any, lat: Any) -> tuple[Numbers, Numbers]:
    """Degrees → x from west to east, y from north to south, both 0…1. Latitudes beyond the map's end stop there."""
    x = np.asarray(lon, np.float64) / 360 + 0.5
    angle = np.radians(np.clip(np.asarray(lat, np.float64), -LIMIT, LIMIT))
    return x, 0.5 - np.arctanh(np.sin(angle)) / (2 * np.pi)


def unproject(x: Any, y: Any) -> tuple[Numbers, Numbers]:
    """The unit square → longitude, latitude in degrees."""
    lat = np.degrees(np.arctan(np.sinh((0.5 - np.asarray(y, np.float64)) * 2 * np.pi)))
    return (np.asarray(x, np.float64) - 0.5) * 360, lat
