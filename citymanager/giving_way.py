"""What nobody waits for gives way to what somebody waits for: it begins in the gaps that this leaves."""

import threading
import time
from collections.abc import Callable

PATIENCE = 1.0
"""Seconds that it gives way at most: where the gaps never come, it goes on all the same."""
PAINTING = 0.03
"""Seconds after an answer in which the window shows it: whoever computes meanwhile stands in its way at every line."""


class GivingWay:
    """Counts what somebody waits for. Called on any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waited_for, self._answered = 0, 0.0

    def come(self) -> None:
        """Somebody waits for one more thing."""
        with self._changed:
            self._waited_for += 1

    def go(self) -> None:
        """One of these is there."""
        with self._changed:
            self._waited_for -= 1
            self._answered = time.monotonic()
            self._changed.notify_all()

    def in_turns(self) -> Callable[[], None]:
        """For what is long: a way to give way again and again, for all in all as long as once."""
        left = PATIENCE

        def give_way() -> None:
            nonlocal left
            begun = time.monotonic()
            self.give_way(left)
            left -= time.monotonic() - begun

        return give_way

    def give_way(self, patience: float = PATIENCE) -> None:
        """Return when nobody waits for anything, and the last answer is on the screen."""
        end = time.monotonic() + patience
        with self._changed:
            while (left := min(end, self._free()) - time.monotonic()) > 0:
                self._changed.wait(left)

    def _free(self) -> float:
        return float("inf") if self._waited_for else self._answered + PAINTING
