"""The deadline of a call: a socket's own timeout begins anew with every byte, and a line may trickle for ever."""

import threading
from collections.abc import Callable
from types import TracebackType


class Deadline:
    """While it is entered: calls `cut` once, from its own thread, when its seconds are over. `passed` says so after."""

    def __init__(self, seconds: float, cut: Callable[[], None]) -> None:
        self._seconds, self._cut = seconds, cut
        self.passed = False
        self._timer = self._armed()

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()

    def renew(self) -> None:
        """All its seconds again."""
        self._timer.cancel()
        self._timer = self._armed()
        self._timer.start()

    def _armed(self) -> threading.Timer:
        timer = threading.Timer(self._seconds, self._over)
        timer.daemon = True
        return timer

    def _over(self) -> None:
        self.passed = True
        self._cut()
