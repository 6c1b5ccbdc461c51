"""Notices: seen, plain, few, and never in the way of the keyboard."""

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from widgets.notices import MOST, Notices


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.line = QLineEdit()
    QVBoxLayout(made).addWidget(made.line)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.line.setFocus()
    return made


@pytest.fixture
def stack(window, hub, appearance):
    return Notices(hub, appearance, window)


def test_a_notice_stands_at_the_bottom_right_and_takes_no_focus(stack, window, hub, qtbot):
    qtbot.waitUntil(window.line.hasFocus)
    hub.notice.emit("Диск почти полон.", "warning")
    place = stack.geometry()
    assert stack.isVisible()
    assert place.right() < window.width()
    assert place.left() > window.width() / 2
    assert window.line.hasFocus()
    assert QApplication.activeModalWidget() is None
    window.resize(1200, 800)
    qtbot.waitUntil(lambda: stack.geometry().right() > place.right())


def test_long_texts_are_shown_whole(stack, hub, qtbot):
    for number in range(3):
        hub.notice.emit(f"{number}: " + "очень длинное сообщение о том, что случилось и что делать; " * 4, "error")
    for notice in stack.shown:
        words = notice._words
        qtbot.waitUntil(lambda words=words: words.height() >= words.heightForWidth(words.width()) > 40)
    assert stack.geometry().top() > 0


def test_text_is_plain_and_the_level_has_a_word(stack, hub):
    hub.notice.emit("<b>не жирно</b>", "error")
    labels = {label.text(): label for label in stack.shown[0].findChildren(type(stack.shown[0]._words))}
    assert labels["<b>не жирно</b>"].textFormat().name == "PlainText"
    assert "ошибка" in {label.accessibleName() for label in labels.values()}


def test_the_same_is_said_once_with_a_count(stack, hub):
    for _ in range(3):
        hub.notice.emit("Нет связи.", "warning")
    assert [(one.text, one.count) for one in stack.shown] == [("Нет связи.", 3)]


def test_errors_stay_when_there_are_too_many(stack, hub):
    hub.notice.emit("Ошибка!", "error")
    for number in range(MOST + 3):
        hub.notice.emit(f"Сведение {number}", "info")
    shown = [one.text for one in stack.shown]
    assert len(shown) == MOST
    assert shown[0] == "Ошибка!"
    assert shown[-1] == f"Сведение {MOST + 2}"


def test_a_notice_can_be_put_away(stack, hub):
    hub.notice.emit("Ошибка!", "error")
    stack.shown[0].findChild(QToolButton).click()
    assert stack.shown == []
    assert not stack.isVisible()
