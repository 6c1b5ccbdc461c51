"""Logging in without a dialog: a strip in the window, which goes on showing the cache meanwhile.

The password stays in its field until it is handed over, and is then wiped; nothing here writes it anywhere.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from citymanager.sync_state import SyncState
from widgets.plain import plain_label
from widgets.theme import set_role

LogIn = Callable[[str, str, str], None]
"""Server's address, name and password; what comes of it is told by `LoginStrip.show_outcome`."""


class LoginStrip(QFrame):
    """Asks for server, name and password, says inline what went wrong, and stays out of the way otherwise."""

    def __init__(self, log_in: LogIn, server: str = "", name: str = "") -> None:
        super().__init__()
        self._log_in = log_in
        self._stand = ("", "")
        set_role(self, "bar")
        self.server, self.name, self.password = QLineEdit(server), QLineEdit(name), QLineEdit()
        self.enter, self.offline = QPushButton("Войти"), QPushButton("Работать без входа")
        self.message = plain_label()
        self._build()
        self.hide()

    def _build(self) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self.server.setPlaceholderText("https://сервер-города")
        self.message.setWordWrap(True)
        set_role(self.message, "problem")
        set_role(self.enter, "primary")
        set_role(self.offline, "quiet")
        self.offline.setToolTip("Правки сохраняются на этом компьютере и уйдут после входа")
        line = QHBoxLayout()
        for title, editor, share in (("Сервер", self.server, 3), ("Имя", self.name, 2), ("Пароль", self.password, 2)):
            label = plain_label(title)
            label.setBuddy(editor)
            line.addWidget(label)
            line.addWidget(editor, share)
            line.addSpacing(8)
            editor.returnPressed.connect(self._submit)
        line.addWidget(self.enter)
        line.addWidget(self.offline)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.addLayout(line)
        whole.addWidget(self.message)
        self.message.hide()
        self.enter.clicked.connect(self._submit)
        self.offline.clicked.connect(self.hide)

    def ask(self, reason: str = "") -> None:
        """Come up with the reason why somebody must log in, and with the focus where something is missing."""
        self._busy(False)
        self._say(reason)
        self.show()
        empty = [editor for editor in (self.server, self.name, self.password) if not editor.text()]
        (empty or [self.password])[0].setFocus()

    def propose(self, server: str) -> None:
        """Fill in the server's address, if none stands there yet."""
        if not self.server.text():
            self.server.setText(server)

    def show_state(self, state: SyncState) -> None:
        """Come up when only a person can go on, and once for each reason: who has put the strip away has his peace."""
        stand = (state.link, state.reason)
        if stand == self._stand:
            return
        self._stand = stand
        if state.link == "stopped":
            self.ask(state.reason)
        elif state.link in ("connecting", "online"):
            self.hide()

    def show_outcome(self, problem: str) -> None:
        """What came of logging in: a Russian sentence that says what is wrong, or nothing if all went well."""
        if problem:
            self.ask(problem)
        else:
            self._busy(False)
            self.hide()

    def _submit(self) -> None:
        server, name, password = self.server.text().strip(), self.name.text().strip(), self.password.text()
        if not (server and name and password):
            self.ask("Заполните адрес сервера, имя и пароль.")
            return
        self._say("")
        self._busy(True)
        self.password.clear()
        self._log_in(server, name, password)

    def _busy(self, busy: bool) -> None:
        for widget in (self.server, self.name, self.password, self.enter):
            widget.setDisabled(busy)
        self.enter.setText("Вход…" if busy else "Войти")

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
