"""Whose 10,000 places are and who is to do what is told of them, by the registers of the training city."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.rows import Peer, row, timed
from citymanager.delegation import delegation
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile, Query, Reader
from citymanager.territory import AREAS as SERVICE_AREAS
from citymanager.territory import DISTRICTS, PRECINCTS, Place
from citymanager.training_city.everything import records
from citymanager.values import moment

AREAS = ("queue",)
POINTS = 10_000
REGISTERS = ("organisations", SERVICE_AREAS, DISTRICTS, PRECINCTS)


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    now, runs = datetime.now(UTC), 3 if quick else 10
    told = list(records(now))
    places = _places([data for module, _, data in told if module == "reports"], now.date())
    with tempfile.TemporaryDirectory() as folder:
        writer = Profile(Path(folder)).writer(MODULES)
        for module in REGISTERS:
            writer.absorb([
                {"module": module, "id": ident, "version": 1, "data": data, "by": "bench", "at": moment(now),
                 "deleted": False}
                for key, ident, data in told if key == module
            ], now, {})  # fmt: skip
        ours = timed(lambda: delegation(writer, BY_KEY["reports"], places), runs)
        yield row("queue", "delegation of many points", POINTS, ours, _peer(writer, places, runs))
        writer.close()


def _places(reports: Sequence[dict[str, Any]], today: date) -> list[Place]:
    """The reports' own, again and again, each a little beside the one before."""
    placed = [one for one in reports if one.get("geometry")]
    return [
        Place(lon + at * 1e-7, lat, str(one.get("address", "")), today, str(one.get("category", "")))
        for at in range(POINTS)
        for one in [placed[at % len(placed)]]
        for lon, lat in [one["geometry"]["coordinates"][:2]]
    ]


def _peer(reader: Reader, places: Sequence[Place], runs: int) -> Peer:
    """The joins alone, over frames in memory: without lists of houses, terms, categories and reasons."""
    import geopandas
    from shapely.geometry import shape

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([p.lon for p in places], [p.lat for p in places]))
    frames = []
    for module in (SERVICE_AREAS, DISTRICTS, PRECINCTS):
        shapes = [one.data["geometry"] for one in reader.each(Query(module)) if one.data.get("geometry")]
        frames.append(geopandas.GeoDataFrame(geometry=[shape(one) for one in shapes]))
    found = timed(lambda: [geopandas.sjoin(points, one, predicate="within") for one in frames], runs)
    return {"name": "geopandas sjoin", "version": version("geopandas"), "median_ms": found.median}
