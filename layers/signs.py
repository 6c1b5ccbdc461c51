"""Signs of the map that stand for no value: several records in one place, and a record whose time is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from layers.style import palette

SIDE = 16


@dataclass(frozen=True, slots=True)
class Sign:
    """How it is drawn, and what it says."""

    outline: QPainterPath
    """In a square of side 1."""
    colour: str
    """A name of the map's colours."""
    words: str
    more: str
    """What can be done about it."""


def together() -> Sign:
    """The circle with a number."""
    ring = QPainterPath()
    for radius in (0.45, 0.28):
        ring.addEllipse(QPointF(0.5, 0.5), radius, radius)
    return Sign(ring, "text", "Кружок: записей рядом", "Щелчок по кружку приближает карту или раскрывает записи.")


def late() -> Sign:
    """The exclamation mark beside a mark or a circle."""
    badge = QPainterPath()
    badge.addEllipse(QPointF(0.5, 0.5), 0.45, 0.45)
    badge.addRect(QRectF(0.43, 0.2, 0.14, 0.36))
    badge.addRect(QRectF(0.43, 0.65, 0.14, 0.14))
    return Sign(
        badge, "tone_late", "«!»: срок вышел, «! 3»: у трёх", "Наведите на значок: какой срок вышел и на сколько."
    )


class Signs(QWidget):
    """The signs under the tree of layers, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[tuple[Sign, QLabel]] = [(sign, QLabel()) for sign in (together(), late())]
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (sign, mark) in enumerate(self._rows):
            words = QLabel(sign.words)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setProperty("role", "caption")
            words.setWordWrap(True)
            words.setToolTip(sign.more)
            grid.addWidget(mark, row, 0)
            grid.addWidget(words, row, 1)
        self.set_theme({}, dark=False)

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Paint them in the colours that the map has now."""
        named = palette(colours, dark)
        for sign, mark in self._rows:
            mark.setPixmap(_icon(sign, named[sign.colour], self.devicePixelRatioF()).pixmap(SIDE, SIDE))


def _icon(sign: Sign, colour: str, ratio: float) -> QIcon:
    pixmap = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(pixmap.width(), pixmap.height())
    painter.fillPath(sign.outline, QColor(colour))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return QIcon(pixmap)
