"""Works as a Work Zone Data Exchange feed, version 4.2: what navigators read of closed and dug-up roads."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from citymanager.clashes.ground import Ground, drawn
from citymanager.clashes.sides import DUG, WORK, WORKS, day_of
from citymanager.errors import Refused
from citymanager.exchange.outgo import Export
from citymanager.norms import Norms
from citymanager.schema import STATUS, Values
from citymanager.store import Query, Record
from citymanager.terms import named_time
from citymanager.values import moment

VERSION = "4.2"
CITY, PUBLISHER = "city", "Администрация города"
"""The source of an order that names no issuer, and who publishes the feed."""
IMPACT: Mapping[str, str] = {
    "whole": "all-lanes-closed", "lane": "some-lanes-closed", "reversible": "alternating-one-way",
    "pavement": "all-lanes-open",
}  # fmt: skip
"""By how much of a road is closed for the works."""
WORK_TYPES: Mapping[str, str] = {
    "repair": "maintenance", "laying": "below-road-work", "building": "roadside-work", "landscaping": "surface-work",
}  # fmt: skip
LONGEST = "earthworks.digging"
"""The norm of how long is dug, for an order that names no end."""


def write(path: Path, export: Export) -> int:
    """Write the works that are under way or to come and lie somewhere; how many. Raises Refused for another module."""
    if export.module.key != WORKS:
        raise Refused("В виде WZDx выгружаются только земляные работы: выберите другой вид файла.")
    features = list(_features(export))
    feed = {"feed_info": _head(export, features), "type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(feed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return len(features)


def _head(export: Export, features: list[dict[str, Any]]) -> dict[str, Any]:
    used = sorted({str(one["properties"]["core_details"]["data_source_id"]) for one in features} or {CITY})
    names = {CITY: PUBLISHER, **export.reader.captions("organisations", used)}
    sources = [{"data_source_id": one, "organization_name": names.get(one, one)} for one in used]
    now = moment(datetime.now(UTC))
    return {"update_date": now, "version": VERSION, "publisher": PUBLISHER, "data_sources": sources}


def _features(export: Export) -> Iterator[dict[str, Any]]:
    norms, closed = export.reader.norms(), _closures(export)
    for record in export.records():
        line = _axis(record.data.get("geometry"))
        term = _term(record.data, norms)
        if record.data.get(STATUS) in WORK.live and line is not None and term is not None:
            geometry = {"type": "LineString", "coordinates": line}
            properties = _event(record, term, closed.get(record.id, ""))
            yield {"id": record.id, "type": "Feature", "properties": properties, "geometry": geometry}


def _closures(export: Export) -> dict[str, str]:
    """By works: how much of the road is closed for them."""
    found = export.reader.each(Query("closures", among={STATUS: ("planned", "closed")}))
    return {str(one.data.get("earthworks", "")): str(one.data.get("extent", "")) for one in found}


def _event(record: Record, term: tuple[str, str], closed: str) -> dict[str, Any]:
    data = record.data
    begun = data.get(STATUS) in DUG
    event = {
        "core_details": _details(record),
        "start_date": term[0], "end_date": term[1],
        "is_start_date_verified": begun, "is_end_date_verified": False,
        "is_start_position_verified": False, "is_end_position_verified": False,
        "vehicle_impact": IMPACT.get(closed, "unknown"), "location_method": "other",
    }  # fmt: skip
    kind = WORK_TYPES.get(str(data.get("kind")))
    return event | ({"types_of_work": [{"type_name": kind, "is_architectural_change": False}]} if kind else {})


def _details(record: Record) -> dict[str, Any]:
    data = record.data
    told = {"name": data.get("number"), "description": data.get("purpose"), "update_date": record.at or None}
    street = str(data.get("address") or "").partition(",")[0].strip()
    return {
        "event_type": "work-zone", "data_source_id": data.get("issuer") or CITY,
        "road_names": [street or "улица не указана"], "direction": "undefined",
        **{key: value for key, value in told.items() if value},
    }  # fmt: skip


def _term(data: Values, norms: Norms) -> tuple[str, str] | None:
    """First and last moment, UTC; without an end, as long as the norm lets dig. None: nobody knows when it begins."""
    since = data.get("opened_at") or data.get("start")
    day, start = day_of(since), named_time(since)
    if day is None or start is None:
        return None
    if len(str(since)) == len("2026-11-23"):
        start -= timedelta(days=1)  # a date is named by its end
    norm = norms.limit(LONGEST, day)
    end = named_time(data.get("restore_by") or data.get("end"))
    end = end or start + timedelta(days=norm.limit if norm else 1)
    return moment(start), moment(max(start, end))


def _axis(geometry: Any) -> list[tuple[float, float]] | None:
    """A line of degrees along the works: of a polygon, from the middle of one end to that of the other."""
    import shapely

    shape = drawn(geometry)
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in ("LineString", "Polygon")]
    if not parts:
        return None
    part = max(parts, key=lambda one: one.length)
    if part.geom_type == "LineString":
        return _rounded(part.coords)
    ground = Ground(part.centroid.x, part.centroid.y)
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(ground.metres(part)))[:4]
    if len(corners) < 4:
        return None
    sides = [(corners[n], corners[(n + 1) % 4]) for n in range(4)]
    short = 0 if shapely.LineString(sides[0]).length <= shapely.LineString(sides[1]).length else 1
    ends = [(one + other) / 2 for one, other in (sides[short], sides[short + 2])]
    return _rounded(ground.degrees(shapely.LineString(ends)).coords)


def _rounded(places: Any) -> list[tuple[float, float]]:
    """To a centimetre."""
    return [(round(lon, 7), round(lat, 7)) for lon, lat, *_ in places]
