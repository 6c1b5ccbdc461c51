"""A map on one sheet: title, what it is true of, the picture with north, the legend beside or below it, who printed it.

The picture is drawn for the room that it has here; scale bar and attribution of the base map are in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageSize,
    QPainter,
    QPainterPath,
    QPdfWriter,
    QPolygonF,
)

from citymanager.text import plural
from widgets.parts import MapPicture
from widgets.printing.pages import FAINT, INK, LINE, MARGIN_MM, RESOLUTION, lay_out, page_font
from widgets.printing.paper import printable

PAPERS = {"А4": QPageSize.PageSizeId.A4, "А3": QPageSize.PageSizeId.A3}
HEAD, FOOT, GAP = 17.0, 7.0, 4.0
"""Millimetres: above the picture, below it, and between it and the legend."""
CREDITED = 0.6
"""Share of the foot's width that whose the map is may take."""
LEGEND_WIDE, LEGEND_HIGH = 52.0, 46.0
"""Of the legend beside a landscape picture, and below a portrait one."""
ROW, MARK = 4.6, 3.2
GUESTS = "Временные слои"
EMPTY = "На этом участке записей нет."


@dataclass(frozen=True)
class Format:
    """The paper: its name in PAPERS and which way it lies."""

    paper: str
    landscape: bool

    @property
    def room(self) -> QSizeF:
        """Millimetres within the margins."""
        size = QPageSize(PAPERS[self.paper]).size(QPageSize.Unit.Millimeter)
        turned = size.transposed() if self.landscape else size
        return turned - QSizeF(2 * MARGIN_MM, 2 * MARGIN_MM)

    def places(self, room: QSizeF) -> tuple[QRectF, QRectF]:
        """Where the picture and the legend stand within so much room."""
        body = QRectF(0, HEAD, room.width(), room.height() - HEAD - FOOT)
        if self.landscape:
            picture = body.adjusted(0, 0, -LEGEND_WIDE - GAP, 0)
            return picture, QRectF(picture.right() + GAP, HEAD, LEGEND_WIDE, body.height())
        picture = body.adjusted(0, 0, 0, -LEGEND_HIGH - GAP)
        return picture, QRectF(0, picture.bottom() + GAP, body.width(), LEGEND_HIGH)


@dataclass(frozen=True)
class MapSheet:
    """What stands on the sheet. Every text is shown letter by letter."""

    title: str
    about: str
    """Under the title: the city, and how old the data are."""
    picture: MapPicture
    foot: str
    format: Format


def pdf(sheet: MapSheet) -> bytes:
    """The sheet as a PDF. Nothing of it touches the disk."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(RESOLUTION)
    writer.setCreator("АРМ «Ситименеджер»")
    writer.setTitle(sheet.title)
    lay_out(writer, landscape=sheet.format.landscape, paper=PAPERS[sheet.format.paper])
    paint(sheet, writer)
    return bytes(buffer.data().data())


def paint(sheet: MapSheet, device: QPagedPaintDevice) -> None:
    """Paint it on a device of any page size: on smaller paper the picture is smaller, and its scale bar with it."""
    painter = QPainter(device)
    try:
        _Painting(sheet, device, painter).all()
    finally:
        painter.end()


class _Painting:
    """One act of painting: lengths are millimetres, letters are points."""

    def __init__(self, sheet: MapSheet, device: QPagedPaintDevice, painter: QPainter) -> None:
        self._sheet, self._device, self._painter = sheet, device, painter
        self._mm = device.logicalDpiX() / 25.4
        self._room = QSizeF(device.width() / self._mm, device.height() / self._mm)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)

    def all(self) -> None:
        picture, legend = self._sheet.format.places(self._room)
        self._text(self._sheet.title, QRectF(0, 0, self._room.width(), 8), page_font(14, bold=True))
        self._text(self._sheet.about, QRectF(0, 8, self._room.width(), 6), page_font(9))
        north = self._map(picture)
        self._north(north)
        self._legend(legend)
        self._foot(page_font(7.5))

    def _foot(self, font: QFont) -> None:
        """Who printed it; on the right whose the map is, in letters that a smaller picture does not make smaller."""
        whose, wide = printable(self._sheet.picture.attribution), self._room.width()
        letters = QFontMetricsF(font, self._device).horizontalAdvance(whose) / self._mm
        right = wide - min(letters + 1, CREDITED * wide)
        top = self._room.height() - 5
        self._text(self._sheet.foot, QRectF(0, top, right - GAP if whose else wide, 5), font, FAINT)
        self._text(whose, QRectF(right, top, wide - right, 5), font, FAINT)

    def _map(self, place: QRectF) -> QPointF:
        """The picture in the middle of its place and a line around it; its right top corner."""
        image = self._sheet.picture.image
        size = QSizeF(image.size()).scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = place.left() if self._sheet.format.landscape else place.center().x() - size.width() / 2
        where = QRectF(QPointF(left, place.top()), size)
        self._painter.drawImage(self._dots(where), image)
        self._painter.setPen(LINE)
        self._painter.drawRect(self._dots(where))
        return where.topRight()

    def _north(self, corner: QPointF) -> None:
        """The map is never turned: north is where the sheet's top is."""
        disc = QRectF(corner.x() - 12, corner.y() + 3, 9, 12)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(255, 255, 255, 215))
        self._painter.drawRoundedRect(self._dots(disc), self._mm, self._mm)
        self._painter.setBrush(INK)
        x, y = disc.center().x(), disc.top() + 1
        arrow = [QPointF(x, y), QPointF(x + 2, y + 6), QPointF(x, y + 4.6), QPointF(x - 2, y + 6)]
        self._painter.drawPolygon(QPolygonF([one * self._mm for one in arrow]))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._text("С", QRectF(disc.left(), y + 6, disc.width(), 4.6), page_font(9, bold=True), middle=True)

    def _legend(self, place: QRectF) -> None:
        rows = list(self._rows())
        fits = max(1, int(place.height() / ROW))
        columns = max(1, round(place.width() / LEGEND_WIDE))
        wide = place.width() / columns
        if len(rows) > fits * columns:
            left = len(rows) - fits * columns + 1
            rows[-left:] = [(None, INK, f"… и ещё {plural(left, 'строка', 'строки', 'строк')}")]
        for number, (mark, colour, text) in enumerate(rows):
            column, row = divmod(number, fits)
            self._row(QRectF(place.left() + column * wide, place.top() + row * ROW, wide - 2, ROW), mark, colour, text)

    def _rows(self) -> Iterator[tuple[QPainterPath | None, QColor, str]]:
        """A line for each layer and each of its marks."""
        picture = self._sheet.picture
        if picture.guests:
            yield None, INK, GUESTS
            yield from picture.guests
        for group in picture.legend:
            if [words for *_, words in group.marks] != [group.title]:
                yield None, INK, group.title
            yield from group.marks
        if not picture.legend:
            yield None, FAINT, EMPTY
        yield from picture.signs

    def _row(self, place: QRectF, mark: QPainterPath | None, colour: QColor, text: str) -> None:
        if mark is None:
            self._text(text, place, page_font(8.5, bold=True), colour)
            return
        self._painter.save()
        self._painter.translate(place.left() * self._mm, (place.center().y() - MARK / 2) * self._mm)
        self._painter.scale(MARK * self._mm, MARK * self._mm)
        self._painter.fillPath(mark, colour)
        self._painter.restore()
        self._text(text, place.adjusted(MARK + 1.5, 0, 0, 0), page_font(8.5))

    def _text(self, text: str, place: QRectF, font: QFont, colour: QColor = INK, *, middle: bool = False) -> None:
        """One line; what does not fit ends with dots."""
        dots = self._dots(place)
        line = printable(text).replace("\n", " ")
        cut = QFontMetricsF(font, self._device).elidedText(line, Qt.TextElideMode.ElideRight, dots.width())
        self._painter.setFont(font)
        self._painter.setPen(colour)
        side = Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft
        self._painter.drawText(dots, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, cut)

    def _dots(self, place: QRectF) -> QRectF:
        return QRectF(place.topLeft() * self._mm, place.size() * self._mm)
