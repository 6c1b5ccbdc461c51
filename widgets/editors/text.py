"""Text in one line, in many, and with a unit: kept letter by letter, whatever a resident has written."""

from typing import Any

from PySide6.QtCore import QMimeData, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from citymanager.schema import Field
from citymanager.values import read, show
from widgets.editors.editor import Editor, Surroundings
from widgets.editors.lossless import hidden, shown
from widgets.editors.view_links import ViewLinks
from widgets.plain import plain_label


class TextEditor(Editor):
    """One line."""

    ROLED = ("line",)
    LINE: type[QLineEdit] = QLineEdit

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.line = self.LINE()
        self.line.setMaxLength(1_000_000)
        self.line.setPlaceholderText("присвоится при сохранении" if field.fill == "number" else field.hint)
        self.line.textEdited.connect(self.edited)
        self.add(self.line, 1)

    def show_value(self, value: Any) -> None:
        self.restore("" if value is None else str(value))

    def value(self) -> Any:
        return shown(self.line.text()) or None

    def state(self) -> Any:
        return shown(self.line.text())

    def restore(self, state: Any) -> None:
        if self.state() != state:
            self.line.setText(hidden(str(state)))
            self.line.setCursorPosition(0)

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.line.setReadOnly(reading)


class ParsedEditor(TextEditor):
    """One line that is read as something else than text: what is shown is the value in Russian."""

    _shown: Any = None

    def show_value(self, value: Any) -> None:
        self._shown = value
        self.restore(self.written(value))

    def written(self, value: Any) -> str:
        """A value as a person would type it."""
        return show(self.field, value)

    def value(self) -> Any:
        if self.state() == self.written(self._shown):  # what was not typed keeps what the screen rounds off
            return self._shown
        return read(self.surroundings.module, self.field, self.line.text().strip())


class NumberEditor(ParsedEditor):
    """A number with a decimal comma, its unit beside it."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.line.setMaximumWidth(180)
        self.add(plain_label(field.unit, "muted"))
        self.row.addStretch(1)

    def written(self, value: Any) -> str:
        return f"{value:.15g}".replace(".", ",") if isinstance(value, int | float) else ""


class _Page(QPlainTextEdit):
    """Plain text whose letters are all kept; Tab leaves it, because a form is walked with Tab."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        lines = min(max(self.document().blockCount() + 1, 3), 9)
        return QSize(200, QFontMetrics(self.font()).lineSpacing() * lines + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, QFontMetrics(self.font()).lineSpacing() * 3 + 14)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(hidden(source.text()))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()


class LongTextEditor(Editor):
    """Many lines of plain text."""

    ROLED = ("page",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.page = _Page()
        self._silent = False
        self.page.setPlaceholderText(field.hint)
        self.page.textChanged.connect(self._changed)
        self.add(self.page, 1)
        if surroundings.follow is not None:
            ViewLinks(self.page, surroundings.follow)

    def _changed(self) -> None:
        self.page.updateGeometry()
        if not self._silent:
            self.edited.emit()

    def show_value(self, value: Any) -> None:
        self.restore("" if value is None else str(value))

    def value(self) -> Any:
        return self.state() or None

    def state(self) -> Any:
        return shown(self.page.document().toRawText().replace("\u2029", "\n"))

    def restore(self, state: Any) -> None:
        if self.state() == state:
            return
        self._silent = True
        self.page.setPlainText(hidden(str(state)))
        self._silent = False

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.page.setReadOnly(reading)


class NotedEditor(LongTextEditor):
    """What the program notes by itself, in words; nobody types it."""

    _noted: Any = None

    def show_value(self, value: Any) -> None:
        self._noted = value
        self.restore(show(self.field, value))

    def value(self) -> Any:
        return self._noted

    def set_reading(self, reading: bool) -> None:
        super().set_reading(True)
