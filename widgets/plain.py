"""Untrusted text on the screen: always plain, never markup, one place that says so."""

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from widgets.theme import set_role

LONGEST_TIP = 1_500


def plain_label(text: str = "", role: str = "", parent: QWidget | None = None, *, wrap: bool = False) -> QLabel:
    """A label that shows its text as it is: QLabel's own guess would load the pictures that a text names."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    if role:
        set_role(label, role)
    return label


class ElidedLabel(QLabel):
    """A line of plain text that ends with an ellipsis where there is no more room; the whole is its tooltip."""

    def __init__(self, role: str = "", least: int = 40) -> None:
        """`least`: pixels that it does not give up, unless its text needs fewer."""
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.whole, self._least = "", least
        if role:
            set_role(self, role)

    def show_text(self, text: str) -> None:
        self.whole = text
        self.setToolTip(tip(text))
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._least, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width()))


def tip(text: str) -> str:
    """A text for a tooltip: Qt guesses at markup there too, so it gets markup in which the text is escaped."""
    short = text if len(text) <= LONGEST_TIP else text[:LONGEST_TIP] + "…"
    return f'<p style="white-space: pre-wrap">{escape(short)}</p>' if short else ""


def one_line(text: str, longest: int = 200) -> str:
    """A text for a cell of a table: its first characters without breaks."""
    line = " ".join(text[: longest * 2].split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
