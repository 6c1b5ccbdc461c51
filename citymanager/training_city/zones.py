"""Pieces of the training city that an outage leaves without something: blocks, and rows of cottages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from citymanager.text import plural
from citymanager.training_city.areas import Place, places
from citymanager.training_city.centre import PARK
from citymanager.training_city.plane import degrees, stretch
from citymanager.training_city.streets import COLUMNS, EAST, ROWS, SOUTH, WEST

_KERB = 4.0
"""Metres that a zone keeps from the middle of a street."""
NAMED = 6
"""Houses of one street that a text names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle in (u, v) and the houses in it."""

    west: float
    north: float
    east: float
    south: float
    places: tuple[Place, ...]

    @property
    def polygon(self) -> Mapping[str, Any]:
        corners = [(self.west, self.north), (self.west, self.south), (self.east, self.south), (self.east, self.north)]
        ring = [degrees(point) for point in stretch([*corners, corners[0]], 25)]
        return {"type": "Polygon", "coordinates": [[*ring[:-1], ring[0]]]}

    @property
    def street(self) -> str:
        """The street that most of its houses stand on."""
        names = [place.house.site.street.name for place in self.places]
        return max(sorted(set(names)), key=names.count)

    @property
    def addresses(self) -> list[str]:
        return [place.house.address for place in self.places]

    @property
    def residents(self) -> int:
        return sum(place.residents for place in self.places)

    @property
    def social(self) -> list[str]:
        """Schools, kindergartens and the like."""
        found = []
        for place in self.places:
            if place.house.site.name:
                found.append(f"{place.house.site.name} ({place.house.address})")
            elif place.house.site.building == "kindergarten":
                found.append(f"Детский сад ({place.house.address})")
        return found

    def homes(self) -> str:
        """The houses as they are dictated: by street, the first of them by number."""
        streets: dict[str, list[str]] = {}
        for place in self.places:
            streets.setdefault(place.house.site.street.name, []).append(place.house.number)
        most = sorted(streets.items(), key=lambda one: -len(one[1]))[:2]
        parts = [f"{street}, {', '.join(numbers[:NAMED])}" for street, numbers in most]
        more = len(self.places) - sum(min(len(numbers), NAMED) for _, numbers in most)
        tail = f"; всего {plural(len(self.places), 'дом', 'дома', 'домов')}" if more else ""
        return "; ".join(parts) + tail


@cache
def zones() -> tuple[Zone, ...]:
    """Every zone with more than two houses, west to east."""
    found = (Zone(*edges, _inside(*edges)) for edges in _rectangles())
    return tuple(zone for zone in found if sum(place.dwelling for place in zone.places) > 2)


def zone_of(place: Place) -> Zone | None:
    """The smallest zone that this house lies in."""
    holding = [zone for zone in zones() if place in zone.places]
    return min(holding, key=lambda zone: len(zone.places), default=None)


def _inside(west: float, north: float, east: float, south: float) -> tuple[Place, ...]:
    return tuple(place for place in places() if west < place.spot[0] < east and south < place.spot[1] < north)


def _rectangles() -> Iterator[tuple[float, float, float, float]]:
    """Borders west, north, east, south: blocks and pairs of them, and both sides of the outskirts' streets."""
    for row in range(len(ROWS) - 1):
        for column in range(len(COLUMNS) - 1):
            north, south = ROWS[row] - _KERB, ROWS[row + 1] + _KERB
            if (column, row) != PARK:
                yield COLUMNS[column] + _KERB, north, COLUMNS[column + 1] - _KERB, south
            if column % 2 == 0 and row % 2:
                yield COLUMNS[column] + _KERB, north, COLUMNS[column + 2] - _KERB, south
    for west, east in ((-1380.0, -989.0), (-981.0, -700.0)):
        yield from ((west, v + 52, east, v - 30) for v in WEST)
    for west, east in ((606.0, 981.0), (989.0, 1380.0)):
        yield from ((west, v + 28, east, v - 58) for v in EAST)
    for west, east in ((-700.0, -300.0), (-300.0, 100.0), (100.0, 640.0)):
        yield from ((west, v + 42, east, v - 42) for v in SOUTH)
