"""Two reports side by side: all that is needed to decide whether they tell of one and the same trouble."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from citymanager.schema import Module
from citymanager.store import Record
from citymanager.values import show
from widgets.plain import one_line, plain_label, tip
from widgets.theme import set_role

KEYS = ("received", "status", "text", "address", "category", "executor", "channel", "photos", "public_answer")
"""The fields that are compared, where one of the two has them; those that decide come first."""
LONGEST = 240
"""Characters of a text that are shown; the whole is its tooltip."""
THIS, MERGE, OPEN, BACK = "Это сообщение", "Это дубль", "Открыть", "К списку"
Names = Mapping[str, str]
"""Of the organisations that the two are given to, by id."""


class Comparison(QWidget):
    """`merged` and `opened` carry the id of the other report, `left` that nothing is compared any more."""

    merged = Signal(str)
    opened = Signal(str)
    left = Signal()
    refused = Signal(str)
    """Why this report can't be called a duplicate: the closed button says it, as those of the workflow do."""

    def __init__(self, module: Module) -> None:
        super().__init__()
        self._module, self._other, self._why_not = module, "", ""
        self.merge, self.open, self.back = QPushButton(MERGE), QPushButton(OPEN), QPushButton(BACK)
        self._pairs = QGridLayout()
        self._pairs.setHorizontalSpacing(12)
        self._pairs.setVerticalSpacing(4)
        self._pairs.setColumnStretch(1, 1)
        self._pairs.setColumnStretch(2, 1)
        buttons = QHBoxLayout()
        for button in (self.merge, self.open, self.back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(buttons)
        column.addLayout(self._pairs)
        self.merge.clicked.connect(self._merge)
        self.open.clicked.connect(lambda: self.opened.emit(self._other))
        self.back.clicked.connect(self.left)

    @property
    def pairs(self) -> dict[str, tuple[str, str]]:
        """What stands side by side, by the title of the field."""
        return {self._words(row, 0): (self._words(row, 1), self._words(row, 2)) for row in range(1, self._rows())}

    def show_pair(self, mine: Mapping[str, Any], other: Record, names: Names, why_not: str) -> None:
        """Compare; `why_not` is why nobody may merge them now, or empty."""
        self._other, self._why_not = other.id, why_not
        self._empty()
        self._add(0, "", THIS, str(other.data.get("number") or "Другое"))
        for key in KEYS:
            told = [self._told(key, data.get(key), names) for data in (mine, other.data)]
            if any(told):
                self._add(self._rows(), self._module.field(key).title, *(one or "—" for one in told))
        set_role(self.merge, "closed" if why_not else "primary")
        self.merge.setToolTip(tip(why_not or "Отклонит это сообщение как дубль и подготовит ответы обоим авторам"))
        self.merge.setAccessibleDescription(why_not)

    def _told(self, key: str, value: Any, names: Names) -> str:
        return names.get(str(value), str(value or "")) if key == "executor" else show(self._module.field(key), value)

    def _add(self, row: int, title: str, mine: str, other: str) -> None:
        same = mine == other and row > 0
        for column, text in enumerate((title, mine, other)):
            label = plain_label(one_line(text, LONGEST), "section" if row == 0 else "", wrap=column > 0)
            label.setToolTip(tip(text))
            if column == 0 or same:
                set_role(label, "muted")
            self._pairs.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)

    def _empty(self) -> None:
        while (item := self._pairs.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def _rows(self) -> int:
        return sum(self._pairs.itemAtPosition(row, 1) is not None for row in range(self._pairs.rowCount()))

    def _words(self, row: int, column: int) -> str:
        item = self._pairs.itemAtPosition(row, column)
        label = item.widget() if item is not None else None
        return label.text() if isinstance(label, QLabel) else ""

    def _merge(self) -> None:
        if self._why_not:
            self.refused.emit(self._why_not)
        else:
            self.merged.emit(self._other)
