"""Настройки: every declared setting in its section, found by a word, kept as soon as it is changed."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from citymanager.hub import Hub
from citymanager.settings import Settings
from citymanager.tasks import Tasks
from citymanager.text import fold
from widgets.editors import Surroundings
from widgets.keys import add_key
from widgets.plain import plain_label
from widgets.settings_line import SettingLine
from widgets.theme import set_role


class SettingsPanel(QWidget):
    """Generated from the declarations; what is not a value (the city's map) stands below in sections of its own."""

    def __init__(self, settings: Settings, tasks: Tasks, hub: Hub, extras: Mapping[str, QWidget] | None = None) -> None:
        super().__init__()
        self._settings, self._extras = settings, dict(extras or {})
        around = Surroundings(settings.module, tasks)
        self.lines = {one.key: SettingLine(one, settings, around) for one in settings.declared}
        self.search = QLineEdit()
        self.nothing = plain_label("Такой настройки нет. Попробуйте другое слово.", "muted", wrap=True)
        self._sections: dict[str, tuple[QWidget, list[SettingLine]]] = {}
        self._build()
        for line in self.lines.values():
            line.kept.connect(hub.setting)
            line.editor.set_reading(tasks.read_only)
            line.back.setDisabled(tasks.read_only)
        hub.setting.connect(self._changed)
        self.search.textChanged.connect(self.narrow)
        add_key(self, "Настройки", "Найти настройку", "Ctrl+F", self._to_search)

    def _build(self) -> None:
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search.setPlaceholderText("Найти настройку  (Ctrl+F)")
        self.search.setAccessibleName("Найти настройку")
        self.search.setClearButtonEnabled(True)
        page = QWidget()
        set_role(page, "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 4, 16, 16)
        column.addWidget(self.nothing)
        self.nothing.hide()
        for title, keys in self._settings.module.form.items():
            column.addWidget(self._section(title, [self.lines[key] for key in keys]))
        for title, widget in self._extras.items():
            column.addWidget(self._section(title, [], widget))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 4)
        top.addWidget(self.search)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)

    def _section(self, title: str, lines: list[SettingLine], more: QWidget | None = None) -> QWidget:
        box = QFrame()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(plain_label(title, "section"))
        for widget in (*lines, *([more] if more is not None else [])):
            column.addWidget(widget)
        self._sections[title] = (box, lines)
        return box

    def narrow(self, words: str) -> None:
        """Leave the settings that have all of these words in title, section or hint."""
        wanted = fold(words).split()
        for title, (box, lines) in self._sections.items():
            for line in lines:
                line.setVisible(all(word in line.words for word in wanted))
            named = all(word in fold(title) for word in wanted)
            box.setVisible(any(not line.isHidden() for line in lines) or (not lines and named))
        self.nothing.setVisible(all(box.isHidden() for box, _ in self._sections.values()))

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _changed(self, key: str) -> None:
        if key in self.lines:
            self.lines[key].show_value()
