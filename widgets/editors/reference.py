"""References to other records, one or many: shown by their captions, chosen by a search."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from citymanager.errors import Refused
from citymanager.schema import Field
from citymanager.store import Reader
from widgets.editors.editor import Editor, Surroundings
from widgets.editors.rows import Rows
from widgets.editors.search import RecordSearch

PEOPLE = "people"
CaptionsFound = Callable[[dict[str, str]], None]


def target(field: Field) -> str:
    """The module that a person or reference field points to."""
    return field.to or PEOPLE


class ReferenceEditor(Editor):
    """One record of another module. What was typed but not chosen from the list is no value: it is refused."""

    ROLED = ("line",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.line = RecordSearch(target(field), surroundings.tasks)
        self.line.textEdited.connect(self.edited)
        self.line.chosen.connect(self._choose)
        self.add(self.line, 1)
        self._id, self._caption = "", ""

    def show_value(self, value: Any) -> None:
        ident = str(value or "")
        if ident and ident == self._id and self.line.text() == self._caption:
            return
        self._take(ident, ident)
        self._look_up()

    def _look_up(self) -> None:
        """Show the caption that the record has now."""
        ident = self._id
        if ident:
            look_up(self, [ident], lambda known: self._name(ident, known.get(ident)))

    def _name(self, ident: str, caption: str | None) -> None:
        if self._id == ident and self.line.text() == self._caption:
            self._take(ident, caption or f"Запись {ident} (нет на этом рабочем месте)")

    def _choose(self, ident: str, caption: str) -> None:
        self._take(ident, caption)
        self.edited.emit()

    def _take(self, ident: str, caption: str) -> None:
        self._id, self._caption = ident, caption
        self.line.setText(caption)
        self.line.setCursorPosition(0)

    def value(self) -> Any:
        typed = self.line.text()
        if not typed.strip():
            return None
        if typed != self._caption:
            raise Refused(f"«{self.field.title}»: выберите запись из списка, который открывается при вводе.")
        return self._id

    def state(self) -> Any:
        return [self._id, self._caption, self.line.text()]

    def restore(self, state: Any) -> None:
        self._id, self._caption, typed = map(str, state)
        self.line.setText(typed)
        self.line.setCursorPosition(0)
        self._look_up()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.line.setReadOnly(reading)


class ReferencesEditor(Editor):
    """Many records of another module: a list from which one is taken away, a search that adds one."""

    ROLED = ("line",)

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._chosen: dict[str, str] = {}
        column = QVBoxLayout()
        column.setSpacing(2)
        self.row.addLayout(column, 1)
        self._rows = Rows()
        self._rows.dropped.connect(self._drop)
        column.addWidget(self._rows)
        self.line = RecordSearch(target(field), surroundings.tasks)
        self.line.setPlaceholderText("Добавить: начните вводить…")
        self.line.chosen.connect(self._add)
        self.add(self.line)
        column.addWidget(self.line)

    def _add(self, ident: str, caption: str) -> None:
        self._chosen[ident] = caption
        QTimer.singleShot(0, self.line, self.line.clear)  # after the completer's own text
        self._show()
        self.edited.emit()

    def _drop(self, number: int) -> None:
        self._chosen.pop(list(self._chosen)[number])
        self._show()
        self.line.setFocus()
        self.edited.emit()

    def _show(self) -> None:
        self._rows.show_rows([(caption, "") for caption in self._chosen.values()], closed=self.reading)

    def show_value(self, value: Any) -> None:
        idents = [str(one) for one in value] if isinstance(value, list) else []
        if idents == list(self._chosen):
            return
        self._chosen = dict.fromkeys(idents, "…")
        self._show()
        if idents:
            look_up(self, idents, lambda known: self._name(idents, known))

    def _name(self, idents: list[str], known: dict[str, str]) -> None:
        if idents == list(self._chosen):
            self._chosen = {one: known.get(one, f"Запись {one} (нет на этом рабочем месте)") for one in idents}
            self._show()

    def value(self) -> Any:
        if self.line.text().strip():
            raise Refused(f"«{self.field.title}»: выберите запись из списка или сотрите введённое.")
        return list(self._chosen) or None

    def state(self) -> Any:
        return [dict(self._chosen), self.line.text()]

    def restore(self, state: Any) -> None:
        chosen, typed = state
        self._chosen = dict(chosen)
        self.line.setText(str(typed))
        self._show()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.line.setVisible(not reading)
        self._show()


def look_up(editor: Editor, idents: list[str], done: CaptionsFound) -> None:
    """Ask for the captions of the records that an editor's field refers to."""
    module = target(editor.field)

    def act(reader: Reader) -> dict[str, str]:
        return reader.captions(module, idents) if module in reader.modules else {}

    editor.surroundings.tasks.read(act, done, owner=editor, newest=f"captions:{id(editor)}")
