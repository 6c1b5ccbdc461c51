"""Under a reply's text: the templates that fit its report, and what is still to be filled in. What was typed stays."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from citymanager.answering import Template, blanks, filled, fitting, words_of
from citymanager.modules.replies import BLANK
from citymanager.modules.reports import REPORTS
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.editors.text import LongTextEditor
from widgets.plain import plain_label
from widgets.record_form import RecordForm
from widgets.theme import Appearance, set_role

CHOOSE = "Шаблон ответа…"
NO_REPORT = "Выберите сообщение: шаблоны подбираются по его статусу и категории."
NONE_FITS = "Для статуса и категории этого сообщения шаблонов нет."
TYPED = "Текст уже введён: очистите поле, чтобы составить его по шаблону."
LEFT = "Не заполнено: {}. Впишите вместо отмеченного — до этого ответ не сохраняется «к отправке»."


class AnswerStrip(QWidget):
    """Follows the card of a reply that it stands in."""

    def __init__(
        self, form: RecordForm, tasks: Tasks, norms: CityNorms, appearance: Appearance, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._form, self._tasks, self._norms, self._clock = form, tasks, norms, clock
        self._line = form.lines["text"]
        editor = self._line.editor
        assert isinstance(editor, LongTextEditor)
        self._editor = editor
        self._made = ""
        """The text that was put in last: it may be made anew."""
        self._offered: list[Template] = []
        self.box, self.next = QComboBox(), QPushButton("К пропуску")
        self.box.setAccessibleName(CHOOSE)
        set_role(self.next, "quiet")
        self.left, self.hint = plain_label("", "problem", wrap=True), plain_label("", "caption", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.next)
        for widget in (self, self.left, self.hint):
            self._line.below.addWidget(widget)
        self._marks = _Blanks(editor.page.document(), appearance)
        self.box.activated.connect(self._chosen)
        self.next.clicked.connect(self.go_to_blank)
        form.sheet.edited.connect(self.show_state)
        form.shown.connect(self._another)
        form.saved.connect(self.show_state)
        self._another()

    def choose(self) -> None:
        """Unfold the templates."""
        if self.box.isVisible() and self.box.isEnabled():
            self.box.setFocus()
            self.box.showPopup()

    def put_text(self, template: Template) -> None:
        """Word the reply by a template, unless somebody has typed one."""
        report = self._report()
        text = str(self._editor.value() or "")
        if text not in ("", self._made, str(report.get("public_answer") or "")):
            self._say(TYPED)
            return
        given = self._tasks.glance.captions("organisations", [str(report.get("executor") or "")])
        words = words_of(report, next(iter(given.values()), ""), self._norms.now, self._clock())
        self._made = filled(template.text, words)
        self._line.fill(self._made, "")
        self.show_state()
        if blanks(self._made):
            self.go_to_blank()

    def go_to_blank(self) -> None:
        """Select the next place that is to be filled in, so that what is typed takes its place."""
        page = self._editor.page
        text, cursor = page.toPlainText(), page.textCursor()
        found = BLANK.search(text, cursor.selectionEnd()) or BLANK.search(text)
        if found is not None:
            cursor.setPosition(found.start())
            cursor.setPosition(found.end(), cursor.MoveMode.KeepAnchor)
            page.setTextCursor(cursor)
            page.setFocus()

    def show_state(self) -> None:
        """Which templates there are, and what is wanting in the text."""
        report, open_ = self._report(), not self._form.closed
        offered = fitting(report) if report else []
        if offered != self._offered or not self.box.count():
            self._offered = offered
            self.box.clear()
            self.box.addItems([CHOOSE, *(one.title for one in offered)])
        self.box.setVisible(open_)
        self.box.setEnabled(bool(offered))
        self.box.setToolTip("" if offered else NONE_FITS if report else NO_REPORT)
        wanting = list(dict.fromkeys(blanks(str(self._editor.state()))))
        self.left.setText(LEFT.format(", ".join(wanting)) if wanting else "")
        self.left.setVisible(bool(wanting))
        self.next.setVisible(bool(wanting) and open_)
        self._say("" if offered or not open_ else NONE_FITS if report else NO_REPORT)

    def _chosen(self, at: int) -> None:
        if 0 < at <= len(self._offered):
            self.put_text(self._offered[at - 1])
        self.box.setCurrentIndex(0)

    def _another(self) -> None:
        self._made = ""
        self.show_state()

    def _report(self) -> Mapping[str, Any]:
        """The report that the reply is to, as the cache has it; empty if none is chosen."""
        editor = self._form.lines["report"].editor
        ident = "" if editor.problem() else str(editor.value() or "")
        record = self._tasks.glance.get(REPORTS.key, ident) if ident else None
        return record.data if record else {}

    def _say(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))


class _Blanks(QSyntaxHighlighter):
    """What is to be filled in, on the ground of a warning."""

    def __init__(self, document: QTextDocument, appearance: Appearance) -> None:
        super().__init__(document)
        self._appearance = appearance
        appearance.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        marked, mark = QTextCharFormat(), self._appearance.theme.levels["warning"]
        marked.setBackground(QColor(mark.fill))
        marked.setFontWeight(700)
        for found in BLANK.finditer(text):
            self.setFormat(found.start(), found.end() - found.start(), marked)
