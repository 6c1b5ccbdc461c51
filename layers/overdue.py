"""Overdue records on the map: due times are filled in behind the first picture, and time passes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from citymanager.tasks import Tasks
from layers.atlas import Atlas

BEHIND_MS = 400
"""Nobody waits for marks: the map is painted first."""
TELL_MS = 1_000
"""While a large layer is being judged, the page looks again this often."""
TICK_MS = 10_000
"""True to ten seconds, like the due times in a card."""
NONE = np.empty(0, np.int64)


class Overdue(QObject):
    """Says when a layer has other overdue records than before, be it by news, by a norm, or because time has passed.

    A slice that time changes is told of likewise.
    """

    changed = Signal(str)
    """The layer's key."""
    _loaded = Signal(str)

    def __init__(self, atlas: Atlas, tasks: Tasks, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._atlas, self._tasks, self._clock = atlas, tasks, clock
        self._waiting: list[str] = []
        """Layers to be judged; the first is being judged."""
        self._busy = False
        self._told = QElapsedTimer()
        self._rows: Mapping[str, NDArray[np.int64]] = {}
        """What was overdue when it was looked last, by module; and what belonged to slices."""
        self._behind = QTimer(self, singleShot=True, interval=BEHIND_MS)
        self._behind.timeout.connect(self._judge)
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self.look)
        self._ticks.start()
        self._loaded.connect(self._wait_for)
        atlas.unjudged = self._hear

    def norms_changed(self) -> None:
        """Judge everything anew."""
        self._tasks.read(lambda _: self._atlas.judge_anew(), self._wait_for_all, owner=self)

    def look(self) -> None:
        """Has anything become overdue meanwhile?"""
        now = self._clock()
        self._tasks.read(lambda reader: self._atlas.passed(reader, now), self._compare, owner=self)

    def _compare(self, rows: Mapping[str, NDArray[np.int64]]) -> None:
        before, self._rows = self._rows, rows
        for module in rows.keys() | before.keys():
            if not np.array_equal(rows.get(module, NONE), before.get(module, NONE)):
                self.changed.emit(module)

    def _hear(self, module: str) -> None:
        """On a reader's thread."""
        if shiboken6.isValid(self):
            self._loaded.emit(module)

    def _wait_for(self, module: str) -> None:
        self._wait_for_all([module])

    def _wait_for_all(self, modules: list[str]) -> None:
        self._waiting += [one for one in modules if one not in self._waiting]
        if self._waiting and not self._busy and not self._behind.isActive():
            self._behind.start()

    def _judge(self) -> None:
        """One heap after the other, so that what somebody waits for comes in between."""
        self._busy = True
        module = self._waiting[0]
        if not self._told.isValid():
            self._told.start()
        act = partial(self._atlas.judge, module=module)
        self._tasks.read_behind(act, self._judged, self._not_judged, owner=self)

    def _judged(self, more: bool) -> None:
        if not more or self._told.elapsed() > TELL_MS:
            self._told.restart()
            self.look()
        if not more:
            self._waiting.pop(0)
        self._busy = bool(self._waiting)
        if self._busy:
            self._judge()

    def _not_judged(self, error: Exception) -> None:
        """A cache that can't be read is told elsewhere; what was not judged waits for the next news of its layer."""
        self._waiting.clear()
        self._busy = False
