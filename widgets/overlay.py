"""A sheet over the whole window: seen at once, in no one's way once it is closed, and the keyboard goes back."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from widgets.theme import set_role


class Overlay(QFrame):
    """Covers its window while it is shown; the focus returns to where it was. It is no window, and stops no other."""

    closed = Signal()

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
        if self._from is not None and self._from.isVisible():
            self._from.setFocus()
        self._from = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._room().rect())
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab walks inside the sheet: what it covers can't be seen, so it can't have the keyboard."""
        before = QApplication.focusWidget()
        moved = super().focusNextPrevChild(following)
        now = QApplication.focusWidget()
        if now is not None and now is not before and not self.isAncestorOf(now) and now is not self:
            self._edge(following).setFocus(Qt.FocusReason.TabFocusReason)
        return moved

    def _edge(self, first: bool) -> QWidget:
        takes = Qt.FocusPolicy.TabFocus
        parts = [one for one in self.findChildren(QWidget) if one.focusPolicy() & takes and one.isVisible()]
        return (parts[0] if first else parts[-1]) if parts else self

    def _room(self) -> QWidget:
        parent = self.parentWidget()
        assert parent is not None
        return parent
