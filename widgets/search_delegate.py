"""Paints the lines of the search box's list: what was found, with the letters that were typed in bold."""

import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from citymanager.text import fold
from widgets.record_delegate import INSET, SHAPE, paint_pill
from widgets.search_hits import Hit
from widgets.theme import Appearance, Theme

HIT = Qt.ItemDataRole.UserRole
_NOWHERE = re.compile(r"(?!)()")
_SIGN = re.compile(r"[^\w\s]")


class HitDelegate(QStyledItemDelegate):
    """Paints a hit in one line or two, and headings and words in their place. All texts are plain."""

    SIDE, ABOVE, BETWEEN = 10, 4, 2
    LINE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
    NOTE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)

    def __init__(self, appearance: Appearance, view: QListView) -> None:
        super().__init__(view)
        self._appearance, self._view = appearance, view
        self.wide = 0
        """Of the list, in pixels: notes are folded to it."""
        self._typed = _NOWHERE
        self._dressed: Theme | None = None
        self._fonts: dict[tuple[str, bool], tuple[QFont, QFontMetrics]] = {}

    def mark(self, typed: Sequence[str]) -> None:
        """From now on these folded words stand out."""
        self._typed = beginnings(typed)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        one: Hit | None = index.data(HIT)
        if one is None:
            return QSize(100, self._note_height(str(index.data() or "")) + 3 * self.ABOVE)
        small = self._letters("small")[1].height()
        second = small + self.BETWEEN if _two(one) else 0
        return QSize(100, self._letters("text")[1].height() + second + 2 * self.ABOVE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        one: Hit | None = index.data(HIT)
        room = option.rect.adjusted(self.SIDE, self.ABOVE, -self.SIDE, -self.ABOVE)
        painter.save()
        if one is None:
            heading = index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "heading"
            painter.setFont(self._letters("small", bold=heading)[0])
            painter.setPen(self._appearance.theme.colour("muted"))
            painter.drawText(room, self.NOTE, str(index.data() or ""))
        else:
            chosen = index == self._view.currentIndex()
            if chosen or option.state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(option.rect, self._appearance.theme.colour("selection" if chosen else "hover"))
            self._paint_hit(painter, room, one)
        painter.restore()

    def _paint_hit(self, painter: QPainter, room: QRect, one: Hit) -> None:
        first = QRect(room.x(), room.y(), room.width(), self._letters("text")[1].height())
        kind = self._write_right(painter, first, one.kind)
        self._write_marked(painter, first.adjusted(0, 0, -kind - 12, 0), one.title, "text", "text")
        if _two(one):
            top = first.bottom() + 1 + self.BETWEEN
            self._paint_second(painter, QRect(room.x(), top, room.width(), self._letters("small")[1].height()), one)

    def _paint_second(self, painter: QPainter, room: QRect, one: Hit) -> None:
        """What it is about on the left; when it was, and how it stands, on the right."""
        theme, right = self._appearance.theme, 0
        font, metrics = self._letters("small")
        if one.status_title:
            mark = theme.tones[one.status.tone if one.status else "closed"]
            right = min(metrics.horizontalAdvance(one.status_title) + SHAPE + 24 + 2 * INSET, room.width() // 2)
            pill = QRectF(room.right() + 1 + INSET - right, room.y(), right, room.height())
            painter.setFont(font)
            paint_pill(painter, pill, one.status_title, mark, theme.colour("text"))
        when = self._write_right(painter, room.adjusted(0, 0, -right - 4 if right else 0, 0), one.when)
        self._write_marked(painter, room.adjusted(0, 0, -right - when - 16, 0), one.about, "small", "muted")

    def _note_height(self, text: str) -> int:
        room = QRect(0, 0, max(self.wide - 2 * self.SIDE, 100), 1_000)
        return self._letters("small")[1].boundingRect(room, self.NOTE, text).height()

    # letters

    def _letters(self, size: str, *, bold: bool = False) -> tuple[QFont, QFontMetrics]:
        """A font of the look in use and its measures; made once, because each line asks for some."""
        theme = self._appearance.theme
        if theme is not self._dressed:
            self._dressed, self._fonts = theme, {}
        if (size, bold) not in self._fonts:
            font = theme.font(size, bold=bold)
            self._fonts[size, bold] = font, QFontMetrics(font)
        return self._fonts[size, bold]

    def _write(self, painter: QPainter, room: QRect, text: str, size: str, ink: str, *, bold: bool = False) -> int:
        """Plain text from the left of its room; how wide it is."""
        font, metrics = self._letters(size, bold=bold)
        painter.setFont(font)
        painter.setPen(self._appearance.theme.colour(ink))
        painter.drawText(room, self.LINE, text)
        return metrics.horizontalAdvance(text)

    def _write_right(self, painter: QPainter, room: QRect, text: str) -> int:
        wide = self._letters("small")[1].horizontalAdvance(text)
        return self._write(painter, room.adjusted(room.width() - wide, 0, 0, 0), text, "small", "muted") if text else 0

    def _write_marked(self, painter: QPainter, room: QRect, text: str, size: str, ink: str) -> None:
        """A line shortened to its room, in which what was typed is bold."""
        line = " ".join(text.split())
        (_, plain), (_, bold) = self._letters(size), self._letters(size, bold=True)
        pieces = list(parts(line, self._typed))
        wider = sum(bold.horizontalAdvance(one) - plain.horizontalAdvance(one) for one, typed in pieces if typed)
        short = plain.elidedText(line, Qt.TextElideMode.ElideRight, room.width() - wider)
        for part, typed in pieces if short == line else parts(short, self._typed):
            room.setLeft(room.x() + self._write(painter, room, part, size, "text" if typed else ink, bold=typed))


def beginnings(typed: Sequence[str]) -> re.Pattern[str]:
    """Finds, as its first group, where a word begins with one of these folded ones; a number, behind noughts too."""
    told = "|".join(map(re.escape, sorted(typed, key=len, reverse=True)))
    return re.compile(rf"(?<![^\W_])0*({told})") if told else _NOWHERE


def parts(line: str, typed: re.Pattern[str]) -> Iterator[tuple[str, bool]]:
    """A line in pieces, each with whether it was typed. Where folding moves letters, nothing stands out."""
    folded, at = fold(_SIGN.sub(" ", line)), 0  # «…» would be folded to three dots
    for found in typed.finditer(folded) if len(folded) == len(line) else ():
        if found.start(1) > at:
            yield line[at : found.start(1)], False
        yield line[found.start(1) : found.end(1)], True
        at = found.end(1)
    yield line[at:], False


def _two(one: Hit) -> bool:
    return bool(one.about or one.when or one.status_title)
