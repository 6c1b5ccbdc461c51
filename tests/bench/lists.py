"""The queue over very many cached reports, in the real window: key pressed or mouse clicked → new rows painted."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from bench import kept
from bench.rows import Peer, Times, row
from bench.windows import ENVIRONMENT, Window, window
from citymanager.modules import MODULES
from citymanager.store import Profile
from citymanager.store.due_order import DUE

AREAS = ("queue",)
WORD, PREFIX = "фонар", "по"
STATUS = "in_work"
CLEAR = ("clear",)
ACTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    ("first page: «Сбросить всё»", CLEAR, ("search", WORD), "first page"),
    ("re-sort by address", ("sort", "address"), ("sort", "received"), "re-sort"),
    *(
        (f"re-sort by {one}", ("sort", one), ("sort", "received"), "")
        for one in ("number", "status", "category", "text", "executor", "channel")
    ),
    ("re-sort by the nearest due time", ("sort", DUE), ("sort", "received"), ""),
    ("filter: overdue", ("due", "overdue"), CLEAR, ""),
    ("filter by a status", ("status", STATUS), CLEAR, "filter"),
    ("filter: unsent", ("unsent",), CLEAR, ""),
    ("text search, last key of a word", ("search", WORD), CLEAR, "text search"),
    ("text search, second key of a word", ("search", PREFIX), CLEAR, ""),
    ("jump to the end of the list", ("jump", "End"), ("jump", "Home"), ""),
)
"""What it is called, the act, the act that leads back, what the peers call it."""
FIELDS = ("channel", "category", "regime", "special", "district", "executor", "curator")
"""Of choices and references: filtered by the value that the most records have, and by that of the fewest."""
SPANS = ("received", "registered", "postponed_until", "rating")
TEXTS = (
    ("address", "комсом"), ("address", "нигде"), ("address", "14"), ("number", "нигде"), ("number", "777"),
    ("number", "77"),
    ("text", "фонар"), ("text", "нигде"), ("text", "оцените"), ("public_answer", "ремонт"), ("public_answer", "нигде"),
    ("public_answer", "подъезд"), ("author_name", "иван"), ("author_phone", "351 46"),
)  # fmt: skip
"""Also of words that nearly every record has, but in another field."""
BLANKS = ("text", "public_answer", "photos", "postponed_until", "author_phone")
COMMON = "двор"
"""Stands in a fifth of all reports."""
TOGETHER: dict[str, tuple[tuple[str, ...], ...]] = {
    "text, status, category and sort together": (
        ("narrow", "category", "among", "lighting"), ("status", STATUS), ("search", WORD), ("sort", "address"),
    ),
    "a common word, status and category, by due time": (
        ("narrow", "category", "among", "lighting"), ("status", STATUS), ("search", COMMON), ("sort", DUE),
    ),
    "a common word where it is rated, by address": (
        ("narrow", "rating", "filled"), ("search", COMMON), ("sort", "address"),
    ),
    "two words and a part of the number": (("narrow", "number", "containing", "77"), ("search", f"{WORD} {COMMON}")),
    "a word of the answer and another one": (("narrow", "public_answer", "containing", "ремонт"), ("search", WORD)),
    "solved ones that nobody rated, by executor": (
        ("narrow", "rating", "empty"), ("status", "solved"), ("sort", "executor"),
    ),
}  # fmt: skip
"""Acts one upon another: the last is the one that is timed."""
NO_PEER = "a peer knows no due times, and words only as its last key finds them"
PEERS = ("bench.qt_peer", "bench.pandas_peer")
PATIENCE = 150
"""Seconds after which a peer counts as one that can't run at this size."""


def rows(n: int, quick: bool) -> Iterator[dict[str, Any]]:
    place, runs = kept.profile(n), 6 if quick else 20
    peers = [_peer(module, place) for module in PEERS]
    with window(place) as desk:
        for first in ("mapped", "whole", "judged"):
            desk.do(first)
        for act, words, back, theirs in (*ACTS, *_by_field(place)):
            times = _times(desk, words, back, runs if back != CLEAR or theirs else runs // 2)
            for peer in peers if theirs else [{"": {"reason": NO_PEER}}]:
                yield row("queue", act, n, times, peer.get(theirs))
        for act, steps in TOGETHER.items():
            yield row("queue", act, n, _upon(desk, steps, max(runs // 2, 3)), reason=NO_PEER)
        counted = Times([desk.do("counters") for _ in range(20)])
        yield row("queue", "counters of statuses", n, counted, peers[1].get("counters"))


def _by_field(place: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], str]]:
    """A filter by each kind of field: with very many hits, with few and with none."""
    with closing(Profile(place).reader(MODULES)) as reader:
        asked = 'SELECT "{0}" FROM reports WHERE "{0}" IS NOT NULL GROUP BY 1 ORDER BY count(*)'
        values = {key: [str(one) for (one,) in reader._connection.all(asked.format(key))] for key in (*FIELDS, *SPANS)}
        lon, lat = reader._connection.all("SELECT _lon, _lat FROM reports LIMIT 1")[0]
    for key in FIELDS:
        for how, value in (("most", values[key][-1]), ("fewest", values[key][0]), ("none", "nothing")):
            yield f"filter by {key}: {how}", ("narrow", key, "among", value), CLEAR, ""
        yield f"filter by {key}: empty", ("narrow", key, "empty"), CLEAR, ""
    for key in SPANS:
        ends = sorted(values[key])
        for how, low, high in (
            ("all", ends[0], ends[-1]),
            ("earliest", ends[0], ends[len(ends) // 50]),
            ("none", "9", "99"),
        ):
            yield f"filter by {key}: {how}", ("narrow", key, "between", low, high), CLEAR, ""
    for key in BLANKS:
        yield f"filter by {key}: empty", ("narrow", key, "empty"), CLEAR, ""
        yield f"filter by {key}: filled", ("narrow", key, "filled"), CLEAR, ""
    for key, text in TEXTS:
        yield f"filter by {key}: contains «{text}»", ("narrow", key, "containing", text), CLEAR, ""
    for how, far in (("a house", 0.0002), ("a street", 0.002), ("the city", 1.0)):
        sides = map(str, (lon - far, lat - far, lon + far, lat + far))
        yield f"filter by place: {how}", ("place", *sides), CLEAR, ""


def _upon(desk: Window, steps: tuple[tuple[str, ...], ...], runs: int) -> Times:
    found = []
    for _ in range(runs):
        for words in steps:
            last = desk.do(*words)
            desk.do("whole")
        found.append(last)
        for back in (CLEAR, ("sort", "received")):
            desk.do(*back)
            desk.do("whole")
    return Times(found)


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
