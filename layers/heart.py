"""Is the page alive? It beats every five seconds; a silent page is dead even if its process runs."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

BEAT = 5.0
"""Seconds between the page's beats (`resources/map/main.js` keeps the same)."""
MISSES = 2


class Restarts:
    """At most so many restarts a minute: a page that dies at once must not burn the processor."""

    def __init__(self, limit: int = 3, window: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._times: deque[float] = deque()

    def allowed(self) -> bool:
        """Whether one more is allowed now; if so, it counts."""
        now = self._clock()
        while self._times and now - self._times[0] >= self._window:
            self._times.popleft()
        if len(self._times) >= self._limit:
            return False
        self._times.append(now)
        return True

    def forget(self) -> None:
        """A person asked for a new start."""
        self._times.clear()


class Heart(QObject):
    """Says `stopped` once when the watched page has missed two beats."""

    stopped = Signal()

    def __init__(self, parent: QObject | None = None, beat: float = BEAT) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(beat * (MISSES + 0.5) * 1000))
        self._timer.timeout.connect(self.stopped)

    def beat(self) -> None:
        """The page is alive."""
        if self._timer.isActive():
            self._timer.start()

    def watch(self) -> None:
        """Expect beats from now on."""
        self._timer.start()

    def rest(self) -> None:
        """Expect none: a hidden page is slowed down by Chromium and may miss its beats without being dead."""
        self._timer.stop()
