"""A point: its coordinates, and the way to the map where it is shown and set."""

from typing import Any

from PySide6.QtWidgets import QPushButton, QToolButton

from citymanager.errors import Refused
from citymanager.schema import Field
from citymanager.values import read, show
from widgets.editors.editor import Surroundings
from widgets.editors.text import TextEditor
from widgets.theme import set_role


class PlaceEditor(TextEditor):
    """A point is typed as «широта, долгота» or taken from the map."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._shape: Any = None
        self.line.setPlaceholderText("широта, долгота")
        self.line.textEdited.connect(self._typed)
        self.pick = QPushButton("На карте")
        self.pick.setToolTip("Указать место щелчком по карте")
        self.pick.clicked.connect(self.pick_requested)
        self.pick.setVisible(surroundings.module.geometry in surroundings.drawable)
        self.clear = QToolButton()
        self.clear.setText("✕")
        self.clear.setToolTip("Убрать место")
        set_role(self.clear, "icon")
        self.clear.clicked.connect(lambda: self.put(None))
        self.add(self.pick)
        self.add(self.clear)
        self.clear.setAccessibleName(f"{field.title}: убрать")
        self.set_reading(False)

    def put(self, shape: Any) -> None:
        """Take a GeoJSON geometry, or none, as if the user had typed it."""
        self.show_value(shape)
        self.edited.emit()

    def show_value(self, value: Any) -> None:
        self._shape = value
        self.line.setText(self._written(value))
        self.line.setCursorPosition(0)
        self._offer()

    def value(self) -> Any:
        typed = self.line.text()
        if typed == self._written(self._shape):
            return self._shape
        if not typed.strip():
            return None
        value = read(self.surroundings.module, self.field, typed.strip())
        if not isinstance(value, dict):
            raise Refused(f"«{self.field.title}»: нужны широта и долгота через запятую, например 56.085, 60.732.")
        return value

    def state(self) -> Any:
        return [self._shape, self.line.text()]

    def restore(self, state: Any) -> None:
        self._shape, typed = state
        self.line.setText(str(typed))
        self._offer()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.pick.setVisible(not reading and self.surroundings.module.geometry in self.surroundings.drawable)
        self._offer()

    def _typed(self) -> None:
        self._offer()

    def _offer(self) -> None:
        self.clear.setVisible(not self.reading and bool(self.line.text()))

    def _written(self, value: Any) -> str:
        return show(self.field, value) if isinstance(value, dict) else ""
