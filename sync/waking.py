"""Noticing that this computer slept, that the program was halted, or that its clock was set."""

import time

_LATE = 6.0
"""Seconds between two ticks that say that nothing ran meanwhile."""
_JUMP = 5.0


class Waking:
    """Asked at every tick of a timer, says whether time has passed unseen."""

    def __init__(self) -> None:
        self._last = _clocks()

    def woke(self) -> bool:
        """Whether since the last tick the computer slept, the program stood still, or the clock jumped."""
        now, last = _clocks(), self._last
        self._last = now
        # the first clock stands still while the computer sleeps, the second does not, the third can be set
        ran, passed, shown = (new - old for new, old in zip(now, last, strict=True))
        return ran > _LATE or passed - ran > 1 or abs(shown - ran) > _JUMP


def _clocks() -> tuple[float, float, float]:
    return time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME), time.time()
