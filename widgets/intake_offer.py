"""A question inside a card, under the field that it is about: it waits, and covers nothing."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from widgets.plain import plain_label
from widgets.theme import set_role


class Offer(QFrame):
    """What the program would do, a button that does it, and one that lets it be. Either takes the question away."""

    def __init__(self, decline: str, parent: QWidget) -> None:
        """`decline`: what the second button says."""
        super().__init__(parent)
        set_role(self, "offer")
        self._act: Callable[[], None] = self.withdraw
        self._words = plain_label("", wrap=True)
        self.accept, self.decline = QPushButton(), QPushButton(decline)
        set_role(self.accept, "quiet")
        set_role(self.decline, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(4)
        row.addWidget(self._words, 1)
        row.addWidget(self.accept)
        row.addWidget(self.decline)
        self.accept.clicked.connect(self._accepted)
        self.decline.clicked.connect(self.withdraw)
        self.hide()

    @property
    def words(self) -> str:
        """What is asked; empty if nothing is."""
        return "" if self.isHidden() else self._words.text()

    def ask(self, words: str, title: str, act: Callable[[], None]) -> None:
        """Ask; `title` is what the button says that does it."""
        self._act = act
        self._words.setText(words)
        self.accept.setText(title)
        self.show()

    def withdraw(self) -> None:
        self.hide()

    def _accepted(self) -> None:
        self.withdraw()
        self._act()
