"""The wall's pieces: one line of text that never wraps, a counter, a card, and the mark that proves a live picture."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from citymanager.schema import Tone
from widgets.age_label import paint_stripes
from widgets.marks import paint_mark
from widgets.theme import Appearance, Mark, Theme
from widgets.viewing import HEADLINE, VALUE, Viewing
from widgets.wall_facts import LATEST, Card


class WallText(QWidget):
    """One line of plain text of a given visual angle, cut with an ellipsis where it has no room."""

    def __init__(
        self, theme: Theme, viewing: Viewing, minutes: float = VALUE, colour: str = "text", bold: bool = False
    ) -> None:
        super().__init__()
        self._colour = theme.colour(colour)
        self.minutes, self.text = minutes, ""
        font = theme.font(bold=bold)
        font.setPixelSize(viewing.letter(font, minutes))
        font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def say(self, text: str) -> None:
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text) + 2, metrics.height())

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._colour)
        shown = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class WallMark(QWidget):
    """The shape of a tone or level, as high as a capital letter of its neighbour."""

    def __init__(self, mark: Mark, size: int) -> None:
        super().__init__()
        self._mark = mark
        self.setFixedSize(size, size)

    def show_mark(self, mark: Mark) -> None:
        self._mark = mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), self._mark)
        painter.end()


class StalePart(QWidget):
    """The age of the data; striped when they are stale."""

    EDGE = 10
    """Pixels of stripes beside the words."""

    def __init__(self, label: WallText, appearance: Appearance) -> None:
        super().__init__()
        self.label, self._appearance, self.stale = label, appearance, False
        line = QHBoxLayout(self)
        line.setContentsMargins(self.EDGE, 0, self.EDGE, 0)
        line.addWidget(label, 1)

    def show_age(self, text: str, stale: bool) -> None:
        self.stale = stale
        self.label.say(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.stale:
            painter = QPainter(self)
            paint_stripes(painter, self.width(), self.height(), self._appearance)
            painter.end()


class Counter(QWidget):
    """How many records have a tone: shape, number, word."""

    def __init__(self, theme: Theme, viewing: Viewing, tone: Tone) -> None:
        super().__init__()
        mark = theme.tones[tone]
        self.number = WallText(theme, viewing, HEADLINE * 1.2, bold=True)
        self.number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.word = WallText(theme, viewing, VALUE, "muted")
        self.word.say(mark.word)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(viewing.pixels(16))
        line.addWidget(WallMark(mark, self.number.font().pixelSize() * 2 // 3))
        line.addWidget(self.number)
        line.addWidget(self.word, 1)


class CardRow(QWidget):
    """One of the latest records, in two lines."""

    def __init__(self, theme: Theme, viewing: Viewing) -> None:
        super().__init__()
        self._theme = theme
        self.what = WallText(theme, viewing, VALUE, bold=True)
        self.where = WallText(theme, viewing, VALUE, "muted")
        self._mark = WallMark(theme.tones["new"], self.what.font().pixelSize() * 2 // 3)
        head = QHBoxLayout()
        head.setSpacing(viewing.pixels(14))
        head.addWidget(self._mark)
        head.addWidget(self.what, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 4, 0, 4)
        lines.setSpacing(0)
        lines.addLayout(head)
        lines.addWidget(self.where)

    def show_card(self, card: Card) -> None:
        self._mark.show_mark(self._theme.tones[card.tone])
        self.what.say(" · ".join(part for part in (card.when, card.what) if part))
        self.where.say(card.where or "адрес не указан")


class CardList(QWidget):
    """As many of the latest records as there is room for, spread over its height; none is cut in half."""

    def __init__(self, theme: Theme, viewing: Viewing) -> None:
        super().__init__()
        self.rows = [CardRow(theme, viewing) for _ in range(LATEST)]
        self._used = 0
        for row in self.rows:
            row.setParent(self)

    def show_cards(self, cards: Sequence[Card]) -> None:
        self._used = len(cards)
        for row, card in zip(self.rows, cards, strict=False):
            row.show_card(card)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        height = self.rows[0].sizeHint().height()
        room = min(self.height() // height, len(self.rows)) if height else 0
        step = self.height() / room if room else 0
        for number, row in enumerate(self.rows):
            row.setGeometry(0, round(number * step + (step - height) / 2), self.width(), height)
            row.setVisible(number < min(self._used, room))


class Line(QWidget):
    """What parts the counters from the records."""

    def __init__(self, theme: Theme, height: int) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedHeight(height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("line"))
        painter.end()


class Pulse(QWidget):
    """A marker that goes along a line once a minute and a step each second: it stands still only with the picture."""

    STEPS = 60

    def __init__(self, theme: Theme, height: int) -> None:
        super().__init__()
        self._theme, self.step = theme, 0
        self.setFixedHeight(height)

    def beat(self, second: int) -> None:
        self.step = second % self.STEPS
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("line"))
        width = self.width() / self.STEPS
        painter.fillRect(QRectF(self.step * width, 0, width, self.height()), self._theme.colour("accent"))
        painter.end()
