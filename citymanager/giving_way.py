"""What nobody waits for gives way to what somebody waits for: it begins in the gaps that this leaves."""

import threading

PATIENCE = 1.0
"""Seconds that it gives way at most: where the gaps never come, it goes on all the same."""


class GivingWay:
    """Counts what somebody waits for. Called on any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waited_for = 0

    def come(self) -> None:
        """Somebody waits for one more thing."""
        with self._changed:
            self._waited_for += 1

    def go(self) -> None:
        """One of these is there."""
        with self._changed:
            self._waited_for -= 1
            self._changed.notify_all()

    def give_way(self) -> None:
        """Return when nobody waits for anything."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waited_for, PATIENCE)
