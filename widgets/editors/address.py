"""An address: typed as people write it, completed from the city's map and from the addresses that were used before."""

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit

from citymanager.address_words import split_flat
from citymanager.addresses import Address
from citymanager.schema import Field
from widgets.editors.editor import Surroundings
from widgets.editors.lossless import hidden
from widgets.editors.text import TextEditor
from widgets.theme import set_role

_ADDRESS, _TEXT = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
VISIBLE = 10
NOTHING = "Такого адреса на карте нет: останется, как введено"


class AddressLine(QLineEdit):
    """A line with a list of addresses below it; Enter takes the best of them. `taken` carries an Address."""

    taken = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._found = QStandardItemModel(self)
        self._asked = ""
        """The text that the list answers."""
        completer = QCompleter(self._found, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(_TEXT)
        completer.setMaxVisibleItems(VISIBLE)
        completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]  # overloads are not in the stubs
        self.setCompleter(completer)
        set_role(self._list(), "offers")

    def _list(self) -> QAbstractItemView:
        popup = self.completer().popup()
        assert popup is not None
        return popup

    @property
    def offered(self) -> list[str]:
        """What stands in the list while it is open and answers what stands in the line."""
        rows = range(self._found.rowCount()) if self._list().isVisible() and self._asked == self.text() else ()
        return [self._found.item(row).text() for row in rows]

    def offer(self, found: list[Address]) -> None:
        """Open the list; the flat that was typed stays behind each house."""
        flat = split_flat(self.text())[1]
        self._asked = self.text()
        self._found.clear()
        for one in found:
            item = QStandardItem(one.text)
            item.setData(one, _ADDRESS)
            item.setData(", ".join([one.text, *([flat] if flat or not one.number else [])]), _TEXT)
            self._found.appendRow(item)
        if not found:
            nothing = QStandardItem(NOTHING)
            nothing.setData(self.text(), _TEXT)
            nothing.setEnabled(False)
            self._found.appendRow(nothing)
        if self.hasFocus():
            self.completer().complete()

    def hide_offers(self) -> None:
        self._list().hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list hands its keys to the line first: Enter without a chosen row takes the best one, if it is known."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        best = self._found.index(0, 0)
        if enter and self.offered and not self._list().currentIndex().isValid() and best.data(_ADDRESS) is not None:
            self.hide_offers()
            self.setText(best.data(_TEXT))
            self._activated(best)
            event.accept()
            return
        super().keyPressEvent(event)

    def _activated(self, index: QModelIndex) -> None:
        address = index.data(_ADDRESS)
        if address is not None:
            self.taken.emit(address)


class AddressEditor(TextEditor):
    """One line. `chosen` carries the Address of the house that was taken from the list, or typed out in full."""

    LINE = AddressLine
    line: AddressLine
    chosen = Signal(object)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._places = surroundings.places
        self._settled = ""
        """The text whose house was told, or that was stored."""
        if self._places is not None and not field.hint:
            self.line.setPlaceholderText("улица, дом")
        self.line.textEdited.connect(self._typed)
        self.line.taken.connect(self._take)
        self.left.connect(self._leave)

    def put(self, address: Address) -> None:
        """Take an address as if the user had typed it."""
        self.line.setText(hidden(address.text))
        self._settled = address.text
        self.edited.emit()

    def restore(self, state: Any) -> None:
        super().restore(state)
        self._settled = self.state()

    def _typed(self, text: str) -> None:
        if self._places is None or not text.strip():
            self.line.hide_offers()
            return
        self._places.suggest(
            self.surroundings.module.key, text, self, lambda found: self._offer(text, found)
        )  # fmt: skip

    def _offer(self, typed: str, found: list[Address]) -> None:
        if self.line.text() == typed:
            self.line.offer(found)

    def _take(self, address: Address) -> None:
        self.edited.emit()
        if not address.number:  # a street: its houses come next
            self._typed(self.line.text())
            return
        self._settled = self.state()
        self.chosen.emit(address)

    def _leave(self) -> None:
        """A whole address that was typed without the list is as good as a chosen one."""
        typed = self.state()
        if self._places is None or self.reading or typed == self._settled:
            return
        self._settled = typed
        found = self._places.find(typed)
        if found is not None:
            self.chosen.emit(found)
