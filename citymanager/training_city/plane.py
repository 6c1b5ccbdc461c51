"""The ground that the training city is drawn on: metres, gently bent along the lake, and from them WGS 84.

`u` runs along the shore and `v` away from the water (negative is inland): streets are straight in (u, v) and become
curves on the map, as a real town's streets follow its lake.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Ring = list[Point]

LONGITUDE, LATITUDE = 60.732, 56.085
"""The middle of the training city."""
_METRES_NORTH = 111_320.0
_METRES_EAST = _METRES_NORTH * math.cos(math.radians(LATITUDE))
_TURN = math.radians(14.0)


def bend(u: float, v: float) -> Point:
    """Metres east and north of the city's middle."""
    wave = 95 * math.sin(u / 460 + 0.5) + 32 * math.sin(u / 190 + 1.7)
    x = u + 30 * math.sin(v / 380)
    y = v + 430 + wave * math.exp(min(v, 0.0) / 520)
    return x * math.cos(_TURN) - y * math.sin(_TURN), x * math.sin(_TURN) + y * math.cos(_TURN)


def unbend(point: Point) -> Point:
    """(u, v) of metres: what `bend` has bent, to a millimetre."""
    x = point[0] * math.cos(_TURN) + point[1] * math.sin(_TURN)
    y = point[1] * math.cos(_TURN) - point[0] * math.sin(_TURN) - 430
    u, v = x, y
    for _ in range(14):
        wave = 95 * math.sin(u / 460 + 0.5) + 32 * math.sin(u / 190 + 1.7)
        u, v = x - 30 * math.sin(v / 380), y - wave * math.exp(min(v, 0.0) / 520)
    return u, v


def degrees(point: Point) -> list[float]:
    """[longitude, latitude] of metres, rounded to a decimetre."""
    return [round(LONGITUDE + point[0] / _METRES_EAST, 6), round(LATITUDE + point[1] / _METRES_NORTH, 6)]


def stretch(points: Sequence[Point], step: float = 20.0) -> Ring:
    """A line in (u, v) laid on the ground: bent points at most `step` metres apart."""
    laid = [bend(*points[0])]
    for (u, v), (to_u, to_v) in pairwise(points):
        pieces = max(1, math.ceil(math.hypot(to_u - u, to_v - v) / step))
        laid += [bend(u + (to_u - u) * n / pieces, v + (to_v - v) * n / pieces) for n in range(1, pieces + 1)]
    return laid


def smooth(ring: Iterable[Point], times: int = 2) -> Ring:
    """A closed ring with its corners cut, each time twice as many points (Chaikin)."""
    found = list(ring)
    for _ in range(times):
        found = [
            mixed
            for here, there in zip(found, found[1:] + found[:1], strict=True)
            for mixed in (_between(here, there, 0.25), _between(here, there, 0.75))
        ]
    return found


def _between(here: Point, there: Point, share: float) -> Point:
    return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle on the ground: its middle, the direction of its front and its sizes in metres."""

    middle: Point
    angle: float
    """Radians from east to the front's direction."""
    width: float
    depth: float

    def at(self, along: float, across: float) -> Point:
        """The point at these shares (−0.5 … 0.5) of width and depth."""
        x, y = along * self.width, across * self.depth
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return self.middle[0] + x * cos - y * sin, self.middle[1] + x * sin + y * cos

    def local(self, point: Point) -> Point:
        """Metres from the middle along the front and across it."""
        x, y = point[0] - self.middle[0], point[1] - self.middle[1]
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return x * cos + y * sin, y * cos - x * sin

    def holds(self, point: Point, margin: float = 0.0) -> bool:
        along, across = self.local(point)
        return abs(along) <= self.width / 2 + margin and abs(across) <= self.depth / 2 + margin

    @property
    def reach(self) -> float:
        """The radius of the circle around it."""
        return math.hypot(self.width, self.depth) / 2

    def meets(self, other: "Frame", margin: float) -> bool:
        """Whether two rectangles are nearer to each other than the margin (by the axes that could part them)."""
        apart = math.dist(self.middle, other.middle)
        if apart > self.reach + other.reach + margin:
            return False
        return not (self._parts(other, margin) or other._parts(self, margin))

    def _parts(self, other: "Frame", margin: float) -> bool:
        corners = [self.local(other.at(a, b)) for a in (-0.5, 0.5) for b in (-0.5, 0.5)]
        for axis, half in ((0, self.width / 2 + margin), (1, self.depth / 2 + margin)):
            if min(one[axis] for one in corners) > half or max(one[axis] for one in corners) < -half:
                return True
        return False
