"""Under a telephonogram's text: how long it is to dictate, and the template of its kind. What was typed stays."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from citymanager.changes import merged
from citymanager.wording import MOST_WORDS, composed, count, length, templates
from widgets.plain import plain_label
from widgets.record_form import RecordForm
from widgets.theme import set_role

TYPED = "Текст уже введён: очистите поле, чтобы составить его по шаблону."


class WordingStrip(QWidget):
    """Follows the card that it stands in."""

    def __init__(self, form: RecordForm) -> None:
        super().__init__()
        self._form, self._line = form, form.lines["text"]
        self._made = ""
        """The text that was put in last: it may be made anew."""
        self.told, self.hint = plain_label("", "caption", wrap=True), plain_label("", "caption", wrap=True)
        self.compose = QPushButton("Составить по виду")
        set_role(self.compose, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.told, 1)
        row.addWidget(self.compose)
        self._line.below.addWidget(self)
        self._line.below.addWidget(self.hint)
        self.hint.hide()
        self.compose.clicked.connect(self.put_text)
        form.sheet.edited.connect(self.show_state)
        form.shown.connect(self._another)
        form.saved.connect(self.show_state)
        self.show_state()

    def put_text(self) -> None:
        """Word the telephonogram by its kind and by what the card has."""
        if self._text() not in ("", self._made):
            self._say(TYPED)
            return
        record = self._form.record
        data = merged(record.data if record else {}, self._form.sheet.readable_change())
        kind = self._form.lines["type"].editor
        found = composed(self._form.module, {**data, "type": data.get("type") or kind.value()})
        self._made = found.text
        self._line.fill(found.text, "")
        self._say(f"Осталось вписать: {', '.join(found.missing).lower()}." if found.missing else "")

    def show_state(self) -> None:
        """How long the text is now."""
        text = self._text()
        long = count(text) > MOST_WORDS
        self.told.setText(length(text) + (" — сократите" if long else ""))
        set_role(self.told, "problem" if long else "caption")
        self.compose.setVisible(not self._form.closed and bool(templates()))

    def _another(self) -> None:
        self._made = ""
        self._say("")
        self.show_state()

    def _text(self) -> str:
        editor = self._line.editor
        return "" if editor.problem() else str(editor.value() or "")

    def _say(self, words: str) -> None:
        self.hint.setText(words)
        self.hint.setVisible(bool(words))
