"""A table of things that are in memory already: what lists need beside the tables of records."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from widgets.marks import mark_icon
from widgets.plain import one_line, tip
from widgets.theme import Appearance, Level

Index = QModelIndex | QPersistentModelIndex
T = TypeVar("T")
Columns = Sequence[tuple[str, int, Callable[[T], str]]]
"""Title, width and text of each column."""
MARK = 14


class FlatModel(QAbstractTableModel, Generic[T]):
    """One row for each thing; a cell is one line of plain text, its tooltip the whole of it, the first bears a mark."""

    COLUMNS: Columns[T]

    def __init__(self, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.things: Sequence[T] = ()

    def show_things(self, things: Sequence[T]) -> None:
        self.beginResetModel()
        self.things = things
        self.endResetModel()

    def level(self, one: T) -> Level:
        """How urgent it is: its mark."""
        raise NotImplementedError

    def whole(self, one: T, column: int) -> str:
        """What the tooltip of a cell tells."""
        return self.COLUMNS[column][2](one)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.things)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.COLUMNS[section][0] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one, column = self.things[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one_line(self.COLUMNS[column][2](one))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self.whole(one, column))
            case Qt.ItemDataRole.DecorationRole if column == 0:
                return mark_icon(self._appearance.theme.levels[self.level(one)], MARK)
        return None
