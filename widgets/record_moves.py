"""The buttons of the workflow: which moves are open, and why the others are not."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from citymanager.roles import Role
from citymanager.schema import Module
from citymanager.workflow import Way, ways
from widgets.flow import FlowLayout
from widgets.plain import tip
from widgets.theme import set_role


class MoveButtons(QWidget):
    """The moves out of a record's status.

    `moved` carries the target of an open way, `asked` the way whose fields are missing, `refused` the reason of one
    that is closed: a closed button can be reached by the keyboard and says why when it is pressed.
    """

    moved = Signal(str)
    asked = Signal(object)
    refused = Signal(str)

    def __init__(self, module: Module) -> None:
        super().__init__()
        self._module = module
        self._ways: list[Way] = []
        self._flow = FlowLayout(self)

    def show_ways(self, data: Mapping[str, Any], person: Role | None, closed: str) -> None:
        """Offer the moves of this data to this person; `closed` is why nobody may move it now, or empty."""
        found = ways(self._module, data, person)
        if closed:
            found = [Way(one.move, one.title, one.missing, closed) for one in found]
        if found == self._ways:
            return
        focused = next((place for place, one in enumerate(self.buttons()) if one.hasFocus()), -1)
        self._ways = found
        for button in self.buttons():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        for way in found:
            self._flow.addWidget(self._button(way))
        if 0 <= focused < len(found):
            self.buttons()[focused].setFocus()
        self.setVisible(bool(found))
        self.updateGeometry()

    def buttons(self) -> list[QPushButton]:
        """One button for each way, in the order of the declaration."""
        widgets = [item.widget() for place in range(self._flow.count()) if (item := self._flow.itemAt(place))]
        return [one for one in widgets if isinstance(one, QPushButton)]

    def title(self, target: str) -> str:
        """What is written on the button that leads to a status."""
        return next((one.title for one in self._ways if one.move.target == target), "")

    def press(self, target: str) -> None:
        """As if the button to a status were pressed now; says so if there is none any more."""
        way = next((one for one in self._ways if one.move.target == target), None)
        status = self._module.status(target)
        if way is not None:
            self._act(way)
        else:
            self.refused.emit(f"Перехода в «{status.title if status else target}» из этого статуса нет.")

    def _button(self, way: Way) -> QPushButton:
        button = QPushButton(way.title.replace("&", "&&"), self)
        why = way.reason or self._missing(way)
        if way.reason:
            set_role(button, "closed")
        if why:
            button.setToolTip(tip(why))
            button.setAccessibleDescription(why)
        button.clicked.connect(partial(self._act, way))
        return button

    def _missing(self, way: Way) -> str:
        titles = [f"«{self._module.field(key).title}»" for key in way.missing]
        return f"Сначала заполните: {', '.join(titles)}." if titles else ""

    def _act(self, way: Way, _checked: bool = False) -> None:
        if way.reason:
            self.refused.emit(way.reason)
        elif way.missing:
            self.asked.emit(way)
        else:
            self.moved.emit(way.move.target)
