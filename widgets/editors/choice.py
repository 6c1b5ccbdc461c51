"""Choices, one or many, and flags."""

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QListWidgetItem

from citymanager.schema import Field
from widgets.editors.editor import Editor, Surroundings
from widgets.theme import set_role

KEY = Qt.ItemDataRole.UserRole
EMPTY = "—"


class _Box(QComboBox):
    """A list whose value does not change under a wheel that only meant to scroll the form."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceEditor(Editor):
    """One of the declared choices or nothing; a value from a newer server is shown as it is."""

    ROLED = ("box",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.box = _Box()
        self.box.addItem(EMPTY, None)
        for choice in field.choices:
            self.box.addItem(choice.title, choice.key)
        self.box.activated.connect(self.edited)
        self.add(self.box, 1)

    def show_value(self, value: Any) -> None:
        self.restore(value)

    def value(self) -> Any:
        return self.box.currentData()

    def state(self) -> Any:
        return self.box.currentData()

    def restore(self, state: Any) -> None:
        place = self.box.findData(state)
        if place < 0:
            self.box.addItem(str(state), state)
            place = self.box.count() - 1
        self.box.setCurrentIndex(place)

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.box.setEnabled(not reading)


class FlagEditor(Editor):
    """Yes, no, or not said."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.check = QCheckBox()
        self.check.checkStateChanged.connect(self._say)
        self.check.clicked.connect(self.edited)
        self.add(self.check, 1)
        self.restore(None)

    def _say(self) -> None:
        self.check.setText({True: "да", False: "нет", None: "не указано"}[self.state()])

    def show_value(self, value: Any) -> None:
        self.restore(value)

    def value(self) -> Any:
        return self.state()

    def state(self) -> Any:
        found = self.check.checkState()
        return None if found is Qt.CheckState.PartiallyChecked else found is Qt.CheckState.Checked

    def restore(self, state: Any) -> None:
        known = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
        self.check.setCheckState(known.get(state, Qt.CheckState.PartiallyChecked))
        self.check.setTristate(not self.field.required)
        self._say()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.check.setEnabled(not reading)


class CheckList(QListWidget):
    """Titles to be ticked, none to many, as tall as they are up to a limit."""

    ROWS = 6

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        set_role(self, "ticks")

    def offer(self, choices: list[tuple[Any, str]], ticked: list[Any]) -> None:
        """Show these keys and titles; ticked keys that are not among them are shown as they are."""
        self.blockSignals(True)
        self.clear()
        known = {key for key, _ in choices}
        for key, title in [*choices, *((key, str(key)) for key in ticked if key not in known)]:
            item = QListWidgetItem(title, self)
            item.setData(KEY, key)
            item.setCheckState(Qt.CheckState.Checked if key in ticked else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.updateGeometry()

    def ticked(self) -> list[Any]:
        items = [self.item(row) for row in range(self.count())]
        return [item.data(KEY) for item in items if item.checkState() is Qt.CheckState.Checked]

    def sizeHint(self) -> QSize:
        rows = min(max(self.count(), 2), self.ROWS)
        return QSize(200, max(self.sizeHintForRow(0), 22) * rows + 2 * self.frameWidth() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)


class ManyEditor(Editor):
    """Any number of the declared choices."""

    ROLED = ("list",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.list = CheckList()
        self.list.itemChanged.connect(lambda: self.edited.emit())
        self.add(self.list, 1)
        self.restore([])

    def show_value(self, value: Any) -> None:
        self.restore(value if isinstance(value, list) else [])

    def value(self) -> Any:
        return self.list.ticked() or None

    def state(self) -> Any:
        return self.list.ticked()

    def restore(self, state: Any) -> None:
        self.list.offer([(one.key, one.title) for one in self.field.choices], list(state))

    def mark(self, role: str) -> None:
        super().mark(role or "ticks")

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.list.setEnabled(not reading)
