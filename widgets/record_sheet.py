"""The fields of a card in their declared sections: what stands in them, what was touched, what is wrong."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from citymanager.changes import merged
from citymanager.schema import STATUS, Values
from widgets.editors import Surroundings
from widgets.in_sight import InSight
from widgets.plain import plain_label
from widgets.record_drafts import GROUNDS, Draft
from widgets.record_field import FieldLine
from widgets.theme import set_role


class RecordSheet(QScrollArea):
    """One line for every field of a module. `edited` is emitted by the user's own acts."""

    edited = Signal()
    pick_requested = Signal()
    draw_requested = Signal(object, object)
    """The shape of the record and the drawing of it that was begun: somebody wants to draw on the map."""
    draw_left = Signal()
    lost = Signal(str)
    """Russian: what was under way for the former record and has come to nothing."""
    reveal_requested = Signal(str)
    """The key of the masked field that somebody wants to see."""

    def __init__(self, surroundings: Surroundings, parent: QWidget) -> None:
        """Made where it will stand: all that is in it is dressed anew with every other parent that it gets."""
        super().__init__(parent)
        self.module = surroundings.module
        keys = [key for section in self.module.form.values() for key in section if key != STATUS]
        self.lines = {key: FieldLine(self.module.field(key), surroundings, self) for key in keys}
        for key, line in self.lines.items():
            line.edited.connect(self.edited)
            line.reveal_requested.connect(partial(self.reveal_requested.emit, key))
            line.editor.pick_requested.connect(self.pick_requested)
            line.editor.draw_requested.connect(self.draw_requested)
            line.editor.draw_left.connect(self.draw_left)
            line.editor.lost.connect(self.lost)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._page = QWidget()
        self._page.installEventFilter(self)
        self.setWidget(self._page)  # still empty: an area measures what it is given, and dresses it for that
        self._lay_out()
        self.sight = InSight(self, self._page)
        self.edited.connect(self.sight.follow)

    def append(self, widget: QWidget) -> None:
        """Put something under the sections."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def prepend(self, widget: QWidget) -> None:
        """Put something over the sections: it scrolls with them."""
        self._column.insertWidget(0, widget)

    @property
    def _column(self) -> QVBoxLayout:
        column = self._page.layout()
        assert isinstance(column, QVBoxLayout)
        return column

    # what stands in it

    @property
    def touched(self) -> bool:
        return any(line.touched for line in self.lines.values())

    def show_data(self, data: Mapping[str, Any]) -> list[FieldLine]:
        """Show what a record holds; fields that are being changed keep their text: those of which others changed it."""
        return [line for key, line in self.lines.items() if line.show_stored(data.get(key))]

    def start(self, data: Mapping[str, Any], draft: Draft, *, masked: bool) -> list[FieldLine]:
        """Show another record, and its draft over it; the fields that have changed below the draft."""
        for key, line in self.lines.items():
            line.start(data.get(key), masked=masked)
        met = self.restore(draft)
        self.verticalScrollBar().setValue(0)
        return met

    def veil(self, on: bool) -> None:
        """Take the personal data off the screen, or bring them back."""
        for line in self.lines.values():
            line.mask(on)

    def say_why_masked(self, why: str) -> None:
        for line in self.lines.values():
            if line.field.personal:
                line.say_why_masked(why)

    def take(self, values: Mapping[str, Any]) -> None:
        """Fill in what is known beforehand, as if the user had."""
        for key, value in values.items():
            if key in self.lines:
                self.lines[key].fill(value, "")

    def restore(self, draft: Draft) -> list[FieldLine]:
        """Show a draft over what is stored; the fields that have changed below it."""
        grounds = draft.get(GROUNDS, {})
        known = [(self.lines[key], state) for key, state in draft.items() if key in self.lines]  # others are gone
        return [
            line for line, state in known if line.restore(state, grounds.get(line.field.key, line.stored))
        ]  # fmt: skip

    def draft(self) -> Draft:
        """What was touched, as it stands in the editors, and what it was typed over."""
        touched = {key: line for key, line in self.lines.items() if line.touched}
        states = {key: line.state() for key, line in touched.items()}
        return {**states, GROUNDS: {key: line.ground for key, line in touched.items()}} if touched else {}

    def seen(self, data: Values) -> Values:
        """A record's data as the user knows them who is changing some."""
        return merged(data, {key: line.ground for key, line in self.lines.items() if line.touched})

    def change(self) -> Values:
        """What was touched, as values. Raises Refused."""
        return {key: line.editor.value() for key, line in self.lines.items() if line.touched}

    def readable_change(self) -> Values:
        """What was touched and can be read already."""
        seen = {key: line for key, line in self.lines.items() if line.touched and not line.masked}
        return {key: line.editor.value() for key, line in seen.items() if not line.editor.problem()}

    def was_saved(self, draft: Draft) -> None:
        """What stood in the editors then is stored now; what was typed since is not."""
        for key in draft.keys() & self.lines.keys():
            self.lines[key].touched = self.lines[key].state() != draft[key]

    def forget(self) -> None:
        """Back to what is stored."""
        for line in self.lines.values():
            line.forget()

    # what is wrong or asked for

    def wrong(self, *, new: bool) -> FieldLine | None:
        """Mark every field that can't be saved as it is; the first of them."""
        wrong = [line for line in self.lines.values() if line.check()]
        for line in self.lines.values():
            needed = line.field.required and not line.field.fill and (line.touched or new)
            if needed and line not in wrong and line.editor.value() is None:
                line.ask(f"Заполните «{line.field.title}».")
                wrong.append(line)
        return next((line for line in self.lines.values() if line in wrong), None)

    def ask(self, keys: Iterable[str], purpose: str) -> None:
        """Mark fields that have to be filled in first, and go to the first of them."""
        asked = [self.lines[key] for key in keys if key in self.lines]
        for line in asked:
            line.ask(f"Нужно для «{purpose}»: заполните «{line.field.title}».")
        if asked:
            self.go_to(asked[0])

    def go_to(self, line: FieldLine) -> None:
        line.focus()
        self.ensureWidgetVisible(line.veil if line.masked else line.editor)
        self.sight.follow()

    def focus_first(self) -> None:
        """Go to the first field that can be edited."""
        first = next((line for line in self.lines.values() if line.open), None)
        (first.editor if first else self).setFocus()
        self.sight.rest()

    def focus_needed(self) -> None:
        """Go to the first field that a new card can't do without."""
        needed = (line for line in self.lines.values() if line.field.required and not line.field.fill)
        line = next((one for one in needed if one.open and one.editor.value() is None), None)
        if line is None:
            self.focus_first()
        else:
            self.go_to(line)

    # building

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page is never narrower than its fields: the splitter beside it knows."""
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self.setMinimumWidth(self._page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width())
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        set_role(self._page, "panel")
        column = QVBoxLayout(self._page)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        for title, keys in self.module.form.items():
            if column.count():
                column.addSpacing(6)
                column.addWidget(_rule())
                column.addSpacing(2)
            column.addWidget(plain_label(title, "section"))
            column.addLayout(self._grid(keys))
        column.addStretch(1)

    def _grid(self, keys: Iterable[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, key in enumerate(key for key in keys if key in self.lines):
            self.lines[key].place(grid, row)
        return grid


def _rule() -> QFrame:
    rule = QFrame()
    set_role(rule, "rule")
    return rule
