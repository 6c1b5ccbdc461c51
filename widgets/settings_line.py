"""One setting in the panel: title, editor, hint, what is wrong, and the way back to the default."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from citymanager.errors import CityError, Refused
from citymanager.settings import Setting, Settings
from citymanager.text import fold
from citymanager.values import show
from widgets.editors import Editor, Surroundings, editor_of
from widgets.editors.choice import ChoiceEditor
from widgets.plain import plain_label

WHEN = {
    "at once": "", "at login": "Подействует при следующем входе.", "at restart": "Подействует при следующем запуске.",
}  # fmt: skip


class SettingLine(QFrame):
    """Keeps a value as soon as it is chosen, or typed and left; a wrong one stays, is marked, and is not kept."""

    kept = Signal(str)
    """The setting's key: it has another value now."""

    def __init__(self, setting: Setting, settings: Settings, surroundings: Surroundings) -> None:
        super().__init__()
        self.setting, self._settings = setting, settings
        self.editor: Editor = editor_of(setting.field, surroundings)
        self.back = QPushButton("По умолчанию")
        self.wrong = plain_label("", "problem", wrap=True)
        self.words = fold(" ".join((setting.section, setting.field.title, setting.field.hint)))
        self._build()
        self.show_value()

    def _build(self) -> None:
        field = self.setting.field
        title = plain_label(field.title, wrap=True)
        title.setBuddy(self.editor)
        self.back.setProperty("role", "quiet")
        self.back.setAccessibleName(f"По умолчанию: {field.title}")
        self.back.setToolTip(f"Вернуть: {self._default()}")
        row = QHBoxLayout()
        row.addWidget(self.editor, 1)
        row.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(2)
        column.addWidget(title)
        column.addLayout(row)
        column.addWidget(self.wrong)
        hint = " ".join(part for part in (field.hint, WHEN[self.setting.acts]) if part)
        column.addWidget(plain_label(hint, "caption", wrap=True))
        self._wire()

    def _wire(self) -> None:
        typed = self.editor.findChild(QLineEdit)
        if typed is None:
            self.editor.edited.connect(self.keep)
        else:
            typed.setPlaceholderText("")
            typed.returnPressed.connect(self.keep)
            self.editor.left.connect(self.keep)
        if isinstance(self.editor, ChoiceEditor) and self.setting.field.required:
            self.editor.box.removeItem(self.editor.box.findData(None))
        self.back.clicked.connect(lambda: self._put(None))

    def _default(self) -> str:
        field = self.setting.field
        return "пусто" if field.default is None else show(field, field.default)

    def show_value(self) -> None:
        """Show what holds now."""
        self.editor.show_value(self._settings[self.setting.key])
        self._say("")

    def keep(self) -> None:
        """Take what stands in the editor, if it can be taken."""
        try:
            value = self.editor.value()
            wrong = self._settings.problem(self.setting.key, value)
        except Refused as error:
            wrong = str(error)
        if wrong:
            self._say(wrong)
        elif value != self._settings[self.setting.key]:
            self._put(value)
        else:
            self._say("")

    def _put(self, value: Any) -> None:
        try:
            self._settings.put(self.setting.key, value)
        except CityError as error:
            self._say(str(error))
            return
        self._say("")
        self.show_value()
        self.kept.emit(self.setting.key)

    def _say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        self.editor.mark("wrong" if text else "")
        self.back.setVisible(bool(text) or not self._settings.is_default(self.setting.key))
