"""What eyes see on a part of a window: everything that is written there and not hidden."""

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTableWidget,
    QTreeWidget,
    QWidget,
)

from widgets.plain import ElidedLabel
from widgets.record_due import DueMark
from widgets.record_head import Pill


def written(part: QWidget) -> str:
    """The texts of a part of the window, one in a line; none of what is hidden."""
    seen = [one for one in (part, *part.findChildren(QWidget)) if one.isVisible()]
    return "\n".join(text for one in seen for text in _words(one) if text)


def _words(one: QWidget) -> Iterator[str]:
    yield from next((read(one) for kind, read in _READ.items() if isinstance(one, kind)), ())


def _cells(table: QTableWidget) -> list[str]:
    """A line for each row, without the columns that are hidden."""
    columns = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]
    cells = [[table.item(row, column) for column in columns] for row in range(table.rowCount())]
    return [" | ".join(cell.text() if cell else "" for cell in row) for row in cells]


def _branches(tree: QTreeWidget) -> list[str]:
    tops = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    return [" | ".join(one.text(column) for column in range(tree.columnCount())) for one in tops if one]


_READ: dict[type, Callable[..., list[str]]] = {
    ElidedLabel: lambda one: [one.whole],
    QLabel: lambda one: [one.text()],
    QAbstractButton: lambda one: [one.text()],
    QLineEdit: lambda one: [one.text()],
    QComboBox: lambda one: [one.currentText()],
    QPlainTextEdit: lambda one: [one.toPlainText()],
    QTableWidget: _cells,
    QTreeWidget: _branches,
    QListWidget: lambda one: [one.item(row).text() for row in range(one.count())],
    DueMark: lambda one: [one.accessibleName()],
    Pill: lambda one: [one.accessibleName()],
}
