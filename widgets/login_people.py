"""Who sits down at this desk: one of those who are known here, or another name, and his password."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QLineEdit, QPushButton, QVBoxLayout

from citymanager.roles import role, why_not_sit
from widgets.plain import plain_label
from widgets.theme import set_role

FILL_IN = "Выберите сотрудника и введите его пароль."


class Acquaintance(Protocol):
    """Somebody who has logged in on this station."""

    @property
    def login(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation(self) -> str: ...


class Acquaintances(Protocol):
    """Those who have logged in on this station, and their right to work here without a line."""

    def last(self) -> Acquaintance | None: ...
    def get(self, login: str) -> Acquaintance | None: ...
    def everybody(self) -> Sequence[Acquaintance]: ...
    def enter(self, login: str, password: str, now: datetime) -> Acquaintance:
        """Let in by the password of his last login; slow. Raises Refused with the reason."""


class PersonEntry(QFrame):
    """A name to choose or type, a password, and what came of it. `submitted` carries login and password."""

    submitted = Signal(str, str)

    def __init__(self, act: str, direction: QBoxLayout.Direction = QBoxLayout.Direction.LeftToRight) -> None:
        """`act`: what the button says."""
        super().__init__()
        self._act = act
        self.person, self.password, self.enter = QComboBox(), QLineEdit(), QPushButton(act)
        self.message = plain_label("", "problem", wrap=True)
        self.message.hide()
        self.person.setEditable(True)
        self.person.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.person.setAccessibleName("Сотрудник")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self.password.setPlaceholderText("Пароль")
        self.password.setAccessibleName("Пароль")
        set_role(self.enter, "primary")
        self.row = QBoxLayout(direction)
        self.row.addWidget(self.person, 2)
        self.row.addWidget(self.password, 2)
        self.row.addWidget(self.enter)
        column = QVBoxLayout(self)
        column.addLayout(self.row)
        column.addWidget(self.message)
        self.enter.clicked.connect(self._submit)
        self.password.returnPressed.connect(self._submit)

    def offer(self, people: Sequence[Acquaintance], chosen: str = "") -> None:
        """Show who is known here; `chosen`: the login of who stands there first."""
        self.person.clear()
        for one in people:
            if not why_not_sit(one.role):
                self.person.addItem(_words(one), one.login)
        self.person.setCurrentIndex(self.person.findData(chosen))
        if self.person.currentIndex() < 0:
            self.person.setEditText(chosen)
        self.password.clear()
        self.say("")

    @property
    def login(self) -> str:
        """Who was chosen, or the name that was typed."""
        typed = self.person.currentText().strip()
        at = self.person.findText(typed)
        return str(self.person.itemData(at)) if at >= 0 else typed

    def say(self, problem: str) -> None:
        """What is wrong, in Russian; nothing if all is well. The next try can begin."""
        self._busy(False)
        self.message.setText(problem)
        self.message.setVisible(bool(problem))

    def focus(self) -> None:
        """Go to what is missing."""
        (self.password if self.login else self.person).setFocus()

    def _submit(self) -> None:
        login, password = self.login, self.password.text()
        if not (login and password):
            self.say(FILL_IN)
            self.focus()
            return
        self.say("")
        self.password.clear()
        self._busy(True)
        self.submitted.emit(login, password)

    def _busy(self, busy: bool) -> None:
        for widget in (self.person, self.password, self.enter):
            widget.setDisabled(busy)
        self.enter.setText("Проверяется…" if busy else self._act)


class ChangeStrip(PersonEntry):
    """Another person sits down, without a dialog: a strip in the window that can be put away."""

    def __init__(self, people: Acquaintances) -> None:
        super().__init__("Войти")
        self._people = people
        set_role(self, "bar")
        self.row.insertWidget(0, plain_label("Сменить сотрудника:", "section"))
        self.cancel = QPushButton("Отмена")
        set_role(self.cancel, "quiet")
        self.cancel.clicked.connect(self.hide)
        self.row.addWidget(self.cancel)
        self.row.addStretch(1)
        self.hide()

    def ask(self) -> None:
        """Come up with those who are known here; the keyboard goes to their names."""
        self.offer(self._people.everybody())
        self.show()
        self.person.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def show_outcome(self, problem: str) -> None:
        """What came of the login."""
        self.say(problem)
        if problem:
            self.password.setFocus()
        else:
            self.hide()


def _words(person: Acquaintance) -> str:
    known = role(person.role)
    return f"{person.name or person.login} — {known.title if known else person.role}"
