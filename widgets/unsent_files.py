"""Фото и документы, которых ещё нет на сервере: under the unsent edits, how far each has come and why it has not."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from citymanager.hub import Hub
from citymanager.store.queued_files import QueuedFile
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from citymanager.text import plural
from widgets.file_words import waits
from widgets.plain import one_line, plain_label, tip

SHOWN, ROWS = 200, 5
"""Files that are listed, and how many are seen at once."""
CALM = 300
"""Milliseconds in which news of files are gathered into one look at them."""
COLUMNS = (("Файл", 330), ("Состояние", 420), ("Автор", 170))
STATE = 1
Found = tuple[list[QueuedFile], tuple[int, int]]


class UnsentFiles(QWidget):
    """Not there at all while there are none."""

    def __init__(self, tasks: Tasks, hub: Hub) -> None:
        super().__init__()
        self._tasks, self._hub = tasks, hub
        self.files: list[QueuedFile] = []
        self.title, self.again = plain_label("", "section"), QPushButton("Отправить файлы снова")
        self.again.clicked.connect(self._again)
        self.table = QTableWidget(0, len(COLUMNS))
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=CALM)
        self._timer.timeout.connect(self.refresh)
        hub.outbox_changed.connect(self._wait)
        hub.file_news.connect(self._wait)
        self.hide()
        self.refresh()

    def _build(self) -> None:
        self.table.setAccessibleName("Файлы, которых ещё нет на сервере")
        self.table.setHorizontalHeaderLabels([title for title, _ in COLUMNS])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, (_, width) in enumerate(COLUMNS):
            self.table.setColumnWidth(number, width)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addLayout(head)
        column.addWidget(self.table)

    def _wait(self) -> None:
        if not self._timer.isActive():  # news come faster than this: the last of them is seen all the same
            self._timer.start()

    def refresh(self) -> None:
        """Look at the queue anew."""
        self._tasks.read(_found, self._show, owner=self, newest="unsent files")

    def _show(self, found: Found) -> None:
        self.files, (unsent, aside) = found
        self.setVisible(bool(unsent))
        told = plural(unsent, "файл не на сервере", "файла не на сервере", "файлов не на сервере")
        self.title.setText(told + (f", требуют внимания: {aside}" if aside else ""))
        self.again.setVisible(bool(aside))
        self.again.setEnabled(not self._tasks.read_only)
        self.table.setRowCount(len(self.files))
        for row, file in enumerate(self.files):
            for column, text in enumerate((file.name, waits(file, file.author), file.author or "до входа")):
                self.table.setItem(row, column, _cell(text))
        seen = min(len(self.files), ROWS) * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(seen + self.table.horizontalHeader().sizeHint().height() + 4)

    def _again(self) -> None:
        aside = [file for file in self.files if file.state != "waiting"]
        self._tasks.write(
            lambda writer: writer.files.retry(aside), lambda _: self._hub.outbox_changed.emit(), owner=self
        )


def _cell(text: str) -> QTableWidgetItem:
    cell = QTableWidgetItem(one_line(text))
    cell.setToolTip(tip(text))
    return cell


def _found(reader: Reader) -> Found:
    return reader.files.unsent(SHOWN), reader.files.count()
