"""Reports like one report, among very many: by place and time, and by rare words where it has no point."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from typing import Any

from bench import kept
from bench.rows import Peer, Times, of, once, row, timed
from citymanager.duplicates import MOST, duplicates
from citymanager.modules import MODULES
from citymanager.store import Profile, Query, Reader
from citymanager.text import fold
from citymanager.values import parse_moment

AREAS = ("queue",)
ASKED = 40
"""Different reports that are asked about, each once: none is warm from its own answer."""
REASON = "the peer judges all texts, whether with a point or without: it is measured above"


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    reader = Profile(kept.profile(n)).reader(MODULES)
    asked = [one.data for one in reader.each(Query("reports"), ASKED * 25)][::25]
    now = parse_moment(asked[0]["received"]) if asked else datetime.now(UTC)
    bare = [{key: value for key, value in one.items() if key != "geometry"} for one in asked]
    placed, pointless = (_times(reader, some, now) for some in (asked, bare))
    yield row("queue", "duplicates of one report", n, placed, _peer(reader, asked[0]["text"], 1 if quick else 3))
    yield row("queue", "duplicates of one report without a point", n, pointless, reason=REASON)
    reader.close()


def _times(reader: Reader, asked: list[Any], now: datetime) -> Times:
    duplicates(reader, asked[0], now)
    return of([once(partial(duplicates, reader, one, now)) for one in asked[1:]])


def _peer(reader: Reader, text: str, runs: int) -> Peer:
    """rapidfuzz over all texts, folded and in memory beforehand."""
    from rapidfuzz import fuzz, process

    texts = [fold(str(one.data.get("text", ""))) for one in reader.each(Query("reports"))]
    wanted = fold(text)
    found = timed(lambda: process.extract(wanted, texts, scorer=fuzz.token_set_ratio, limit=MOST), runs)
    return {"name": "rapidfuzz, all texts", "version": version("rapidfuzz"), "median_ms": found.median}
