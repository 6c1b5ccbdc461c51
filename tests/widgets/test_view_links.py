"""A link to a view of the map in a text: found, underlined, opened by a click; all else in the text stays text."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from throwaway import THROWAWAY

from citymanager.errors import CityError
from citymanager.view_links import MOST, spans
from layers.state import Place
from layers.view_link import find, write
from widgets.editors import Surroundings, editor_of
from widgets.editors.view_links import OPEN

LINK = write(Place(56.0853, 60.735, 15), {"reports", "closures"})


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize("text", ["Смотрите {}.", "{}, там яма", "({})", "Вид: {}\nи {}", "«{}»"])
def test_a_link_is_found_in_a_sentence_and_the_map_understands_it(text):
    assert found(text.format(LINK, LINK))[0] == LINK
    assert all(find(one) == find(LINK) for one in found(text.format(LINK, LINK)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "city-map:",
        "city-map: 56;",
        "my-city-map:all;",
        "http://city-map/all;",
        "<a href='x'>city-map</a>",
        "CITY-MAP:all;",
    ],
)
def test_nothing_else_is_one(text):
    assert found(text) == []


@given(some.text())
@settings(max_examples=30)
def test_any_text_is_looked_through(text):
    for one in found(text + "city-map:all;" + text):
        try:
            find(one)
        except CityError as error:
            assert "скопируйте её целиком" in str(error)


def test_of_very_many_the_first_are_found():
    assert len(found(f"{LINK} " * 100_000)) == MOST


class Reader:
    """A text in a card that is read, and what was followed."""

    def __init__(self, qtbot, tasks) -> None:
        self.followed: list[str] = []
        self.editor = editor_of(THROWAWAY.field("story"), Surroundings(THROWAWAY, tasks, follow=self.followed.append))
        qtbot.addWidget(self.editor)
        self.editor.resize(500, 160)
        self.editor.show()
        self.page = self.editor.page

    def where(self, word: str, letter: int = 2) -> QPoint:
        cursor = self.page.textCursor()
        cursor.setPosition(self.page.toPlainText().index(word) + letter)
        return self.page.cursorRect(cursor).center()

    def click(self, at: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mouseClick(self.page.viewport(), button, pos=at)


@pytest.fixture
def reader(qtbot, tasks) -> Iterator[Reader]:
    return Reader(qtbot, tasks)


@pytest.mark.parametrize("reading", [True, False])
def test_a_click_on_a_link_follows_it_and_a_click_beside_does_not(reader, reading):
    reader.editor.show_value(f"Яма <b>здесь</b>: {LINK} сегодня")
    reader.editor.set_reading(reading)
    reader.click(reader.where("здесь"))
    reader.click(reader.where(LINK), Qt.MouseButton.RightButton)
    reader.click(QPoint(480, 140))
    assert reader.followed == []
    reader.click(reader.where(LINK))
    assert reader.followed == [LINK]
    assert reader.page.toPlainText() == f"Яма <b>здесь</b>: {LINK} сегодня"
    (mark,) = reader.page.extraSelections()
    assert mark.format.fontUnderline() and mark.cursor.selectedText() == LINK


def test_a_selection_made_with_the_mouse_follows_nothing(reader):
    reader.editor.show_value(f"{LINK} сегодня")
    view, start, end = reader.page.viewport(), reader.where(LINK, 1), reader.where(LINK, 12)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert reader.followed == []


def test_the_keyboard_has_it_in_the_menu_of_the_text(reader, qtbot):
    reader.editor.show_value(f"{LINK}\ncity-map:all;reports")
    at = reader.where(LINK)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, reader.page.mapToGlobal(at))
    QApplication.sendEvent(reader.page, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    lines = [one for one in menu.actions() if one.text().startswith(OPEN)]
    assert [one.text() for one in lines] == [f"{OPEN} (1)", f"{OPEN} (2)"]
    lines[1].trigger()
    menu.close()
    assert reader.followed == ["city-map:all;reports"]


def test_where_nobody_shows_views_a_link_is_text(qtbot, tasks):
    editor = editor_of(THROWAWAY.field("story"), Surroundings(THROWAWAY, tasks))
    qtbot.addWidget(editor)
    editor.show_value(LINK)
    assert editor.page.extraSelections() == []
