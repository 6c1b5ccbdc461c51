"""Reports of one outage, found among very many: by its zone, its hours and their words."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bench import kept
from bench.rows import Times, row
from citymanager.known_outages import signs
from citymanager.modules import MODULES
from citymanager.store import Profile, Query, Reader, Record
from citymanager.training_city.zones import zones
from citymanager.values import moment, parse_moment

AREAS = ("queue",)
REASON = "a search of its own: there is no peer"
LASTS = {"of eight hours": timedelta(hours=8), "of thirty days": timedelta(days=30)}


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    reader = Profile(kept.profile(n)).reader(MODULES)
    for words, lasted in LASTS.items():
        times = Times([spent(reader, at, lasted) for at in range(3 if quick else 9)])
        yield row("queue", f"reports of an outage {words}", n, times, reason=REASON)
    reader.close()


def spent(reader: Reader, at: int, lasted: timedelta) -> float:
    """Milliseconds of processor for an outage in one of the training city's zones that holds until the last report."""
    (last,) = reader.first_page(Query("reports"), 1)
    now, zone = parse_moment(last.data["received"]), zones()[at * 7 % len(zones())]
    outage: dict[str, Any] = {
        "type": "emergency", "resource": ["cold_water"], "began": moment(now - lasted), "geometry": zone.polygon,
        "houses": "\n".join(zone.addresses),
    }  # fmt: skip
    begun = time.process_time()
    signs(reader, Record("telephonograms", "outage", 1, outage), now)
    return (time.process_time() - begun) * 1000
