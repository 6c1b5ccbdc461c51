"""How the training city is shared out: management companies, electoral districts and police precincts.

Each is a plan of cells whose borders run along streets, so that a share is a polygon, two neighbours meet in the very
same points, and every house lies in exactly one of them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from citymanager.training_city.houses import House
from citymanager.training_city.plan import city, texts
from citymanager.training_city.plane import Point, degrees, stretch, unbend
from citymanager.training_city.streets import COLUMNS, ROWS

WEST_TO_EAST = (-1500.0, -985.0, *COLUMNS, 700.0, 985.0, 1500.0)
LAKE_TO_WOOD = (30.0, *ROWS[1:], -1300.0)
"""Borders of the cells in (u, v); all but the outermost are streets."""
DWELLINGS = frozenset({"apartments", "house", "detached"})
AMPLE = 21.0
"""Square metres of a block's floors for each who lives there, stairs and walls with them."""
_STEP = 25.0
Node = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A house, and whose it is: letters of the three plans."""

    house: House
    spot: Point
    """Its middle in (u, v)."""
    service: str
    district: str
    precinct: str

    @property
    def dwelling(self) -> bool:
        return self.house.site.building in DWELLINGS

    @property
    def residents(self) -> int:
        """How many people live there, by its floors."""
        site = self.house.site
        if not self.dwelling:
            return 0
        if site.building == "apartments":
            return round(site.ground.width * site.ground.depth * site.levels / AMPLE)
        return 2 + round(site.ground.width * 7) % 4


@cache
def places() -> tuple[Place, ...]:
    """Every house of the city with its shares."""
    plans = [texts("areas")[name] for name in ("service", "districts", "precincts")]
    found = []
    for house in city().houses:
        spot = unbend(house.site.ground.middle)
        found.append(Place(house, spot, *(letter(plan, spot) for plan in plans)))
    return tuple(found)


def letter(plan: Sequence[str], spot: Point) -> str:
    """Whose share of the plan a spot in (u, v) lies in; a dot is nobody's."""
    column = bisect_right(WEST_TO_EAST, spot[0]) - 1
    row = sum(spot[1] <= edge for edge in LAKE_TO_WOOD) - 1
    inside = 0 <= row < len(plan) and 0 <= column < len(plan[0])
    return plan[row][column] if inside else "."


def polygon(plan: Sequence[str], whose: str) -> Mapping[str, Any]:
    """The GeoJSON polygon of all cells with this letter, which hang together."""
    follow = dict(_border({(row, column) for row, line in enumerate(plan)
                           for column, found in enumerate(line) if found == whose}))  # fmt: skip
    node = start = min(follow)
    ring: list[list[float]] = []
    while True:
        ring += [degrees(point) for point in _side(node, follow[node])[:-1]]
        node = follow[node]
        if node == start:
            return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _border(cells: set[tuple[int, int]]) -> Iterator[tuple[Node, Node]]:
    """The outer sides of the cells as steps between nodes (column, row), counterclockwise on the map."""
    for row, column in cells:
        corners = ((column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row))
        beyond = ((row, column - 1), (row + 1, column), (row, column + 1), (row - 1, column))
        for n, neighbour in enumerate(beyond):
            if neighbour not in cells:
                yield corners[n], corners[(n + 1) % 4]


def _side(start: Node, end: Node) -> list[Point]:
    """The points of one side; from the other end they are the very same."""
    first, last = sorted((start, end))
    laid = stretch([(WEST_TO_EAST[column], LAKE_TO_WOOD[row]) for column, row in (first, last)], _STEP)
    return laid if first == start else laid[::-1]
