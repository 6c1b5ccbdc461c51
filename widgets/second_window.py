"""The window of the second map: it stands on another screen if there is one, and comes back where it stood."""

from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QWidget

from widgets.plain import plain_label
from widgets.screens import fitted

TITLE = "Вторая карта"
LOCKED = "Рабочее место заблокировано."
SHARE = 60
"""Of the one screen that there is, in hundredths: the main window stays in sight."""

FAR = 100_000
"""No screen reaches so far."""


class SecondWindow(QMainWindow):
    """Holds the second map. Its title bar closes it; while the desk is locked, nothing of it can be seen or read."""

    closing = Signal()
    touched = Signal()
    """It stands elsewhere, or is of another size."""
    filled = Signal(bool)
    """Whether it has the whole screen now."""

    def __init__(self, content: QWidget, main: QWidget) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self.setWindowTitle(TITLE)
        self.setMinimumSize(560, 400)
        self._main, self.content = main, content
        self.setCentralWidget(content)

    # where it stands

    def place(self) -> dict[str, Any]:
        """Where it stands, as JSON."""
        spread = self.isMaximized() or self.isFullScreen()
        one = self.normalGeometry() if spread and self.normalGeometry().isValid() else self.geometry()
        box = [one.x(), one.y(), one.width(), one.height()]
        return {"box": box, "full": self.isFullScreen(), "spread": self.isMaximized()}

    def stand(self, kept: Any) -> None:
        """Stand where `place` told once, as far as that can be seen; unsound: on the other screen."""
        place = kept if isinstance(kept, dict) else {}
        box, spread = _box(place.get("box")), bool(place.get("spread"))
        if box is None:
            box, spread = self._first_place()
        self.setGeometry(fitted(box, _screens()))
        if place.get("full") is True:
            self.showFullScreen()
        elif spread:
            self.showMaximized()
        else:
            self.showNormal()

    def _first_place(self) -> tuple[QRect, bool]:
        """The whole of another screen; of the only one, its lower right part."""
        main = self._main.screen()
        other = next((one for one in QGuiApplication.screens() if one is not main), None)
        box = (other or main).availableGeometry()
        size = box.size() * SHARE / 100
        spot = box.center() - QRect(box.topLeft(), size).center() + box.topLeft()
        corner = box.bottomRight() - QRect(spot, size).bottomRight() + spot
        return QRect(spot if other else corner, size), other is not None

    def rescue(self) -> None:
        """A screen may have gone: be where one is."""
        screens = _screens()
        if screens and not self.isFullScreen() and not self.isMaximized():
            self.setGeometry(fitted(self.geometry(), screens))

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def call(self) -> None:
        """Come before the user, with the keyboard."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        if self.content.isVisible():
            self.content.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # the lock

    def cover(self, on: bool) -> None:
        """Take what stands in it out, so that not even a screen reader finds it, or bring it back."""
        if on == (self.centralWidget() is not self.content):
            return
        if on:
            self.takeCentralWidget()
            self.content.setParent(None)
            self.setCentralWidget(_cover())
        else:
            self.setCentralWidget(self.content)
            self.content.show()

    # events

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.touched.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.touched.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.filled.emit(self.isFullScreen())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


def _cover() -> QLabel:
    label = plain_label(LOCKED)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _screens() -> list[QRect]:
    return [screen.availableGeometry() for screen in QGuiApplication.screens()]


def _box(found: Any) -> QRect | None:
    """A rectangle from four numbers; None for whatever is none."""
    sound = isinstance(found, list) and len(found) == 4 and all(type(one) is int and abs(one) < FAR for one in found)
    box = QRect(*found) if sound else QRect()
    return box if box.isValid() else None
