"""Logging in covers nothing, says what is wrong where it is asked, and keeps no password."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from citymanager.sync_state import SyncState
from widgets.login import LoginStrip

Asked = list[tuple[str, str, str]]


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def strip(qtbot: QtBot, asked: Asked) -> LoginStrip:
    made = LoginStrip(lambda *words: asked.append(words), "https://city.example")
    qtbot.addWidget(made)
    return made


def test_it_is_away_until_somebody_must_log_in(strip: LoginStrip) -> None:
    assert strip.isHidden()
    strip.ask("Войдите, чтобы начать обмен с сервером.")
    assert not strip.isHidden()
    assert strip.message.text() == "Войдите, чтобы начать обмен с сервером."


def test_the_keyboard_alone_logs_in(strip: LoginStrip, asked: Asked, qtbot: QtBot, qapp: QApplication) -> None:
    strip.ask()
    qtbot.waitUntil(strip.name.hasFocus)
    qtbot.keyClicks(strip.name, "ivanova")
    qtbot.keyClick(strip.name, Qt.Key.Key_Tab)
    qtbot.keyClicks(strip.password, "secret 1")
    qtbot.keyClick(strip.password, Qt.Key.Key_Return)
    assert asked == [("https://city.example", "ivanova", "secret 1")]


def test_the_password_is_hidden_and_wiped_when_it_was_handed_over(strip: LoginStrip, asked: Asked) -> None:
    assert strip.password.echoMode() == QLineEdit.EchoMode.Password
    strip.name.setText("ivanova")
    strip.password.setText("тайна")
    strip.enter.click()
    assert asked
    assert strip.password.text() == ""
    assert "тайна" not in str(vars(strip))


def test_nothing_can_be_asked_twice_while_the_answer_is_awaited(strip: LoginStrip, asked: Asked) -> None:
    strip.name.setText("ivanova")
    strip.password.setText("тайна")
    strip.enter.click()
    strip.enter.click()
    assert len(asked) == 1
    assert strip.enter.text() == "Вход…"


@pytest.mark.parametrize("missing", ["server", "name", "password"])
def test_what_is_missing_is_said_and_not_sent(strip: LoginStrip, asked: Asked, missing: str) -> None:
    strip.name.setText("ivanova")
    strip.password.setText("тайна")
    getattr(strip, missing).clear()
    strip.enter.click()
    assert asked == []
    assert "Заполните" in strip.message.text()


@pytest.mark.parametrize("problem", ["Неверное имя или пароль.", "Сервер city.example не отвечает."])
def test_a_refusal_stands_inline_and_the_fields_are_open_again(strip: LoginStrip, problem: str) -> None:
    strip.name.setText("ivanova")
    strip.password.setText("тайна")
    strip.enter.click()
    strip.show_outcome(problem)
    assert strip.message.text() == problem
    assert not strip.message.isHidden()
    assert strip.enter.isEnabled()
    assert strip.name.text() == "ivanova"


def test_success_puts_it_away(strip: LoginStrip) -> None:
    strip.ask()
    strip.show_outcome("")
    assert strip.isHidden()


def test_it_comes_when_the_sync_needs_a_person_and_once_for_each_reason(strip: LoginStrip) -> None:
    stopped = SyncState("stopped", "Вход на сервере закончился.")
    strip.show_state(stopped)
    assert not strip.isHidden()
    strip.offline.click()
    assert strip.isHidden()
    strip.show_state(SyncState("stopped", "Вход на сервере закончился.", unsent=5))
    assert strip.isHidden(), "who works without a login is not asked at every edit"
    strip.show_state(SyncState("stopped", "Пользователь отключён."))
    assert not strip.isHidden()
    strip.show_state(SyncState("online"))
    assert strip.isHidden()
