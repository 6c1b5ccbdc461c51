"""The chart of the works in time: only the rows that are seen are painted, so ten thousand cost what thirty do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from citymanager.clashes import Clash, told
from citymanager.clashes.clash import OPEN_ENDED
from citymanager.schema import Module, Tone
from citymanager.text import plural
from citymanager.work_terms import Lasting, Span
from widgets.marks import paint_mark
from widgets.panels.clash_model import level
from widgets.panels.time_axis import Axis, axis
from widgets.plain import tip
from widgets.theme import Appearance, Mark

LABELS = 250
"""Pixels of the names on the left, with text of the usual size."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    row: int
    head: int
    labels: int


class TimelineChart(QAbstractScrollArea):
    """Bars of what was planned and of what was done, clashes over them, and the line of today.

    `chosen` and `opened` carry an order's id. Keys: up and down by a row or a page, left and right by a week.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, module: Module, appearance: Appearance, today: date) -> None:
        super().__init__()
        self._appearance = appearance
        self._tones: Mapping[str, Tone] = {one.key: one.tone for one in module.statuses}
        self._titles = {one.key: one.title for one in module.statuses}
        self.rows: Sequence[Lasting] = ()
        self.current = ""
        """The order that is chosen."""
        self.painted = 0
        """Rows that the last painting drew."""
        self._clashes: Mapping[str, Sequence[Clash]] = {}
        self.axis: Axis = axis(today, today, today, "week")
        self.today = today
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("График работ")
        appearance.changed.connect(self._fit)

    # what is shown

    def show_rows(self, rows: Sequence[Lasting], clashes: Mapping[str, Sequence[Clash]], ruler: Axis) -> None:
        """These orders, what each clashes with, and the axis that they lie on; the day in the middle stays there."""
        middle = self.axis.day(self.horizontalScrollBar().value() + self._across() / 2)
        self.rows, self._clashes, self.axis = rows, clashes, ruler
        self._fit()
        self.go_to(middle)

    def go_to(self, day: date) -> None:
        """Bring a day into the middle."""
        self.horizontalScrollBar().setValue(round(self.axis.x(day) - self._across() / 2))

    def choose(self, ident: str) -> None:
        """Show an order as chosen, and bring its row into sight; one that is not here, as none."""
        place = next((n for n, one in enumerate(self.rows) if one.ident == ident), -1)
        self.current = ident if place >= 0 else ""
        if place >= 0:
            self._reveal(place)
        self.viewport().update()

    def _reveal(self, place: int) -> None:
        size, bar = self._sizes(), self.verticalScrollBar()
        top, seen = place * size.row, self.viewport().height() - size.head
        bar.setValue(min(max(bar.value(), top + size.row - seen), top))
        one = self.rows[place]
        left, right = self.axis.x(one.first), self.axis.x(one.last + timedelta(days=1))
        seen_from = self.horizontalScrollBar().value()
        if right < seen_from or left > seen_from + self._across():
            self.go_to(one.first)
        self.setAccessibleDescription(self._told(one))

    # geometry

    def _sizes(self) -> _Sizes:
        high = self.fontMetrics().height()
        return _Sizes(high + 10, high * 2 + 8, min(round(LABELS * high / 18), self.viewport().width() // 2))

    def _across(self) -> int:
        return max(self.viewport().width() - self._sizes().labels, 1)

    def _fit(self) -> None:
        size = self._sizes()
        down = max(self.viewport().height() - size.head, 1)
        self.verticalScrollBar().setRange(0, max(len(self.rows) * size.row - down, 0))
        self.verticalScrollBar().setPageStep(down)
        self.verticalScrollBar().setSingleStep(size.row)
        self.horizontalScrollBar().setRange(0, max(self.axis.width - self._across(), 0))
        self.horizontalScrollBar().setPageStep(self._across())
        self.horizontalScrollBar().setSingleStep(max(round(self.axis.day_width * 7), 1))
        self.viewport().update()

    def _row_at(self, y: float) -> int:
        """The number of the row at a height; -1 where there is none."""
        size = self._sizes()
        place = int(y - size.head + self.verticalScrollBar().value()) // size.row
        return place if y >= size.head and 0 <= place < len(self.rows) else -1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, size, theme = QPainter(self.viewport()), self._sizes(), self._appearance.theme
        painter.fillRect(self.viewport().rect(), theme.colour("field"))
        top = self.verticalScrollBar().value()
        seen = range(top // size.row, min(len(self.rows), (top + self.viewport().height() - size.head) // size.row + 2))
        chart = QRect(size.labels, size.head, self._across(), self.viewport().height() - size.head)
        self._paint_ticks(painter, size, chart)
        for place in seen:
            self._paint_row(painter, self.rows[place], size, size.head + place * size.row - top, chart)
        self._paint_head(painter, size)
        self._paint_today(painter, size)
        self.painted = len(seen)
        painter.end()

    def _x(self, day: date, size: _Sizes) -> float:
        return size.labels + self.axis.x(day) - self.horizontalScrollBar().value()

    def _paint_ticks(self, painter: QPainter, size: _Sizes, chart: QRect) -> None:
        theme, since = self._appearance.theme, self.axis.day(self.horizontalScrollBar().value())
        painter.setClipRect(chart)
        for tick in self.axis.ticks(since, since + timedelta(days=round(chart.width() / self.axis.day_width) + 1)):
            painter.setPen(theme.colour("edge" if tick.strong else "line"))
            painter.drawLine(
                QPointF(self._x(tick.day, size), chart.top()), QPointF(self._x(tick.day, size), chart.bottom())
            )
        painter.setClipping(False)

    def _paint_head(self, painter: QPainter, size: _Sizes) -> None:
        theme, high = self._appearance.theme, self.fontMetrics().height()
        painter.fillRect(0, 0, self.viewport().width(), size.head, theme.colour("raised"))
        painter.setPen(theme.colour("muted"))
        painter.drawText(QRect(10, 0, size.labels - 14, size.head), Qt.AlignmentFlag.AlignVCenter, "Ордер, адрес")
        painter.setClipRect(QRect(size.labels, 0, self._across(), size.head))
        since = self.axis.day(self.horizontalScrollBar().value()) - timedelta(days=31)
        for tick in self.axis.ticks(since, since + timedelta(days=round(self._across() / self.axis.day_width) + 62)):
            top = 2 if tick.strong else high + 4
            painter.setPen(theme.colour("text" if tick.strong else "muted"))
            painter.drawText(QPointF(self._x(tick.day, size) + 4, top + self.fontMetrics().ascent()), tick.words)
        painter.setClipping(False)

    def _paint_today(self, painter: QPainter, size: _Sizes) -> None:
        x = self._x(self.today, size) + self.axis.day_width / 2
        if x >= size.labels:
            painter.setPen(QPen(self._appearance.theme.colour("accent"), 2))
            painter.drawLine(QPointF(x, size.head - 6), QPointF(x, self.viewport().height()))

    def _paint_row(self, painter: QPainter, one: Lasting, size: _Sizes, top: int, chart: QRect) -> None:
        theme = self._appearance.theme
        if one.ident == self.current:
            painter.fillRect(0, top, self.viewport().width(), size.row, theme.colour("selection"))
        mark = theme.tones[self._tones.get(one.status, "work")]
        side = size.row - 14
        paint_mark(painter, QRectF(8, top + 7, side, side), mark)
        painter.setPen(theme.colour("text"))
        room = QRect(side + 16, top, size.labels - side - 24, size.row)
        words = self.fontMetrics().elidedText(_named(one), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)
        painter.setClipRect(chart)
        self._paint_bars(painter, one, size, top, mark)
        painter.setClipping(False)

    def _paint_bars(self, painter: QPainter, one: Lasting, size: _Sizes, top: int, mark: Mark) -> None:
        """What was planned is a pale bar with an edge, what was done a full one within, a clash is hatched."""
        colour = QColor(mark.colour)
        if one.planned is not None:
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QColor(mark.fill))
            painter.drawRect(self._bar(one.planned, size, top + 4, size.row - 9))
        painter.setPen(Qt.PenStyle.NoPen)
        if one.actual is not None:
            painter.fillRect(self._bar(one.actual, size, top + size.row // 2 - 3, 6), colour)
        for clash in self._clashes.get(one.ident, ()):
            until = min(clash.until, one.last) if clash.until == OPEN_ENDED else clash.until
            painter.setBrush(
                QBrush(QColor(self._appearance.theme.levels[level(clash)].colour), Qt.BrushStyle.BDiagPattern)
            )
            painter.drawRect(self._bar((clash.since, max(clash.since, until)), size, top + 4, size.row - 9))

    def _bar(self, span: Span, size: _Sizes, top: int, high: int) -> QRectF:
        left, right = self._x(span[0], size), self._x(span[1] + timedelta(days=1), size)
        return QRectF(left, top, max(right - left, 3), high)

    # words

    def _told(self, one: Lasting) -> str:
        lines = [_named(one), self._titles.get(one.status, one.status)]
        lines += [f"{title}: {span[0]:%d.%m.%Y}–{span[1]:%d.%m.%Y}" for title, span in
                  (("План", one.planned), ("Факт", one.actual)) if span is not None]  # fmt: skip
        found = self._clashes.get(one.ident, ())
        lines += [told(clash) for clash in found[:3]]
        if len(found) > 3:
            lines.append(f"и ещё {plural(len(found) - 3, 'пересечение', 'пересечения', 'пересечений')}")
        return "\n".join(lines)

    # mouse and keys

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            place = self._row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), tip(self._told(self.rows[place])) if place >= 0 else "", self)
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._row_at(event.position().y())
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pick(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._row_at(event.position().y()) >= 0:
            self.opened.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = next((n for n, one in enumerate(self.rows) if one.ident == self.current), -1)
        page = max(self.verticalScrollBar().pageStep() // self._sizes().row, 1)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        bar = self.horizontalScrollBar()
        if event.key() in steps and self.rows:
            self._pick(min(max(place + steps[Qt.Key(event.key())], 0), len(self.rows) - 1))
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            bar.setValue(bar.value() + (bar.singleStep() if event.key() == Qt.Key.Key_Right else -bar.singleStep()))
        else:
            event.ignore()

    def _pick(self, place: int) -> None:
        self.choose(self.rows[place].ident)
        self.chosen.emit(self.current)


def _named(one: Lasting) -> str:
    return " · ".join(part for part in (one.number, one.address) if part) or "без номера"
