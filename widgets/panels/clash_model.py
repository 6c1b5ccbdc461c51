"""The rows of the list «Пересечения»: both sides, where they meet, how long, and what may be done."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from citymanager.clashes import Clash, told
from citymanager.clashes.clash import TITLES, basis, remedy
from citymanager.measures import square_metres
from widgets.marks import mark_icon
from widgets.plain import one_line, tip
from widgets.theme import Appearance, Level

Index = QModelIndex | QPersistentModelIndex
MARK = 14


def _term(one: Clash) -> str:
    return f"{one.since:%d.%m.%Y} – {f'{one.until:%d.%m.%Y}' if one.days is not None else 'не указано'}"


COLUMNS: tuple[tuple[str, int, Callable[[Clash], str]], ...] = (
    ("Что", 180, lambda one: TITLES[one.kind]),
    ("Работы", 300, lambda one: one.name),
    ("С чем", 300, lambda one: one.other_name or "—"),
    ("Когда", 215, _term),
    ("Дней", 65, lambda one: str(one.days or "")),
    ("Площадь", 90, lambda one: square_metres(one.square) if one.other else ""),
    ("Норма", 280, basis),
    ("Что можно", 420, remedy),
)
"""Title, width and text of each column."""
NUMBERS = (4, 5)


def level(one: Clash) -> Level:
    """How urgent it is: a ban, a clash, a ban that a person has lifted."""
    return "error" if one.banned else "info" if one.exempt else "warning"


class ClashModel(QAbstractTableModel):
    """A flat list of clashes; a cell is one line of plain text, its tooltip tells the whole clash."""

    def __init__(self, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.clashes: Sequence[Clash] = ()

    def show_clashes(self, clashes: Sequence[Clash]) -> None:
        self.beginResetModel()
        self.clashes = clashes
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.clashes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section][0] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.clashes[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one_line(COLUMNS[index.column()][2](one))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(f"{one.name}. {told(one)}")
            case Qt.ItemDataRole.DecorationRole if index.column() == 0:
                return mark_icon(self._appearance.theme.levels[level(one)], MARK)
            case Qt.ItemDataRole.TextAlignmentRole if index.column() in NUMBERS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None
