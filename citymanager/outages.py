"""Which outages are known at a place: telephonograms of what is cut off there and not yet over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from citymanager.address_words import key_of
from citymanager.modules.telephonograms import OUTAGES
from citymanager.schema import STATUS
from citymanager.store import Query, Reader, Record
from citymanager.territory import covers, houses_of
from citymanager.values import moment, show

TELEPHONOGRAMS = "telephonograms"
FORGOTTEN = timedelta(days=30)
"""An outage that began earlier and whose end nobody has told is not held against new reports."""
_OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Outage:
    """A telephonogram of an outage, and how the place is known to be in it."""

    record: Record
    what: str
    """«ХВС, Аварийная, до 25.11.2026 18:00»."""
    reason: str


def outages(reader: Reader, address: str, point: tuple[float, float] | None, now: datetime) -> list[Outage]:
    """Those that hold at `now`; a house in the list of one beats its border."""
    found = [(one, why_there(one.data, address, point)) for one in under_way(reader, now)]
    return [Outage(one, _what(reader, one), reason) for one, reason in found if reason]


def under_way(reader: Reader, now: datetime) -> list[Record]:
    """The telephonograms of all outages that hold at `now`."""
    began = (moment(now - FORGOTTEN), moment(now))
    asked = Query(TELEPHONOGRAMS, among={"type": OUTAGES, "ended": (None,)}, between={"began": began})
    found = [one for one in reader.each(asked) if one.data.get(STATUS) not in _OVER]
    ended = _ended(reader, [one.id for one in found])
    return [one for one in found if one.id not in ended]


def why_there(data: Mapping[str, Any], address: str, point: tuple[float, float] | None) -> str:
    """How a place is known to be in an outage, in Russian; empty if it is not in it."""
    house = key_of(address)
    if house is not None and house in houses_of(str(data.get("houses", ""))):
        return "дом в списке"
    if point is not None and covers(data.get("geometry"), *point):
        return "точка внутри зоны"
    return "то же место" if house is not None and house == key_of(str(data.get("place", ""))) else ""


def _ended(reader: Reader, idents: list[str]) -> set[str]:
    """Those whose end another telephonogram tells."""
    if not idents:
        return set()
    ends = reader.each(Query(TELEPHONOGRAMS, among={"type": ("ending",), "ends": tuple(idents)}))
    return {str(one.data["ends"]) for one in ends if one.data.get(STATUS) != "cancelled"}


def _what(reader: Reader, record: Record) -> str:
    module, data = reader.modules[TELEPHONOGRAMS], record.data
    told = [show(module.field(key), data.get(key)) for key in ("resource", "type")]
    until = show(module.field("planned_end"), data.get("planned_end"))
    return ", ".join(part for part in (*told, f"до {until}" if until else "") if part)
