"""Stale data are said on every panel, not in the status line alone: a panel may hang on another screen."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.age_label import AgeLabel
from widgets.sync_words import Words
from widgets.theme import Appearance


class Aged(QWidget):
    """A panel, and over it a striped line with the age of its data as soon as they are stale."""

    def __init__(self, panel: QWidget, appearance: Appearance) -> None:
        super().__init__()
        self.strip = AgeLabel(appearance)
        self.strip.hide()
        self.setFocusProxy(panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(panel, 1)
        panel.show()

    def tell(self, words: Words) -> None:
        """How it stands with the link now."""
        text = f"Показано то, что было: {words.age}" if words.stale and words.age else ""
        if text != self.strip.text():
            self.strip.show_age(text, words.stale)
