"""What of the city a map looks at, on the unit square of its projection."""

from typing import Any, NamedTuple

import numpy as np


class Window(NamedTuple):
    """What is looked at: west, north, east, south on the unit square of the projection, and the zoom."""

    west: float
    north: float
    east: float
    south: float
    zoom: float

    def turns(self, x: Any) -> Any:
        """Whole turns of the globe from these places to where they are nearest to the window."""
        return np.rint((self.west + self.east) / 2 - x)
