"""The second map at a whole desk: opened by its key, of its own mind, locked and closed with the window."""

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import psutil
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QWidget
from pytestqt.qtbot import QtBot

from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.values import moment
from layers import scheme
from layers.map_panel import MapPanel
from layers.shell import shell
from main import open_station
from sync.offline_login import KnownPeople, Person
from widgets.keys import Key
from widgets.period import Period
from widgets.printing.map_press import MapOrder
from widgets.second_opened import Opened
from widgets.station import Station

scheme.register_scheme()  # before any QApplication, as main.py does
PASSWORD = "пароль"
CENTRE = (56.0850, 60.7320)


def row(ident: str, received: datetime) -> dict[str, Any]:
    """A report in the city's middle, as a server sends it."""
    place = {"type": "Point", "coordinates": [CENTRE[1], CENTRE[0]]}
    data = {"number": ident, "text": "Яма", "status": "new", "received": moment(received), "geometry": place}
    return {
        "seq": 1, "module": "reports", "id": ident, "version": 1, "deleted": False, "by": "", "at": "", "data": data,
    }  # fmt: skip


class Desk:
    """One workstation without a server, with two reports: of today and of last year."""

    def __init__(self, app: QApplication, folder: Path, bot: QtBot) -> None:
        self._app, self._folder, self.bot = app, folder, bot
        self.station = self._open()

    def _open(self) -> Station:
        station = open_station(self._app, self._folder, None, keeps_token=False)
        station.start("", "", "", False)
        station.window.resize(1200, 800)
        station.window.show()
        if not station.lock.on:  # else nothing is painted
            with self.bot.waitCallback(timeout=30_000) as done:
                station.map.when_painted(done)
        return station

    def reopen(self) -> None:
        self.station.close()
        self.station = self._open()

    def call(self) -> Opened:
        """Open the second map by its key, and wait for its page."""
        self.bot.waitUntil(self.station.window.isActiveWindow, timeout=10_000)
        QTest.keyClick(self.station.window, Qt.Key.Key_0, CTRL | Qt.KeyboardModifier.AltModifier)
        return self.ready()

    def unlock(self, login: str) -> None:
        entry = self.station.lock.page.entry
        entry.person.setEditText(login)
        entry.password.setText(PASSWORD)
        QTest.keyClick(entry.password, Qt.Key.Key_Return)
        self.bot.waitUntil(lambda: not self.station.lock.on, timeout=10_000)

    def ready(self) -> Opened:
        self.bot.waitUntil(lambda: self.station.second.now is not None, timeout=10_000)
        now = self.station.second.now
        assert now is not None
        with self.bot.waitCallback(timeout=30_000) as done:
            now.parts.map.when_painted(done)
        return now

    def put(self, ident: str, received: datetime) -> None:
        """A report comes from elsewhere."""
        with self.bot.waitCallback(timeout=10_000) as done:
            self.station.tasks.write(lambda writer: writer.absorb([row(ident, received)], received, {}), done)
        self.station.hub.changed.emit("reports", [ident])

    def counted(self, city_map: Any) -> int:
        """How many reports a map shows."""
        with self.bot.waitCallback(timeout=10_000) as done:
            self.station.tasks.read(city_map.atlas.tallies, done)
        return int(done.args[0]["reports"].shown)


CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What every profile begins with: the page's shell and two who have logged in here; both are slow to make."""
    folder = tmp_path_factory.mktemp("prepared")
    shell(folder / "basemap" / "shell.json")
    people = KnownPeople(folder)
    for login, name, key in (("sidorov", "Сидоров С. С.", "executor"), ("ivanova", "Иванова А. П.", "moderator")):
        people.remember(Person(login, name, key, "", {}), PASSWORD, "city", datetime.now(UTC))
    return folder


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path, prepared: Path) -> Iterator[Desk]:
    copytree(prepared, tmp_path, dirs_exist_ok=True)
    writer = Profile(tmp_path).writer(MODULES, patience=0)
    now = datetime.now(UTC)
    writer.absorb([row("К-1", now), row("К-2", now - timedelta(days=700))], now, {})
    writer.close()
    made = Desk(qapp, tmp_path, qtbot)
    yield made
    made.station.close()


def test_it_is_of_its_own_mind_and_comes_back_so_after_a_restart(desk: Desk) -> None:
    first, now = desk.station.map, desk.call()
    second = now.parts.map
    assert desk.station.window.windowTitle() != now.window.windowTitle() == "Вторая карта"
    second.set_shown("telephonograms", False)
    second.switches.set_opacity("reports", 0.4)
    second.go_to(*CENTRE, 17)
    assert first.switches.shown("telephonograms") and first.switches.opacity("reports") == 1
    now.view.period.chosen.emit(Period(7))
    desk.bot.waitUntil(lambda: desk.counted(second) == 1)
    assert desk.counted(first) == 2 and desk.station.desk.period.chips[Period()].isChecked()
    desk.station.hub.filtered.emit("reports", [])
    assert (desk.counted(first), desk.counted(second)) == (0, 1)
    desk.put("К-3", datetime.now(UTC))
    desk.bot.waitUntil(lambda: desk.counted(second) == 2, timeout=10_000)
    now.window.setGeometry(60, 70, 640, 480)
    desk.reopen()
    now = desk.ready()
    second = now.parts.map
    assert now.window.isVisible() and now.window.geometry().getRect() == (60, 70, 640, 480)
    assert (second.place.lat, second.place.zoom) == (pytest.approx(CENTRE[0], abs=1e-3), 17)
    assert not second.switches.shown("telephonograms") and second.switches.opacity("reports") == 0.4
    desk.bot.waitUntil(lambda: desk.counted(second) == 2)
    assert now.view.period.chips[Period(7)].isChecked()


def test_selection_is_shared_and_the_tables_follow_one_map_at_a_time(desk: Desk) -> None:
    now, hub = desk.call(), desk.station.hub
    desk.station.desk.record("reports")
    hub.selected.emit("reports", "К-1")
    assert now.parts.map._state.selected == ("reports", "К-1")
    now.parts.map._clicked("reports", "К-2")
    assert desk.station.map._state.selected == ("reports", "К-2")
    desk.bot.waitUntil(lambda: desk.station.desk.record("reports").table.current == "К-2")
    bar, far = desk.station.desk.record("reports").bar, (10.0, 10.0, 11.0, 11.0)
    now.view.lead.setChecked(True)
    now.parts.map.viewed.emit(far)
    assert bar._seen == far
    desk.station.map.viewed.emit((60.0, 56.0, 61.0, 57.0))
    assert bar._seen == far, "the second map leads"
    now.window.close()
    assert bar._seen == (60.0, 56.0, 61.0, 57.0), "it is gone: the first one leads"


def test_closed_its_process_ends_and_it_comes_back_as_it_was(desk: Desk) -> None:
    now = desk.call()
    gone, process = weakref.ref(now.parts.map), psutil.Process(now.parts.map.page.page.renderProcessPid())
    now.parts.map.set_shown("reports", False)
    QTest.keyClick(now.view, Qt.Key.Key_W, CTRL)
    del now
    desk.bot.waitUntil(lambda: ended(process), timeout=10_000)
    desk.station.hub.changed.emit("reports", ["К-1"])
    desk.station.hub.selected.emit("reports", "К-1")
    desk.station.hub.sync_state.emit(desk.station.link.state)
    gc.collect()
    assert gone() is None, "nor does anything hold what it was made of"
    assert not desk.call().parts.map.switches.shown("reports")


def test_the_lock_covers_both_and_the_next_person_sees_what_is_for_him(desk: Desk) -> None:
    now, station = desk.call(), desk.station
    closed = {key for key, one in BY_KEY.items() if one.geometry and one.readers and "executor" not in one.readers}
    for key in closed:
        now.parts.map.set_shown(key, True)
    station.lock.lock()
    assert now.window.isVisible() and not now.view.isVisible() and not now.window.isAncestorOf(now.view)
    assert isinstance(now.window.centralWidget(), QLabel)
    QTest.keyClick(now.window, Qt.Key.Key_K, CTRL)
    assert not now.view.search.isVisible()
    station.seat.take("sidorov", "Сидоров С. С.", role("executor"))
    desk.unlock("ivanova")
    assert now.view.isVisible() and closed and not closed & {one.key for one in now.parts.map.switches.drawn}


@pytest.mark.campaign
def test_a_locked_desk_opens_its_second_map_only_for_who_unlocks_it(desk: Desk) -> None:
    desk.call()
    desk.station.lock.lock()
    desk.reopen()
    QTest.qWait(300)
    assert desk.station.lock.on and desk.station.second.now is None
    desk.unlock("ivanova")
    assert desk.ready().view.isVisible()


def test_it_belongs_to_a_layout_and_stands_where_a_screen_is(desk: Desk) -> None:
    now, window = desk.call(), desk.station.desk.window
    now.window.setGeometry(40, 50, 600, 400)
    now.parts.map.set_shown("reports", False)
    window.layouts.save_as("Ночь")
    now.parts.map.set_shown("reports", True)
    now.window.close()
    window.layouts.save_as("День")
    window.layouts.use("Ночь")
    now = desk.ready()
    assert now.window.geometry().getRect() == (40, 50, 600, 400) and not now.parts.map.switches.shown("reports")
    window.docks.memory._screens = lambda: "other screens"
    now.window.setGeometry(5_000, 5_000, 600, 400)
    window.docks.memory.look_at_screens()
    assert now.window.screen().geometry().contains(now.window.geometry())
    window.layouts.use("День")
    assert desk.station.second.now is None
    window.layouts.use("Смена")
    assert desk.station.second.now is None, "a layout of the program leaves it"


def test_keys_work_from_it_and_it_closes_with_the_main_window(desk: Desk) -> None:
    assert Key("Перейти", "Ctrl+Alt+0", "Вторая карта") in desk.station.desk.window.known_keys()
    now = desk.call()
    lines = [offered(desk.station.window.findChild(QDockWidget, "map")), offered(now.window)]
    assert ["&Вторая карта\tCtrl+Alt+0" in some for some in lines] == [True, False]
    desk.bot.waitUntil(now.window.isActiveWindow)
    QTest.keyClick(now.view, Qt.Key.Key_K, CTRL)
    assert now.view.search.line.hasFocus() and not desk.station.desk.search.line.hasFocus()
    QTest.keyClick(now.view, Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.AltModifier)
    (order,) = now.window.findChildren(MapOrder)
    assert order.isVisible(), "this map is printed"
    order.close()
    now.window.activateWindow()
    desk.bot.waitUntil(now.window.isActiveWindow)
    QTest.keyClick(now.view, Qt.Key.Key_F11)
    desk.bot.waitUntil(lambda: now.window.isFullScreen() and not desk.station.window.isFullScreen())
    QTest.keyClick(now.view, Qt.Key.Key_Escape)
    desk.bot.waitUntil(lambda: not now.window.isFullScreen())
    QTest.keyClick(now.view, Qt.Key.Key_F2)
    desk.bot.waitUntil(desk.station.window.isActiveWindow)
    assert desk.station.desk.record("reports").form.isVisible()
    view, process = now.parts.map, psutil.Process(now.parts.map.page.page.renderProcessPid())
    desk.station.window.close()
    assert desk.station.second.now is None
    desk.bot.waitUntil(lambda: not shiboken6.isValid(view), timeout=10_000)
    desk.bot.waitUntil(lambda: ended(process), timeout=10_000)
    desk.reopen()
    assert desk.ready().window.isVisible(), "it was open when the window was closed"


def offered(around: QWidget) -> list[str]:
    """The lines of the menu under the map that stands in there."""
    return [action.text() for action in around.findChild(MapPanel).more.menu().actions()]


def ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
