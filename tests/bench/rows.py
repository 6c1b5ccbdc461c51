"""How a figure is taken: several runs, median and 95th percentile, beside a named peer in the same run."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Peer = dict[str, Any]
"""{name, version, median_ms}; of memory, median_mb"""


@dataclass(frozen=True)
class Times:
    """Milliseconds of several runs."""

    runs: Sequence[float]
    spent: Sequence[float] = ()
    """Milliseconds of CPU of the same runs, where they are known: the rest was waiting for a disk or a processor."""

    @property
    def median(self) -> float:
        return round(median(self.runs), 3)

    @property
    def p95(self) -> float:
        """The least that 95 of 100 runs do not pass; of few runs, the longest."""
        return self.share(0.95)

    def share(self, part: float) -> float:
        """The least that this part of the runs does not pass."""
        return round(sorted(self.runs)[math.ceil(len(self.runs) * part) - 1], 3)


def timed(act: Callable[[], object], runs: int = 15) -> Times:
    """Run an act several times; the first run, which warms caches, is left out."""
    act()
    return of([once(act) for _ in range(runs)])


def once(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of an act by the clock, and of CPU."""
    begun, spent = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000


def of(found: Sequence[tuple[float, float]]) -> Times:
    """The times of acts that were each measured once."""
    return Times([one for one, _ in found], [cpu for _, cpu in found])


def row(area: str, act: str, n: int, ours: Times, peer: Peer | None = None, reason: str = "") -> dict[str, Any]:
    """A row of build/bench.json; `reason` says why there is no peer."""
    spent = {"cpu_ms": round(median(ours.spent), 3)} if ours.spent else {}
    return _row(area, act, n, {"median_ms": ours.median, "p95_ms": ours.p95, **spent}, peer, reason)


def rarely(found: dict[str, Any], ours: Times) -> dict[str, Any]:
    """A row with its 99th percentile beside: for what must hold almost always."""
    return {**found, "ours": {**found["ours"], "p99_ms": ours.share(0.99)}}


def rate(area: str, act: str, n: int, seconds: float, peer: Peer | None = None, reason: str = "") -> dict[str, Any]:
    """A row of something done once: its time, and how many a second."""
    whole = round(seconds * 1000, 3)
    return _row(area, act, n, {"median_ms": whole, "p95_ms": whole, "per_second": round(n / seconds)}, peer, reason)


def beats(area: str, act: str, told: dict[str, Any], reason: str) -> dict[str, Any]:
    """A row of an event loop's beats (`pulse`): by how many milliseconds they came late."""
    ours = {key: told[key] for key in ("median_ms", "p95_ms", "p999_ms", "most_ms")}
    return _row(area, act, told["beats"], ours, None, reason)


def size(
    act: str, n: int, megabytes: Sequence[float], reason: str, area: str = "memory", peer: Peer | None = None
) -> dict[str, Any]:
    """A row of memory, which has no time."""
    most = {"median_mb": round(median(megabytes)), "most_mb": round(max(megabytes))}
    return _row(area, act, n, {"median_ms": None, "p95_ms": None, **most}, peer, reason)


def _row(area: str, act: str, n: int, ours: dict[str, Any], peer: Peer | None, reason: str) -> dict[str, Any]:
    """`ratio` is the peer's median over ours: more than 1, and we are faster, or smaller."""
    if peer is not None and "reason" in peer:
        peer, reason = None, peer["reason"]
    figure = "median_mb" if "median_mb" in ours else "median_ms"
    ratio = round(peer[figure] / ours[figure], 2) if peer else None
    return {"area": area, "act": act, "n": n, "ours": ours, "peer": peer, "ratio": ratio, "reason": reason}


def line(found: dict[str, Any]) -> str:
    """A row for the screen."""
    ours, peer = found["ours"], found["peer"]
    if "median_mb" in ours:
        figures = f"{ours['median_mb']} MB, most {ours['most_mb']} MB"
    else:
        figures = f"{ours['median_ms']} ms, p95 {ours['p95_ms']} ms"
    if "cpu_ms" in ours:
        figures += f", CPU {ours['cpu_ms']} ms"
    if "p99_ms" in ours:
        figures += f", p99 {ours['p99_ms']} ms"
    if "p999_ms" in ours:
        figures += f", p99.9 {ours['p999_ms']} ms, most {ours['most_ms']} ms"
    rate = f" · {ours['per_second']}/s" if "per_second" in ours else ""
    beside = f" · {_beside(peer)}, ×{found['ratio']}" if peer else f" · {found['reason']}"
    return f"{found['area']:8}{found['act']} (n = {found['n']}): {figures}{rate}{beside}"


def _beside(peer: Peer) -> str:
    figure = f"{peer['median_mb']} MB" if "median_mb" in peer else f"{peer['median_ms']} ms"
    return f"{peer['name']} {figure}"
