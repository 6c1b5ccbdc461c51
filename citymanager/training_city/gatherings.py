"""What gathers people in the training city, and which roads are closed: some where the ground is dug up as well."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.earthworks import Work
from citymanager.training_city.plan import city, texts
from citymanager.training_city.plane import degrees
from citymanager.training_city.registers import Item, ident, phone
from citymanager.training_city.trenches import Trench
from citymanager.values import CITY_ZONE, moment

WIDE = ("asphalt", "kerb", "lawn")
"""An event takes the whole side of a street."""
MORNING = 11
CLOSERS: Mapping[str, str] = {
    "works": "roads",
    "event": "police",
    "accident": "police",
    "weather": "roads",
    "repair": "roads",
}


def gatherings(now: datetime, works: Sequence[Work]) -> Iterator[Item]:
    """Events, and then closed roads."""
    words = texts("gatherings")
    digging = [work for work in works if work[0].status == "open"]
    digging.sort(key=lambda work: str(work[0].end), reverse=True)
    for n, one in enumerate(words["event"]):
        yield "events", ident("events", str(n)), _event(n, one, _place(one, digging), now)
    for n, one in enumerate(words["closure"]):
        place = _place(words["event"][one["event"]] if "event" in one else one, digging)
        yield "closures", ident("closures", str(n)), _closure(one, place, digging, now)


def _event(n: int, one: Mapping[str, Any], place: Trench, now: datetime) -> Values:
    data: Values = {
        "name": one["name"], "kind": one["kind"], "status": one["status"], **_times(one, now),
        "address": place.place.house.address, "geometry": place.geometry, "organiser": one["organiser"],
        "phone": phone(n + 1, 34), "expected": one["expected"], "closes_roads": bool(one.get("closes")),
    }  # fmt: skip
    return data | ({"remark": one["remark"]} if "remark" in one else {})


def _closure(one: Mapping[str, Any], place: Trench, digging: Sequence[Work], now: datetime) -> Values:
    line = [degrees(point) for point in place.edge(1.0)]
    data: Values = {
        "road": place.street.name, "reason": one["reason"], "extent": one["extent"], "status": one["status"],
        **_times(one, now), "geometry": {"type": "LineString", "coordinates": line},
        "organisation": ident("organisations", CLOSERS[one["reason"]]),
        "basis": "Схема организации движения согласована с полицией (учебная).",
    }  # fmt: skip
    if one["detour"]:
        data["detour"] = one["detour"]
    if one["status"] == "lifted":
        data["lifted_at"] = moment(now + timedelta(hours=one["ends"], minutes=-25))
    if "work" in one:
        data["earthworks"] = digging[one["work"]][2][1]
    if "event" in one:
        data["event"] = ident("events", str(one["event"]))
    return data


def _times(one: Mapping[str, Any], now: datetime) -> Values:
    """When it begins and ends; what does not go on now begins at a reasonable hour of that day."""
    hour = now.astimezone(CITY_ZONE).replace(minute=0, second=0, microsecond=0)
    begins = hour + timedelta(hours=one["begins"])
    if one["status"] not in ("going", "closed", "lifted"):
        begins = begins.replace(hour=MORNING)
    return {"begins": moment(begins), "ends": moment(begins + timedelta(hours=one["ends"] - one["begins"]))}


def _place(one: Mapping[str, Any], digging: Sequence[Work]) -> Trench:
    """Its side of the street: where some works are, or as the plan says."""
    if "work" in one:
        trench = digging[one["work"]][1]
        start, end = max(1.0, trench.start - 30), min(trench.street.length - 1, trench.end + 30)
        return Trench(trench.street, trench.side, start, end, WIDE)
    street = next(street for street in city().streets if street.name == one["street"])
    return Trench(street, 1, float(one["from"]), float(one["to"]), WIDE)
