"""Now, by a clock that only grows: what a server has said the time is, or the wall clock of the start, and since then
the seconds of this computer. Somebody who sets the wall clock neither makes due times come nor keeps them away.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from citymanager.sync_state import SyncState


def wall_clock() -> datetime:
    return datetime.now(UTC)


def since_boot() -> float:
    """Seconds that only grow, those of a suspended computer included: the wall clock may jump, this one doesn't."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Steady:
    """Called, it tells the moment, UTC. Each new confirmation of a server sets it by the server's clock."""

    def __init__(self, wall: Callable[[], datetime] = wall_clock, seconds: Callable[[], float] = since_boot) -> None:
        """`wall` and `seconds` are handed in, so that a test can let years pass."""
        self._wall, self._seconds = wall, seconds
        self._confirmed: datetime | None = None
        self._set(wall())

    def __call__(self) -> datetime:
        return self._then + timedelta(seconds=self._seconds() - self._mark)

    def hear(self, state: SyncState) -> None:
        """A picture of the link: right after an answer it is known how far the wall clock is off."""
        if state.link == "online" and state.confirmed is not None and state.confirmed != self._confirmed:
            self._confirmed = state.confirmed
            self._set(self._wall() - timedelta(seconds=state.skew))

    def _set(self, now: datetime) -> None:
        self._then, self._mark = now, self._seconds()
