"""The rows of the outbox's table: unsent edits in words, those that need a person first."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from widgets.marks import mark_icon
from widgets.plain import one_line, tip
from widgets.theme import Appearance, Level
from widgets.unsent import Edit

Index = QModelIndex | QPersistentModelIndex

COLUMNS: tuple[tuple[str, int, Callable[[Edit], str]], ...] = (
    ("Состояние", 190, lambda edit: edit.state),
    ("Время", 165, lambda edit: edit.time),
    ("Запись", 260, lambda edit: edit.caption),
    ("Что изменено", 330, lambda edit: edit.what),
    ("Причина", 300, lambda edit: edit.pending.reason),
    ("Автор", 110, lambda edit: edit.pending.author or "до входа"),
    ("Раздел", 160, lambda edit: edit.module.title),
    ("Попыток", 80, lambda edit: str(edit.pending.tries or "")),
)
"""Title, width and text of each column."""
STATE = 0
MARK = 14
LEVELS: dict[str, Level] = {"waiting": "info", "conflict": "warning", "refused": "error", "failed": "error"}


class OutboxModel(QAbstractTableModel):
    """A flat list of edits; a cell is one line of plain text, its tooltip the whole of it."""

    def __init__(self, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.edits: Sequence[Edit] = ()

    def show_edits(self, edits: Sequence[Edit]) -> None:
        self.beginResetModel()
        self.edits = edits
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.edits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section][0] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        edit = self.edits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(COLUMNS[index.column()][2](edit))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(COLUMNS[index.column()][2](edit))
        if role == Qt.ItemDataRole.DecorationRole and index.column() == STATE:
            level = LEVELS.get(edit.pending.state, "warning")
            return mark_icon(self._appearance.theme.levels[level], MARK)
        return None
