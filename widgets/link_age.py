"""How old the data are, by a clock that only grows: the one truth that the status line and the wall show."""

from collections.abc import Callable
from datetime import datetime

from citymanager.steady import since_boot, wall_clock
from citymanager.sync_state import SyncState
from widgets.sync_words import Words, describe


class LinkAge:
    """How old the data are and how long the link has been away, by a clock that only grows.

    The wall clock is asked once for each new confirmation: what was confirmed before the program's start is old.
    """

    def __init__(self, clock: Callable[[], float] = since_boot, now: Callable[[], datetime] = wall_clock) -> None:
        """`clock` and `now` are handed in, so that a test can let an hour pass."""
        self._clock, self.now = clock, now
        self.state = SyncState()
        self._age_then: float | None = None
        self._heard = self._left = clock()

    def take(self, state: SyncState) -> None:
        """A new picture of the link; the age starts anew only if the data were confirmed anew."""
        if state.confirmed != self.state.confirmed:
            self._heard = self._clock()
            self._age_then = None if state.confirmed is None else (self.now() - state.confirmed).total_seconds()
        if self.state.link == "online" and state.link != "online":
            self._left = self._clock()
        self.state = state

    @property
    def seconds(self) -> float | None:
        """The age of the data; None: there never were any."""
        return None if self._age_then is None else max(0.0, self._age_then) + self._clock() - self._heard

    def words(self) -> Words:
        return describe(self.state, self.seconds, self._clock() - self._left, self.now())
