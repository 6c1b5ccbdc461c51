"""Nobody works blind: in a page that scrolls, what the keyboard is in stays in sight, whatever comes up around it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

ABOVE = 4
"""Pixels over what somebody has gone to."""
SETTLED_MS = 30
"""What has just come up has its place by then."""


class InSight(QObject):
    """Follows the focus in a scrolling page, also when the page grows over it or an alarm leaves the page less room.

    Under a pressed mouse button nothing moves, its click would go elsewhere; who scrolls away is left in peace.
    """

    def __init__(self, area: QScrollArea, page: QWidget) -> None:
        super().__init__(area)
        self._area, self._page = area, page
        self._followed = False
        self._soon = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._soon.timeout.connect(self._see_focus)
        page.installEventFilter(self)
        area.viewport().installEventFilter(self)
        area.verticalScrollBar().actionTriggered.connect(self._left_alone)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def see(self, widget: QWidget, part: QRect) -> None:
        """Let a part of something on the page be seen whole."""
        for y in (part.bottom(), part.top()):
            self._area.ensureVisible(0, widget.mapTo(self._page, QPoint(0, y)).y(), 0, ABOVE)

    def bring_up(self, widget: QWidget) -> None:
        """Let something on the page begin at the top of what is seen."""
        self._area.verticalScrollBar().setValue(widget.mapTo(self._page, QPoint()).y() - ABOVE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return super().eventFilter(watched, event)

    def follow(self) -> None:
        """Somebody works where the keyboard is."""
        self._followed = True
        self._soon.start()

    def rest(self) -> None:
        """Nobody does yet: what stands on top is to be read first."""
        self._followed = False

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is None or not self._page.isAncestorOf(now):
            self._followed = False
        elif before is not None:  # else the window has come to the front, and nobody has moved
            self.follow()

    def _left_alone(self, _action: int) -> None:
        self._followed = False

    def _see_focus(self) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self._followed or QApplication.mouseButtons():
            return
        if focused.height() < self._area.viewport().height():
            self.see(focused, focused.rect())
