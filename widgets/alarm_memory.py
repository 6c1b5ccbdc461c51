"""Keeps on the disk which alarms nobody has taken, and brings them back after a restart, be it by kill -9."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer

from citymanager.alarm_memory import Remembered, Waiting, remember, remembered
from citymanager.errors import CityError
from citymanager.tasks import Tasks
from widgets.alarm_watch import AlarmWatch

AGAIN_MS = 30_000


class AlarmMemory(QObject):
    """Writes at each change, one write at a time; a window that may not write only reads."""

    def __init__(self, watch: AlarmWatch, tasks: Tasks) -> None:
        super().__init__(watch)
        self._watch, self._tasks = watch, tasks
        self._unkept: dict[str, Waiting | None] = {}
        """What is to be written next, by the alarm's id; None: it does not wait any more."""
        self._busy = True
        """Nothing is written before it is known what an earlier run has left."""
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._keep)
        watch.changed.connect(self._keep)
        tasks.renewed.connect(self._keep_all)
        self._recall()

    def _recall(self) -> None:
        self._tasks.read(remembered, self._know, self._not_read, self)

    def _know(self, found: Remembered) -> None:
        self._watch.recall(found)
        self._busy = False
        self._keep()

    def _not_read(self, _error: CityError) -> None:
        """A cache that can't be read is told elsewhere."""
        QTimer.singleShot(AGAIN_MS, self, self._recall)

    def _keep(self) -> None:
        if self._busy or self._tasks.read_only:
            return
        now, self._unkept = {**self._unkept, **self._watch.moved()}, {}
        if now:
            self._busy = True
            self._tasks.write(
                lambda writer: remember(writer, now), lambda _: self._kept(), lambda _: self._not_kept(now), self
            )

    def _kept(self) -> None:
        self._busy = False
        self._keep()

    def _not_kept(self, now: Mapping[str, Waiting | None]) -> None:
        """A disk that takes nothing is told elsewhere; what it lacks is offered again."""
        self._unkept, self._busy = {**now, **self._unkept}, False
        self._again.start()

    def _keep_all(self, _opening: object) -> None:
        """The cache was damaged, the new one knows of no alarm."""
        self._unkept |= self._watch.waiting
        self._keep()
