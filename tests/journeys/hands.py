"""What hands do at a window: letters typed, keys pressed, buttons clicked, something taken from a list that opens."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QListWidget, QMenu, QWidget

from widgets.editors.choice import ChoiceEditor, FlagEditor, ManyEditor
from widgets.editors.editor import Editor
from widgets.editors.houses import HousesEditor
from widgets.editors.reference import ReferenceEditor, ReferencesEditor
from widgets.editors.search import RecordSearch
from widgets.editors.text import LongTextEditor, TextEditor

Until = Callable[[Callable[[], bool]], None]
AGAIN = 5.0
"""Seconds after which somebody types anew: the keyboard was elsewhere when the list came."""


def type_letters(box: QWidget, letters: str) -> None:
    """Letter by letter, as a keyboard of any layout does."""
    for letter in letters:
        key = Qt.Key.Key_Return if letter == "\n" else 0
        QApplication.sendEvent(box, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter))


def type_over(box: QWidget, letters: str) -> None:
    """In the place of what stands there."""
    box.setFocus()
    box.selectAll()  # type: ignore[attr-defined]
    QTest.keyClick(box, Qt.Key.Key_Delete)
    type_letters(box, letters)


def click(button: QAbstractButton) -> None:
    assert button.isVisible() and button.isEnabled(), f"nobody can press «{button.text()}»"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def call(window: QWidget, menu: str, title: str) -> None:
    """Choose a line of a menu of the window."""
    (found,) = [one for one in window.findChildren(QMenu) if one.title().replace("&", "") == menu]
    (line,) = [one for one in found.actions() if one.text() == title and one.isVisible()]
    line.trigger()


def fill(editor: Editor, words: str, until: Until) -> None:
    """Put words into a field, whatever its kind; of several, each after a semicolon."""
    assert editor.isVisible() and not editor.reading, f"nobody can fill in «{editor.field.title}»"
    until(lambda: _at(editor.focusProxy()))
    match editor:
        case ReferenceEditor() | ReferencesEditor():
            for one in words.split("; "):
                _take(editor.line, one, until)
        case HousesEditor():
            type_over(editor.line, words)
            QTest.keyClick(editor.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)  # no map has this house
        case ManyEditor():
            for one in words.split("; "):
                _tick(editor.list, one)
        case ChoiceEditor():
            _choose(editor.box, words)
        case FlagEditor():
            click(editor.check)
        case LongTextEditor():
            type_over(editor.page, words)
        case TextEditor():
            type_over(editor.line, words)
        case _:
            raise AssertionError(f"nobody has shown how «{editor.field.title}» is filled in")


def _at(box: QWidget) -> bool:
    """Bring the keyboard there; whether it has come."""
    box.window().activateWindow()
    box.setFocus()
    return box.hasFocus()


def _take(line: RecordSearch, words: str, until: Until) -> None:
    """Type words of a record and take the first that is offered; «что набрать → что видно» where they differ."""
    typed, _, called = words.partition(" → ")
    offered = line.completer().popup()
    typed_at: list[float] = []

    def shown() -> None:
        if not typed_at or (not offered.isVisible() and time.monotonic() - typed_at[-1] > AGAIN):
            typed_at.append(time.monotonic())
            until(lambda: _at(line))
            type_over(line, typed)
        first = str(offered.model().index(0, 0).data())
        assert offered.isVisible() and (called or typed) in first, f"«{typed}» is not offered but «{first}»"

    until(shown)
    QTest.keyClick(offered, Qt.Key.Key_Down)
    QTest.keyClick(offered, Qt.Key.Key_Return)
    until(lambda: not offered.isVisible())
    QApplication.processEvents()  # the line of a list empties itself behind the choice


def _choose(box: QComboBox, title: str) -> None:
    place = box.findText(title)
    assert place >= 0, f"«{title}» is not to be chosen"
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(place):
        QTest.keyClick(box, Qt.Key.Key_Down)


def _tick(box: QListWidget, title: str) -> None:
    (item,) = box.findItems(title, Qt.MatchFlag.MatchExactly)
    box.setFocus()
    box.setCurrentItem(item)
    QTest.keyClick(box, Qt.Key.Key_Space)
