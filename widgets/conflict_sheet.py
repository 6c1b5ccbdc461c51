"""One edit that waits for a decision, field by field: what it was, what I made of it, what the server has now."""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.schema import STATUS, Field, Values
from widgets.editors.editor import Editor
from widgets.plain import plain_label, tip
from widgets.theme import set_role
from widgets.unsent import Edit, FieldEdit

Choice = Literal["mine", "theirs", "edited"]
MakeEditor = Callable[[Field], Editor]

LONGEST = 400
BEFORE = 60
"""Letters shown before the place where two long texts part."""
MINE, OTHERS_EDIT, THEIRS, OWN, BASE = "Моя правка", "Правка", "На сервере", "Иначе", "Было"
SHARES = (4, 5, 5, 0)
NARROWEST = 96
"""Pixels that a column does not give up: its words break as they must."""
UNKNOWN = "неизвестно"
REST = "Остальное в этой правке: с сервером не спорит"


class Option(QFrame):
    """A value that can be chosen: the whole of it is the button."""

    def __init__(self, side: str, text: str, other: str) -> None:
        """`other`: the text of the other side; of long ones the part is shown in which they differ."""
        super().__init__()
        self.button = QRadioButton()
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 2, 6, 2)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        shown = part_of(text, other)
        self.label = plain_label(shown, wrap=True)
        self.label.setContentsMargins(0, 2, 0, 2)
        self.label.setMinimumWidth(NARROWEST)
        self.button.setAccessibleName(f"{side}: {shown}")
        self.setToolTip(tip(text) if shown != text else "")
        line.addWidget(self.label, 1)
        self.button.toggled.connect(lambda on: set_role(self, "chosen" if on else "option"))
        set_role(self, "option")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.button.click()


def part_of(text: str, other: str) -> str:
    """A text as far as there is room for it: from a little before the place where it parts from the other."""
    if len(text) <= LONGEST:
        return text
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))
    start = max(0, min(same, len(text) - BEFORE) - BEFORE)
    head, tail = "…" if start else "", "…" if len(text) - start > LONGEST else ""
    return f"{head}{text[start : start + LONGEST]}{tail}"


class FieldChoice:
    """The decision on one field; none until a person makes it, if both sides have changed the field."""

    def __init__(
        self, edit: FieldEdit, editor: Editor | None, along: Mapping[str, Any] | None = None, *, revealed: bool
    ) -> None:
        """`revealed`: personal data may be shown; else they are chosen by side, and not typed anew.

        `along`: what goes wherever my value goes: the moment of a move.
        """
        self.edit, self.editor = edit, editor if revealed or not edit.field.personal else None
        self._along = along or {}
        mine, theirs = edit.said(edit.mine, revealed=revealed), edit.said(edit.theirs, revealed=revealed)
        self.base = edit.said(edit.base, revealed=revealed) if edit.base is not None else UNKNOWN
        self.mine, self.theirs = Option(MINE, mine, theirs), Option(THEIRS, theirs, mine)
        self.own = QRadioButton()
        self.own.setAccessibleName("Своё значение")
        self.own.setToolTip("Ввести своё значение")
        self.group = QButtonGroup()
        for button in (self.mine.button, self.theirs.button, self.own):
            self.group.addButton(button)
        if not edit.contested:
            self.mine.button.setChecked(True)
        if self.editor is not None:
            self.editor.show_value(edit.mine.value)
            self.editor.edited.connect(lambda: self.own.setChecked(True))
            self.own.toggled.connect(self.editor.setVisible)

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
            return {key: self.edit.mine.value, **self._along}
        if self.choice == "edited" and self.editor is not None:
            problem = self.editor.problem()
            if problem:
                raise Refused(problem)
            return {key: self.editor.value()}
        return {}

    def take_over(self, earlier: "FieldChoice") -> None:
        """Keep what was chosen of the same two sides before."""
        same = (earlier.edit.mine, earlier.edit.theirs) == (self.edit.mine, self.edit.theirs)
        if same and earlier.choice == "edited" and self.editor is not None and earlier.editor is not None:
            self.editor.restore(earlier.editor.state())
            self.own.setChecked(True)
        elif same and earlier.choice in ("mine", "theirs"):
            (self.mine if earlier.choice == "mine" else self.theirs).button.setChecked(True)

    def place(self, grid: QGridLayout, row: int) -> None:
        """Lay the field's parts into two rows of the sheet: the second is for what is typed."""
        parts: list[QWidget] = [self._title(), self.mine, self.theirs]
        if self.editor is not None:
            parts.append(_beside(self.own))
            grid.addWidget(self.editor, row + 1, 1, 1, 3)
            self.editor.setVisible(self.own.isChecked())
        for column, part in enumerate(parts):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)

    def _title(self) -> QWidget:
        """The field, and what stood in it before either side changed it."""
        return _lines(
            plain_label(self.edit.field.title, "section" if self.edit.contested else "", wrap=True),
            plain_label(f"Было: {part_of(self.base, self.edit.mine.text)}", "caption", wrap=True),
        )


class ConflictSheet(QWidget):
    """All fields of one edit, those that are contested first; `changed` when a choice was made.

    A deletion has nothing to choose: its sheet shows what others have changed since.
    """

    changed = Signal()

    def __init__(self, edit: Edit, make_editor: MakeEditor, *, own: bool = True, revealed: bool = False) -> None:
        """`own`: the edit is of the person who looks at it."""
        super().__init__()
        self.edit = edit
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self.choices: list[FieldChoice] = []
        if edit.pending.deleted:
            self._lay_loss(revealed)
        else:
            self._lay_choices(own, make_editor, revealed)

    def _lay_choices(self, own: bool, make_editor: MakeEditor, revealed: bool) -> None:
        edit, known, stamp = self.edit, self.edit.module.columns, self.edit.stamp
        moves = any(one.field.key == STATUS for one in edit.fields)
        shown = [one for one in edit.fields if one.field.key != stamp or not moves]
        shown.sort(key=lambda one: not one.contested)
        for one in shown:
            editor = make_editor(one.field) if one.field.key in known else None
            along = {stamp: edit.pending.change[stamp]} if stamp and one.field.key == STATUS else None
            self.choices.append(FieldChoice(one, editor, along, revealed=revealed))
        me = f"{MINE if own else OTHERS_EDIT}: {edit.pending.author or 'до входа'}, {edit.time}"
        self._head(("", me, self._theirs(), OWN if any(one.editor for one in self.choices) else ""), SHARES)
        row, contested = 1, sum(one.edit.contested for one in self.choices)
        for place, choice in enumerate(self.choices):
            if 0 < contested == place:
                self._grid.addWidget(plain_label(REST, "caption"), row, 0, 1, len(SHARES))
                row += 1
            choice.place(self._grid, row)
            choice.group.buttonToggled.connect(self.changed)
            if choice.editor is not None:
                choice.editor.edited.connect(self.changed)
            row += 2
        self._grid.setRowStretch(row, 1)

    def _lay_loss(self, revealed: bool) -> None:
        self._head(("", BASE, self._theirs()), SHARES)
        for row, one in enumerate(self.edit.fields, 1):
            before = one.said(one.base, revealed=revealed) if one.base is not None else UNKNOWN
            now = one.said(one.theirs, revealed=revealed)
            for column, text in enumerate((one.field.title, part_of(before, now), part_of(now, before))):
                label = plain_label(text, ("section", "muted", "")[column], wrap=True)
                self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        self._grid.setRowStretch(len(self.edit.fields) + 1, 1)

    def _theirs(self) -> str:
        return f"{THEIRS}: {self.edit.theirs}" if self.edit.theirs else THEIRS

    def _head(self, titles: Sequence[str], shares: Sequence[int]) -> None:
        for column, title in enumerate(titles):
            label = plain_label(title, "caption", wrap=True)
            label.setMinimumWidth(NARROWEST if shares[column] else 0)
            self._grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignBottom)
            self._grid.setColumnStretch(column, shares[column])

    @property
    def altered(self) -> bool:
        """Whether anything but the edit as it was made has been chosen."""
        return any(one.choice != "mine" for one in self.choices)

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

    def take_over(self, earlier: "ConflictSheet") -> None:
        """The server's record has gone on: what was chosen of sides that are the same stays chosen."""
        before = {one.edit.field.key: one for one in earlier.choices}
        for one in self.choices:
            if one.edit.field.key in before:
                one.take_over(before[one.edit.field.key])


def _beside(button: QRadioButton) -> QWidget:
    """The button on the line of the options beside it."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(6, 3, 0, 0)
    line.addWidget(button)
    return holder


def _lines(*labels: QLabel) -> QWidget:
    """Labels one under another, on the line of the options beside them."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 5, 0, 4)
    column.setSpacing(1)
    for label in labels:
        label.setMinimumWidth(NARROWEST)
        column.addWidget(label)
    return holder
