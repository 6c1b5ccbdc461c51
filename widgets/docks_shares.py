"""How the window's width is shared between the records and the map, and which panels can be seen in it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from widgets.docks_panels import AREAS, RECORDS, Panel, Place


class Shares:
    """Gives the records and the map their shares by the width that there is, until the user gives them others."""

    def __init__(self, window: QMainWindow, panels: Sequence[Panel], docks: Mapping[str, QDockWidget]) -> None:
        self._window, self._panels, self._docks = window, panels, docks
        self.records = RECORDS
        """In hundredths of the width. 0: as restored; known once the window stands."""

    def give(self) -> None:
        """Bring both to their shares, if they stand side by side."""
        width, pair = self._window.width(), self._pair()
        if len(pair) == 2 and self.records:
            records = width * self.records // 100
            self._window.resizeDocks(pair, [records, width - records], Qt.Orientation.Horizontal)

    def note(self) -> None:
        """Where the separator stands now is where it is wanted."""
        pair = self._pair()
        if len(pair) == 2:
            self.records = round(100 * pair[0].width() / (pair[0].width() + pair[1].width()))

    def sees(self, widget: QWidget) -> bool:
        """Whether a part of the window stands outside the panels, or in one that is not behind a tab."""
        return all(self._is_seen(dock) for dock in self._docks.values() if dock.isAncestorOf(widget))

    def front(self) -> QDockWidget | None:
        """The panel of the records that is on top of its tabs."""
        return self._standing("main")

    def _pair(self) -> list[QDockWidget]:
        """The panel of the records and that of the map, if they stand side by side now."""
        found = [self.front(), self._standing("side")]
        return [dock for dock in found if dock is not None]

    def _standing(self, place: Place) -> QDockWidget | None:
        """A panel that can be seen in this place's area of the window, rather one that belongs there."""
        docks = [self._docks[one.key] for one in sorted(self._panels, key=lambda one: one.place != place)]
        standing = (one for one in docks if self._window.dockWidgetArea(one) == AREAS[place])
        return next(filter(self._is_seen, standing), None)

    def _is_seen(self, dock: QDockWidget) -> bool:
        return not dock.isFloating() and not dock.isHidden() and self._window.rect().intersects(dock.geometry())
