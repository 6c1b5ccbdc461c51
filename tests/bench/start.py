"""How long until a command has answered and a window can be used, and what the window weighs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench import kept
from bench.rows import Times, row, size, timed
from bench.windows import window

AREAS = ("start", "map", "memory")
ALONE = "no other program has such a command or window"


def rows(_n: int, quick: bool) -> Iterator[dict[str, Any]]:
    n = 100_000
    place = kept.profile(n)
    words = [sys.executable, "main.py", "--profile", str(place), "query", "reports", "--limit", "1"]
    asked = timed(lambda: subprocess.run(words, cwd=kept.ROOT, env=os.environ, capture_output=True, check=True))
    yield row("start", "command `query`", n, asked, reason=ALONE)
    started, mapped, weights = [], [], []
    for _ in range(3 if quick else 7):
        with window(place) as desk:
            started.append(desk.started)
            mapped.append(desk.started + desk.since_first("mapped"))
            weights.append(desk.memory())
    yield row("start", "program called → window with its first rows painted", n, Times(started[1:]), reason=ALONE)
    yield row("map", "program called → map painted", n, Times(mapped[1:]), reason=ALONE)
    yield size("window with its map, renderer and all other processes", n, weights, ALONE)
