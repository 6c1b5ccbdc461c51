"""The small shapes that tell tones and levels without colour: disc, ring, diamond, triangle, tick, cross, …"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from widgets.theme import Mark, Shape

_STROKE = 0.2
"""Width of a drawn line, of the shape's size."""


def paint_mark(painter: QPainter, box: QRectF, mark: Mark) -> None:
    """Draw a mark's shape into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(mark.colour)
    if mark.shape in _STROKED:
        pen = QPen(colour, box.width() * _STROKE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    painter.drawPath(shape_path(mark.shape, box))
    painter.restore()


def shape_path(shape: Shape, box: QRectF) -> QPainterPath:
    """The outline of a shape inside a square."""
    path = QPainterPath()
    _SHAPES[shape](path, lambda x, y: QPointF(box.x() + x * box.width(), box.y() + y * box.height()), box)
    return path


def mark_icon(mark: Mark, size: int, ratio: float = 1.0) -> QIcon:
    """A mark as an icon for buttons and labels."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_mark(painter, QRectF(1, 1, size - 2, size - 2), mark)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # by itself Qt mixes the selection's colour into it
    return icon


At = Callable[[float, float], QPointF]


def _lines(path: QPainterPath, points: list[QPointF], *, closed: bool) -> None:
    path.moveTo(points[0])
    for point in points[1:]:
        path.lineTo(point)
    if closed:
        path.closeSubpath()


def _polygon(*corners: tuple[float, float]) -> Callable[[QPainterPath, At, QRectF], None]:
    return lambda path, at, box: _lines(path, [at(x, y) for x, y in corners], closed=True)


def _disc(path: QPainterPath, at: At, box: QRectF) -> None:
    path.addEllipse(box.adjusted(*(box.width() * part for part in (0.06, 0.06, -0.06, -0.06))))


def _ring(path: QPainterPath, at: At, box: QRectF) -> None:
    path.addEllipse(box.adjusted(*(box.width() * part for part in (0.16, 0.16, -0.16, -0.16))))


def _check(path: QPainterPath, at: At, box: QRectF) -> None:
    _lines(path, [at(0.12, 0.54), at(0.4, 0.82), at(0.88, 0.2)], closed=False)


def _cross(path: QPainterPath, at: At, box: QRectF) -> None:
    _lines(path, [at(0.18, 0.18), at(0.82, 0.82)], closed=False)
    _lines(path, [at(0.82, 0.18), at(0.18, 0.82)], closed=False)


_STROKED: frozenset[Shape] = frozenset({"ring", "check", "cross"})
_SHAPES: Mapping[Shape, Callable[[QPainterPath, At, QRectF], None]] = {
    "disc": _disc,
    "ring": _ring,
    "diamond": _polygon((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
    "play": _polygon((0.14, 0.04), (0.96, 0.5), (0.14, 0.96)),
    "check": _check,
    "cross": _cross,
    "alert": _polygon((0.5, 0.02), (1.0, 0.94), (0.0, 0.94)),
    "stop": _polygon(
        (0.3, 0.02), (0.7, 0.02), (0.98, 0.3), (0.98, 0.7), (0.7, 0.98), (0.3, 0.98), (0.02, 0.7), (0.02, 0.3)
    ),
}
