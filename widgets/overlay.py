"""A sheet over the whole window: seen at once, in no one's way once it is closed, and the keyboard goes back."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from widgets.tab_walk import walk_by_tab
from widgets.theme import set_role


class Overlay(QFrame):
    """Covers its window while it is shown; the focus returns to where it was. It is no window, and stops no other."""

    closed = Signal()
    SHUTS = False
    """Whether the window's own keys wait until the sheet is gone."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._from: QWidget | None = None
        set_role(self, "overlay")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def come_up(self) -> None:
        self._from = QApplication.focusWidget()
        self.setGeometry(self._room().rect())
        self.show()
        self.raise_()
        self.setFocus()

    def put_away(self) -> None:
        if self.isHidden():
            return
        self.hide()
        if self._from is not None and shiboken6.isValid(self._from) and self._from.isVisible():
            self._from.setFocus()
        self._from = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._room().rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Where the keys of the window would act on what can't be seen, they are not for it."""
        if self.SHUTS and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab walks inside the sheet: what it covers can't be seen, so it can't have the keyboard."""
        start = QApplication.focusWidget() or self
        walk_by_tab(start, following, lambda one: self.isAncestorOf(one) and one.isVisible())
        return True

    def _room(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None
        return parent
