"""Which layout belongs to which screens: noted as the user leaves it, brought back when these screens are there."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from citymanager.store import Profile
from widgets.docks_kept import KeptLayouts
from widgets.screens import screen_set

NOTED = 1_000
"""Milliseconds after which a changed layout counts as that of the screens that are there."""
BROKEN = "Сохранённое расположение панелей не читается, показано расположение по умолчанию."


class Shown(Protocol):
    """What shows layouts, and tells the one that it shows."""

    def capture(self) -> dict[str, Any]: ...
    def apply(self, kept: Any, *, moved: bool = False) -> bool: ...
    def rescue(self) -> None: ...


class LayoutMemory(QObject):
    """Keeps the layouts of a window by the set of screens, over restarts."""

    def __init__(
        self, window: QMainWindow, shown: Shown, profile: Profile, name: str, screens: Callable[[], str] | None
    ) -> None:
        """`name`: under which they are kept; empty: they are neither restored nor kept. `screens`: the set there is."""
        super().__init__(window)
        self._window, self._shown, self._kept = window, shown, KeptLayouts(profile, name)
        self._screens = screens or screen_set
        self.screens = self._screens()
        """The set of screens that the window stands on."""
        self.restored = False
        """Whether the layout came from the profile."""
        self._note = QTimer(self, singleShot=True, interval=NOTED)
        self._note.timeout.connect(self._remember)

    def follow_screens(self) -> None:
        """From now on look when a screen comes, goes or changes."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        for signal in (app.screenRemoved, app.screenAdded):
            signal.connect(self.look_at_screens)
        for screen in app.screens():
            screen.geometryChanged.connect(self.look_at_screens)

    @property
    def name(self) -> str:
        """Under which the layouts are kept; empty: they are not."""
        return self._kept.name

    def noted(self) -> Any:
        """The layout that would come back on these screens; None before any was noted."""
        return self._kept.of(self.screens)

    def touched(self) -> None:
        """The layout is another one; what a closing window still does is not the user's wish."""
        if self._window.isVisible():
            self._note.start()

    def closing(self) -> None:
        """What changes from now on is no wish of the user's."""
        self._note.stop()

    def save(self) -> None:
        """Keep the layout in the profile, as the last one and as that of these screens. Raises ReadOnly."""
        self._kept.save(self.screens, self.capture())

    def capture(self) -> dict[str, Any]:
        """The layout as it stands, to be kept as JSON."""
        return {**self._shown.capture(), "screens": self.screens}

    def restore(self) -> str:
        """Bring the layout of these screens back, or else the last one; a Russian notice if it can't be used."""
        kept = self._kept.load(self.screens)
        if kept is None:
            return ""
        self.restored = self._shown.apply(kept)
        return "" if self.restored else BROKEN

    def look_at_screens(self) -> None:
        """A screen has come or gone: the layout that this set of screens had comes back."""
        now = self._screens()
        if now != self.screens:
            self._note.stop()  # what is on the screen now is not how the user left the former set
            self.screens = now
            if self._kept.of(now) is not None:
                self._shown.apply(self._kept.of(now), moved=True)
        self._shown.rescue()

    def _remember(self) -> None:
        if self._screens() == self.screens and self._window.isVisible():
            self._kept.note(self.screens, self.capture())
