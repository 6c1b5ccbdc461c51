"""Where the training city is dug up: strips and lines along its streets, with their true areas."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from citymanager.training_city.areas import Place, places
from citymanager.training_city.plane import LATITUDE, Point, degrees
from citymanager.training_city.streets import Street

TRENCH = 1.5
"""Metres that a trench drawn as a line is wide."""
STRIPS: Mapping[tuple[str, ...], tuple[float, float]] = {
    ("asphalt",): (0.5, 3.5), ("lawn",): (5.0, 8.0), ("pavement",): (4.5, 6.5), ("asphalt", "kerb", "lawn"): (2.0, 7.0),
}  # fmt: skip
"""By what is broken up: from how many to how many metres from the middle of the street."""
_PHI = math.radians(LATITUDE)
_NORTH = 111_132.954 - 559.822 * math.cos(2 * _PHI) + 1.175 * math.cos(4 * _PHI)
_EAST = 111_412.84 * math.cos(_PHI) - 93.5 * math.cos(3 * _PHI) + 0.118 * math.cos(5 * _PHI)
"""Metres of a degree on WGS 84 here."""


@dataclass(frozen=True, slots=True)
class Trench:
    """A piece of a street's side, from so many to so many metres along it."""

    street: Street
    side: int
    start: float
    end: float
    surface: tuple[str, ...]
    line: bool = False

    @property
    def place(self) -> Place:
        """The house that it is nearest to, on its own side."""
        middle = (self.start + self.end) / 2
        return min(_houses(self.street.name, self.side), key=lambda one: abs(one.house.site.along - middle))

    @property
    def geometry(self) -> Mapping[str, Any]:
        near, far = STRIPS[self.surface]
        if self.line:
            return {"type": "LineString", "coordinates": [degrees(point) for point in self.edge((near + far) / 2)]}
        ring = [degrees(point) for point in (*self.edge(near), *reversed(self.edge(far)))]
        if _signed(ring) < 0:
            ring.reverse()
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    def edge(self, away: float) -> list[Point]:
        """The line so many metres from the middle of the street."""
        pieces = max(1, math.ceil((self.end - self.start) / 15))
        found = []
        for n in range(pieces + 1):
            (x, y), angle = self.street.at(self.start + (self.end - self.start) * n / pieces)
            found.append((x - self.side * away * math.sin(angle), y + self.side * away * math.cos(angle)))
        return found

    def areas(self) -> dict[str, float]:
        """Square metres in all, and of each surface that the form asks for."""
        whole = round(area_of(self.geometry), 1)
        broken = [one for one in self.surface if one != "kerb"]
        parts = {f"{one}_area": round(whole / len(broken), 1) for one in broken[1:]}
        return {"area": whole, f"{broken[0]}_area": round(whole - sum(parts.values()), 1), **parts}


def area_of(geometry: Mapping[str, Any]) -> float:
    """Square metres of a polygon; of a line, as wide as a trench."""
    found: Any = geometry["coordinates"]
    if geometry["type"] == "LineString":
        return TRENCH * sum(math.hypot((a[0] - b[0]) * _EAST, (a[1] - b[1]) * _NORTH) for a, b in pairwise(found))
    return abs(_signed(found[0][:-1]))


def _signed(ring: list[list[float]]) -> float:
    """Square metres; positive counterclockwise. Counted from the first corner, so that no digits are lost."""
    west, south = ring[0]
    laid = [((lon - west) * _EAST, (lat - south) * _NORTH) for lon, lat in ring]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(laid, laid[1:] + laid[:1], strict=True)) / 2


@cache
def _houses(street: str, side: int) -> tuple[Place, ...]:
    theirs = [one for one in places() if one.house.site.street.name == street and not one.house.site.yard]
    return tuple(one for one in theirs if one.house.site.side == side) or tuple(theirs)
