"""The training city's base map as GeoJSON layers, their properties named as in the city's OpenStreetMap exports."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from citymanager.training_city.plan import City, city
from citymanager.training_city.plane import Point, degrees
from citymanager.training_city.streets import Street

FeatureCollection = dict[str, Any]


def basemap() -> dict[str, FeatureCollection]:
    """The layers by the name of their file; every feature says in `source` that it is invented."""
    plan = city()
    return {
        "buildings": _collection(_buildings(plan)),
        "roads": _collection([*map(_road, plan.streets), *map(_road, (one for one in plan.lanes))]),
        "landuse": _collection(_feature(dict(area.tags), _polygon([area.ring])) for area in plan.areas),
        "water": _collection([_feature({"natural": "water", "name": "озеро Учебное"}, _polygon(plan.lake))]),
        "poi": _collection(_places(plan)),
        "boundary": _collection([_feature({"district": "Учебный город"}, _polygon([plan.outline]))]),
    }


def write_basemap(folder: Path) -> list[Path]:
    """Write the layers as GeoJSON files into a folder, which is made; the paths of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, layer in basemap().items():
        path = folder / f"{name}.geojson"
        path.write_text(json.dumps(layer, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        written.append(path)
    return written


def _collection(features: Iterable[dict[str, Any]]) -> FeatureCollection:
    numbered = [{**one, "properties": {"id": n, **one["properties"]}} for n, one in enumerate(features, 1)]
    return {"type": "FeatureCollection", "features": numbered}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    marked = {**properties, "source": "учебные данные"}
    return {"type": "Feature", "properties": marked, "geometry": geometry}


def _polygon(rings: Iterable[list[Point]]) -> dict[str, Any]:
    """A GeoJSON polygon: its outer ring counterclockwise, holes clockwise (RFC 7946)."""
    found = []
    for number, ring in enumerate(rings):
        laid = [degrees(point) for point in ring]
        if (_area(laid) > 0) == (number > 0):
            laid.reverse()
        found.append([*laid, laid[0]] if laid[0] != laid[-1] else laid)
    return {"type": "Polygon", "coordinates": found}


def _area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def _buildings(plan: City) -> Iterable[dict[str, Any]]:
    for house in plan.houses:
        site = house.site
        properties = {
            "building": site.building, "name": site.name, "housenumber": house.number, "street": site.street.name,
            "levels": str(site.levels), "amenity": site.amenity, "shop": "", "office": "",
        }  # fmt: skip
        yield _feature(properties, _polygon([house.ring]))


def _road(street: Street) -> dict[str, Any]:
    kind = {"railway": "rail"} if street.highway == "rail" else {"highway": street.highway}
    line = {"type": "LineString", "coordinates": [degrees(point) for point in street.axis]}
    return _feature({**kind, "name": street.name}, line)


def _places(plan: City) -> Iterable[dict[str, Any]]:
    for house in plan.houses:
        if house.site.name:
            properties = {"name": house.site.name, "amenity": house.site.amenity or "community_centre"}
            address = {"housenumber": house.number, "street": house.site.street.name}
            point = {"type": "Point", "coordinates": degrees(house.site.ground.middle)}
            yield _feature({**properties, **address}, point)
