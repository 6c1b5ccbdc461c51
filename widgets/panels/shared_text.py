"""The text of one answer for many: typed, or a template with its fields, and how it will read for one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from citymanager.answer_many import Addressed
from citymanager.answering import blanks, filled, fitting
from widgets.plain import one_line, plain_label

TEMPLATE = "Шаблон ответа…"
HINT = "Текст ответа. Поля в фигурных скобках заполнятся для каждого сообщения: {number}, {address}, {executor}, {due}."
LONGEST = 400
"""Characters of the text for one of them that are shown."""


class SharedText(QWidget):
    """`changed` says that it reads otherwise now."""

    changed = Signal()

    def __init__(self, report: Mapping[str, Any]) -> None:
        """`report`: the one whose templates are offered."""
        super().__init__()
        self._templates = fitting(report)
        self.template, self.page, self.preview = QComboBox(), QPlainTextEdit(), plain_label("", "caption", wrap=True)
        self.template.addItems([TEMPLATE, *(one.title for one in self._templates)])
        self.template.setAccessibleName(TEMPLATE)
        self.page.setAccessibleName("Текст ответа")
        self.page.setPlaceholderText(HINT)
        self.page.setTabChangesFocus(True)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.template)
        row.addStretch(1)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.page, 1)
        column.addWidget(self.preview)
        self.template.activated.connect(self._put_template)
        self.page.textChanged.connect(self.changed)

    @property
    def text(self) -> str:
        return self.page.toPlainText().strip()

    def lacking(self, reports: Sequence[Addressed]) -> list[tuple[Addressed, list[str]]]:
        """The reports that the text has a blank for, each with what it lacks."""
        wanting = ((one, blanks(filled(self.text, one.words))) for one in reports)
        return [(one, list(dict.fromkeys(found))) for one, found in wanting if found]

    def show_for(self, one: Addressed | None) -> None:
        """How it will read for this report."""
        told = f"Для {one.name}: {one_line(filled(self.text, one.words), LONGEST)}" if one and self.text else ""
        self.preview.setText(told)

    def _put_template(self, at: int) -> None:
        """As it is, with its fields: each report fills them for itself."""
        if 0 < at <= len(self._templates):
            self.page.selectAll()
            self.page.insertPlainText(self._templates[at - 1].text)  # one step of undo
        self.template.setCurrentIndex(0)
