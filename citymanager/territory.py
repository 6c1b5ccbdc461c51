"""Whose a place is: management company, electoral district, police precinct, from the city's own polygons, offline.

An explicit list of houses wins over a border; a report keeps the district of the convocation in which it came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.address_words import Key, key_of
from citymanager.schema import Module
from citymanager.store import Query, Reader, Record
from citymanager.store.records import caption

COMPANY, DISTRICT, PRECINCT = "management_company", "district", "precinct"
AREAS, COMPANIES, DISTRICTS, PRECINCTS = "service_areas", "organisations", "electoral_districts", "police_precincts"
_POINTS_TO: Mapping[str, str] = {COMPANY: COMPANIES, DISTRICT: DISTRICTS, PRECINCT: PRECINCTS}
RECEIVED = "received"
"""The field that says on which day a record's territory is judged."""
AT_ONCE = 1_000
"""Points that are held against all edges of a border at once."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where, when and what something is: degrees, the address as it is written, the day, the category if any."""

    lon: float
    lat: float
    address: str
    day: date
    category: str = ""


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
    return territories(reader, [place])[0]


def territories(reader: Reader, places: Sequence[Place]) -> list[list[Finding]]:
    """The same of many places: the registers are read once, and each border is held against all points at once."""
    if not places:
        return []
    box = _box(places)
    areas = _Register(reader, Query(AREAS), places)
    districts, precincts = (_Register(reader, Query(key, box=box), places) for key in (DISTRICTS, PRECINCTS))
    owners = sorted({str(one.data.get("company", "")) for one in areas.records})
    names, listed = reader.captions(COMPANIES, owners), _listed(areas.records)
    return [
        [_company(areas, at, place, names, listed), _district(districts, at, place), _precinct(precincts, at)]
        for at, place in enumerate(places)
    ]


class _Register:
    """The polygons of a module, and which of them hold each place."""

    def __init__(self, reader: Reader, query: Query, places: Sequence[Place]) -> None:
        self.records = list(reader.each(query))
        self.names = {one.id: caption(reader.modules[query.module], one.data) for one in self.records}
        self.around: list[list[Record]] = [[] for _ in places]
        lons, lats = (np.array([getattr(one, axis) for one in places], dtype=float) for axis in ("lon", "lat"))
        for one in self.records:
            for at in np.flatnonzero(covered(one.data.get("geometry"), lons, lats)):
                self.around[at].append(one)

    def others(self, found: Sequence[Record]) -> str:
        """A warning where borders overlap."""
        names = [f"«{self.names[one.id]}»" for one in found[1:]]
        return f"; подходит и {', '.join(names)}: проверьте" if names else ""


def _company(
    areas: _Register, at: int, place: Place, names: Mapping[str, str], listed: Mapping[Key, Sequence[Record]]
) -> Finding:
    key = key_of(place.address) if listed else None
    named = _in_force(listed.get(key, ()) if key is not None else (), place.day, "contract")
    found = named or _in_force(areas.around[at], place.day, "contract")
    if not found:
        return Finding(COMPANY, "", "", "ни одна территория УК не включает это место")
    ident = str(found[0].data.get("company", ""))
    how = "дом в списке территории" if named else "точка внутри границы территории"
    return Finding(COMPANY, ident, names.get(ident, ident), f"{how} «{areas.names[found[0].id]}»{areas.others(found)}")


def _district(districts: _Register, at: int, place: Place) -> Finding:
    found = _in_force(districts.around[at], place.day, "convocation")
    if not found:
        return Finding(DISTRICT, "", "", f"точка вне округов созыва, действующего {place.day:%d.%m.%Y}")
    convocation = str(found[0].data.get("convocation", ""))
    reason = f"точка внутри округа{f' ({convocation})' if convocation else ''}{districts.others(found)}"
    return Finding(DISTRICT, found[0].id, districts.names[found[0].id], reason)


def _precinct(precincts: _Register, at: int) -> Finding:
    found = precincts.around[at]
    if not found:
        return Finding(PRECINCT, "", "", "точка вне полицейских участков")
    name = precincts.names[found[0].id]
    return Finding(PRECINCT, found[0].id, name, f"точка внутри участка{precincts.others(found)}")


def _box(places: Sequence[Place]) -> tuple[float, float, float, float]:
    lons, lats = [one.lon for one in places], [one.lat for one in places]
    return min(lons), min(lats), max(lons), max(lats)


def _in_force(records: Iterable[Record], day: date, term: str) -> list[Record]:
    """Those whose term, both its days included, holds on this day; an absent end is open."""
    today, since, until = day.isoformat(), f"{term}_from", f"{term}_to"
    return [one for one in records if str(one.data.get(since) or today) <= today <= str(one.data.get(until) or today)]


def _listed(areas: Iterable[Record]) -> dict[Key, list[Record]]:
    """Which areas name a house in their lists."""
    found: dict[Key, list[Record]] = {}
    for one in areas:
        for key in houses_of(str(one.data.get("houses", ""))):
            found.setdefault(key, []).append(one)
    return found


@lru_cache(maxsize=256)
def houses_of(lines: str) -> frozenset[Key]:
    """The houses of an area's list, one address a line; a line that names no house is passed over."""
    return frozenset(key for line in lines.splitlines() if (key := key_of(line)) is not None)


def covers(geometry: Any, lon: float, lat: float) -> bool:
    """Whether a GeoJSON polygon or multipolygon has the point inside, holes left out. Nothing else covers anything."""
    return bool(covered(geometry, np.array([lon], dtype=float), np.array([lat], dtype=float))[0])


def covered(geometry: Any, lons: Floats, lats: Floats) -> NDArray[np.bool_]:
    """The same for many points."""
    found = np.zeros(len(lons), dtype=bool)
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return found
    parts = geometry.get("coordinates") or []
    for rings in [parts] if geometry["type"] == "Polygon" else parts:
        _mark_inside(rings, lons, lats, found)
    return found


def _mark_inside(rings: Iterable[Any], lons: Floats, lats: Floats, found: NDArray[np.bool_]) -> None:
    """By the number of edges that a line to the east crosses, over all rings: a hole makes it even again."""
    corners = [one for ring in rings if len(one := np.array([point[:2] for point in ring], dtype=float)) >= 3]
    if not corners:
        return
    (west, south), (east, north) = corners[0].min(0), corners[0].max(0)
    near = np.flatnonzero((lons >= west) & (lons <= east) & (lats >= south) & (lats <= north))
    for part in np.array_split(near, len(near) // AT_ONCE + 1):
        crossed = sum(_crossings(one, lons[part, None], lats[part, None]) for one in corners)
        found[part[np.asarray(crossed) % 2 == 1]] = True


def _crossings(corners: Floats, lons: Floats, lats: Floats) -> NDArray[np.int_]:
    """How many edges of a ring each point's line crosses: a row for each point, a column for each edge."""
    x, y = corners[:, 0], corners[:, 1]
    to_x, to_y = np.roll(x, -1), np.roll(y, -1)
    spans = (y > lats) != (to_y > lats)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed: NDArray[np.int_] = np.count_nonzero(spans & (lons < x + (lats - y) / (to_y - y) * (to_x - x)), axis=1)
    return crossed
