"""What stands in the panels is taken out of them while the desk is locked: not even a screen reader finds it."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QWidget


class Cover:
    """Holds the content of covered panels until it is brought back."""

    def __init__(self) -> None:
        self.on = False
        self._taken: dict[str, QWidget] = {}

    def take(self, docks: Mapping[str, QDockWidget]) -> None:
        self.on = True
        self._taken = {key: dock.widget() for key, dock in docks.items() if dock.widget() is not None}
        for key, inside in self._taken.items():
            docks[key].setWidget(_label())
            inside.setParent(None)

    def give_back(self, docks: Mapping[str, QDockWidget]) -> None:
        self.on = False
        for key, inside in self._taken.items():
            label = docks[key].widget()
            docks[key].setWidget(inside)
            inside.show()
            label.deleteLater()
        self._taken = {}


def _label() -> QLabel:
    label = QLabel("Рабочее место заблокировано.")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
