"""Photos of a record, large, over the whole window: arrows lead from one to the next, Esc back to the card."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.attachments import Named, size_in_words
from widgets.overlay import Overlay
from widgets.photos.darkroom import Darkroom
from widgets.photos.thumbnail import COMES
from widgets.plain import ElidedLabel, plain_label

EDGE = 1_600
"""Pixels of the longest edge that is asked for; smaller windows scale it down."""
BACK, ON, CLOSE = "← Предыдущий", "Следующий →", "Закрыть (Esc)"
NO_PHOTO = "Это не снимок: откройте файл кнопкой «Открыть» в карточке."
Missing = Callable[[Named], str]
"""Why a file can't be looked at yet, in words, having asked for it; empty: it is here."""


class PhotoViewer(Overlay):
    """Goes away for good once it is closed. A photo that is not on this disk yet is asked for when its turn comes."""

    SHUTS = True

    def __init__(self, window: QWidget, darkroom: Darkroom, photos: Sequence[Named], missing: Missing) -> None:
        super().__init__(window)
        self._darkroom, self._photos, self._missing = darkroom, photos, missing
        self._at = 0
        self.caption, self.words = ElidedLabel(), plain_label("", wrap=True)
        self.sheet = _Sheet()
        self.back, self.on, self.shut = QPushButton(BACK), QPushButton(ON), QPushButton(CLOSE)
        bar = QHBoxLayout()
        bar.addWidget(self.caption, 1)
        self.back.clicked.connect(lambda: self.go(-1))
        self.on.clicked.connect(lambda: self.go(1))
        self.shut.clicked.connect(self.put_away)
        for button in (self.back, self.on, self.shut):
            bar.addWidget(button)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.addLayout(bar)
        column.addWidget(self.words, 1)
        column.addWidget(self.sheet, 1)
        darkroom.developed.connect(self.refresh)
        self.closed.connect(self.deleteLater)

    @property
    def shown(self) -> Named:
        """The photo whose turn it is."""
        return self._photos[self._at]

    def start(self, sha256: str) -> None:
        """Come up with this photo."""
        self._at = next((at for at, one in enumerate(self._photos) if one.sha256 == sha256), 0)
        self.come_up()
        self._show()

    def go(self, steps: int) -> None:
        """To another photo; the ends hold."""
        self._at = min(max(self._at + steps, 0), len(self._photos) - 1)
        self._show()

    def refresh(self, sha256: str) -> None:
        """Something has become known of a file."""
        if sha256 == self.shown.sha256:
            self._show()

    def _show(self) -> None:
        file, whole = self.shown, len(self._photos)
        told = (f"{self._at + 1} из {whole}", file.name, size_in_words(file.size or None))
        self.caption.show_text(" · ".join(filter(None, told)))
        self.back.setEnabled(self._at > 0)
        self.on.setEnabled(self._at + 1 < whole)
        missing = self._missing(file)
        picture = None if missing else self._darkroom.picture(file.sha256, EDGE)
        self.sheet.show_image(picture.image if picture else None)
        self.words.setText(missing or (picture.why or NO_PHOTO if picture else COMES))
        self.words.setVisible(self.sheet.image is None)
        self.sheet.setVisible(self.sheet.image is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(self._photos),
                 Qt.Key.Key_End: len(self._photos)}  # fmt: skip
        if event.key() in steps:
            self.go(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.put_away()
        else:
            super().keyPressEvent(event)


class _Sheet(QWidget):
    """One picture, as large as there is room and never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None

    def show_image(self, image: QImage | None) -> None:
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image is None:
            return
        ratio = self.devicePixelRatioF()
        whole = QSize(round(self.image.width() / ratio), round(self.image.height() / ratio))
        fits = whole.boundedTo(self.size()) == whole
        size = whole if fits else whole.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(), size)
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.image)
        painter.end()
