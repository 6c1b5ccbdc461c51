"""What the cache knows of a report that is being typed or read: reports like it, and outages at its place.

This runs on a reader's thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citymanager.duplicates import Candidate, duplicates
from citymanager.outages import Outage, outages
from citymanager.store import Reader

ASKED = ("text", "address", "geometry", "received", "category")
"""The fields that the answer follows from."""
EXECUTORS = "organisations"


@dataclass(frozen=True)
class Alike:
    """The likeliest reports, the outages, and the names of those who have the reports in hand."""

    candidates: Sequence[Candidate] = ()
    outages: Sequence[Outage] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def read_alike(reader: Reader, ident: str, data: Mapping[str, Any], now: datetime, *, cut_off: bool) -> Alike:
    """`cut_off`: whether this person may read of outages; those are told of reports that are not done with."""
    found = duplicates(reader, data, now, ident)
    point, address = data.get("geometry"), str(data.get("address") or "")
    place = tuple(point["coordinates"][:2]) if isinstance(point, dict) and point.get("type") == "Point" else None
    known = outages(reader, address, place, now) if cut_off and (place or address) else []
    given = {str(one.get("executor") or "") for one in (data, *(one.record.data for one in found))} - {""}
    return Alike(found, known, reader.captions(EXECUTORS, sorted(given)))
