"""Rows of text broken into pages and painted, on any device that has pages: PDF or a printer.

Texts are painted as they are: nothing here knows any markup. A row that is taller than a page goes on on the next one.
Made for a thread of its own: `at` is told how far it is, and may stop it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextLayout,
    QTextOption,
)

from widgets.printing.paper import Paper, printable
from widgets.theme import FAMILIES

MARGIN_MM = 12.0
RESOLUTION = 300
PAD = 0.35
"""Room around the text of a cell, in heights of its line."""
FEWEST = 3
"""Lines of a row that are worth beginning it at the foot of a page."""
INK, FAINT, LINE = QColor("#000000"), QColor("#555555"), QColor("#b0b0b0")

At = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Block:
    """A row, broken into lines for its columns."""

    cells: Sequence[Sequence[str]]
    heading: bool

    @property
    def lines(self) -> int:
        return max((len(one) for one in self.cells), default=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a block that stand on one page."""

    block: Block
    first: int
    last: int


class Pages:
    """A paper laid out for one device."""

    def __init__(self, paper: Paper, device: QPagedPaintDevice, at: At) -> None:
        self._paper, self._device = paper, device
        self.text, self.bold = page_font(9), page_font(9, bold=True)
        self.small, self.title = page_font(7.5), page_font(14, bold=True)
        self._line = QFontMetricsF(self.text, device).height()
        self._width, self._height = float(device.width()), float(device.height())
        whole = sum(one.share for one in paper.columns) or 1.0
        self._widths = [self._width * one.share / whole for one in paper.columns]
        self._top = self._head_lines()
        self._columns = self._column_titles()
        self.pages = self._broken(at)

    # breaking

    def _head_lines(self) -> list[tuple[QFont, str]]:
        about = [(self.text, line) for one in self._paper.about for line in self._wrapped(one, self.text, self._width)]
        return [(self.title, line) for line in self._wrapped(self._paper.title, self.title, self._width)] + about

    def _column_titles(self) -> Block | None:
        titles = [one.title for one in self._paper.columns]
        return self._block(tuple(titles), self.bold) if any(titles) else None

    def _block(self, row: Sequence[str], font: QFont) -> Block:
        if len(row) == 1:
            return Block([self._wrapped(row[0], self.bold, self._width)], heading=True)
        room = self._line * PAD * 2
        return Block(
            [self._wrapped(text, font, width - room) for text, width in zip(row, self._widths, strict=True)], False
        )  # fmt: skip

    def _wrapped(self, text: str, font: QFont, width: float) -> list[str]:
        found: list[str] = []
        metrics = QFontMetricsF(font, self._device)
        for paragraph in printable(text).split("\n"):
            if metrics.horizontalAdvance(paragraph) <= width:
                found.append(paragraph)
            else:
                found += _lines(paragraph, font, width, self._device)
        return found

    def _broken(self, at: At) -> list[list[Piece]]:
        pages: list[list[Piece]] = [[]]
        left = self._room(first=True)
        for number, row in enumerate(self._paper.rows):
            if number % 50 == 0:
                at(number, 2 * len(self._paper.rows))
            block, first = self._block(row, self.text), 0
            while first < block.lines:
                last = first + self._fitting(block.lines - first, left, begun=bool(pages[-1]))
                if last == first:
                    pages.append([])
                    left = self._room(first=False)
                    continue
                pages[-1].append(Piece(block, first, last))
                left -= (last - first) * self._line + self._padding
                first = last
        return pages

    def _fitting(self, lines: int, left: float, *, begun: bool) -> int:
        """How many of a row's lines to put on this page; 0: none, it begins on the next one."""
        fits = int((left - self._padding) / self._line)
        if fits >= lines:
            return lines
        whole = int((self._room(first=False) - self._padding) / self._line)
        if begun and (lines <= whole or fits < FEWEST):
            return 0
        return max(fits, 1)  # on a page that is too small for anything: a line at a time

    @property
    def _padding(self) -> float:
        return self._line * PAD * 2

    def _room(self, *, first: bool) -> float:
        """Height for rows on a page."""
        room = self._height - self._line * 2.2
        if self._columns is not None:
            room -= self._columns.lines * self._line + self._padding
        return room - self._head_height() if first else room

    def _head_height(self) -> float:
        return sum(QFontMetricsF(font, self._device).height() for font, _ in self._top) + self._line

    # painting

    def paint(self, at: At) -> None:
        """Paint every page on the device."""
        painter = QPainter(self._device)
        try:
            for number, page in enumerate(self.pages):
                at(len(self.pages) + number, 2 * len(self.pages))
                if number:
                    self._device.newPage()
                self._paint_page(painter, page, number)
        finally:
            painter.end()

    def _paint_page(self, painter: QPainter, page: Sequence[Piece], number: int) -> None:
        y = 0.0 if number else self._paint_head(painter)
        if self._columns is not None:
            y = self._paint_piece(painter, Piece(self._columns, 0, self._columns.lines), y, self.bold)
        for piece in page:
            y = self._paint_piece(painter, piece, y, self.bold if piece.block.heading else self.text)
        painter.setFont(self.small)
        painter.setPen(FAINT)
        foot = QRectF(0, self._height - self._line * 1.2, self._width, self._line * 1.2)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self._paper.foot)
        pages = f"страница {number + 1} из {len(self.pages)}"
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, pages)

    def _paint_head(self, painter: QPainter) -> float:
        y = 0.0
        painter.setPen(INK)
        for font, line in self._top:
            metrics = QFontMetricsF(font, self._device)
            painter.setFont(font)
            painter.drawText(QPointF(0, y + metrics.ascent()), line)
            y += metrics.height()
        return y + self._line

    def _paint_piece(self, painter: QPainter, piece: Piece, y: float, font: QFont) -> float:
        metrics = QFontMetricsF(font, self._device)
        painter.setFont(font)
        painter.setPen(INK)
        x, pad = 0.0, self._line * PAD
        spans = [self._width] if piece.block.heading else self._widths
        for number, (cell, width) in enumerate(zip(piece.block.cells, spans, strict=True)):
            right = not piece.block.heading and self._paper.columns[number].align == "right"
            for row, line in enumerate(cell[piece.first : piece.last]):
                at = x + (width - pad - metrics.horizontalAdvance(line) if right else pad)
                painter.drawText(QPointF(at, y + pad + row * self._line + metrics.ascent()), line)
            x += width
        below = y + (piece.last - piece.first) * self._line + self._padding
        painter.setPen(LINE)
        painter.drawLine(QPointF(0, below), QPointF(self._width, below))
        return below


def pdf(paper: Paper, at: At, *, landscape: bool) -> bytes:
    """The paper as a PDF of A4 pages. Nothing of it touches the disk."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(RESOLUTION)
    writer.setCreator("АРМ «Ситименеджер»")
    writer.setTitle(paper.title)
    lay_out(writer, landscape=landscape)
    Pages(paper, writer, at).paint(at)
    return bytes(buffer.data().data())


def lay_out(
    device: QPagedPaintDevice, *, landscape: bool, paper: QPageSize.PageSizeId = QPageSize.PageSizeId.A4
) -> None:
    """This paper with our margins."""
    way = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    size = QPageSize(paper)
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    device.setPageLayout(QPageLayout(size, way, margins, QPageLayout.Unit.Millimeter))


def _lines(text: str, font: QFont, width: float, device: QPagedPaintDevice) -> list[str]:
    """A paragraph broken where its words end, or anywhere if a word is longer than the line."""
    layout = QTextLayout(text, font, device)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    units = text.encode("utf-16-le", "surrogatepass")  # Qt counts in these
    found = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start = line.textStart() * 2
        found.append(units[start : start + line.textLength() * 2].decode("utf-16-le", "surrogatepass"))
    layout.endLayout()
    return found


def page_font(points: float, *, bold: bool = False) -> QFont:
    """A letter of paper."""
    font = QFont(FAMILIES)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font
