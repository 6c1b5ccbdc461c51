"""What has happened, said at the edge of the window: never in the way, never taking the keyboard."""

from collections.abc import Mapping
from typing import get_args

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from citymanager.hub import Hub
from widgets.marks import mark_icon
from widgets.plain import plain_label
from widgets.theme import Appearance, Level, set_role

WIDTH = 380
EDGE = 16
MOST = 5
"""Notices on the screen; an older one goes when there are more, information first."""
SECONDS: Mapping[Level, int] = {"good": 6, "info": 8, "warning": 30}
"""How long a notice stays by itself; an error stays until it is put away."""


class Notice(QFrame):
    """One message with its level's shape, colour and word."""

    def __init__(self, text: str, level: Level, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.text, self.level, self.count = text, level, 1
        self._appearance = appearance
        set_role(self, "notice")
        self._icon, self._words = QLabel(), plain_label("", wrap=True)
        self._icon.setTextFormat(Qt.TextFormat.PlainText)
        close = QToolButton()
        close.setText("✕")
        close.setAccessibleName("Убрать сообщение")
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_role(close, "quiet")
        close.clicked.connect(self.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 8, 10)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._stay = QTimer(self, singleShot=True)
        self._stay.timeout.connect(self.put_away)
        appearance.changed.connect(self._dress)
        self._dress()
        self.again(0)

    def again(self, more: int = 1) -> None:
        """The same has happened once more."""
        self.count += more
        self._words.setText(self.text + (f"  (×{self.count})" if self.count > 1 else ""))
        if self.level in SECONDS:
            self._stay.start(SECONDS[self.level] * 1000)

    def put_away(self) -> None:
        self.hide()
        self.deleteLater()
        parent = self.parentWidget()
        if isinstance(parent, Notices):
            parent.forget(self)

    def _dress(self) -> None:
        mark = self._appearance.theme.levels[self.level]
        self._icon.setPixmap(mark_icon(mark, 18, self.devicePixelRatioF()).pixmap(QSize(18, 18)))
        self._icon.setAccessibleName(mark.word)


class Notices(QWidget):
    """The stack of notices at the bottom right of a window. It takes no focus and lets clicks beside it through."""

    def __init__(self, hub: Hub, appearance: Appearance, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._appearance = appearance
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: list[Notice] = []
        window.installEventFilter(self)
        hub.notice.connect(self.say)
        self.hide()

    @property
    def shown(self) -> list[Notice]:
        return list(self._shown)

    def say(self, text: str, level: str) -> None:
        """Show a text; the same text again only counts up."""
        known = next((one for one in self._shown if (one.text, one.level) == (text, level)), None)
        if known is not None:
            known.again()
            return
        sort: Level = next((one for one in get_args(Level) if one == level), "info")
        notice = Notice(text, sort, self._appearance, self)
        self._shown.append(notice)
        self._column.addWidget(notice)
        notice.show()
        if len(self._shown) > MOST:
            mild = (one for one in self._shown if one.level != "error")
            next(mild, self._shown[0]).put_away()
        self._place()

    def put_away(self) -> None:
        """All of them have been read."""
        for notice in self.shown:
            notice.put_away()

    def forget(self, notice: Notice) -> None:
        """A notice has been put away."""
        if notice in self._shown:
            self._shown.remove(notice)
            self._column.removeWidget(notice)
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.setVisible(bool(self._shown))
        room = self.parentWidget()
        if room is None or not self._shown:
            return
        width = min(WIDTH, room.width() - 2 * EDGE)
        height = self._column.heightForWidth(width)
        self.setGeometry(room.width() - width - EDGE, room.height() - height - EDGE * 3, width, height)
        self.raise_()
