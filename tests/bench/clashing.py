"""Clashes of one work among very many: box index and shapely, beside geopandas joining the same shapes."""

import math
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas
import shapely

from bench import kept
from bench.rows import Times, row, timed
from citymanager.clashes import clashes
from citymanager.clashes.ground import Ground, drawn, written
from citymanager.modules import MODULES
from citymanager.store import Profile

AREAS = ("clashes",)
N = 10_000
CITY = Ground(60.735, 56.085)
TODAY = date(2026, 6, 1)
STATUSES = ("filed", "issued", "open", "guarantee", "closed")


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    """One row, of the same size whatever the others have."""
    works, runs = list(_works()), 20 if quick else 200
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        profile = Profile(Path(folder) / "profile")
        with closing(profile.writer(MODULES)) as writer:
            for start in range(0, N, 500):
                writer.absorb(works[start : start + 500], datetime(2026, 6, 1, tzinfo=UTC), {})
        with closing(profile.reader(MODULES)) as reader:
            dice = iter(random.Random(1).choices(works, k=runs + 1))

            def ours() -> object:
                one = next(dice)
                return clashes(reader, "earthworks", one["id"], {**one["data"], "status": "filed"}, TODAY)

            yield row("clashes", "clash check of one work among 10,000", N, timed(ours, runs), _peer(works, runs))


def _peer(works: list[dict[str, Any]], runs: int) -> dict[str, Any]:
    """The table is in memory with its index made; days are compared after the join."""
    begins = [one["data"]["start"] for one in works]
    ends = [one["data"]["end"] for one in works]
    shapes = [drawn(one["data"]["geometry"]) for one in works]
    table = geopandas.GeoDataFrame({"begin": begins, "end": ends}, geometry=shapes, crs=4326).to_crs(32641)
    dice = random.Random(1)

    def theirs() -> object:
        one = table.iloc[[dice.randrange(N)]]
        met = geopandas.sjoin(table, one, predicate="intersects")
        met = met[(met["begin_left"] <= met["end_right"]) & (met["begin_right"] <= met["end_left"])]
        return met.geometry.intersection(one.geometry.iloc[0]).area

    times: Times = timed(theirs, runs)
    return {"name": "geopandas sjoin, no cache read", "version": geopandas.__version__, "median_ms": times.median}


def _works() -> Iterator[dict[str, Any]]:
    """Trenches all over a town of eight kilometres by six, the same each time."""
    dice = random.Random(10_000)
    for n in range(N):
        west, south, length = dice.uniform(-4000, 4000), dice.uniform(-3000, 3000), dice.uniform(5, 60)
        trench = shapely.box(west, south, west + length, south + dice.uniform(2, 6))
        turned = shapely.affinity.rotate(trench, dice.uniform(0, math.pi), use_radians=True)
        month, day = dice.randint(4, 10), dice.randint(1, 14)
        data = {
            "number": f"Б-{n:05}", "status": dice.choice(STATUSES), "surface": ["asphalt"],
            "start": f"2026-{month:02}-{day:02}", "end": f"2026-{month:02}-{day + 14:02}",
            "accepted_at": "2026-02-01T00:00:00Z", "geometry": written(CITY.degrees(turned)),
        }  # fmt: skip
        yield {"module": "earthworks", "id": f"w{n}", "version": 1, "deleted": False, "data": data, "by": "bench",
               "at": "2026-05-01T00:00:00Z"}  # fmt: skip
