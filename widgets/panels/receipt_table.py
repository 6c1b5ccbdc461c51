"""The addressees of a telephonogram as a table that is worked by digits: one key, one step."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due
from citymanager.delivery import ORDER, late
from citymanager.norms import Norms
from citymanager.text import span
from widgets.panels.receipt_lines import Line
from widgets.plain import tip
from widgets.record_due import DueMark, left
from widgets.record_nearest import LEVELS
from widgets.theme import Appearance

STEPS = {
    "1": ("sent", "Передана"), "2": ("received", "Принята"), "3": ("read", "Ознакомлен"), "4": ("done", "Исполнена"),
    "0": ("unreached", "Не дозвонились"),
}  # fmt: skip
"""Key → status and its word."""
TITLES = ("Адресат", "1 Пер.", "2 Пр.", "3 Озн.", "4 Исп.", "0 ×", "Срок")
EXPLAINED = ("", *(f"{word}: клавиша {key}" for key, (_, word) in STEPS.items()), "До следующего шага")
VAIN, TERM = len(TITLES) - 2, len(TITLES) - 1
DICTATE = "5"
WAITING = "—"
MOST_ROWS = 8
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ReceiptTable(QTableWidget):
    """`stepped` carries the status of the key that was pressed on the current row; Enter takes the next step."""

    stepped = Signal(str)
    went = Signal(object)
    """The keyboard has gone to a row, by its QRect in the viewport."""
    dictated = Signal()
    """Key 5: the text is to be read out to the current addressee."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(0, len(TITLES))
        self._appearance, self._lines, self._calendar = appearance, list[Line](), WorkCalendar()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setAccessibleName("Вручение по адресатам")
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(34)
        self.itemSelectionChanged.connect(self._went)
        for column, (title, words) in enumerate(zip(TITLES, EXPLAINED, strict=True)):
            item = QTableWidgetItem(title)
            item.setToolTip(tip(words))
            self.setHorizontalHeaderItem(column, item)

    @property
    def current(self) -> Line | None:
        """The addressee of the current row."""
        row = self.currentRow()
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def show_lines(self, lines: Sequence[Line], norms: Norms, now: datetime) -> None:
        """Show these; whoever was chosen stays chosen."""
        chosen = self.current.addressee if self.current else ""
        self._lines = list(lines)
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(_cells(line, now)):
                item = QTableWidgetItem(text)
                item.setToolTip(tip(text))
                item.setTextAlignment(LEFT if not column else Qt.AlignmentFlag.AlignCenter)
                self.setItem(row, column, item)
        self.setColumnHidden(VAIN, not any(one.data.get("attempts") for one in lines))
        self.tell(norms, now)
        self._choose(next((row for row, one in enumerate(lines) if one.addressee == chosen), 0))
        self._fit()

    def tell(self, norms: Norms, now: datetime) -> None:
        """How late each is, as of now."""
        found = [late(one.data, norms, self._calendar, now)[1] for one in self._lines]
        for row, due in enumerate(found):
            self.removeCellWidget(row, TERM)
            if due is not None:
                self.setCellWidget(row, TERM, self._mark(due, now))
        self.setColumnHidden(TERM, not any(found))

    def _mark(self, due: Due, now: datetime) -> DueMark:
        mark = DueMark(self._appearance)
        rest = span((due.at - now).total_seconds())
        mark.show_left(f"уже {rest}" if due.state == "red" else f"ещё {rest}", LEVELS[due.state])
        mark.setToolTip(tip(f"{due.clock.title}: {left(due, now)}"))
        return mark

    def _choose(self, row: int) -> None:
        if self._lines:
            flags = QItemSelectionModel.SelectionFlag
            place = self.model().index(row, 0)
            self.selectionModel().setCurrentIndex(place, flags.ClearAndSelect | flags.Rows)

    def _went(self) -> None:
        if self.hasFocus() and self.currentItem() is not None:
            self.went.emit(self.visualItemRect(self.currentItem()))

    def _fit(self) -> None:
        self.resizeRowsToContents()
        rows = sum(self.rowHeight(row) for row in range(min(len(self._lines), MOST_ROWS)))
        self.setFixedHeight(rows + self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current
        if line is not None and event.text() in STEPS:
            self.stepped.emit(STEPS[event.text()][0])
        elif line is not None and event.text() == DICTATE:
            self.dictated.emit()
        elif line is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(_next(line))
        else:
            super().keyPressEvent(event)


def _cells(line: Line, now: datetime) -> tuple[str, ...]:
    """The texts of a row, the due time aside."""
    who = str(line.data.get("receiver_name", ""))
    times = [line.time(key, now) or WAITING for key in ("sent_at", "received_at", "read_at", "done_at")]
    attempts = line.data.get("attempts")
    return f"{line.name}\n{who}" if who else line.name, *times, f"{attempts}" if attempts else "", ""


def _next(line: Line) -> str:
    place = ORDER.index(line.status) if line.status in ORDER else 0
    return ORDER[min(place + 1, len(ORDER) - 1)]
