"""A short list inside an editor, each line with a button that takes it away."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from widgets.plain import plain_label
from widgets.theme import set_role


class Rows(QWidget):
    """Lines of a title and a note; `dropped` carries the number of the one whose button was pressed."""

    dropped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def show_rows(self, rows: Sequence[tuple[str, str]], *, closed: bool, empty: str = "") -> None:
        """Show these titles and notes; `closed` without buttons; `empty` is said when there are none."""
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, (title, note) in enumerate(rows):
            self._column.addWidget(self._line(number, title, note, closed=closed))
        if not rows and empty:
            self._column.addWidget(plain_label(empty, "muted"))
        self.setVisible(bool(rows or empty))

    def _line(self, number: int, title: str, note: str, *, closed: bool) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 2)
        name = plain_label(title, wrap=True)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(name, 1)
        row.addWidget(plain_label(note, "caption"))
        if not closed:
            drop = QPushButton("Убрать")
            set_role(drop, "quiet")
            drop.setAccessibleName(f"Убрать: {title}")
            drop.clicked.connect(lambda: self.dropped.emit(number))
            row.addWidget(drop)
        return line
