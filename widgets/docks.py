"""The panels around the window: with docks_cover.py and docks_full.py all that knows QDockWidget: it can be replaced.

A layout that comes back must be usable: a panel that floated on a screen that is gone, or that was saved with no size,
is brought onto a screen that is there; a layout that can't be read gives way to the default one, and says so.
"""

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

from PySide6.QtCore import QByteArray, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from citymanager.store import Profile
from widgets.docks_cover import Cover
from widgets.docks_full import FullScreen
from widgets.docks_kept import KeptLayouts, seal
from widgets.screens import LEAST, fitted, screen_set

VERSION = 1
"""Of the layout: raised when the panels' names change their meaning; an older layout is then not restored."""
NOTED = 1_000
"""Milliseconds after which a changed layout counts as that of the screens that are there."""
RECORDS = 70
"""The records' share of the window's width, in hundredths; the map has the rest, until the user gives it another."""
BELOW = 45
"""The share of the height that a panel below gets when it is called for the first time."""

Place = Literal["main", "side", "below"]
BROKEN = "Сохранённое расположение панелей не читается, показано расположение по умолчанию."

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Arrangement:
    """Which panels stand where; those of one place are tabs, the first one on top. The others are put away."""

    places: Mapping[Place, tuple[str, ...]]
    records: int = RECORDS
    """The share of the window's width for the place `main`, in hundredths."""


@dataclass(frozen=True)
class Panel:
    """One panel as the window is given it; panels of one place are tabs of each other."""

    key: str
    title: str
    widget: QWidget | Callable[[], QWidget]
    """What stands in it, or how to make that when it is first seen: of twenty panels a shift looks at four."""
    place: Place
    shown: bool = True
    group: str = ""
    """Under which heading the menu has it."""


class Beside(Protocol):
    """A window beside the main one that belongs to its layout."""

    @property
    def windows(self) -> Sequence[QWidget]:
        """The window, while it is open."""

    def capture(self) -> Any: ...
    def apply(self, kept: Any, *, moved: bool) -> None: ...
    def cover(self, on: bool) -> None: ...
    def rescue(self) -> None: ...


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
        self._window, self._panels, self._kept = window, panels, KeptLayouts(profile, name)
        self._screens = screens or screen_set
        self._set = self._screens()
        self.restored = False
        """Whether the layout came from the profile."""
        self.animate(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._share = RECORDS
        """0: as restored; known once the window stands."""
        self._withheld: Set[str] = frozenset()
        """Panels that are not for the person who sits here."""
        self._cover = Cover()
        self._beside: Beside | None = None
        self._beside_kept: Any = None
        """What the last layout says of the window beside this one."""
        self._docks = {panel.key: self._dock(panel) for panel in panels}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._trim)
        self._note = QTimer(self, singleShot=True, interval=NOTED)
        self._note.timeout.connect(self._remember)
        self.arrange()
        window.installEventFilter(self)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        for signal in (app.screenRemoved, app.screenAdded):
            signal.connect(self.look_at_screens)
        for screen in app.screens():
            screen.geometryChanged.connect(self.look_at_screens)

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
        usual = option.AllowNestedDocks | option.GroupedDragging
        self._window.setDockOptions(usual | option.AnimatedDocks if motion else usual)

    def _later(self) -> None:
        self._soon.start()
        self.touched()

    def touched(self) -> None:
        """The layout is another one; what a closing window still does is not the user's wish."""
        if self._window.isVisible():
            self._note.start()

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
        if fresh and self._window.dockWidgetArea(dock) == _AREAS["below"]:
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
        arrangement = wanted or self._usual()
        places = {place: list(arrangement.places.get(place, ())) for place in _AREAS}
        shown = {key for keys in places.values() for key in keys}
        for panel in self._panels:
            if panel.key not in shown:
                places[panel.place].append(panel.key)
            self._docks[panel.key].setFloating(False)
        for place, keys in places.items():
            docks = [self._docks[key] for key in keys if key in self._docks]
            for dock in docks[:1]:
                self._window.addDockWidget(_AREAS[place], dock)
            for earlier, later in pairwise(docks):  # one by one: side by side, all of them would widen the window
                self._window.addDockWidget(_AREAS[place], later)
                self._window.tabifyDockWidget(earlier, later)
        for key, dock in self._docks.items():
            dock.setVisible(key in shown and key not in self._withheld)
        for place in _AREAS:
            first = next((key for key in arrangement.places.get(place, ()) if key in self._docks), "")
            if first and not self._docks[first].isHidden():
                self._docks[first].raise_()
        self._share = arrangement.records
        self.share()

    def _usual(self) -> Arrangement:
        return Arrangement(
            {place: tuple(one.key for one in self._panels if one.place == place and one.shown) for place in _AREAS}
        )

    def share(self) -> None:
        """Give the records and the map their shares of the window's width, by the width that there is."""
        width, pair = self._window.width(), self._pair()
        if len(pair) == 2 and self._share:
            records = width * self._share // 100
            self._window.resizeDocks(pair, [records, width - records], Qt.Orientation.Horizontal)

    def _pair(self) -> list[QDockWidget]:
        """The panel of the records and that of the map, if they stand side by side now."""
        found = [self._standing("main"), self._standing("side")]
        return [dock for dock in found if dock is not None]

    def _standing(self, place: Place) -> QDockWidget | None:
        """A panel of this place that can be seen in its own area of the window."""
        docks = [self._docks[panel.key] for panel in self._panels if panel.place == place]
        area = _AREAS[place]
        return next(
            (one for one in docks if self._window.dockWidgetArea(one) == area and self._is_seen(one)), None
        )  # fmt: skip

    def sees(self, widget: QWidget) -> bool:
        """Whether a part of the window stands outside the panels, or in one that is not behind a tab."""
        return all(self._is_seen(dock) for dock in self._docks.values() if dock.isAncestorOf(widget))

    def _is_seen(self, dock: QDockWidget) -> bool:
        return not dock.isFloating() and not dock.isHidden() and self._window.rect().intersects(dock.geometry())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The shares hold when the window's size changes; where the user leaves the separator, they are his."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.touched()
        elif event.type() in (QEvent.Type.Close, QEvent.Type.Hide):
            self._note.stop()
        if event.type() == QEvent.Type.Resize:
            self.share()
        elif event.type() == QEvent.Type.Show and not self._share:
            QTimer.singleShot(0, self, self._note_share)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._note_share()
        return super().eventFilter(watched, event)

    def _note_share(self) -> None:
        pair = self._pair()
        if len(pair) == 2:
            self._share = round(100 * pair[0].width() / (pair[0].width() + pair[1].width()))

    # over restarts

    @property
    def name(self) -> str:
        """Under which the layout is kept; empty: it is not."""
        return self._kept.name

    @property
    def screens(self) -> str:
        """The set of screens that the window stands on."""
        return self._set

    def noted(self) -> Any:
        """The layout that would come back on these screens; None before any was noted."""
        return self._kept.of(self._set)

    def save(self) -> None:
        """Keep the layout in the profile, as the last one and as that of these screens. Raises ReadOnly."""
        self._kept.save(self._set, self.capture())

    def capture(self) -> dict[str, Any]:
        """The layout as it stands, to be kept as JSON."""
        parts = [_text(self._window.saveGeometry()), _text(self._window.saveState(VERSION))]
        kept = {"parts": parts, "panels": list(self._docks), "seal": seal(parts), "screens": self._set}
        return kept if self._beside is None else {**kept, "beside": self._beside.capture()}

    def restore(self) -> str:
        """Bring the layout of these screens back, or else the last one; a Russian notice if it can't be used."""
        kept = self._kept.load(self._set)
        if kept is None:
            return ""
        self.restored = self.apply(kept)
        return "" if self.restored else BROKEN

    def apply(self, kept: Any, *, moved: bool = False) -> bool:
        """Show a captured layout; False if it can't be used: then the default one is shown.

        `moved`: the screens are others, and what is shown in the window beside stays.
        """
        usable = self._restored(kept)
        if not usable:
            log.warning("the saved layout can't be restored")
            self.arrange()
        self._share = 0 if usable else RECORDS
        if usable and self._window.isVisible():
            QTimer.singleShot(0, self, self._note_share)
        for key in self._withheld:
            self._docks[key].hide()
        self._beside_kept = kept.get("beside") if usable else None
        if self._beside is not None:
            self._beside.apply(self._beside_kept, moved=moved)
        self.rescue()
        return usable

    def look_at_screens(self) -> None:
        """A screen has come or gone: the layout that this set of screens had comes back."""
        now = self._screens()
        if now != self._set:
            self._note.stop()  # what is on the screen now is not how the user left the former set
            self._set = now
            if self._kept.of(now) is not None:
                self.apply(self._kept.of(now), moved=True)
        self.rescue()

    def _remember(self) -> None:
        if self._screens() == self._set and self._window.isVisible():
            self._kept.note(self._set, self.capture())

    def _restored(self, kept: Any) -> bool:
        parts = kept.get("parts") if isinstance(kept, dict) else None
        if not isinstance(parts, list) or len(parts) != 2 or kept.get("seal") != seal(parts):
            return False
        geometry, state = (QByteArray.fromBase64(part.encode()) for part in parts)
        self._window.restoreGeometry(geometry)  # Qt declines it on a screen of quite another width: no harm
        if not self._window.restoreState(state, VERSION):
            return False
        for panel in self._panels:
            if panel.key not in kept.get("panels", ()):  # a panel that this layout has never met
                self._window.addDockWidget(_AREAS[panel.place], self._docks[panel.key])
                self._docks[panel.key].setVisible(panel.shown)
        return any(not dock.isHidden() for dock in self._docks.values())

    def rescue(self) -> None:
        """Bring every floating panel, and the window, onto a screen that is there, with a size that can be used."""
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        floating: list[QWidget] = [dock for dock in self._docks.values() if dock.isFloating()]
        for widget in [*floating, self._window]:
            if screens and not widget.isFullScreen() and not widget.isMaximized():
                widget.setGeometry(fitted(widget.geometry(), screens))
        if self._beside is not None:
            self._beside.rescue()


_AREAS: dict[Place, Qt.DockWidgetArea] = {
    "main": Qt.DockWidgetArea.LeftDockWidgetArea,
    "side": Qt.DockWidgetArea.RightDockWidgetArea,
    "below": Qt.DockWidgetArea.BottomDockWidgetArea,
}


def _enter(panel: QWidget) -> None:
    """Give a panel the keyboard: itself, or its first part that takes it."""
    takes = Qt.FocusPolicy.TabFocus
    parts = [panel, *panel.findChildren(QWidget)]
    found = next((one for one in parts if one.focusPolicy() & takes and one.isVisible() and one.isEnabled()), panel)
    found.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()
