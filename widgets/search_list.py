"""The list below the search box: headings, hits with what they are, and what is to be said where there are none."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from citymanager.address_words import in_russian_layout
from citymanager.text import words
from widgets.plain import plain_label
from widgets.search_delegate import HIT, HitDelegate
from widgets.search_hits import Hit
from widgets.theme import Appearance, set_role

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
        self._appearance, self._offers, self._typed = appearance, False, ""
        self._box: QWidget | None = None
        """What it lies below."""
        set_role(self, "drop")
        self._model = QStandardItemModel(self)
        self.view = QListView()
        self.view.setModel(self._model)
        self._delegate = HitDelegate(appearance, self.view)
        self.view.setItemDelegate(self._delegate)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
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

    def fill(
        self, hits: Sequence[Hit], notes: Sequence[str] = (), *, typed: str = "", title: str = "", offers: bool = False
    ) -> None:
        """Show hits under their headings, then these notes. Another answer to what was `typed` chooses the best anew;
        what is added to the same one leaves the choice where it is.

        `title`: heads the notes. `offers`: a new card can begin at an address.
        """
        chosen, self._offers = self.chosen() if typed == self._typed else None, offers
        self._typed = typed
        self._delegate.mark(words_of(typed))
        self._model.clear()
        heads = [(title, "heading")] if title else []
        self._model.invisibleRootItem().appendRows(
            [*_lines(hits), *(_words(*one) for one in (*heads, *((text, "words") for text in notes)))]
        )
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
        if not self.isVisible():
            self._follow(box)
        width = min(max(box.width(), self._appearance.theme.length(LEAST)), window.width() - 2 * MARGIN)
        corner = box.mapTo(window, QPoint(0, box.height() + 2))
        left = max(MARGIN, min(corner.x(), window.width() - MARGIN - width))
        self.setFixedWidth(width)
        self._delegate.wide = width - 2
        foot = 0 if self.foot.isHidden() else self.foot.heightForWidth(width)
        rows = sum(self.view.sizeHintForRow(row) for row in range(self._model.rowCount()))
        height = min(rows + foot + 12, window.height() - corner.y() - MARGIN)
        self.setGeometry(left, corner.y(), width, max(height, 0))
        self.show()
        self.raise_()

    def _follow(self, box: QWidget) -> None:
        """Hear of it when the box moves with anything that holds it: an alarm comes above, a dock is drawn wider."""
        self._box = box
        holds: QWidget | None = box
        while holds is not None and holds is not box.window():
            holds.installEventFilter(self)
            holds = holds.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.isVisible() and self._box is not None:
            self.open_under(self._box)
        return super().eventFilter(watched, event)

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


def words_of(typed: str) -> list[str]:
    """What is to be found again in the lines: the words that were typed, also by the keys of the other layout.

    A lone letter would stand out all over the line; only if nothing else was typed does it.
    """
    found = words(typed) + (words(in_russian_layout(typed)) if typed.isascii() else [])
    return [one for one in found if len(one) > 1 or one.isdigit()] or found


def _lines(hits: Sequence[Hit]) -> Iterator[QStandardItem]:
    """Each group's heading and its hits."""
    for group, those in groupby(hits, key=lambda one: one.group):
        yield _words(group, "heading")
        yield from map(_line, those)


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
