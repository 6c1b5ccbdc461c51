"""Links to views of the map in a text that is shown: underlined, and opened by a click or from the menu.

The text stays plain: nothing but our own form of a link (`citymanager.view_links`) is ever taken for one.
"""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTextEdit

from citymanager.view_links import spans

OPEN = "Открыть вид на карте"

Follow = Callable[[str], None]
"""Shows the view that a link leads to."""


class ViewLinks(QObject):
    """Watches a page of text."""

    def __init__(self, page: QPlainTextEdit, follow: Follow) -> None:
        super().__init__(page)
        self._page, self._follow = page, follow
        self._pressed = ""
        self._found: list[tuple[int, int, str]] = []
        """Where the links of the text begin and end, and themselves."""
        page.textChanged.connect(self._mark)
        page.viewport().setMouseTracking(True)
        page.viewport().installEventFilter(self)
        page.installEventFilter(self)

    def links(self) -> list[str]:
        return [link for _, _, link in self._found]

    def at(self, spot: QPoint) -> str:
        """The link under a place of the viewport; empty: there is none."""
        cursor = self._page.cursorForPosition(spot)
        near, wide = self._page.cursorRect(cursor), self._page.fontMetrics().horizontalAdvance("m")
        if abs(near.x() - spot.x()) > wide or not near.top() <= spot.y() <= near.bottom():
            return ""
        here = cursor.position()
        return next((link for start, end, link in self._found if start <= here <= end), "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._page:
            return kind == QEvent.Type.ContextMenu and self._offer(cast(QContextMenuEvent, event))
        if kind == QEvent.Type.MouseMove:
            over = self.at(cast(QMouseEvent, event).position().toPoint())
            self._page.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)
            self._page.viewport().setToolTip(OPEN if over else "")
        elif kind == QEvent.Type.MouseButtonPress:
            self._pressed = self.at(cast(QMouseEvent, event).position().toPoint())
        elif kind == QEvent.Type.MouseButtonRelease:
            self._released(cast(QMouseEvent, event))
        return False

    def _released(self, event: QMouseEvent) -> None:
        """A click, and not the end of a selection."""
        link = self.at(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not self._page.textCursor().hasSelection()
        if plain and link and link == self._pressed:
            self._follow(link)

    def _offer(self, event: QContextMenuEvent) -> bool:
        """The page's own menu, with its links on top: the way of the keyboard."""
        links = self.links()
        if not links:
            return False
        menu = self._page.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = menu.actions()[0] if menu.actions() else None
        for number, link in enumerate(links, 1):
            action = menu.addAction(OPEN if len(links) == 1 else f"{OPEN} ({number})")
            action.triggered.connect(lambda _=False, link=link: self._follow(link))
            if first is not None:
                menu.insertAction(first, action)
        menu.popup(event.globalPos())
        return True

    def _mark(self) -> None:
        text = self._page.document().toRawText()
        self._found = [(start, end, text[start:end]) for start, end in spans(text)]
        found = []
        for start, end, _ in self._found:
            one = QTextEdit.ExtraSelection()
            looks = QTextCharFormat()
            looks.setFontUnderline(True)
            looks.setForeground(QApplication.palette().link())
            one.format = looks
            one.cursor = self._page.textCursor()
            one.cursor.setPosition(start)
            one.cursor.setPosition(end, one.cursor.MoveMode.KeepAnchor)
            found.append(one)
        self._page.setExtraSelections(found)
