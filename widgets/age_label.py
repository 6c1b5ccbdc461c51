"""The age of data as a label that is striped when the data are stale: seen without being read."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel

from widgets.theme import Appearance

SHADE = 0.22
"""How strong the stripes are: seen at a glance, and the text over them keeps its contrast."""


class AgeLabel(QLabel):
    """Plain text; stale data get diagonal stripes behind it."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance, self.stale = appearance, False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(6, 0, 6, 0)

    def show_age(self, text: str, stale: bool) -> None:
        """Say how old the data are, and whether that is too old."""
        self.stale = stale
        self.setText(text)
        self.setVisible(bool(text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.stale:
            painter = QPainter(self)
            paint_stripes(painter, self.width(), self.height(), self._appearance)
            painter.end()
        super().paintEvent(event)


def paint_stripes(painter: QPainter, width: int, height: int, appearance: Appearance) -> None:
    """Fill a rectangle at the origin with the stripes of stale data; text over them keeps its contrast."""
    theme = appearance.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(0, 0, width, height, theme.colour("level_warning_fill"))
    step = max(10, theme.sizes["text"] * 2 // 3)
    stripe = theme.colour("level_warning")
    stripe.setAlphaF(SHADE)
    pen = QPen(stripe, step / 2)
    painter.setPen(pen)
    painter.setClipRect(0, 0, width, height)
    for left in range(-height, width + height, step):
        painter.drawLine(left, height, left + height, 0)
