"""Judges behind everything else the records whose due times are not known yet: after a first load, or other norms."""

from PySide6.QtCore import QObject, QTimer

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.tasks import Tasks

HEAP = 300
"""Records that are judged at once: the writer has 25 ms to do."""
BREATH_MS, CALM_MS, AGAIN_MS = 30, 1_000, 30_000
TOLD = 20
"""After so many heaps what is known by now is told: a list is not read anew for each."""


class DueRecount(QObject):
    """One for a window that writes; idle while nothing waits. Says what it did by `hub.recounted`."""

    def __init__(self, tasks: Tasks, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._hub = tasks, hub
        self._done: set[str] = set()
        self._heaps, self._busy = 0, False
        self._breath = QTimer(self, singleShot=True, interval=CALM_MS)
        self._breath.timeout.connect(self._next)
        if not tasks.read_only:
            hub.changed.connect(self._hear)
            tasks.renewed.connect(self._hear)
            self._breath.start()

    def _hear(self, *_told: object) -> None:
        if not self._busy and not self._breath.isActive():
            self._breath.start(CALM_MS)

    def _next(self) -> None:
        self._busy = True
        self._tasks.write(lambda writer: writer.judge_due_times(HEAP), self._take, self._failed, self)

    def _take(self, modules: set[str]) -> None:
        self._busy = False
        self._done |= modules
        self._heaps += 1
        if modules:
            self._breath.start(BREATH_MS)
        if self._done and (not modules or self._heaps % TOLD == 0):
            for one in sorted(self._done):
                self._hub.recounted.emit(one)
            self._done = set()

    def _failed(self, error: CityError) -> None:
        """A disk that takes nothing is told elsewhere; what waits is shown as such, and tried again."""
        self._busy = False
        self._breath.start(AGAIN_MS)
