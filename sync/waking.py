"""Noticing that this computer slept, that the program was halted, or that its clock was set."""

import time
from collections.abc import Callable

Clocks = tuple[float, float, float]
"""One that stands still while the computer sleeps, one that does not, and one that can be set; seconds."""
_LATE = 6.0
"""Seconds between two ticks that say that nothing ran meanwhile."""
_JUMP = 5.0


class Waking:
    """Asked at every tick of a timer, says whether time has passed unseen."""

    def __init__(self, clocks: Callable[[], Clocks] | None = None) -> None:
        self._clocks = clocks or _clocks
        self._last = self._clocks()

    def woke(self) -> bool:
        """Whether since the last tick the computer slept, the program stood still, or the clock jumped."""
        now, last = self._clocks(), self._last
        self._last = now
        ran, passed, shown = (new - old for new, old in zip(now, last, strict=True))
        return ran > _LATE or passed - ran > 1 or abs(shown - ran) > _JUMP


def _clocks() -> Clocks:
    return time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME), time.time()
