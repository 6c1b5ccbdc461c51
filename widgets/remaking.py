"""What is seen while another version's cache is made over, before there is a window: how far it is, in numbers.

It can't be stopped half-way by a button, but by anything else: then the cache is as it was.
"""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressBar, QVBoxLayout, QWidget

from citymanager.commands.outcome import warn
from citymanager.errors import ReadOnly
from citymanager.schema import Module
from citymanager.store import Profile, Writer
from widgets.plain import plain_label
from widgets.progress import left, told

PATIENCE = 0.5
"""Seconds; what is over sooner is not shown at all."""
LOOK = 0.1
"""Seconds between two pictures: the work itself waits for each."""
WHY = "Программа обновлена: база этого рабочего места перестраивается. Правки и записи сохраняются."


class Remaking(QWidget):
    """To be called with a module's title, the records done and those in all."""

    def __init__(self, patience: float = PATIENCE, look: float = LOOK) -> None:
        super().__init__(None, Qt.WindowType.Dialog)
        self._patience, self._look = patience, look
        self.setWindowTitle("Ситименеджер")
        self.title, self.bar, self.time = plain_label(), QProgressBar(), plain_label("", "caption")
        self._began = self._looked = monotonic()
        self._module, self._first = "", monotonic()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        for widget in (plain_label(WHY), self.title, self.bar, self.time):
            column.addWidget(widget)
        self.bar.setMinimumWidth(480)

    def __call__(self, title: str, done: int, total: int) -> None:
        now = monotonic()
        if title != self._module:
            self._module, self._first = title, now
        if now - self._began < self._patience or now - self._looked < self._look:
            return
        self._looked = now
        self.title.setText(title)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(told(done, total))
        self.time.setText(left(done, total, now - self._first))
        self.show()
        QApplication.processEvents()


def opened(profile: Profile, modules: Sequence[Module]) -> Writer | None:
    """The right to write the profile, or None if another program has it: the window then only reads.

    Raises ReadOnly where there is nothing to read, either.
    """
    remaking = Remaking()
    try:
        return profile.writer(modules, patience=1.0, told=remaking)
    except ReadOnly as error:
        if not profile.cache.exists():
            raise
        warn(str(error))
        return None
    finally:
        remaking.close()
