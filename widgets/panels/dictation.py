"""A telephonogram in large type, to be read out; then who took it, and whether he has read it back rightly."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from citymanager.schema import Values
from citymanager.wording import length
from widgets.panels.receipt_lines import Line
from widgets.panels.receiver_strip import ReceiverStrip
from widgets.plain import plain_label
from widgets.theme import set_role

SIZE = (900, 640)
LARGE = 2.0
"""How many times the usual letter."""


class Dictation(QWidget):
    """A window of its own for one call. `told` carries who has received it and whether he read it back."""

    told = Signal(dict, bool)

    def __init__(self, number: str, text: str, line: Line, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Диктовка: телефонограмма {number}")
        self.line = line
        self.text, self.receiver = plain_label(text, wrap=True), ReceiverStrip()
        self._enlarge(self.text)
        whom = f" — {line.officer}" if line.officer else ""
        self.whom = plain_label(f"{line.name}{whom}", "title", wrap=True)
        column = QVBoxLayout(self)
        column.addWidget(self.whom)
        column.addWidget(plain_label(f"Телефонограмма № {number} · {length(text)}", "muted"))
        column.addWidget(self._scrolled(), 1)
        column.addWidget(self.receiver)
        self.receiver.told.connect(self._tell)
        self.receiver.left.connect(self.close)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        self.resize(*SIZE)
        self.receiver.ask(line.name, line.officer)

    def _enlarge(self, label: QWidget) -> None:
        letter = QFont(self.font())
        size = self.fontInfo().pixelSize()
        letter.setPixelSize(round(size * LARGE))
        label.setFont(letter)

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QFrame()
        set_role(page, "panel")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(20, 16, 20, 16)
        inner.addWidget(self.text)
        inner.addStretch(1)
        area.setWidget(page)
        return area

    def _tell(self, values: Values, read_back: bool) -> None:
        self.told.emit(values, read_back)
        self.close()
