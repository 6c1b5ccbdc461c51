"""The pages of the first start: each asks for one thing, says inline what is wrong with it, and keeps what is right."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from citymanager.server_address import address_problem, server_address
from widgets.city_pack import CityPackImport
from widgets.plain import plain_label
from widgets.settings_line import SettingLine

SERVER = "Адрес сервера города даёт администратор. Можно и без него: правки сохранятся на этом компьютере."
LOGIN = "Имя и пароль вашей учётной записи. Если их ещё нет — войдите позже: «Программа → Войти на сервере…»."
MAP = "Карта работает без интернета: улицы и дома берутся из файла. Загрузить его можно и потом, в настройках."

Probe = Callable[[str], None]
"""Asks what answers at an address; `ServerPage.show_probe` is told."""
LogIn = Callable[[str, str, str], None]


class StartPage(QWidget):
    """One step. `submit` ends in `passed`, at once or later, or in words about what is wrong."""

    passed = Signal()
    busy = Signal(bool)
    title = ""
    submit_words = "Далее"
    later = "Позже"

    def __init__(self, told: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.column.addWidget(plain_label(told, wrap=True))
        self.wrong = plain_label("", "refusal", wrap=True)
        self.wrong.hide()

    def say(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))

    def enter(self) -> None:
        """The page is on the screen now."""
        self.setFocus()

    def leave(self) -> None:
        """The page is left without an answer: nothing of it stays."""

    def submit(self) -> None:
        self.passed.emit()

    def form(self, *rows: tuple[str, QLineEdit]) -> None:
        """Lines with their titles above them."""
        lines = QFormLayout()
        lines.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        lines.setVerticalSpacing(4)
        for title, line in rows:
            label = plain_label(title, "muted")
            label.setBuddy(line)
            line.setAccessibleName(title)
            line.returnPressed.connect(self.submit)
            lines.addRow(label, line)
        self.column.addLayout(lines)
        self.column.addWidget(self.wrong)
        self.column.addStretch(1)


class ServerPage(StartPage):
    """The server's address; what answers there is asked before it is believed. Nothing is kept before a login."""

    title = "Сервер города"
    submit_words = "Проверить и продолжить"
    later = "Работать без сервера"

    def __init__(self, probe: Probe, address: str = "") -> None:
        super().__init__(SERVER)
        self._probe = probe
        self._asked = ""
        self.line = QLineEdit(address)
        self.line.setPlaceholderText("https://сервер-города")
        self.form(("Адрес сервера", self.line))

    def address(self) -> str:
        return self._asked

    def enter(self) -> None:
        self.line.setFocus()

    def leave(self) -> None:
        self._asked = ""
        self.line.clear()
        self._end("")

    def submit(self) -> None:
        wrong = address_problem(self.line.text())
        if wrong:
            self.say(wrong)
            return
        self._asked = server_address(self.line.text())
        self.say("")
        self.line.setEnabled(False)
        self.busy.emit(True)
        self._probe(self._asked)

    def show_probe(self, server: str, problem: str) -> None:
        """What was found at an address; empty: a central server of ours."""
        if server != self._asked or self.line.isEnabled():
            return
        self._end(problem)
        if not problem:
            self.passed.emit()

    def _end(self, problem: str) -> None:
        self.line.setEnabled(True)
        self.busy.emit(False)
        self.say(problem)
        if problem:
            self.line.setFocus()


class LoginPage(StartPage):
    """Name and password; the password is wiped as soon as it is handed over."""

    title = "Вход"
    submit_words = "Войти"

    def __init__(self, log_in: LogIn) -> None:
        super().__init__(LOGIN)
        self._log_in, self._server = log_in, ""
        self._waits = False
        self.name, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self.form(("Имя", self.name), ("Пароль", self.password))

    def use_server(self, address: str) -> None:
        self._server = address

    def enter(self) -> None:
        (self.password if self.name.text() else self.name).setFocus()

    def leave(self) -> None:
        self.password.clear()
        self._end("")

    def submit(self) -> None:
        if not self._server:
            self.passed.emit()
            return
        name, password = self.name.text().strip(), self.password.text()
        if not (name and password):
            self.say("Заполните имя и пароль.")
            return
        self.say("")
        self._waits = True
        for line in (self.name, self.password):
            line.setEnabled(False)
        self.password.clear()
        self.busy.emit(True)
        self._log_in(self._server, name, password)

    def show_outcome(self, problem: str) -> None:
        """What came of logging in."""
        if self._waits:
            self._end(problem)
            if not problem:
                self.passed.emit()

    def _end(self, problem: str) -> None:
        self._waits = False
        for line in (self.name, self.password):
            line.setEnabled(True)
        self.busy.emit(False)
        self.say(problem)
        if problem:
            self.password.setFocus()


class MapPage(StartPage):
    """The city's map from a file, now or later."""

    title = "Карта города"

    def __init__(self, pack: CityPackImport) -> None:
        super().__init__(MAP)
        self.pack = pack
        self.column.addWidget(pack)
        self.column.addWidget(self.wrong)
        self.column.addStretch(1)

    def enter(self) -> None:
        self.pack.choose.setFocus()

    def leave(self) -> None:
        self.pack.cancel()
        self.say("")

    def submit(self) -> None:
        if self.pack.running:
            self.say("Карта ещё загружается: дождитесь конца или нажмите «Остановить».")
        else:
            self.say("")
            self.passed.emit()


class LookPage(StartPage):
    """Theme and size of the text: kept and seen at once."""

    title = "Как видно"
    later = ""

    def __init__(self, lines: Sequence[SettingLine]) -> None:
        super().__init__("Подберите размер текста и тему: видно сразу. Потом — в настройках (Ctrl+,).")
        self.lines = list(lines)
        for line in self.lines:
            self.column.addWidget(line)
        self.column.addStretch(1)

    def enter(self) -> None:
        self.lines[0].editor.setFocus()

    def submit(self) -> None:
        for line in self.lines:
            line.keep()
        if not any(line.wrong.text() for line in self.lines):
            self.passed.emit()
