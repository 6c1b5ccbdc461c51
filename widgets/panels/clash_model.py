"""The rows of the list «Пересечения»: both sides, where they meet, how long, and what may be done."""

from typing import Any

from PySide6.QtCore import Qt

from citymanager.clashes import Clash, told
from citymanager.clashes.clash import TITLES, basis, remedy
from citymanager.measures import square_metres
from widgets.flat_model import Columns, FlatModel, Index
from widgets.theme import Level


def _term(one: Clash) -> str:
    return f"{one.since:%d.%m.%Y} – {f'{one.until:%d.%m.%Y}' if one.days is not None else 'не указано'}"


COLUMNS: Columns[Clash] = (
    ("Что", 180, lambda one: TITLES[one.kind]),
    ("Работы", 300, lambda one: one.name),
    ("С чем", 300, lambda one: one.other_name or "—"),
    ("Когда", 215, _term),
    ("Дней", 65, lambda one: str(one.days or "")),
    ("Площадь", 90, lambda one: square_metres(one.square) if one.other else ""),
    ("Норма", 280, basis),
    ("Что можно", 420, remedy),
)
NUMBERS = (4, 5)


def level(one: Clash) -> Level:
    """How urgent it is: a ban, a clash, a ban that a person has lifted."""
    return "error" if one.banned else "info" if one.exempt else "warning"


class ClashModel(FlatModel[Clash]):
    """Clashes; the tooltip of every cell tells the whole clash."""

    COLUMNS = COLUMNS

    def level(self, one: Clash) -> Level:
        return level(one)

    def whole(self, one: Clash, column: int) -> str:
        return f"{one.name}. {told(one)}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().data(index, role)
