"""The queue over very many cached reports, in the real window: key pressed or mouse clicked → new rows painted."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import kept
from bench.rows import Peer, Times, row
from bench.windows import ENVIRONMENT, Window, window
from citymanager.store.due_order import DUE

AREAS = ("queue",)
WORD, PREFIX = "фонар", "по"
STATUS = "in_work"
CLEAR = ("clear",)
ACTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    ("first page: «Сбросить всё»", CLEAR, ("search", WORD), "first page"),
    ("re-sort by address", ("sort", "address"), ("sort", "received"), "re-sort"),
    ("re-sort by the nearest due time", ("sort", DUE), ("sort", "received"), ""),
    ("filter: overdue", ("due", "overdue"), CLEAR, ""),
    ("filter by a status", ("status", STATUS), CLEAR, "filter"),
    ("text search, last key of a word", ("search", WORD), CLEAR, "text search"),
    ("text search, second key of a word", ("search", PREFIX), CLEAR, ""),
)
"""What it is called, the act, the act that leads back, what the peers call it."""
NO_PEER = "a peer knows no due times, and words only as its last key finds them"
PEERS = ("bench.qt_peer", "bench.pandas_peer")
PATIENCE = 150
"""Seconds after which a peer counts as one that can't run at this size."""


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    place = kept.profile(n)
    peers = [_peer(module, place) for module in PEERS]
    with window(place) as desk:
        desk.do("mapped")
        desk.do("whole")
        desk.do("judged")
        for act, words, back, theirs in ACTS:
            times = _times(desk, words, back, 5 if quick else 20)
            for peer in peers if theirs else [{"": {"reason": NO_PEER}}]:
                yield row("queue", act, n, times, peer.get(theirs))
        counted = Times([desk.do("counters") for _ in range(20)])
        yield row("queue", "counters of statuses", n, counted, peers[1].get("counters"))


def _times(desk: Window, words: tuple[str, ...], back: tuple[str, ...], runs: int) -> Times:
    """The act from a table at rest, again and again."""
    found = []
    for _ in range(runs):
        if words == CLEAR:
            desk.do(*back)
            desk.do("whole")
        found.append(desk.do(*words))
        desk.do("whole")
        if words != CLEAR:
            desk.do(*back)
            desk.do("whole")
    return Times(found)


def _peer(module: str, place: Path) -> dict[str, Peer]:
    """What a peer takes for the same acts on a copy, in a process of its own; the reason if it can't."""
    with tempfile.TemporaryDirectory(dir=kept.KEPT) as folder:
        copy = shutil.copyfile(place / "cache.db", Path(folder) / "copy.db")
        try:
            done = subprocess.run(
                [sys.executable, "-m", module, copy, WORD, STATUS],
                cwd=kept.ROOT, env={**ENVIRONMENT}, capture_output=True, text=True, check=True, timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            failed = {"reason": f"{module.partition('.')[2]} was not ready after {PATIENCE} s"}
            return dict.fromkeys(("first page", "re-sort", "filter", "text search", "counters"), failed)
    found: dict[str, Peer] = json.loads(done.stdout)
    return found
