"""The wire of a station: a first load, the backlog of a week, the way of an edit, and how soon an outage is over."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench import kept
from bench.city import changes, ident
from bench.city_server import Server, command, running
from bench.line import line_to
from bench.rows import Peer, Times, beats, rarely, rate, row, size
from bench.server import ALONE, BULK, logged_in, read_feed, stations
from bench.windows import ENVIRONMENT, window
from citymanager.modules import MODULES
from citymanager.store import Profile, Query

AREAS = ("sync", "memory")
OUT, COME = 20_000, 100_000
"""Operations and changes of a week without a line."""
OUTAGE = 1.0
"""Seconds that the line is cut for."""


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder, running(Path(folder) / "server") as server:
        server.put(changes(BULK))
        yield from stations(server, Path(folder), 8 if quick else 25)
        yield from _outages(server, Path(folder) / "cut", 5 if quick else 30)
        yield from _backlog(server, Path(folder) / "week", 10 if quick else 1)
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder, running(Path(folder) / "server") as server:
        server.put(changes(n))
        yield from _first_load(server, Path(folder))


def _first_load(server: Server, folder: Path) -> Iterator[dict[str, Any]]:
    """A station that has nothing takes everything; beside it the feed's bytes unread, and the rows alone."""
    count, spent = read_feed(server, logged_in(server.url))
    feed: Peer = {"name": "the feed, unread", "version": "", "median_ms": spent * 1000}
    pulled, seconds = _filled(server, folder / "paged", count)
    many = _many(folder / "paged", folder)
    shutil.rmtree(folder / "paged")
    for peer in (feed, many):
        yield rate("sync", "first load into a fresh cache, page by page", pulled, seconds, peer)
    begun = time.perf_counter()
    command(server.profile, "central", "bundles")
    yield rate("sync", "tables made ready for first loads, at night", pulled, time.perf_counter() - begun, reason=ALONE)
    pulled, seconds = _filled(server, folder / "station", count)
    for peer in (feed, many):
        yield rate("sync", "first load into a fresh cache, of tables made ready", pulled, seconds, peer)


def _filled(server: Server, place: Path, count: int) -> tuple[int, float]:
    """How many records a new station has taken, and in how many seconds."""
    begun = time.perf_counter()
    pulled = int(json.loads(command(place, "--server", server.url, "--user", "bench", "sync"))["pulled"])
    assert pulled >= count, pulled
    return pulled, time.perf_counter() - begun


def _many(place: Path, folder: Path) -> Peer:
    copy = shutil.copyfile(place / "cache.db", folder / "copy.db")
    done = subprocess.run(
        [sys.executable, "-m", "bench.many_peer", copy, folder / "many.db"],
        cwd=kept.ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: Peer = json.loads(done.stdout)
    return found


def _backlog(server: Server, place: Path, part: int) -> Iterator[dict[str, Any]]:
    """A window that comes back after a week, until nothing is unsent and all is here."""
    out, come = OUT // part, COME // part
    command(place, "--server", server.url, "--user", "bench", "sync")
    _edit(place, out)
    server.put(changes(BULK + come))
    with window(place) as desk:
        desk.do("mapped")
        desk.ask("meet", server.url)
        told = desk.answer()
    act = f"backlog of a week, {out} edits out and {come} changes in, until both sides are even"
    yield rate("sync", act, out + come, told["ms"] / 1000, reason=ALONE)
    yield beats("sync", "the same: by how much the window's loop is late", told, ALONE)
    yield size("the same: what the window's process grows by", out + come, [told["grown_mb"]], ALONE)


def _edit(place: Path, out: int) -> None:
    """Half of a week's edits are new reports, half change what was there."""
    with_profile = Profile(place).writer(MODULES)
    known = sorted(with_profile.ids(Query("reports")))[: out // 2]
    edits = iter(
        [(one, {"address": f"улица Мира, {number}"}) for number, one in enumerate(known)]
        + [(str(uuid.uuid4()), {"text": f"Не горит фонарь № {number}"}) for number in range(out - len(known))]
    )
    while some := list(islice(edits, 500)):
        with_profile.save_many("reports", some, "bench", None, datetime.now(UTC))
    with_profile.close()


def _outages(server: Server, place: Path, many: int) -> Iterator[dict[str, Any]]:
    """Both sides edit while the line is cut; from its mending until each has what the other did."""
    found = []
    with line_to(server.url) as line, window(place, line.url) as desk:
        desk.do("link")
        for number in range(many):
            line.cut()
            desk.do("edit", ident(1), f"улица Мира, {number}")
            server.edit(ident(2), f"улица Труда, {number}")
            time.sleep(OUTAGE)
            line.mend()
            mended = time.monotonic()
            desk.ask("even", ident(2), f"улица Труда, {number}")
            found.append((desk.answer()["at"] - mended) * 1000)
    times = Times(found)
    yield rarely(row("sync", "line mended → outbox empty, both sides even", many, times, reason=ALONE), times)
