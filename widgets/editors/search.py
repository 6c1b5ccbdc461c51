"""A search box over another module: words are looked up on a reader's thread, a record is chosen from the list."""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit

from citymanager.store import Query, Reader
from citymanager.store.records import caption
from citymanager.tasks import Tasks
from widgets.theme import set_role

FOUND = 20
PAUSE_MS = 150
ID = Qt.ItemDataRole.UserRole


class RecordSearch(QLineEdit):
    """Finds a record of `module` by its words; `chosen` carries its id and caption."""

    chosen = Signal(str, str)

    def __init__(self, module: str, tasks: Tasks) -> None:
        super().__init__()
        self._module, self._tasks = module, tasks
        self.setMaxLength(200)
        self.setPlaceholderText("Начните вводить…")
        self._found = QStandardItemModel(self)
        completer = QCompleter(self._found, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(10)
        completer.activated[QModelIndex].connect(self._choose)  # type: ignore[index]  # overloads are not in the stubs
        self.setCompleter(completer)
        if (offers := completer.popup()) is not None:
            set_role(offers, "offers")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.textEdited.connect(lambda: self._pause.start())

    def _look(self) -> None:
        text, module = self.text(), self._module

        def act(reader: Reader) -> list[tuple[str, str]]:
            declared = reader.modules[module]
            return [(one.id, caption(declared, one.data)) for one in reader.first_page(Query(module, text=text), FOUND)]

        self._tasks.read(act, self._offer, owner=self, newest=f"search:{id(self)}")

    def _offer(self, found: list[tuple[str, str]]) -> None:
        self._found.clear()
        for ident, title in found:
            item = QStandardItem(title)
            item.setData(ident, ID)
            self._found.appendRow(item)
        if not found:
            nothing = QStandardItem("Ничего не найдено")
            nothing.setEnabled(False)
            self._found.appendRow(nothing)
        if self.hasFocus():
            self.completer().complete()

    def _choose(self, index: QModelIndex) -> None:
        ident = index.data(ID)
        if ident:
            self.chosen.emit(ident, index.data())
