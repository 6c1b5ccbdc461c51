"""How a figure is taken: several runs, median and 95th percentile, beside a named peer in the same run."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Times:
    """Milliseconds of several runs."""

    runs: Sequence[float]

    @property
    def median(self) -> float:
        return round(median(self.runs), 3)

    @property
    def p95(self) -> float:
        return round(sorted(self.runs)[int(len(self.runs) * 0.95)], 3)


@dataclass(frozen=True)
class Row:
    """One line of build/bench.json."""

    area: str
    act: str
    n: int
    ours: dict[str, float]
    peer: dict[str, Any] | None
    ratio: float | None
    """Peer's median over ours: more than 1, and we are faster."""
    reason: str
    """Why there is no peer."""


def timed(act: Callable[[], object], runs: int = 15) -> Times:
    """Run an act several times; the first run, which warms caches, is left out."""
    act()
    return Times([_milliseconds(act) for _ in range(runs)])


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def row(
    area: str, act: str, n: int, ours: Times, peer: dict[str, Any] | None = None, reason: str = ""
) -> dict[str, Any]:
    """A row; `peer` is {name, version, median_ms}."""
    ratio = round(peer["median_ms"] / ours.median, 2) if peer else None
    return asdict(Row(area, act, n, {"median_ms": ours.median, "p95_ms": ours.p95}, peer, ratio, reason))


def rate(area: str, act: str, n: int, seconds: float, reason: str) -> dict[str, Any]:
    """A row of something done once: its time, and how many a second."""
    whole = round(seconds * 1000, 3)
    ours = {"median_ms": whole, "p95_ms": whole, "per_second": round(n / seconds)}
    return asdict(Row(area, act, n, ours, None, None, reason))
