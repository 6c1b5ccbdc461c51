"""Panels come back after a restart, and come back usable, whatever has become of the screens and of the profile."""

import base64
import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from citymanager.store import Profile
from widgets import docks_state
from widgets.docks import Docks
from widgets.docks_kept import seal
from widgets.docks_memory import BROKEN
from widgets.docks_panels import Panel
from widgets.screens import LEAST, fitted

ROOT = Path(__file__).parents[2]
ONE = [{"name": "desk", "x": 0, "y": 0, "width": 1366, "height": 768}]
TWO = [*ONE, {"name": "second", "x": 1366, "y": 0, "width": 1920, "height": 1080}]

Desk = tuple[QMainWindow, Docks]


def panels(*more: Panel) -> list[Panel]:
    return [
        Panel("reports", "Сообщения", QLineEdit(), "main"),
        Panel("people", "Люди", QLabel("люди"), "main"),
        Panel("map", "Карта", QLabel("карта"), "side"),
        Panel("outbox", "Неотправленное", QLabel("правки"), "below", shown=False),
        *more,
    ]


@pytest.fixture
def desk(qtbot: QtBot, profile: Profile) -> Iterator[Callable[..., Desk]]:
    """Opens a window on the profile, as a start of the program does."""
    opened: list[QMainWindow] = []

    def start(*more: Panel) -> Desk:
        window = QMainWindow()
        window.resize(1200, 700)
        made = Docks(window, panels(*more), profile)
        window.show()
        qtbot.waitUntil(window.isActiveWindow, timeout=20_000)
        opened.append(window)
        return window, made

    yield start
    for window in opened:
        window.close()
        shiboken6.delete(window)


def dock(window: QMainWindow, key: str) -> QDockWidget:
    found = window.findChild(QDockWidget, key)
    assert isinstance(found, QDockWidget)
    return found


def test_the_default_layout_shows_records_beside_the_map(desk: Callable[..., Desk]) -> None:
    window, _ = desk()
    reports, city_map = dock(window, "reports"), dock(window, "map")
    assert reports.isVisible()
    assert city_map.isVisible()
    assert dock(window, "outbox").isHidden()
    assert reports.geometry().right() < city_map.geometry().left()
    assert dock(window, "people") in window.tabifiedDockWidgets(reports)


def test_a_changed_layout_comes_back(desk: Callable[..., Desk]) -> None:
    window, made = desk()
    dock(window, "map").setFloating(True)
    dock(window, "map").setGeometry(QRect(40, 60, 500, 400))
    dock(window, "people").hide()
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock(window, "outbox"))
    dock(window, "outbox").show()
    made.memory.save()
    window.close()

    again, restored = desk()
    assert restored.memory.restore() == ""
    assert dock(again, "map").isFloating()
    assert dock(again, "map").geometry() == QRect(40, 60, 500, 400)
    assert dock(again, "people").isHidden()
    assert again.dockWidgetArea(dock(again, "outbox")) == Qt.DockWidgetArea.TopDockWidgetArea
    assert dock(again, "outbox").isVisible()


def test_show_raises_a_hidden_panel_and_gives_it_the_focus(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    window, made = desk()
    dock(window, "reports").hide()
    made.show("reports")
    assert dock(window, "reports").isVisible()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))


def test_the_first_start_has_nothing_to_complain_about(desk: Callable[..., Desk]) -> None:
    _, made = desk()
    assert made.memory.restore() == ""


@pytest.mark.parametrize(
    "broken",
    [
        "", 7, [], {}, {"parts": ["a", "b"]}, {"parts": ["a", "b"], "panels": [], "seal": "нет"},
        {"parts": [1, None], "panels": None, "seal": 5},
    ],
)  # fmt: skip
def test_a_broken_layout_gives_way_to_the_default_one_and_says_so(
    desk: Callable[..., Desk], profile: Profile, broken: Any
) -> None:
    profile.set("layout.desk", broken)
    window, made = desk()
    assert made.memory.restore() == BROKEN
    assert dock(window, "reports").isVisible()
    assert dock(window, "map").isVisible()


def test_a_layout_with_a_flipped_byte_is_broken(desk: Callable[..., Desk], profile: Profile) -> None:
    window, made = desk()
    made.memory.save()
    kept = profile.setting("layout.desk")
    state = bytearray(base64.b64decode(kept["parts"][1]))
    state[len(state) // 2] ^= 0xFF
    profile.set("layout.desk", {**kept, "parts": [kept["parts"][0], base64.b64encode(state).decode()]})
    assert made.memory.restore() == BROKEN
    assert dock(window, "map").isVisible()


def test_a_layout_of_another_version_is_not_restored(desk: Callable[..., Desk], profile: Profile) -> None:
    window, made = desk()
    parts = [
        base64.b64encode(window.saveGeometry().data()).decode(),
        base64.b64encode(window.saveState(docks_state.VERSION + 1).data()).decode(),
    ]
    profile.set("layout.desk", {"parts": parts, "panels": [], "seal": seal(parts)})
    assert made.memory.restore() == BROKEN


def test_a_panel_that_the_layout_has_never_met_is_shown(desk: Callable[..., Desk]) -> None:
    window, made = desk()
    made.memory.save()
    window.close()
    again, restored = desk(Panel("weather", "Погода", QLabel("снег"), "main"))
    assert restored.memory.restore() == ""
    assert dock(again, "weather").isVisible() or dock(again, "weather") in again.tabifiedDockWidgets(
        dock(again, "reports")
    )
    assert not dock(again, "weather").isHidden()


def test_a_layout_in_which_everything_is_hidden_gives_way(desk: Callable[..., Desk]) -> None:
    window, made = desk()
    for key in ("reports", "people", "map"):
        dock(window, key).hide()
    made.memory.save()
    window.close()
    again, restored = desk()
    assert restored.memory.restore() == BROKEN
    assert dock(again, "reports").isVisible()


def test_a_panel_saved_with_no_size_comes_back_with_one(desk: Callable[..., Desk], profile: Profile) -> None:
    window, made = desk()
    dock(window, "map").setFloating(True)
    dock(window, "map").setGeometry(QRect(41, 61, 507, 403))
    made.memory.save()
    window.close()
    kept = profile.setting("layout.desk")
    state = base64.b64decode(kept["parts"][1])
    size = struct.pack(">ii", 507, 403)
    assert size in state, "Qt keeps the size of a floating dock otherwise than this test thinks"
    parts = [kept["parts"][0], base64.b64encode(state.replace(size, struct.pack(">ii", 0, 0))).decode()]
    profile.set("layout.desk", {**kept, "parts": parts, "seal": seal(parts)})

    again, restored = desk()
    assert restored.memory.restore() == ""
    found = dock(again, "map")
    assert found.isVisible()
    assert found.width() >= LEAST.width()
    assert found.height() >= LEAST.height()


def test_no_docked_panel_is_without_size_in_a_small_window(desk: Callable[..., Desk]) -> None:
    window, made = desk()
    made.show("outbox")
    window.resize(200, 100)
    for found in window.findChildren(QDockWidget):
        if found.isVisible() and not window.tabifiedDockWidgets(found):
            assert found.width() >= LEAST.width()
            assert found.height() >= LEAST.height()


def test_a_screen_that_goes_while_the_program_runs_takes_no_panel_with_it(
    desk: Callable[..., Desk], qapp: QApplication
) -> None:
    window, _ = desk()
    city_map = dock(window, "map")
    city_map.setFloating(True)
    city_map.setGeometry(QRect(9000, 9000, 500, 400))  # where the lost screen was
    qapp.screenRemoved.emit(qapp.primaryScreen())
    assert any(screen.availableGeometry().contains(city_map.geometry()) for screen in qapp.screens())


SCREENS = [QRect(0, 0, 1366, 768), QRect(1366, 0, 1920, 1080)]


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (QRect(100, 100, 400, 300), QRect(100, 100, 400, 300)),
        (QRect(1266, 100, 200, 300), QRect(1266, 100, 240, 300)),  # too narrow: widened, and brought onto one screen
        (QRect(1166, 100, 400, 300), QRect(1166, 100, 400, 300)),  # over both screens, as its user wants it
        (QRect(5000, 5000, 400, 300), QRect(966, 468, 400, 300)),
        (QRect(-390, 100, 400, 300), QRect(0, 100, 400, 300)),
        (QRect(1500, 1000, 400, 300), QRect(1500, 780, 400, 300)),
        (QRect(0, 0, 0, 0), QRect(0, 0, 240, 140)),
        (QRect(9000, 0, 9000, 9000), QRect(0, 0, 1366, 768)),
    ],
)
def test_a_rectangle_is_brought_where_it_can_be_used(found: QRect, result: QRect) -> None:
    made = fitted(found, SCREENS)
    if found.width() == 200:
        assert any(screen.contains(made) for screen in SCREENS)
        assert made.size() == result.size()
    else:
        assert made == result


def run(tmp_path: Path, screens: list[dict[str, Any]], *words: object) -> dict[str, Any]:
    """docks_on_screens.py in a process whose platform has these screens."""
    config = tmp_path / "screens.json"
    full = [{**one, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1} for one in screens]
    config.write_text(json.dumps({"screens": full}))
    script = Path(__file__).parent / "docks_on_screens.py"
    ended = subprocess.run(
        [sys.executable, script, tmp_path / "profile", *map(str, words)],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    assert len(found["screens"]) == len(screens)
    return found


def test_a_panel_on_the_second_screen_comes_back_there(tmp_path: Path) -> None:
    assert run(tmp_path, TWO, "float", 1800, 300)["floating"]
    found = run(tmp_path, TWO, "look")
    assert found["floating"]
    assert found["map"] == [1800, 300, 640, 480]


def test_the_layout_of_a_large_screen_comes_back_on_a_small_one(tmp_path: Path) -> None:
    run(tmp_path, [{"name": "large", "x": 0, "y": 0, "width": 3840, "height": 2160}], "float", 3000, 1500)
    found = run(tmp_path, ONE, "look")
    assert found["notice"] == ""
    assert found["floating"]
    assert found["seen"], found


def test_a_panel_whose_screen_is_gone_is_brought_onto_the_one_that_is_there(tmp_path: Path) -> None:
    run(tmp_path, TWO, "float", 2400, 500)
    found = run(tmp_path, ONE, "look")
    assert found["notice"] == ""
    assert found["visible"]
    assert found["seen"], found
    assert found["map"][2:] == [640, 480]


def dock_of(window: QMainWindow, key: str) -> QDockWidget:
    found = window.findChild(QDockWidget, key)
    assert isinstance(found, QDockWidget)
    return found


def test_a_panel_takes_the_whole_screen_and_esc_puts_it_back(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    window, docks = desk()
    dock, wide = dock_of(window, "map"), docks.full_screen("map")
    assert docks.full_screen("map") is wide
    wide.toggle()
    qtbot.waitUntil(lambda: dock.isFloating() and dock.isFullScreen())
    qtbot.waitUntil(dock.isActiveWindow, timeout=20_000)
    wide.spare_escape(True)
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert wide.on, "the map's own Esc comes first"
    wide.spare_escape(False)
    QTest.keyClick(dock, Qt.Key.Key_Escape)
    assert not wide.on and not dock.isFloating() and not dock.isFullScreen() and dock.isVisible()
    wide.toggle()
    dock.setFloating(False)  # by the panel's own button
    assert not wide.on and not dock.isFullScreen()


def test_a_panel_that_was_a_window_is_one_again(desk: Callable[..., Desk], qtbot: QtBot) -> None:
    window, docks = desk()
    dock, wide = dock_of(window, "map"), docks.full_screen("map")
    docks.float("map")
    wide.toggle()
    qtbot.waitUntil(dock.isFullScreen)
    wide.toggle()
    assert dock.isFloating() and not dock.isFullScreen() and not wide.on


def test_a_panel_that_is_closed_on_the_whole_screen_comes_back_to_its_place(
    desk: Callable[..., Desk], qtbot: QtBot
) -> None:
    window, docks = desk()
    dock, wide = dock_of(window, "map"), docks.full_screen("map")
    wide.toggle()
    qtbot.waitUntil(dock.isFullScreen)
    dock.close()
    assert not wide.on
    docks.show("map")
    qtbot.waitUntil(dock.isVisible)
    assert not dock.isFullScreen() and not dock.isFloating()
