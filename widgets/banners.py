"""Strips under the menu that say what holds for the whole window: training data, read-only. They cover nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenuBar, QVBoxLayout, QWidget

from widgets.theme import set_role

TRAINING = "Учебный город: все записи вымышлены, правки не попадают в настоящий."
READ_ONLY = (
    "Только чтение: с этим профилем работает другая программа или диск не принимает запись. Закройте её или проверьте"
    " диск, чтобы вносить правки."
)


class Banners(QWidget):
    """The menu and, below it, the strips that are due now, those of others (login, long acts) first."""

    def __init__(self, menu: QMenuBar, *strips: QWidget) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(menu)
        self._strips: dict[str, QLabel] = {}
        for strip in strips:
            self._column.addWidget(strip)

    def say(self, key: str, text: str, role: str = "note") -> None:
        """Show a strip with this text, or take it away if the text is empty."""
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = QLabel()
            strip.setTextFormat(Qt.TextFormat.PlainText)
            strip.setWordWrap(True)
            self._column.addWidget(strip)
        set_role(strip, role)
        strip.setText(text)
        strip.setVisible(bool(text))

    def said(self) -> list[str]:
        """The strips that are shown now."""
        return [strip.text() for strip in self._strips.values() if not strip.isHidden()]
