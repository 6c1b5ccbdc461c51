"""The list below the search box: headings, hits with what they are, and what is to be said where there are none."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from widgets.plain import plain_label
from widgets.record_delegate import INSET, SHAPE, paint_pill
from widgets.search_hits import Hit
from widgets.theme import Appearance, set_role

HIT = Qt.ItemDataRole.UserRole
LEAST, MARGIN = 460, 8
"""Pixels of the list's width, for text of the usual size, and to the sides of the window."""
PAGE = 6
KEYS = "↑ ↓ — выбрать · Enter — открыть · Esc — закрыть"
KEYS_OF_ADDRESS = "Enter — на карту · Ctrl+Enter — новое сообщение · Esc — закрыть"


class SearchList(QFrame):
    """Lies over the window while it is open; the keyboard stays in the box above it."""

    taken = Signal(object)
    """The `Hit` that was clicked."""
    turned = Signal(object)
    """The `Hit` that is chosen now; None: none."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance, self._offers = appearance, False
        set_role(self, "drop")
        self._model = QStandardItemModel(self)
        self.view = QListView()
        self.view.setModel(self._model)
        self.view.setItemDelegate(HitDelegate(appearance, self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setMouseTracking(True)
        self.view.setAccessibleName("Найденное")
        set_role(self.view, "hits")
        self.view.clicked.connect(self._clicked)
        self.view.selectionModel().currentChanged.connect(lambda now, _: self._turn(now))
        self.foot = plain_label(KEYS, "caption", wrap=True)
        self.foot.setContentsMargins(10, 4, 10, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.foot)
        self.hide()

    def fill(self, hits: Sequence[Hit], words: Sequence[str] = (), *, title: str = "", offers: bool = False) -> None:
        """Show hits under their headings, then these words. The chosen line stays chosen if it is there again.

        `title`: heads the words. `offers`: a new card can begin at an address.
        """
        chosen, self._offers, group = self.chosen(), offers, ""
        self._model.clear()
        for one in hits:
            if one.group != group:
                self._model.appendRow(_words(one.group, "heading"))
                group = one.group
            self._model.appendRow(_line(one))
        if title:
            self._model.appendRow(_words(title, "heading"))
        for text in words:
            self._model.appendRow(_words(text, "words"))
        self.foot.setVisible(bool(hits))
        rows = [row for row in range(self._model.rowCount()) if self._hit(row)]
        row = next((row for row in rows if chosen and self._hit(row) == chosen), rows[0] if rows else -1)
        self.view.setCurrentIndex(self._model.index(row, 0))
        if row < 2:
            self.view.scrollToTop()
        self._turn(self.view.currentIndex())

    def texts(self) -> list[str]:
        """What stands in the list, line by line."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    def hits(self) -> list[Hit]:
        return [one for row in range(self._model.rowCount()) if (one := self._hit(row))]

    def chosen(self) -> Hit | None:
        found: Hit | None = self.view.currentIndex().data(HIT) if self.view.currentIndex().isValid() else None
        return found

    def step(self, lines: int) -> None:
        """Choose the hit that is so many lines below; at the ends it goes on at the other one, line by line only."""
        rows = [row for row in range(self._model.rowCount()) if self._hit(row)]
        if not rows:
            return
        now = self.view.currentIndex().row()
        at = rows.index(now) + lines if now in rows else 0
        at = at % len(rows) if abs(lines) == 1 else min(max(at, 0), len(rows) - 1)
        self.view.setCurrentIndex(self._model.index(rows[at], 0))
        if at == 0:
            self.view.scrollToTop()

    def open_under(self, box: QWidget) -> None:
        """Lie below a widget, in its window, as high as what is in it and as wide as its lines want."""
        window = box.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        width = min(max(box.width(), self._appearance.theme.length(LEAST)), window.width() - 2 * MARGIN)
        corner = box.mapTo(window, QPoint(0, box.height() + 2))
        left = max(MARGIN, min(corner.x(), window.width() - MARGIN - width))
        self.setFixedWidth(width)
        foot = 0 if self.foot.isHidden() else self.foot.heightForWidth(width)
        rows = sum(self.view.sizeHintForRow(row) for row in range(self._model.rowCount()))
        height = min(rows + foot + 12, window.height() - corner.y() - MARGIN)
        self.setGeometry(left, corner.y(), width, max(height, 0))
        self.show()
        self.raise_()

    def _hit(self, row: int) -> Hit | None:
        found: Hit | None = self._model.item(row).data(HIT)
        return found

    def _turn(self, index: QModelIndex) -> None:
        one: Hit | None = index.data(HIT) if index.isValid() else None
        self.foot.setText(KEYS_OF_ADDRESS if one and one.address and self._offers else KEYS)
        self.turned.emit(one)

    def _clicked(self, index: QModelIndex) -> None:
        if (one := index.data(HIT)) is not None:
            self.taken.emit(one)


def _line(one: Hit) -> QStandardItem:
    item = QStandardItem(one.title)
    item.setData(one, HIT)
    item.setData(one.told, Qt.ItemDataRole.AccessibleTextRole)
    return item


def _words(text: str, role: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(role, Qt.ItemDataRole.AccessibleDescriptionRole)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


class HitDelegate(QStyledItemDelegate):
    """Paints a hit in one line or two, and headings and words in their place. All texts are plain."""

    SIDE, ABOVE = 10, 4

    def __init__(self, appearance: Appearance, view: QListView) -> None:
        super().__init__(view)
        self._appearance, self._view = appearance, view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        one: Hit | None = index.data(HIT)
        text, small = (QFontMetrics(self._appearance.theme.font(size)).height() for size in ("text", "small"))
        if one is None:
            return QSize(100, small + 3 * self.ABOVE)
        return QSize(100, text + (small + 2 if _two(one) else 0) + 2 * self.ABOVE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, one = self._appearance.theme, index.data(HIT)
        room = option.rect.adjusted(self.SIDE, self.ABOVE, -self.SIDE, -self.ABOVE)
        painter.save()
        if one is None:
            heading = index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "heading"
            painter.setFont(theme.font("small", bold=heading))
            painter.setPen(theme.colour("muted"))
            _write(painter, room, str(index.data() or ""), Qt.AlignmentFlag.AlignLeft)
        else:
            if index == self._view.currentIndex():
                painter.fillRect(option.rect, theme.colour("selection"))
            self._paint_hit(painter, room, one)
        painter.restore()

    def _paint_hit(self, painter: QPainter, room: QRect, one: Hit) -> None:
        theme = self._appearance.theme
        first = QRect(room.x(), room.y(), room.width(), QFontMetrics(theme.font()).height())
        below = QRect(room.x(), first.bottom() + 3, room.width(), QFontMetrics(theme.font("small")).height())
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("muted"))
        kind = _write(painter, first, one.kind, Qt.AlignmentFlag.AlignRight)
        if _two(one):
            self._paint_second(painter, below, one)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        _write(painter, first.adjusted(0, 0, -kind - 12, 0), one.title, Qt.AlignmentFlag.AlignLeft)

    def _paint_second(self, painter: QPainter, room: QRect, one: Hit) -> None:
        """What it is about on the left; when it was, and how it stands, on the right."""
        theme, right = self._appearance.theme, 0
        if one.status_title:
            mark = theme.tones[one.status.tone if one.status else "closed"]
            words = painter.fontMetrics().horizontalAdvance(one.status_title)
            width = min(words + SHAPE + 24 + 2 * INSET, room.width() // 2)
            pill = QRectF(room.right() + 1 + INSET - width, room.y(), width, room.height())
            paint_pill(painter, pill, one.status_title, mark, theme.colour("text"))
            right = width
        painter.setPen(theme.colour("muted"))
        when = _write(painter, room.adjusted(0, 0, -right - 4, 0), one.when, Qt.AlignmentFlag.AlignRight)
        _write(painter, room.adjusted(0, 0, -right - when - 16, 0), one.about, Qt.AlignmentFlag.AlignLeft)


def _two(one: Hit) -> bool:
    return bool(one.about or one.when or one.status_title)


def _write(painter: QPainter, room: QRect, text: str, side: Qt.AlignmentFlag) -> int:
    """A line of plain text, shortened to its room; how wide it has become."""
    metrics = painter.fontMetrics()
    short = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), short)
    return metrics.horizontalAdvance(short)
