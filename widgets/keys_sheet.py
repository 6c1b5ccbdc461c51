"""The cheat sheet: every key of the program on one screen, called by «?», found by a word."""

from collections.abc import Callable, Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from citymanager.text import fold
from widgets.keys import Key
from widgets.overlay import Overlay
from widgets.plain import plain_label
from widgets.theme import set_role

COLUMN = 400
"""The least width of a column, for text of the usual size."""
USUAL = 16


class KeysSheet(Overlay):
    """Made anew each time it is called, so that it is true; Esc or «?» puts it away."""

    def __init__(self, window: QWidget, keys: Callable[[], Sequence[Key]]) -> None:
        super().__init__(window)
        self._keys = keys
        self._found: list[Key] = []
        self._columns = 0
        self.search = QLineEdit()
        self.nothing = plain_label("Такой клавиши нет. Попробуйте другое слово.", "muted")
        self._scroll = QScrollArea()
        self._build()
        self.search.textChanged.connect(lambda _: self._lay_out())
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _build(self) -> None:
        self.search.setPlaceholderText("Найти действие или клавишу")
        self.search.setAccessibleName("Найти действие или клавишу")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(2 * COLUMN)
        close = QPushButton("Закрыть (Esc)")
        close.clicked.connect(self.put_away)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(plain_label("Клавиши", "title"))
        top.addWidget(self.search, 1)
        top.addStretch(0)
        top.addWidget(close)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 20, 32, 20)
        whole.setSpacing(12)
        whole.addLayout(top)
        whole.addWidget(self.nothing)
        whole.addWidget(self._scroll, 1)
        self.nothing.hide()

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """A key has led elsewhere: the sheet is in the way."""
        if self.isVisible() and now is not None and now is not self and not self.isAncestorOf(now):
            self.hide()

    def toggle(self) -> None:
        """Show the sheet, or put it away."""
        if self.isVisible():
            self.put_away()
            return
        self._found = list(self._keys())
        self.search.clear()
        self._lay_out()
        self.come_up()
        self._scroll.setFocus()

    def lines(self) -> list[Key]:
        """The lines that are shown now."""
        wanted = fold(self.search.text()).split()
        told = {key: fold(f"{key.group} {key.keys} {key.title}") for key in self._found}
        return [key for key, words in told.items() if all(word in words for word in wanted)]

    def _lay_out(self) -> None:
        lines = self.lines()
        self.nothing.setVisible(not lines)
        self._columns = self._room_for()
        page = QWidget()
        set_role(page, "panel")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(32)
        blocks = [(title, list(keys)) for title, keys in groupby(lines, key=lambda key: key.group)]
        for column in balanced(blocks, self._columns):
            box = QVBoxLayout()
            box.setSpacing(16)
            for title, keys in column:
                box.addWidget(_block(title, keys))
            box.addStretch(1)
            row.addLayout(box, 1)
        self._scroll.setWidget(page)

    def _room_for(self) -> int:
        width = COLUMN * max(self.font().pixelSize(), USUAL) // USUAL
        return max(1, min(4, (self._room().width() - 64) // width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible() and self._room_for() != self._columns:
            self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.isVisible():
            self._lay_out()


Block = tuple[str, list[Key]]


def balanced(blocks: Sequence[Block], columns: int) -> list[list[Block]]:
    """The blocks in their order, spread over columns of about the same height."""
    heights = [len(keys) + 2 for _, keys in blocks]
    columns = max(1, min(columns, len(blocks)))
    limit = max([*heights, -(-sum(heights) // columns)])
    while True:
        made: list[list[Block]] = [[]]
        height = 0
        for block, own in zip(blocks, heights, strict=True):
            if height and height + own > limit:
                made.append([])
                height = 0
            made[-1].append(block)
            height += own
        if len(made) <= columns:
            return made
        limit += 1


def _block(title: str, keys: Sequence[Key]) -> QWidget:
    box = QFrame()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(4)
    grid.addWidget(plain_label(title, "section"), 0, 0, 1, 2)
    for number, key in enumerate(keys, 1):
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(plain_label(key.keys, "key"), number, 0, top | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(plain_label(key.title, wrap=True), number, 1, top)
    grid.setColumnStretch(1, 1)
    return box
