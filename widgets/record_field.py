"""One line of a form: the field's title, its editor, what is wrong with it."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.meeting import joined
from citymanager.schema import Field
from citymanager.values import show
from widgets.editors import Editor, Surroundings, editor_of
from widgets.personal import KEYS, SHOW, Veil
from widgets.plain import plain_label, tip

TITLE_WIDTH, USUAL = 168, 16
"""The titles' column in pixels, and the size of the text that it was drawn for."""

_UNREADABLE = frozenset({"reference", "person", "geometry", "files"})
"""Kinds of fields whose values are no words."""


class FieldLine(QObject):
    """A field in a form. `touched` is what makes it part of a change: an untouched value stays as it is stored.

    While it is `masked` its editor holds nothing, so that nothing can be read out of it in any way.
    """

    edited = Signal()
    reveal_requested = Signal()

    def __init__(self, field: Field, surroundings: Surroundings, parent: QObject) -> None:
        super().__init__(parent)
        self.field, self.touched, self.stored = field, False, None
        self.ground: Any = None
        """What the record held when the user, who is changing it, saw it last."""
        self.masked = False
        self._kept: Any = None
        """The state of the editor while it is masked, if it was touched."""
        self._why_masked = ""
        self.editor: Editor = editor_of(field, surroundings)
        self.veil = Veil(field)
        self.veil.asked.connect(self.reveal_requested)
        self.title = self._title()
        self._problem = plain_label("", "problem", wrap=True)
        self._problem.hide()
        self.why = plain_label("", "caption", wrap=True)
        self.why.hide()
        self.below = QVBoxLayout()
        """Room under the editor for what is asked about the field."""
        self.below.setContentsMargins(0, 0, 0, 0)
        self.editor.edited.connect(self._touch)
        self.editor.left.connect(self.check)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Put the line into a section of the form."""
        align = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.title, row, 0, align)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.editor)
        column.addWidget(self.veil)
        column.addWidget(self._problem)
        column.addWidget(self.why)
        column.addLayout(self.below)
        grid.addLayout(column, row, 1)

    def start(self, value: Any, *, masked: bool) -> None:
        """Another record: nothing of the former one stays."""
        self.touched, self.stored, self._kept = False, value, None
        self.masked = masked and self.field.personal
        self.editor.start()
        self._show()
        self.explain("")

    def show_stored(self, value: Any) -> bool:
        """Show what the record holds, unless the user is changing it; whether he has to look at both.

        To a list that he is changing, what others have added comes, and what they have taken away goes.
        """
        if self.stored not in (None, value):
            self.explain("")
        self.stored = value
        if not self.touched:
            self._show()
            return False
        ground, self.ground = self.ground, value
        if value == ground or self._join(ground, value):
            return False
        self._explain_met(value)
        return True

    def _join(self, ground: Any, value: Any) -> bool:
        """Bring a list that is being changed and the stored one together; whether it is a list."""
        if self.masked or not (self.field.many or self.field.kind == "files"):
            return False
        try:
            typed = self.editor.value()
        except Refused:  # half a word stands in it: they come together when it is saved
            self.ground = ground
        else:
            self.editor.show_value(joined(ground, typed, value))
        return True

    def _explain_met(self, value: Any) -> None:
        """Say what others have written into the field that the user is changing."""
        if not self.masked and self.field.kind not in _UNREADABLE:
            self.explain(f"Теперь в записи: {show(self.field, value) or 'пусто'}")

    def mask(self, on: bool) -> None:
        """Take a personal value off the screen, or bring it back; what was typed is kept."""
        if not self.field.personal or on == self.masked:
            return
        state = self.state() if self.touched else None
        self.masked, self._kept = on, state if on else None
        self._show()
        if self.touched and not on:
            self.editor.restore(state)

    def say_why_masked(self, why: str) -> None:
        """Why this person can't have it shown; empty if he can."""
        self._why_masked = why
        self._show_veil()

    def fill(self, value: Any, why: str) -> None:
        """Take a value that the program has found, and say why; the user may change it."""
        self.editor.show_value(value)
        self._touch()
        self.explain(why)

    def explain(self, why: str) -> None:
        """Say where the value comes from; goes when the user changes it."""
        self.why.setText(why)
        self.why.setVisible(bool(why))

    def restore(self, state: Any, ground: Any) -> bool:
        """Show a draft over the stored value, which was `ground` when it was typed; whether both must be looked at."""
        self.touched, self.ground = True, ground
        if self.masked:
            self._kept = state
            self._show_veil()
        else:
            self.editor.restore(state)
        return self.show_stored(self.stored)

    def state(self) -> Any:
        """What stands in the editor, or would if it were not masked: for a draft."""
        return self._kept if self.masked else self.editor.state()

    def forget(self) -> None:
        """Back to the stored value."""
        self.touched, self._kept = False, None
        self._show()
        self.explain("")

    def focus(self) -> None:
        (self.veil if self.masked else self.editor).setFocus()

    @property
    def open(self) -> bool:
        """Whether something can be typed here."""
        return not self.masked and not self.editor.reading

    def check(self) -> str:
        """Say beside the field what is wrong with what was typed; empty if nothing is."""
        text = self.editor.problem() if self.touched and not self.masked else ""
        if self.touched and self.masked:
            text = f"Введённое скрыто: нажмите «{SHOW}» ({KEYS}), чтобы сверить и сохранить."
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

    def _show(self) -> None:
        self.editor.show_value(None if self.masked else self.stored)
        self._say("")
        self._show_veil()

    def _show_veil(self) -> None:
        self.editor.setVisible(not self.masked)
        self.veil.setVisible(self.masked)
        self.veil.show_state(filled=self.stored is not None, draft=self.touched, why_not=self._why_masked)

    def _touch(self) -> None:
        if not self.touched:
            self.touched, self.ground = True, self.stored
        self.explain("")
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
        box = _TitleBox()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 6, 8, 0)
        column.setSpacing(0)
        column.addWidget(words)
        if self.field.personal:
            column.addWidget(personal_label())
        return box


class _TitleBox(QWidget):
    """As wide as the titles of all lines, in letters: larger text takes a wider column."""

    def __init__(self) -> None:
        super().__init__()
        self._widen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._widen()

    def _widen(self) -> None:
        self.setFixedWidth(TITLE_WIDTH * max(self.font().pixelSize(), USUAL) // USUAL)


def personal_label() -> QLabel:
    label = plain_label("личные данные", "caption")
    label.setToolTip(
        "Скрыты, пока их не попросят показать; каждый показ — запись в журнале доступа. На стене их нет никогда."
    )
    return label
