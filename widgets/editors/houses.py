"""Houses, an address a line: typed as a dispatcher lists them, taken into a list, and out of it one by one."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QBoxLayout, QHBoxLayout, QLineEdit, QListWidget, QPushButton

from citymanager.address_words import key_of
from citymanager.house_lists import NO_MAP, keys_of, listed
from citymanager.schema import Field
from citymanager.text import plural
from widgets.editors.editor import Editor, Surroundings
from widgets.plain import plain_label
from widgets.theme import set_role

SHOWN = 6
"""Houses that are seen at once."""
WAITS = "Набранное ещё не в списке: нажмите Enter или сотрите строку."
AS_TYPED = "Shift+Enter — записать, как набрано."
NO_HOUSE = "Не понял, какой это дом: напишите улицу и номер."


class HouseLine(QLineEdit):
    """Where houses are typed. `entered`: True if they are to be taken as they stand."""

    entered = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            event.accept()
            return
        super().keyPressEvent(event)


class HouseRows(QListWidget):
    """The houses; Delete takes away those that are chosen."""

    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)

    def sizeHint(self) -> QSize:
        row = max(self.sizeHintForRow(0), self.fontMetrics().height())
        return QSize(super().sizeHint().width(), row * min(self.count(), SHOWN) + 2 * self.frameWidth() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.dropped.emit()
            return
        super().keyPressEvent(event)


class HousesEditor(Editor):
    """Its value is a long text. What is typed and not taken yet is no part of it, and holds up its saving."""

    ROLED = ("line",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.line, self.rows = HouseLine(), HouseRows()
        self.drop, self.count = QPushButton("Убрать"), plain_label("", "caption")
        self.said = plain_label("", "problem", wrap=True)
        self.line.setPlaceholderText(field.hint)
        self.row.setDirection(QBoxLayout.Direction.TopToBottom)
        self.add(self.line)
        self.row.addWidget(self.said)
        self.add(self.rows)
        set_role(self.drop, "quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        self.add(self.drop, row=foot)
        self.row.addLayout(foot)
        self.drop.setAccessibleName("Убрать выбранные дома")
        self.line.textEdited.connect(self._typed)
        self.line.entered.connect(self.take)
        self.rows.dropped.connect(self.take_away)
        self.rows.itemSelectionChanged.connect(self._tell)
        self.drop.clicked.connect(self.take_away)
        self._say("")
        self._show([])

    @property
    def houses(self) -> list[str]:
        return [self.rows.item(at).text() for at in range(self.rows.count())]

    def take(self, as_typed: bool) -> None:
        """Take what is typed into the list; what is not understood stays in the line, with its reason."""
        typed = self.line.text().strip()
        if not typed or self.reading:
            return
        book = self.surroundings.places.book if self.surroundings.places else None
        if as_typed or not book:
            plain = [one.strip() for one in typed.split(";") if one.strip()]
            fresh, troubles = [one for one in plain if key_of(one)], [NO_HOUSE for one in plain if not key_of(one)]
            troubles = troubles[:1] if as_typed or not troubles else [NO_MAP]
        else:
            found = listed(typed, book)
            fresh, troubles = list(found.houses), found.troubles + ([AS_TYPED] if found.troubles else [])
        if not troubles:
            self.line.clear()
        self._say("\n".join(troubles))
        self.add_houses(fresh)

    def add_houses(self, fresh: Iterable[str]) -> None:
        """Put these behind the others; one that is listed already stays where it is."""
        before = self.houses
        known = keys_of("\n".join(before))
        more = [line for key, line in reversed(keys_of("\n".join(fresh)).items()) if key not in known]
        self._show([*before, *more])
        self.edited.emit()

    def take_away(self) -> None:
        """Take the chosen houses out of the list."""
        chosen = sorted((one.row() for one in self.rows.selectedIndexes()), reverse=True)
        if self.reading or not chosen:
            return
        for at in chosen:
            self.rows.takeItem(at)
        self.rows.setCurrentRow(min(chosen[-1], self.rows.count() - 1))
        self._tell()
        self.edited.emit()

    # what the card asks

    def start(self) -> None:
        self.line.clear()
        self._say("")

    def show_value(self, value: Any) -> None:
        lines = [one.strip() for one in str(value or "").splitlines() if one.strip()]
        if lines != self.houses:
            self._show(lines)

    def value(self) -> Any:
        return "\n".join(self.houses) or None

    def state(self) -> Any:
        return ["\n".join(self.houses), self.line.text()]

    def restore(self, state: Any) -> None:
        lines, typed = state if isinstance(state, list) else (state, "")  # an earlier program has kept a text there
        self.show_value(lines)
        self.line.setText(str(typed))

    def problem(self) -> str:
        return WAITS if self.line.text().strip() else super().problem()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.line.setVisible(not reading)
        self._tell()

    # within

    def _typed(self) -> None:
        self._say("")
        self.edited.emit()

    def _show(self, lines: list[str]) -> None:
        self.rows.clear()
        self.rows.addItems(lines)
        self.rows.setVisible(bool(lines))
        self.rows.updateGeometry()
        self._tell()

    def _tell(self) -> None:
        many, chosen = self.rows.count(), len(self.rows.selectedIndexes())
        self.rows.setVisible(bool(many))
        self.rows.updateGeometry()
        self.count.setText(plural(many, "дом", "дома", "домов") if many else "")
        self.count.setVisible(bool(many))
        self.drop.setVisible(bool(chosen) and not self.reading)

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.setVisible(bool(words))
