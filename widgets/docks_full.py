"""One panel on the whole screen, and back where it stood: with docks.py all that knows QDockWidget."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDockWidget

from widgets.keys import add_key


class FullScreen(QObject):
    """Gives a panel the whole screen. Esc, the key that called it, or the panel's own buttons take it back."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock, self._floated, self.on = dock, False, False
        self._busy = False
        self._escape = add_key(dock, "Окно", "Панель со всего экрана обратно", "Esc", self.leave)
        self._escape.setContext(Qt.ShortcutContext.WindowShortcut)  # the panel is a window then
        self._escape.setEnabled(False)
        dock.topLevelChanged.connect(lambda floats: None if floats else self._landed())
        dock.visibilityChanged.connect(lambda seen: None if seen else self.leave())

    def toggle(self) -> None:
        if self.on:
            self.leave()
        else:
            self._enter()

    def leave(self) -> None:
        """Back to where the panel stood; nothing if it has not left."""
        if self.on:
            self._landed()
            self._dock.setFloating(self._floated)

    def spare_escape(self, busy: bool) -> None:
        """While the panel has a use for Esc itself, it is not the way back."""
        self._busy = busy
        self._escape.setEnabled(self.on and not busy)

    def _enter(self) -> None:
        self._floated = self._dock.isFloating()
        self._dock.setFloating(True)
        self._dock.showFullScreen()
        self._dock.activateWindow()
        self.on = True
        self.spare_escape(self._busy)

    def _landed(self) -> None:
        """It is a panel like the others again, also if the person has put it back by its own button."""
        if self.on:
            self.on = False
            self.spare_escape(self._busy)
            self._dock.setWindowState(self._dock.windowState() & ~Qt.WindowState.WindowFullScreen)
