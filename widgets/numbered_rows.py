"""Rows of a table that are known by the store's numbers: another order is taken in place, so nothing blinks."""

from array import array

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

from citymanager.store.lists import place_of

Index = QModelIndex | QPersistentModelIndex


class NumberedRows(QAbstractTableModel):
    """A model of rows; what is selected goes with its number wherever that comes to stand."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers: array[int] = array("q")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._numbers)

    @property
    def numbers(self) -> "array[int]":
        """The store's numbers of all rows, in their order. Never changed in place: another list is another array."""
        return self._numbers

    def number_at(self, row: int) -> int:
        """The store's number of a row; -1 if there is none."""
        return self._numbers[row] if 0 <= row < len(self._numbers) else -1

    def row_of_number(self, number: int) -> int:
        return place_of(self._numbers, [number]).get(number, -1)

    def _arrange(self, numbers: "array[int]") -> None:
        """Bring the rows into a new order. Selected rows go with their records; no reset, so nothing blinks."""
        if numbers is self._numbers or numbers == self._numbers:
            return
        missing = len(numbers) - len(self._numbers)
        if missing > 0:
            self.beginInsertRows(QModelIndex(), len(self._numbers), len(numbers) - 1)
            self._numbers = self._numbers + array("q", [-1]) * missing
            self.endInsertRows()
        if numbers != self._numbers:
            self._permute(numbers + array("q", [-1]) * max(0, -missing))
        if missing < 0:
            self.beginRemoveRows(QModelIndex(), len(numbers), len(self._numbers) - 1)
            self._numbers = numbers
            self.endRemoveRows()

    def _permute(self, numbers: "array[int]") -> None:
        self.layoutAboutToBeChanged.emit()
        before = [index for index in self.persistentIndexList() if index.isValid()]
        places = place_of(numbers, {self._numbers[index.row()] for index in before})
        moved = [places.get(self._numbers[index.row()], -1) for index in before]
        self._numbers = numbers
        after = [
            self.index(row, index.column()) if row >= 0 else QModelIndex()
            for row, index in zip(moved, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
