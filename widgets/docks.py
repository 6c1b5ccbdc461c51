"""The panels around the window: with the other docks_*.py all that knows QDockWidget: it can be replaced.

A layout that comes back must be usable: one that can't be read gives way to the default one, and says so.
"""

import logging
from collections.abc import Callable, Sequence, Set
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from citymanager.store import Profile
from widgets.docks_arranged import arrange
from widgets.docks_cover import Cover
from widgets.docks_full import FullScreen
from widgets.docks_memory import LayoutMemory
from widgets.docks_panels import AREAS, RECORDS, Arrangement, Beside, Panel, usual
from widgets.docks_shares import Shares
from widgets.docks_state import captured, rescue, restored
from widgets.screens import LEAST

BELOW = 45
"""The share of the height that a panel below gets when it is called for the first time."""

log = logging.getLogger(__name__)


class Docks(QObject):
    """Holds the panels in a window: they move, tab, float to another screen, and come back after a restart."""

    def __init__(
        self,
        window: QMainWindow,
        panels: Sequence[Panel],
        profile: Profile,
        name: str = "desk",
        screens: Callable[[], str] | None = None,
    ) -> None:
        """`name`: under which the layout is kept in the profile; empty: it is neither restored nor kept.

        `screens` names the set of screens that is there now.
        """
        super().__init__(window)
        self._window, self._panels = window, panels
        self.memory = LayoutMemory(window, self, profile, name, screens)
        """Of the layouts."""
        self.animate(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._withheld: Set[str] = frozenset()
        """Panels that are not for the person who sits here."""
        self._cover = Cover()
        self._beside: Beside | None = None
        self._beside_kept: Any = None
        """What the last layout says of the window beside this one."""
        self._docks = {panel.key: self._dock(panel) for panel in panels}
        self._shares = Shares(window, panels, self._docks)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._trim)
        self.arrange()
        window.installEventFilter(self)
        self.memory.follow_screens()

    def _dock(self, panel: Panel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(panel.key)
        if isinstance(panel.widget, QWidget):
            dock.setWidget(panel.widget)
        else:
            dock.visibilityChanged.connect(lambda seen, key=panel.key: self.fill(key) if seen else None)
        dock.setMinimumSize(LEAST)
        dock.toggleViewAction().triggered.connect(lambda on, key=panel.key: self.show(key) if on else None)
        for signal in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            signal.connect(self._later)
        return dock

    def fill(self, key: str) -> None:
        """Make what stands in a panel, if it has not been needed before."""
        dock, panel = self._docks[key], next(one for one in self._panels if one.key == key)
        if dock.widget() is None and not isinstance(panel.widget, QWidget) and not self._cover.on:
            dock.setWidget(panel.widget())

    @property
    def windows(self) -> list[QWidget]:
        """Panels that are windows of their own, and the window beside."""
        floating = [dock for dock in self._docks.values() if dock.isFloating()]
        return [*floating, *(self._beside.windows if self._beside is not None else ())]

    def attend(self, beside: Beside) -> None:
        """From now on a window beside the main one belongs to the layout."""
        self._beside = beside
        beside.apply(self._beside_kept, moved=False)

    def cover(self, on: bool) -> None:
        """Take what stands in the panels out of them, so that not even a screen reader finds it, or bring it back."""
        if on == self._cover.on:
            return
        if self._beside is not None:
            self._beside.cover(on)
        if on:
            self._cover.take(self._docks)
            return
        self._cover.give_back(self._docks)
        for key, dock in self._docks.items():
            if dock.isVisible():
                self.fill(key)

    def offer(self, keys: Set[str]) -> None:
        """Only these panels are for the person who sits here now; the others go, and can't be called."""
        self._withheld = self._docks.keys() - keys
        for key, dock in self._docks.items():
            dock.toggleViewAction().setVisible(key in keys)
            if key not in keys:
                dock.hide()

    def animate(self, motion: bool) -> None:
        """Whether panels glide to their places, or are there at once."""
        option = QMainWindow.DockOption
        always = option.AllowNestedDocks | option.GroupedDragging
        self._window.setDockOptions(always | option.AnimatedDocks if motion else always)

    def _later(self) -> None:
        self._soon.start()
        self.memory.touched()

    def _trim(self) -> None:
        """A tab says the panel's name and can be dragged: under it a title bar would only take room."""
        for dock in self._docks.values():
            tabbed = not dock.isFloating() and bool(self._window.tabifiedDockWidgets(dock))
            if tabbed != (dock.titleBarWidget() is not None):
                dock.setTitleBarWidget(QWidget() if tabbed else None)  # type: ignore[arg-type]  # None: the usual one

    # what the window asks

    @property
    def toggles(self) -> list[QAction]:
        """An action per panel that shows or hides it, in the order given."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def float(self, key: str) -> None:
        """Make a panel a window of its own, which can go to another screen, or put it back."""
        dock = self._docks[key]
        dock.setFloating(not dock.isFloating())
        self.show(key)

    def full_screen(self, key: str) -> FullScreen:
        """What gives a panel the whole screen, and takes it back."""
        dock = self._docks[key]
        found = dock.findChild(FullScreen, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, FullScreen) else FullScreen(dock)

    def show(self, key: str) -> None:
        """Bring a panel before the user: shown, on top of its tabs, with the focus inside."""
        dock = self._docks[key]
        self.fill(key)
        fresh = dock.isHidden() and not dock.isFloating()
        dock.show()
        dock.raise_()
        if fresh and self._window.dockWidgetArea(dock) == AREAS["below"]:
            self._window.resizeDocks([dock], [self._window.height() * BELOW // 100], Qt.Orientation.Vertical)
        if dock.isFloating():
            dock.activateWindow()
        if not self._cover.on:
            _enter(dock.widget())

    def call(self, key: str) -> None:
        """Show a panel, and have the keyboard there, from whichever window it was called."""
        self.show(key)
        self._docks[key].activateWindow()

    def arrange(self, wanted: Arrangement | None = None) -> None:
        """Put every panel where the arrangement has it; None: records beside the map, what is not sent below, hidden.

        A panel that is not for the person who sits here stays away.
        """
        arrangement = wanted or usual(self._panels)
        arrange(self._window, self._docks, self._panels, arrangement, self._withheld)
        self._shares.records = arrangement.records
        self._shares.give()

    def begin(self) -> None:
        """The keyboard is with the records in front, unless somebody has it: not with whatever Qt comes upon first."""
        front = self._shares.front()
        if front is not None and self._window.focusWidget() is None and not self._cover.on:
            _enter(front.widget())

    def share(self) -> None:
        """Give the records and the map their shares of the window's width, by the width that there is."""
        self._shares.give()

    def sees(self, widget: QWidget) -> bool:
        """Whether a part of the window stands outside the panels, or in one that is not behind a tab."""
        return self._shares.sees(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The shares hold when the window's size changes; where the user leaves the separator, they are his."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.memory.touched()
        elif event.type() in (QEvent.Type.Close, QEvent.Type.Hide):
            self.memory.closing()
        if event.type() == QEvent.Type.Resize:
            self._shares.give()
        elif event.type() == QEvent.Type.Show and not self._shares.records:
            QTimer.singleShot(0, self, self._shares.note)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._shares.note()
        return super().eventFilter(watched, event)

    # its layout

    def capture(self) -> dict[str, Any]:
        """The layout as it stands, to be kept as JSON."""
        kept = captured(self._window, self._docks)
        return kept if self._beside is None else {**kept, "beside": self._beside.capture()}

    def apply(self, kept: Any, *, moved: bool = False) -> bool:
        """Show a captured layout; False if it can't be used: then the default one is shown.

        `moved`: the screens are others, and what is shown in the window beside stays.
        """
        usable = restored(self._window, self._panels, self._docks, kept)
        if not usable:
            log.warning("the saved layout can't be restored")
            self.arrange()
        self._shares.records = 0 if usable else RECORDS
        if usable and self._window.isVisible():
            QTimer.singleShot(0, self, self._shares.note)
        for key in self._withheld:
            self._docks[key].hide()
        self._beside_kept = kept.get("beside") if usable else None
        if self._beside is not None:
            self._beside.apply(self._beside_kept, moved=moved)
        self.rescue()
        return usable

    def rescue(self) -> None:
        """Bring every floating panel, and the window, onto a screen that is there, with a size that can be used."""
        rescue([*(dock for dock in self._docks.values() if dock.isFloating()), self._window])
        if self._beside is not None:
            self._beside.rescue()


def _enter(panel: QWidget) -> None:
    """Give a panel the keyboard: itself, or its first part that takes it."""
    takes = Qt.FocusPolicy.TabFocus
    parts = [panel, *panel.findChildren(QWidget)]
    found = next((one for one in parts if one.focusPolicy() & takes and one.isVisible() and one.isEnabled()), panel)
    found.setFocus(Qt.FocusReason.ShortcutFocusReason)
