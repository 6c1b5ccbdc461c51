"""Tiles have houses and their numbers in layers apart: a number that lies in a house becomes the house's own."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from layers.basemap.sources import Shape

NUMBER = "addr:housenumber"


def housed(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """The shapes in any order. A house with several numbers takes one, the others stay points; so do those outside."""
    import shapely

    houses, numbers = [], []
    for one in shapes:
        if "building" in one.tags and one.geometry.geom_type == "Polygon":
            houses.append(one)
        elif NUMBER in one.tags and one.geometry.geom_type == "Point":
            numbers.append(one)
        else:
            yield one
    tree = shapely.STRtree(np.array([one.geometry for one in houses], dtype=object))
    found, at = tree.query(np.array([one.geometry for one in numbers], dtype=object), "intersects")
    for number, house in dict(zip(found.tolist()[::-1], at.tolist()[::-1], strict=True)).items():
        if NUMBER not in houses[house].tags:
            houses[house] = replace(houses[house], tags={**houses[house].tags, **numbers[number].tags})
            numbers[number] = replace(numbers[number], tags={})
    yield from houses
    yield from (one for one in numbers if one.tags)
