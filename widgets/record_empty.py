"""What stands in the place of a table that has no rows: why, and what can be done about it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from widgets.plain import plain_label
from widgets.theme import set_role


class EmptyPage(QWidget):
    """One sentence and at most one button of those that it was made with."""

    def __init__(self, acts: Mapping[str, Callable[[], object]]) -> None:
        """`acts`: what the buttons say, and what they do."""
        super().__init__()
        set_role(self, "panel")
        self._why = plain_label("", "muted", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.buttons = {title: QPushButton(title) for title in acts}
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self._why)
        for title, button in self.buttons.items():
            button.clicked.connect(acts[title])
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    @property
    def why(self) -> str:
        return self._why.text()

    def say(self, why: str, act: str = "") -> None:
        """Say why there is nothing, and offer the button of this title."""
        self._why.setText(why)
        for title, button in self.buttons.items():
            button.setVisible(title == act)
