"""Streets and houses of the source: the labels of the map, and the table that the address search works on."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from layers.basemap.classes import STREETS
from layers.basemap.pack import UNITS
from layers.basemap.parts import Group
from layers.basemap.sources import Shape

RANKS = ("highway", "secondary", "tertiary", "street", "service")
"""Classes of streets, the most important first."""

NEAR = 0.002
"""Degrees within which one address is one house."""
CROSSING = 0.0004
"""Degrees within which two streets meet once, however many carriageways they have."""
House = tuple[str, str, Any, float]
"""Street, number, point, and how wide the house is in pack units; 0 for an address without a house."""


class Addresses:
    """Collects named streets and numbered houses from shapes, in any order."""

    def __init__(self) -> None:
        self._streets: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self._houses: list[House] = []

    def add(self, shape: Shape, known: str) -> bool:
        """Note the shape's part in addresses, if it has one. `known` is its class."""
        tags = shape.tags
        number = tags.get("addr:housenumber", "")
        if number:
            west, south, east, north = shape.geometry.bounds
            wide = min(east - west, 2 * (north - south)) / 360 * UNITS
            self._houses.append((tags.get("addr:street", ""), number, shape.geometry.representative_point(), wide))
        if known in STREETS and tags.get("name"):
            self._streets[tags["name"], known].append(shape.geometry)
        return bool(number)

    def _distinct(self) -> list[House]:
        """Houses first, then the addresses that are not of those: a shop often repeats the address of its house."""
        found: list[House] = []
        known: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for house in sorted(self._houses, key=lambda house: house[3] == 0):
            same = known[house[0], house[1]]
            if house[3] > 0 or all(point.distance(house[2]) > NEAR for point in same):
                found.append(house)
                same.append(house[2])
        return found

    def labels(self) -> Mapping[str, Group]:
        """What is written on the map: streets along lines as long as they can be joined, and numbers in houses."""
        import shapely

        streets = Group("line")
        for (name, known), lines in sorted(self._streets.items(), key=lambda item: RANKS.index(item[0][1])):
            joined = shapely.line_merge(shapely.union_all(lines)) if len(lines) > 1 else lines[0]
            for one in shapely.get_parts(joined):
                streets.add(one, name, RANKS.index(known))
        numbers = Group("point")
        for _, number, point, wide in self._distinct():
            numbers.add(point, number, 0, wide)
        groups = {"street_names": streets, "numbers": numbers}
        return {name: group for name, group in groups.items() if group.geometries}

    def counts(self) -> tuple[int, int]:
        """How many streets by name, how many houses."""
        return len({name for name, _ in self._streets}), len(self._distinct())

    def table(self) -> dict[str, Any]:
        """For the search; shape: `layers.basemap.pack.Pack.addresses`."""
        import shapely

        lines: dict[str, list[Any]] = defaultdict(list)
        for (name, _), some in self._streets.items():
            lines[name] += some
        streets: list[list[Any]] = []
        for name, some in lines.items():
            middle = shapely.union_all(some).representative_point()
            streets.append([name, round(middle.x, 6), round(middle.y, 6)])
        known = {one[0]: number for number, one in enumerate(streets)}
        for name, _, point, _ in self._houses:
            if name and name not in known:  # a spelling that no street of the source bears
                known[name] = len(streets)
                streets.append([name, round(point.x, 6), round(point.y, 6)])
        houses = [
            [known.get(name, -1), number, round(point.x, 6), round(point.y, 6)]
            for name, number, point, _ in self._distinct()
        ]
        return {"streets": streets, "houses": houses, "crossings": _crossings(known, lines)}


def _crossings(known: Mapping[str, int], lines: Mapping[str, list[Any]]) -> list[list[Any]]:
    """Where streets meet: [index of a street, of another, lon, lat]; the carriageways of one crossing count once."""
    import shapely

    names = list(lines)
    whole = np.array([shapely.union_all(lines[name]) for name in names], dtype=object)
    found: list[list[Any]] = []
    for first, second in sorted(map(tuple, shapely.STRtree(whole).query(whole, "intersects").T.tolist())):
        if first < second:
            met = shapely.get_parts(shapely.intersection(whole[first], whole[second]))
            apart = shapely.get_parts(shapely.union_all(shapely.buffer(met, CROSSING)))
            found += [
                [known[names[first]], known[names[second]], round(one.centroid.x, 6), round(one.centroid.y, 6)]
                for one in apart
            ]
    return found
