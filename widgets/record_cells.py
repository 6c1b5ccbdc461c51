"""What a cell of a table says: its words, its tip, how it is read aloud and on which side it stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt

from citymanager.schema import STATUS, Field, Module
from citymanager.store import Record
from citymanager.store.nearest import Nearest
from citymanager.text import plural
from citymanager.values import show
from widgets.personal import masked
from widgets.plain import one_line, tip
from widgets.record_nearest import COLUMN, cell, columns
from widgets.record_page import idents, linked

RECORD = Qt.ItemDataRole.UserRole
"""The whole record of a row; None while it is on its way."""
STATUS_KEY = Qt.ItemDataRole.UserRole + 1
"""The status of a row, in the status column."""
LEVEL = Qt.ItemDataRole.UserRole + 2
"""How urgent the nearest due time of a row is, in its column."""
MARKS = 0
"""The first column: whether the row holds edits that were not sent."""
TO_THE_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ANSWERED = frozenset(
    (
        Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.AccessibleTextRole, RECORD, STATUS_KEY, LEVEL,
    )
)  # fmt: skip
"""What there is to say of a cell: a view asks for as many roles again at each paint, a thousand times."""


class RecordCells:
    """The columns of a module's table, and what stands in each of a record; personal data never."""

    def __init__(self, module: Module, caption: Callable[[str, str], str], clock: Callable[[], datetime]) -> None:
        """`caption`: tells a record that is referred to, by module and id, in one line."""
        self._module, self._caption, self._clock = module, caption, clock
        self.columns = columns(module)
        self.linked = linked(module)
        """Which module each field refers to."""

    def heading(self, section: int, role: int) -> Any:
        """What is said of a column above it."""
        if section == MARKS:
            return tip("Правки, ещё не отправленные на сервер") if role == Qt.ItemDataRole.ToolTipRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section - 1].title
        return _alignment(self.columns[section - 1]) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def value(self, record: Record, due: Nearest | None, column: int, role: int) -> Any:
        """What is said of a record in a column. `due`: its nearest due time."""
        if column == MARKS:
            return _mark(record, role)
        field = self.columns[column - 1]
        if field is COLUMN:
            return self._due(due, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self.text(record, field))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.text(record, field))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(field)
        return record.data.get(STATUS) if role == STATUS_KEY and field.key == STATUS else None

    def text(self, record: Record, field: Field) -> str:
        """A value as the table shows it: references by their captions, personal data never."""
        other = self.linked.get(field.key)
        if other is None:
            return masked(field, show(field, record.data.get(field.key)))
        return "; ".join(self._caption(other, ident) for ident in idents(record, field.key))

    def _due(self, due: Nearest | None, role: int) -> Any:
        said = cell(self._module, due, self._clock())
        known: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: said.text,
            Qt.ItemDataRole.ToolTipRole: tip(said.tip),
            Qt.ItemDataRole.AccessibleTextRole: f"{said.text} {said.tip}".strip(),
            Qt.ItemDataRole.TextAlignmentRole: TO_THE_LEFT,
            LEVEL: said.level,
        }
        return known.get(role)


def _mark(record: Record, role: int) -> Any:
    if not record.unsent:
        return None
    words = "Не отправлено на сервер: " + plural(record.unsent, "правка", "правки", "правок")
    known: dict[int, Any] = {
        Qt.ItemDataRole.DisplayRole: "↑",
        Qt.ItemDataRole.AccessibleTextRole: words,
        Qt.ItemDataRole.ToolTipRole: tip(words),
        Qt.ItemDataRole.TextAlignmentRole: Qt.AlignmentFlag.AlignCenter,
    }
    return known.get(role)


def _alignment(field: Field) -> Qt.AlignmentFlag:
    return TO_THE_RIGHT if field.kind == "number" else TO_THE_LEFT
