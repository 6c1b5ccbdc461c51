"""One edit that waits for a decision, field by field: what it was, what I made of it, what the server has now."""

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QRadioButton, QWidget

from citymanager.errors import Refused
from citymanager.schema import Field, Values
from widgets.editors.editor import Editor
from widgets.plain import plain_label, tip
from widgets.theme import set_role
from widgets.unsent import Edit, FieldEdit

Choice = Literal["mine", "theirs", "edited"]
MakeEditor = Callable[[Field], Editor]

LONGEST = 400
HEADS = ("Поле", "Было", "Моя правка", "На сервере", "Своё значение")
UNKNOWN = "неизвестно"


class Option(QFrame):
    """A value that can be chosen: the whole of it is the button."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.button = QRadioButton()
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 2, 4, 2)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        label = plain_label(text[:LONGEST], wrap=True)
        self.button.setAccessibleName(text[:LONGEST])
        self.setToolTip(tip(text) if len(text) > LONGEST else "")
        line.addWidget(label, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.click()


class FieldChoice:
    """The decision on one field; none until a person makes it, if both sides have changed the field."""

    def __init__(self, edit: FieldEdit, editor: Editor | None, *, revealed: bool) -> None:
        """`revealed`: personal data may be shown; else they are chosen by side, and not typed anew."""
        self.edit, self.editor = edit, editor if revealed or not edit.field.personal else None
        self.base = edit.said(edit.base, revealed=revealed) if edit.base is not None else UNKNOWN
        self.mine = Option(edit.said(edit.mine, revealed=revealed))
        self.theirs = Option(edit.said(edit.theirs, revealed=revealed))
        self.own = QRadioButton()
        self.group = QButtonGroup()
        for button in (self.mine.button, self.theirs.button, self.own):
            self.group.addButton(button)
        if not edit.contested:
            self.mine.button.setChecked(True)
        if self.editor is not None:
            self.editor.show_value(edit.mine.value)
            self.editor.edited.connect(lambda: self.own.setChecked(True))

    @property
    def choice(self) -> Choice | None:
        """What was chosen; None: nothing yet."""
        chosen = self.group.checkedButton()
        if chosen is None:
            return None
        return "mine" if chosen is self.mine.button else "theirs" if chosen is self.theirs.button else "edited"

    def change(self) -> Values:
        """What the decision changes of the server's state. Raises Refused if what was typed can't be read."""
        key = self.edit.field.key
        if self.choice == "mine":
            return {key: self.edit.mine.value}
        if self.choice == "edited" and self.editor is not None:
            problem = self.editor.problem()
            if problem:
                raise Refused(problem)
            return {key: self.editor.value()}
        return {}

    def place(self, grid: QGridLayout, row: int) -> None:
        """Lay the field's parts into a row of the sheet."""
        title = plain_label(self.edit.field.title, "section" if self.edit.contested else "muted", wrap=True)
        before = plain_label(self.base[:LONGEST], "muted", wrap=True)
        parts: list[QWidget] = [title, before, self.mine, self.theirs]
        if self.editor is not None:
            own = QFrame()
            line = QHBoxLayout(own)
            line.setContentsMargins(4, 2, 4, 2)
            line.addWidget(self.own, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(self.editor, 1)
            self.own.setAccessibleName("Своё значение")
            parts.append(own)
        for column, part in enumerate(parts):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)


class ConflictSheet(QWidget):
    """All fields of one edit; `changed` when a choice was made."""

    changed = Signal()

    def __init__(self, edit: Edit, make_editor: MakeEditor, *, revealed: bool = False) -> None:
        super().__init__()
        self.edit = edit
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        known = edit.module.columns
        self.choices = [
            FieldChoice(one, make_editor(one.field) if one.field.key in known else None, revealed=revealed)
            for one in edit.fields
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        for column, (title, share) in enumerate(zip(_heads(edit), (2, 3, 4, 4, 4), strict=True)):
            grid.addWidget(plain_label(title, "caption", wrap=True), 0, column)
            grid.setColumnStretch(column, share)
        for row, choice in enumerate(self.choices, 1):
            choice.place(grid, row)
            choice.group.buttonClicked.connect(self.changed)
            if choice.editor is not None:
                choice.editor.edited.connect(self.changed)
        grid.setRowStretch(len(self.choices) + 1, 1)

    @property
    def decided(self) -> bool:
        """Whether every field has its choice."""
        return all(one.choice is not None for one in self.choices)

    def change(self) -> Values:
        """The change that the choices make together. Raises Refused."""
        whole: Values = {}
        for one in self.choices:
            whole |= one.change()
        return whole


def _heads(edit: Edit) -> Sequence[str]:
    field, base, mine, theirs, own = HEADS
    me = f"{mine}: {edit.pending.author or 'до входа'}, {edit.time}"
    they = ", ".join(part for part in (edit.their_author, edit.their_time) if part)
    return field, base, me, f"{theirs}: {they}" if they else theirs, own
