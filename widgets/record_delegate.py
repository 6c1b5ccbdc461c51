"""How cells of a table are painted: a status as a pill with its shape, its colour and its word."""

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from citymanager.schema import Module
from widgets.marks import paint_mark
from widgets.record_cells import LEVEL, STATUS_KEY
from widgets.theme import Appearance, Mark

SHAPE = 10
MOST_PILLS = 200
INSET = 4
"""Pixels between a cell's side and the pill in it."""


class PillDelegate(QStyledItemDelegate):
    """Paints a column whose cells have a mark; everything else is Qt's."""

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._pills: dict[tuple[Any, ...], QPixmap] = {}
        """A screen of statuses is a few pills, painted once: by what they look like."""

    def mark_of(self, index: QModelIndex | QPersistentModelIndex) -> Mark | None:
        """The mark that stands for a cell; None: its text stands for itself."""
        raise NotImplementedError

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        mark = self.mark_of(index)
        if mark is None:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        title, cell.text = cell.text, ""
        cell.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        sharpness = painter.device().devicePixelRatioF()
        painter.drawPixmap(cell.rect.topLeft(), self._pill(title, mark, cell.rect.size(), cell.font, sharpness))

    def _pill(self, title: str, mark: Mark, size: QSize, font: QFont, sharpness: float) -> QPixmap:
        look = self._appearance.theme.key, title, mark, size.width(), size.height(), font.key(), sharpness
        pill = self._pills.get(look)
        if pill is None:
            if len(self._pills) >= MOST_PILLS:  # a column is being drawn wider
                self._pills.clear()
            pill = self._pills[look] = self._painted(title, mark, size, font, sharpness)
        return pill

    def _painted(self, title: str, mark: Mark, size: QSize, font: QFont, sharpness: float) -> QPixmap:
        pill = QPixmap(size * sharpness)
        pill.setDevicePixelRatio(sharpness)
        pill.fill(Qt.GlobalColor.transparent)
        theme, painter = self._appearance.theme, QPainter(pill)
        painter.setFont(font)
        paint_pill(painter, QRectF(QPointF(), QSizeF(size)), title, mark, theme.colour("text"))
        painter.end()
        return pill

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(SHAPE + 24, 0)


class DueDelegate(PillDelegate):
    """Paints the nearest due time as a card's due times are painted."""

    def mark_of(self, index: QModelIndex | QPersistentModelIndex) -> Mark | None:
        level = index.data(LEVEL)
        return None if level is None else self._appearance.theme.levels[level]


class StatusDelegate(PillDelegate):
    """Paints the status column."""

    def __init__(self, module: Module, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(appearance, parent)
        self._module = module

    def mark_of(self, index: QModelIndex | QPersistentModelIndex) -> Mark | None:
        status = self._module.status(str(index.data(STATUS_KEY) or ""))
        return None if status is None else self._appearance.theme.tones[status.tone]

    def widest(self, metrics: QFontMetrics) -> int:
        """The width of a cell in which every status of the module can be read whole."""
        return max(metrics.horizontalAdvance(one.title) for one in self._module.statuses) + SHAPE + 26 + 2 * INSET


def pill_height(metrics: QFontMetrics) -> int:
    """The height of a pill that holds a line of this font."""
    return metrics.height()


def paint_pill(painter: QPainter, cell: QRectF, title: str, mark: Mark, ink: QColor) -> None:
    """A rounded field of the mark's fill with its shape and the title, inside a cell."""
    room = cell.adjusted(INSET, 0, -INSET, 0)
    metrics = QFontMetrics(painter.font())
    words = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()) - SHAPE - 22)
    width = min(room.width(), metrics.horizontalAdvance(words) + SHAPE + 24)
    height = pill_height(metrics)
    pill = QRectF(room.x(), room.center().y() - height / 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mark.fill))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(ink)
    painter.drawText(pill.adjusted(SHAPE + 14, 0, -8, 0), int(Qt.AlignmentFlag.AlignVCenter), words)
    painter.restore()
    paint_mark(painter, QRectF(pill.x() + 8, pill.center().y() - SHAPE / 2, SHAPE, SHAPE), mark)
