"""What the next clicks on the map are for: a place is picked or something is measured, until Esc ends it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from citymanager.tasks import Tasks
from layers.drafting import Tell
from layers.ruler import Kind, Ruler


class Clicks(QObject):
    """Waits for one place, or for the places of a measure; never for both."""

    picked = Signal(float, float)
    """Latitude and longitude of the place that was waited for."""
    busy = Signal(bool)
    """The map waits for a click, and Esc ends that; or it does so no more."""

    def __init__(self, tasks: Tasks, tell: Tell, city_map: QWidget) -> None:
        super().__init__(city_map)
        self._tell, self._map = tell, city_map
        self.ruler = Ruler(tasks, self)
        self.ruler.changed.connect(self._tell_ruler)
        self._escape = self._key(Qt.Key.Key_Escape, "Карта: не выбирать место, закончить измерение", self._leave)
        self._shorten = self._key(Qt.Key.Key_Backspace, "Карта: убрать последнюю точку", self.ruler.take_back)

    def _key(self, key: Qt.Key, title: str, act: Callable[[], None]) -> QShortcut:
        """A key that works while the map waits for a click."""
        shortcut = QShortcut(QKeySequence(key), self._map, act)
        shortcut.setWhatsThis(title)
        shortcut.setEnabled(False)
        return shortcut

    def measure(self, kind: Kind) -> None:
        """Let the user measure what he clicks; Esc or an empty kind ends it."""
        self._pick(False)
        self.ruler.start(kind)

    def stop_measuring(self) -> None:
        if self.ruler.kind:
            self.measure("")

    def pick(self) -> None:
        """Let the user choose a place: his next click comes as `picked`; Esc cancels."""
        self.stop_measuring()
        self._pick(True)

    def cancel(self) -> None:
        """Wait for no place any more."""
        self._pick(False)

    def hear(self, lat: float, lon: float) -> None:
        """The page says which place was clicked."""
        if self._escape.isEnabled() and not self.ruler.kind:
            self._pick(False)
            self.picked.emit(lat, lon)

    def tell_all(self) -> None:
        """Tell a new page what its clicks are for."""
        if self.ruler.kind:
            self._tell_ruler()
        else:
            self._pick(self._escape.isEnabled())

    def repaint(self) -> None:
        """The colours have changed."""
        if self.ruler.kind:
            self._tell_ruler()

    def _leave(self) -> None:
        if self.ruler.kind:
            self.measure("")
        else:
            self.cancel()

    def _tell_ruler(self) -> None:
        ruler = self.ruler
        self._wait(ruler.kind != "")
        self._shorten.setEnabled(ruler.kind != "")
        self._tell("measure", kind=ruler.kind, places=ruler.places, words=ruler.words)

    def _pick(self, wanted: bool) -> None:
        self._wait(wanted)
        self._tell("pick", wanted=wanted)

    def _wait(self, wanted: bool) -> None:
        self._escape.setEnabled(wanted)
        self.busy.emit(wanted)
