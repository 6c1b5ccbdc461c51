"""A photo in the card, small: opened large by a click or by Enter; where it can't be shown, why."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QStyle, QStyleOptionFocusRect

from widgets.photos.darkroom import Picture
from widgets.plain import tip

EDGE = 128
COMES = "снимок разбирается…"
WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
_FRAME = 4


class Thumbnail(QAbstractButton):
    """Takes the room of its picture, or of the words that stand in its place."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._image: QImage | None = None
        self.words = ""
        """What stands in the picture's place."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()  # shown before it stands in its row, it would be a window of its own

    def show_picture(self, picture: Picture | None) -> None:
        """None: it is still being made."""
        self._image = picture.image if picture else None
        self.words = "" if self._image is not None else picture.why if picture else COMES
        self.setVisible(self._image is not None or bool(self.words))
        self.setAccessibleName(f"Снимок крупно: {self._name}" if self._image is not None else self.words)
        self.setToolTip(tip(self.words or "Показать крупно (Enter)"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._image is not None:
            return QSize(EDGE, self._image.height()) + QSize(2 * _FRAME, 2 * _FRAME)
        room = self.fontMetrics().boundingRect(QRect(0, 0, EDGE, 1_000), int(WRAPPED), self.words)
        return QSize(EDGE, max(room.height(), EDGE // 2)) + QSize(2 * _FRAME, 2 * _FRAME)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is not None:
            painter.drawImage(_FRAME, _FRAME, self._image)
        else:
            painter.setPen(self.palette().placeholderText().color())
            inside = self.rect().adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.setPen(self.palette().windowText().color())
            painter.drawText(inside, int(WRAPPED), self.words)
        if self.hasFocus():
            option = QStyleOptionFocusRect()
            option.initFrom(self)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)
        painter.end()
