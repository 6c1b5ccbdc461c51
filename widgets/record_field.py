"""One line of a form: the field's title, its editor, what is wrong with it."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from citymanager.schema import Field
from widgets.editors import Editor, Surroundings, editor_of
from widgets.plain import plain_label, tip

TITLE_WIDTH = 168


class FieldLine(QObject):
    """A field in a form. `touched` is what makes it part of a change: an untouched value stays as it is stored."""

    edited = Signal()

    def __init__(self, field: Field, surroundings: Surroundings, parent: QObject) -> None:
        super().__init__(parent)
        self.field, self.touched, self.stored = field, False, None
        self.editor: Editor = editor_of(field, surroundings)
        self.title = self._title()
        self._problem = plain_label("", "problem", wrap=True)
        self._problem.hide()
        self.editor.edited.connect(self._touch)
        self.editor.left.connect(self.check)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Put the line into a section of the form."""
        align = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.title, row, 0, align)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.editor)
        column.addWidget(self._problem)
        grid.addLayout(column, row, 1)

    def show_stored(self, value: Any) -> None:
        """Show what the record holds, unless the user is changing it."""
        self.stored = value
        if not self.touched:
            self.editor.show_value(value)
            self._say("")

    def restore(self, state: Any) -> None:
        """Show a draft over the stored value."""
        self.touched = True
        self.editor.restore(state)

    def forget(self) -> None:
        """Back to the stored value."""
        self.touched = False
        self.editor.show_value(self.stored)
        self._say("")

    def check(self) -> str:
        """Say beside the field what is wrong with what was typed; empty if nothing is."""
        text = self.editor.problem() if self.touched else ""
        self._say(text)
        return text

    def ask(self, text: str) -> None:
        """Mark the field as one that has to be filled in first."""
        self._say(text, "asked")

    @property
    def problem_text(self) -> str:
        """What is said beside the field."""
        return self._problem.text()

    def set_reading(self, reading: bool) -> None:
        self.editor.set_reading(reading)

    def _touch(self) -> None:
        self.touched = True
        if self._problem.text():
            self.check()
        self.edited.emit()

    def _say(self, text: str, role: str = "wrong") -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self.editor.mark(role if text else "")

    def _title(self) -> QWidget:
        words = plain_label(self.field.title + ("\u00a0*" if self.field.required else ""), "muted", wrap=True)
        words.setBuddy(self.editor)
        if self.field.required:
            words.setAccessibleName(f"{self.field.title}, обязательно")
        if self.field.hint:
            words.setToolTip(tip(self.field.hint))
        box = QWidget()
        box.setFixedWidth(TITLE_WIDTH)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 6, 8, 0)
        column.setSpacing(0)
        column.addWidget(words)
        if self.field.personal:
            column.addWidget(personal_label())
        return box


def personal_label() -> QLabel:
    label = plain_label("личные данные", "caption")
    label.setToolTip("Персональные данные: видны только ролям, которым это разрешено, и никогда на экране.")
    return label
