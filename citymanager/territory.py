"""Whose a place is: management company, electoral district, police precinct, from the city's own polygons, offline.

An explicit list of houses wins over a border; a report keeps the district of the convocation in which it came.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from citymanager.address_words import Key, key_of
from citymanager.schema import Module
from citymanager.store import Query, Reader, Record
from citymanager.store.records import caption

COMPANY, DISTRICT, PRECINCT = "management_company", "district", "precinct"
AREAS, COMPANIES, DISTRICTS, PRECINCTS = "service_areas", "organisations", "electoral_districts", "police_precincts"
_POINTS_TO: Mapping[str, str] = {COMPANY: COMPANIES, DISTRICT: DISTRICTS, PRECINCT: PRECINCTS}
RECEIVED = "received"
"""The field that says on which day a record's territory is judged."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when something is: degrees, the address as it is written, and the day."""

    lon: float
    lat: float
    address: str
    day: date


@dataclass(frozen=True, slots=True)
class Finding:
    """What the program would fill into a field, and why, in Russian. An empty id: nothing matches."""

    field: str
    ident: str
    caption: str
    reason: str


def territory_fields(module: Module) -> list[str]:
    """The fields of a module that follow from a record's point."""
    return [key for key, to in _POINTS_TO.items() if key in module.columns and module.field(key).to == to]


def territory(reader: Reader, place: Place) -> list[Finding]:
    """What the cache's territories say of a place; one finding for each field, in the order of a form."""
    return [_company(reader, place), _district(reader, place), _precinct(reader, place)]


def _company(reader: Reader, place: Place) -> Finding:
    areas = [one for one in reader.each(Query(AREAS)) if _holds(one, place.day, "contract")]
    key = key_of(place.address)
    listed = [one for one in areas if key is not None and key in houses_of(str(one.data.get("houses", "")))]
    found = listed or [one for one in areas if covers(one.data.get("geometry"), place.lon, place.lat)]
    if not found:
        return Finding(COMPANY, "", "", "ни одна территория УК не включает это место")
    ident = str(found[0].data.get("company", ""))
    name = reader.captions(COMPANIES, [ident]).get(ident, ident)
    how = "дом в списке территории" if listed else "точка внутри границы территории"
    return Finding(COMPANY, ident, name, f"{how} «{_name(reader, found[0])}»{_others(reader, found)}")


def _district(reader: Reader, place: Place) -> Finding:
    found = [one for one in _around(reader, DISTRICTS, place) if _holds(one, place.day, "convocation")]
    if not found:
        return Finding(DISTRICT, "", "", f"точка вне округов созыва, действующего {place.day:%d.%m.%Y}")
    convocation = str(found[0].data.get("convocation", ""))
    reason = f"точка внутри округа{f' ({convocation})' if convocation else ''}{_others(reader, found)}"
    return Finding(DISTRICT, found[0].id, _name(reader, found[0]), reason)


def _precinct(reader: Reader, place: Place) -> Finding:
    found = list(_around(reader, PRECINCTS, place))
    if not found:
        return Finding(PRECINCT, "", "", "точка вне полицейских участков")
    return Finding(PRECINCT, found[0].id, _name(reader, found[0]), f"точка внутри участка{_others(reader, found)}")


def _around(reader: Reader, module: str, place: Place) -> Iterator[Record]:
    """The records whose shape holds the place; the cache's R*Tree leaves few to be looked at."""
    box = (place.lon, place.lat, place.lon, place.lat)
    for one in reader.each(Query(module, box=box)):
        if covers(one.data.get("geometry"), place.lon, place.lat):
            yield one


def _holds(record: Record, day: date, term: str) -> bool:
    """Whether the term of a record, both its days included, holds on this day; an absent end is open."""
    since, until = record.data.get(f"{term}_from"), record.data.get(f"{term}_to")
    return (not since or str(since) <= day.isoformat()) and (not until or day.isoformat() <= str(until))


def _name(reader: Reader, record: Record) -> str:
    return caption(reader.modules[record.module], record.data)


def _others(reader: Reader, found: Iterable[Record]) -> str:
    """A warning where borders overlap."""
    names = [f"«{_name(reader, one)}»" for one in found][1:]
    return f"; подходит и {', '.join(names)}: проверьте" if names else ""


@lru_cache(maxsize=256)
def houses_of(lines: str) -> frozenset[Key]:
    """The houses of an area's list, one address a line; a line that names no house is passed over."""
    return frozenset(key for line in lines.splitlines() if (key := key_of(line)) is not None)


def covers(geometry: Any, lon: float, lat: float) -> bool:
    """Whether a GeoJSON polygon or multipolygon has the point inside, holes left out. Nothing else covers anything."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return False
    found = geometry.get("coordinates") or []
    polygons = [found] if geometry["type"] == "Polygon" else found
    return any(_inside(rings, lon, lat) for rings in polygons)


def _inside(rings: Iterable[Any], lon: float, lat: float) -> bool:
    """By the number of edges that a line to the east crosses, over all rings: a hole makes it even again."""
    crossed = 0
    for ring in rings:
        corners = np.array([point[:2] for point in ring], dtype=float)
        if len(corners) < 3:
            continue
        if not crossed and ((lon, lat) < corners.min(0)).any() | ((lon, lat) > corners.max(0)).any():
            return False  # outside of the outer ring's box
        x, y = corners[:, 0], corners[:, 1]
        to_x, to_y = np.roll(x, -1), np.roll(y, -1)
        spans = (y > lat) != (to_y > lat)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x + (lat - y) / (to_y - y) * (to_x - x)
        crossed += int(np.count_nonzero(spans & (lon < at)))
    return crossed % 2 == 1
