"""Long acts at the top of the window: what is under way, how far it is in numbers, how to stop it."""

from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from citymanager.tasks import Tasks
from citymanager.text import span
from citymanager.work import Work
from widgets.plain import plain_label
from widgets.theme import set_role

PATIENCE_MS = 500
"""What is over sooner is not shown at all: a strip that flashes tells nobody anything."""
LOOK_MS = 100
SURE_AFTER = 2.0
"""Seconds after which the time that is left can be told from the pace so far."""


class WorkStrip(QWidget):
    """One long act."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work, self._began = work, monotonic()
        self.title, self.bar, self.left = plain_label(work.title), QProgressBar(), plain_label("", "caption")
        self.cancel = QPushButton("Остановить")
        set_role(self, "note")
        self.bar.setRange(0, 0)
        self.bar.setFormat("")
        self.bar.setMinimumWidth(260)
        self.bar.setAccessibleName(work.title)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        for widget in (self.title, self.bar, self.left):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.cancel)
        self.hide()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.show)
        self._patience.start()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._move)
        self._look.start()
        work.ended.connect(self.deleteLater)
        self.cancel.clicked.connect(self._stop)

    def _move(self) -> None:
        done, total = self._work.reached
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(told(done, total))
        if not self._work.stopping:
            self.left.setText(left(done, total, monotonic() - self._began))

    def _stop(self) -> None:
        self._work.stop()
        self.cancel.setEnabled(False)
        self.left.setText("останавливается…")


class WorkStrips(QWidget):
    """All long acts of this window, one strip each; takes no room while there are none."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        tasks.began.connect(self._begin)

    def _begin(self, work: Work) -> None:
        self._column.addWidget(WorkStrip(work))


def told(done: int, total: int) -> str:
    """«1 240 из 8 739 (14 %)»; without a total the number alone."""
    if not total:
        return _spaced(done) if done else ""
    return f"{_spaced(done)} из {_spaced(total)} ({100 * done // total} %)"


def left(done: int, total: int, seconds: float) -> str:
    """How long it will take at the pace so far, once that can be told."""
    if not total or not done or seconds < SURE_AFTER or done >= total:
        return ""
    return f"осталось {span(seconds * (total - done) / done)}"


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
