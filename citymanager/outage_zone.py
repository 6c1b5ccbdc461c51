"""Houses and the zone of an outage: either follows from the other, and both tell which institutions are cut off."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from citymanager.address_words import key_of
from citymanager.addresses import Address, AddressBook
from citymanager.clashes.ground import Ground, written
from citymanager.store import Query, Reader
from citymanager.territory import covered, covers, houses_of

ORGANISATIONS, INSTITUTION = "organisations", "institution"
HOUSE = 30.0
"""Metres around a house's middle that belong to it."""
GAP = 40.0
"""Metres between two houses that are no gap in the zone."""
COARSE = 2.0
"""Metres by which the zone's border may be off, so that it has few corners and can be changed by hand."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far an outage goes: its zone as GeoJSON, and its houses, an address a line."""

    zone: Any = None
    houses: str = ""


def followed(book: AddressBook, before: Extent, after: Extent) -> Extent:
    """What a person has changed, with the other half made anew, if it was the program's work or is not there.

    Whatever he has drawn or listed himself stays as it is; so do houses that the map does not know.
    """
    if after.zone != before.zone and after.zone and after.houses == before.houses:
        made = not before.houses.strip() or _is_inside(book, before) or _is_around(book, before)
        return replace(after, houses=_with_unknown(book, after)) if made else after
    if after.houses != before.houses and after.zone == before.zone:
        made = after.zone is None or _is_around(book, before)
        return replace(after, zone=zone_around(known_houses(book, after.houses))) if made else after
    return after


def left_out(book: AddressBook, extent: Extent) -> list[Address]:
    """Houses in the zone that the list does not name."""
    named = houses_of(extent.houses)
    return [one for one in houses_inside(book, extent.zone) if key_of(one.text) not in named]


def _is_inside(book: AddressBook, extent: Extent) -> bool:
    inside = {key_of(one.text) for one in houses_inside(book, extent.zone)}
    return bool(inside) and inside == {key_of(one.text) for one in known_houses(book, extent.houses)}


def _is_around(book: AddressBook, extent: Extent) -> bool:
    return extent.zone is not None and extent.zone == zone_around(known_houses(book, extent.houses))


def _with_unknown(book: AddressBook, extent: Extent) -> str:
    unknown = [line for line in extent.houses.splitlines() if line.strip() and book.find(line) is None]
    return "\n".join([*(one.text for one in houses_inside(book, extent.zone)), *unknown])


def houses_inside(book: AddressBook, geometry: Any) -> list[Address]:
    """The houses whose middle lies in a zone, street by street."""
    houses, places = book.places
    inside = covered(geometry, places[:, 0], places[:, 1])
    return [one for one, within in zip(houses, inside, strict=True) if within]


def zone_around(houses: Iterable[Address]) -> Mapping[str, Any] | None:
    """A zone that has these houses inside; None if the map knows the place of none."""
    points = [one.point for one in houses if one.point]
    if not points:
        return None
    import shapely

    ground = Ground(*points[0])
    spots = ground.metres(shapely.MultiPoint(points))
    whole = shapely.union_all(shapely.buffer(shapely.get_parts(spots), HOUSE + GAP / 2, quad_segs=4))
    zone = shapely.simplify(shapely.buffer(whole, -GAP / 2, quad_segs=4), COARSE)
    return written(ground.degrees(zone))


def known_houses(book: AddressBook, lines: str) -> list[Address]:
    """The houses of a list that the map has."""
    return [house for line in lines.splitlines() if (house := book.find(line)) is not None]


def institutions(reader: Reader, lines: str, geometry: Any) -> tuple[list[str], int]:
    """Institutions of the register at these houses or in this zone, each with its address; and how many it has."""
    known = list(reader.each(Query(ORGANISATIONS, among={"kind": (INSTITUTION,)}, sort="name")))
    cut_off = [one.data for one in known if _is_there(one.data, lines, geometry)]
    return [_named(one) for one in cut_off if one.get("active", True)], len(known)


def _is_there(data: Mapping[str, Any], lines: str, geometry: Any) -> bool:
    house = key_of(str(data.get("address") or ""))
    if house is not None and house in houses_of(lines):
        return True
    point = data.get("geometry")
    return isinstance(point, Mapping) and point.get("type") == "Point" and covers(geometry, *_place(point))


def _place(point: Mapping[str, Any]) -> Sequence[float]:
    found: Sequence[float] = point["coordinates"][:2]
    return found


def _named(data: Mapping[str, Any]) -> str:
    address = data.get("address")
    return f"{data.get('name', '')}" + (f" ({address})" if address else "")
