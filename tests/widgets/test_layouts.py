"""Named layouts: shipped, one's own, one to begin with per role, and each set of screens with its own."""

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from citymanager.errors import Refused
from citymanager.hub import Hub
from citymanager.store import Profile
from widgets.docks import Docks
from widgets.docks_panels import Panel
from widgets.layouts import SHIPPED, Layouts
from widgets.layouts_menu import LayoutsMenu, NameStrip
from widgets.seat import Seat

ONE, TWO = "desk 1366×768", "desk 1366×768; second 1920×1080"


class Room:
    """A window with its layouts, on screens that the test names."""

    def __init__(self, profile: Profile, screens: str = ONE) -> None:
        self.screens = screens
        self.window = QMainWindow()
        self.window.resize(1366, 700)
        panels = [
            Panel("reports", "Сообщения", QLabel("очередь"), "main"),
            Panel("telephonograms", "Телефонограммы", QLabel("телефонограммы"), "main"),
            Panel("earthworks", "Земляные работы", QLabel("работы"), "main"),
            Panel("people", "Люди", QLabel("люди"), "main", shown=False),
            Panel("map", "Карта", QLabel("карта"), "side"),
            Panel("legend", "Слои карты", QLabel("слои"), "side", shown=False),
            Panel("outbox", "Неотправленное", QLabel("правки"), "below", shown=False),
        ]
        self.docks = Docks(self.window, panels, profile, screens=lambda: self.screens)
        self.docks.memory.restore()
        self.layouts = Layouts(self.docks, profile)
        self.window.show()

    def shown(self) -> set[str]:
        return {one.objectName() for one in self.window.findChildren(QDockWidget) if not one.isHidden()}

    def dock(self, key: str) -> QDockWidget:
        found = self.window.findChild(QDockWidget, key)
        assert isinstance(found, QDockWidget)
        return found


Open = Callable[..., Room]


@pytest.fixture
def room(qtbot: QtBot, profile: Profile) -> Iterator[Open]:
    opened: list[Room] = []

    def start(screens: str = ONE) -> Room:
        made = Room(profile, screens)
        qtbot.waitUntil(made.window.isActiveWindow, timeout=20_000)
        opened.append(made)
        return made

    yield start
    for one in opened:
        one.window.close()
        shiboken6.delete(one.window)


def test_the_shift_has_its_three_panels_and_the_map(room: Open, qtbot: QtBot) -> None:
    made = room()
    made.docks.show("people")
    made.layouts.use("Смена")
    assert made.shown() == {"reports", "telephonograms", "earthworks", "map"}
    qtbot.waitUntil(lambda: not made.dock("reports").visibleRegion().isEmpty(), timeout=20_000)
    assert made.layouts.current == "Смена"


def test_a_meeting_has_a_large_map_and_one_table(room: Open, qtbot: QtBot) -> None:
    made = room()
    made.layouts.use("Совещание")
    assert made.shown() == {"reports", "map"}
    qtbot.waitUntil(lambda: made.dock("map").width() > made.dock("reports").width(), timeout=5_000)


def test_the_layers_stand_beside_a_large_map_and_go_back_behind_it(room: Open, qtbot: QtBot) -> None:
    made = room()
    made.layouts.use("Карта и слои")
    assert made.shown() == {"legend", "map"}
    qtbot.waitUntil(lambda: made.dock("map").width() > 2 * made.dock("legend").width(), timeout=5_000)
    made.layouts.use("Смена")
    made.docks.show("legend")
    assert made.dock("map") in made.window.tabifiedDockWidgets(made.dock("legend"))


def test_the_wall_takes_the_whole_screen_and_the_shift_gives_it_back(room: Open) -> None:
    made = room()
    heard: list[bool] = []
    made.layouts.full_screen.connect(heard.append)
    made.layouts.use("Стена")
    made.layouts.use("Смена")
    assert heard == [True, False]


def test_an_own_layout_comes_back_after_a_restart(room: Open, profile: Profile) -> None:
    made = room()
    made.docks.show("people")
    made.dock("map").hide()
    made.layouts.save_as("  Моё   ночное ")
    made.layouts.use("Смена")
    assert "people" not in made.shown()
    made.window.close()

    again = room()
    assert again.layouts.own == ["Моё ночное"]
    again.layouts.use("Моё ночное")
    assert again.shown() == {"reports", "telephonograms", "earthworks", "people"}


def test_an_own_layout_is_renamed_and_deleted(room: Open) -> None:
    made = room()
    made.layouts.save_as("Ночь")
    made.layouts.begin_with("operator", "Ночь")
    made.layouts.rename("Ночь", "Ночная смена")
    assert made.layouts.own == ["Ночная смена"]
    assert made.layouts.current == "Ночная смена"
    assert made.layouts.first("operator") == "Ночная смена"
    made.layouts.delete("Ночная смена")
    assert made.layouts.own == []
    assert made.layouts.first("operator") == "Смена"


@pytest.mark.parametrize(("name", "words"), [("  ", "Введите имя"), ("Смена", "самой программы"), ("я" * 41, "40")])
def test_a_name_that_cannot_be_is_refused(room: Open, name: str, words: str) -> None:
    made = room()
    with pytest.raises(Refused, match=words):
        made.layouts.save_as(name)
    assert made.layouts.own == []


def test_a_rename_takes_no_other_layout_away(room: Open) -> None:
    made = room()
    made.layouts.save_as("Ночь")
    made.layouts.save_as("День")
    with pytest.raises(Refused, match="уже есть"):
        made.layouts.rename("День", "Ночь")
    assert made.layouts.own == ["День", "Ночь"]


@pytest.mark.parametrize("damaged", [7, [], {"own": 5}, {"own": {"Ночь": {ONE: {"parts": ["a", "b"]}}}, "met": 7}])
def test_damaged_layouts_stop_nothing(room: Open, profile: Profile, damaged: object) -> None:
    profile.set("layouts.desk", damaged)
    made = room()
    for name in made.layouts.own:
        with pytest.raises(Refused, match="не читается"):
            made.layouts.use(name)
    made.layouts.sit("operator")
    made.layouts.save_as("Заново")
    assert "Заново" in made.layouts.own


def noted(made: Room, qtbot: QtBot) -> None:
    """The layout counts as that of the screens that are there."""
    qtbot.waitUntil(lambda: made.docks.memory.noted() == made.docks.memory.capture(), timeout=5_000)


def test_each_set_of_screens_keeps_its_layout(room: Open, qtbot: QtBot) -> None:
    made = room(TWO)
    made.dock("people").show()
    made.dock("map").hide()
    noted(made, qtbot)
    made.screens = ONE
    made.docks.memory.look_at_screens()
    made.layouts.use("Совещание")
    noted(made, qtbot)
    made.screens = TWO
    made.docks.memory.look_at_screens()
    assert made.shown() == {"reports", "telephonograms", "earthworks", "people"}
    made.screens = ONE
    made.docks.memory.look_at_screens()
    assert made.shown() == {"reports", "map"}


def test_a_start_on_other_screens_shows_their_layout(room: Open) -> None:
    first = room(ONE)
    first.layouts.use("Совещание")
    first.docks.memory.save()
    first.window.close()
    second = room(TWO)
    assert second.shown() == {"reports", "map"}, "an unknown set of screens begins with the last layout"
    second.layouts.use("Смена")
    second.docks.memory.save()
    second.window.close()
    assert room(ONE).shown() == {"reports", "map"}
    assert room(TWO).shown() == {"reports", "telephonograms", "earthworks", "map"}


def test_a_role_begins_with_its_layout_once(room: Open) -> None:
    made = room()
    made.layouts.sit("head")
    assert made.layouts.current == "Совещание"
    made.layouts.use("Смена")
    made.layouts.sit("head")
    assert made.layouts.current == "Смена"
    made.layouts.sit("operator")
    assert made.layouts.current == "Смена"


def test_a_workstation_that_was_arranged_before_keeps_its_layout(room: Open) -> None:
    before = room()
    before.docks.show("people")
    before.docks.memory.save()
    before.window.close()
    made = room()
    made.layouts.sit("head")
    assert "people" in made.shown()
    assert made.layouts.current == ""


def test_the_layout_that_was_chosen_to_begin_with_is_shown_at_each_login(room: Open) -> None:
    made = room()
    made.layouts.begin_with("operator", "Совещание")
    made.layouts.sit("operator")
    made.layouts.use("Смена")
    made.layouts.sit("operator")
    assert made.layouts.current == "Совещание"


# the menu


@pytest.fixture
def menu(room: Open, seat: Seat, hub: Hub) -> tuple[LayoutsMenu, NameStrip, Room]:
    made = room()
    strip = NameStrip()
    strip.setParent(made.window)
    menu = LayoutsMenu(made.layouts, seat, hub, strip)
    menu.setParent(made.window, menu.windowFlags())
    return menu, strip, made


def action(menu: LayoutsMenu, words: str) -> QAction:
    return next(one for one in menu.actions() if words in one.text().replace("&", ""))


def test_the_menu_has_keys_for_the_first_layouts(menu: tuple[LayoutsMenu, NameStrip, Room]) -> None:
    keys = [one.shortcut().toString() for one in menu[0].actions()[: len(SHIPPED)]]
    assert keys == ["Ctrl+Alt+1", "Ctrl+Alt+2", "Ctrl+Alt+3", "Ctrl+Alt+4"]


def test_a_layout_is_saved_renamed_begun_with_and_deleted_by_the_menu(
    menu: tuple[LayoutsMenu, NameStrip, Room], qtbot: QtBot, notices: list[tuple[str, str]]
) -> None:
    made, strip, room = menu
    action(made, "Сохранить").trigger()
    assert strip.isVisible()
    qtbot.keyClick(strip.name, Qt.Key.Key_Return)
    assert strip.isVisible()
    assert "Введите имя" in strip.wrong.text()
    strip.name.setText("Ночь")
    qtbot.keyClick(strip.name, Qt.Key.Key_Return)
    assert not strip.isVisible()
    qtbot.waitUntil(lambda: any("Переименовать" in one.text() for one in made.actions()), timeout=5_000)
    assert action(made, "Ночь").shortcut().toString() == "Ctrl+Alt+5"

    action(made, "при входе").trigger()
    assert room.layouts.first("moderator") == "Ночь"
    action(made, "Переименовать").trigger()
    strip.name.setText("Ночная")
    qtbot.mouseClick(strip.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("Ночная" in one.text() for one in made.actions()), timeout=5_000)
    action(made, "Удалить").trigger()
    assert room.layouts.own == []
    assert "удалено" in notices[-1][0]


def test_a_menu_without_anybody_offers_no_layout_to_begin_with(room: Open, hub: Hub) -> None:
    made = room()
    made.layouts.use("Смена")
    strip = NameStrip()
    strip.setParent(made.window)
    menu = LayoutsMenu(made.layouts, Seat("", "", None), hub, strip)
    menu.setParent(made.window, menu.windowFlags())
    assert not any("при входе" in one.text() for one in menu.actions())
