"""The small window in which a filter on one field is set: boxes to tick, a span, a search, or words."""

from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.schema import Field, Module
from citymanager.store.due_order import DUE
from citymanager.tasks import Tasks
from citymanager.values import problem, read
from widgets.editors.choice import CheckList
from widgets.editors.reference import target
from widgets.editors.rows import Rows
from widgets.editors.search import RecordSearch
from widgets.filters import Condition, among, between, containing, field_of_ends, filled
from widgets.plain import plain_label
from widgets.theme import set_role

WIDTH = 320
EMPTY = "(не заполнено)"


class Part(QWidget):
    """What a filter on a kind of field is made with."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def condition(self) -> Condition | None:
        """What was set; None: nothing. Raises Refused."""
        raise NotImplementedError


class FilledPart(Part):
    """A part that can also ask whether anything is filled in at all: `rest` then goes unasked."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.empty, self.any = QCheckBox("не заполнено"), QCheckBox("заполнено")
        for box, other in ((self.empty, self.any), (self.any, self.empty)):
            box.toggled.connect(lambda on, other=other: other.setChecked(False) if on else None)

    def end_with_boxes(self) -> None:
        """They stand below what else is asked."""
        row = QHBoxLayout()
        row.addWidget(self.any)
        row.addWidget(self.empty)
        row.addStretch(1)
        self.column.addLayout(row)

    def condition(self) -> Condition | None:
        if self.any.isChecked() or self.empty.isChecked():
            return filled(self.field, on=self.any.isChecked())
        return self.typed()

    def typed(self) -> Condition | None:
        """What was typed. Raises Refused."""
        raise NotImplementedError


class Ticks(Part):
    """Choices and flags: any of the ticked."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        flags: list[tuple[Any, str]] = [(True, "да"), (False, "нет")]
        titles: list[tuple[Any, str]] = [(one.key, one.title) for one in field.choices] or flags
        if field.key != DUE:  # a due time that nobody has is one of its states
            titles = [*titles, (None, EMPTY)]
        self._titles: dict[Any, str] = dict(titles)
        self.list = CheckList()
        self.list.offer(titles, [])
        self.column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def condition(self) -> Condition | None:
        chosen = self.list.ticked()
        return among(self.field, chosen, [self._titles[one] for one in chosen]) if chosen else None


class Span(FilledPart):
    """Numbers, dates and moments: from … to."""

    def __init__(self, field: Field, module: Module) -> None:
        super().__init__(field)
        self._module, self._ends = module, field_of_ends(field)
        grid = QGridLayout()
        self.column.addLayout(grid)
        self.low, self.high = QLineEdit(), QLineEdit()
        for row, (word, line) in enumerate((("от", self.low), ("до", self.high))):
            grid.addWidget(plain_label(word), row, 0)
            grid.addWidget(line, row, 1)
            grid.addWidget(plain_label(field.unit, "muted"), row, 2)
            line.setPlaceholderText("дд.мм.гггг" if self._ends.kind == "date" else "число")
            line.setAccessibleName(f"{field.title}, {word}")
        self.end_with_boxes()
        self.setFocusProxy(self.low)

    def typed(self) -> Condition | None:
        low, high = (read(self._module, self._ends, line.text().strip()) for line in (self.low, self.high))
        for end in (low, high):
            if (text := problem(self._module, _open_ended(self._ends), end)) is not None:
                raise Refused(text)
        if low is not None and high is not None and low > high:
            raise Refused("Начало больше конца: поменяйте их местами.")
        return between(self.field, low, high) if (low, high) != (None, None) else None


class Records(Part):
    """References: any of the records that were looked up, or none at all."""

    def __init__(self, field: Field, tasks: Tasks) -> None:
        super().__init__(field)
        self._chosen: dict[str | None, str] = {}
        self._rows = Rows()
        self._rows.dropped.connect(self._drop)
        self.line = RecordSearch(target(field), tasks)
        self.line.chosen.connect(self._add)
        self.any = QCheckBox("заполнено")
        self.empty = QPushButton("Не заполнено")
        set_role(self.empty, "quiet")
        self.empty.clicked.connect(lambda: self._add(None, EMPTY))
        self.column.addWidget(self.line)
        self.column.addWidget(self._rows)
        foot = QHBoxLayout()
        foot.addWidget(self.any)
        foot.addWidget(self.empty)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self._rows.show_rows([], closed=False)
        self.setFocusProxy(self.line)

    def _add(self, ident: str | None, caption: str) -> None:
        self._chosen[ident] = caption
        self._show()

    def _drop(self, number: int) -> None:
        self._chosen.pop(list(self._chosen)[number])
        self._show()

    def _show(self) -> None:
        self._rows.show_rows([(caption, "") for caption in self._chosen.values()], closed=False)
        self.window().adjustSize()

    def condition(self) -> Condition | None:
        if self.any.isChecked():
            return filled(self.field, on=True)
        return among(self.field, list(self._chosen), list(self._chosen.values())) if self._chosen else None


class Words(FilledPart):
    """Texts: what occurs in them, or the words that a long one has."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = QLineEdit()
        asked = "слова с их начала" if field.kind == "long_text" else "содержит…"
        self.line.setPlaceholderText(asked)
        self.line.setAccessibleName(f"{field.title}: {asked}")
        self.column.addWidget(self.line)
        self.end_with_boxes()
        self.setFocusProxy(self.line)

    def typed(self) -> Condition | None:
        text = self.line.text().strip()
        return containing(self.field, text) if text else None


def part_of(field: Field, module: Module, tasks: Tasks) -> Part:
    """The part that a field's kind asks for."""
    if field.kind in ("choice", "flag"):
        return Ticks(field)
    if field.kind in ("number", "date", "moment"):
        return Span(field, module)
    return Records(field, tasks) if field.kind in ("reference", "person") else Words(field)


class FilterPopup(QFrame):
    """Sets a filter on one field: `ready` carries the condition. It goes when another place is clicked."""

    ready = Signal(object)

    def __init__(self, field: Field, module: Module, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self.setMinimumWidth(WIDTH)
        self.part = part_of(field, module, tasks)
        self._problem = plain_label("", "problem", wrap=True)
        self._problem.hide()
        self.accept = QPushButton("Показать")
        set_role(self.accept, "primary")
        self.accept.setDefault(True)
        self.accept.clicked.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(plain_label(field.title, "section"))
        column.addWidget(self.part)
        column.addWidget(self._problem)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.accept)
        column.addLayout(foot)
        for line in self.part.findChildren(QLineEdit):
            if not isinstance(line, RecordSearch):
                line.returnPressed.connect(self._finish)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        self.part.setFocus()

    @property
    def problem_text(self) -> str:
        """Why the filter can't be set."""
        return self._problem.text()

    def _finish(self) -> None:
        try:
            condition = self.part.condition()
        except Refused as error:
            self._problem.setText(str(error))
            self._problem.show()
            self.adjustSize()
            return
        if condition is not None:
            self.ready.emit(condition)
        self.close()


def _open_ended(field: Field) -> Field:
    """A span may reach beyond the values that the field itself allows."""
    return Field(field.key, field.title, field.kind, unit=field.unit)
