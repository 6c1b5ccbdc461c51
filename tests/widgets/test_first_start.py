"""The first start: each step says what is wrong, can be left for later, and leaves nothing half-done."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from citymanager.hub import Hub
from citymanager.settings import Settings
from citymanager.store import Profile
from citymanager.tasks import Tasks
from citymanager.training_city import write_basemap
from layers.basemap.pack import PACK, read
from layers.basemap.sources import _READERS
from layers.basemap.tile_files import ENDINGS
from widgets.city_pack import KINDS, SAY_WHOSE, STOPPED, CityPackImport
from widgets.editors import Surroundings
from widgets.first_start import FirstStart
from widgets.first_start_pages import LoginPage, LookPage, MapPage, ServerPage
from widgets.settings_line import SettingLine
from widgets.theme import Appearance

CREDIT = "© Геослужба города"
ROOT = Path(__file__).parents[2]


class Walk:
    """The pages over a window, with what they asked for."""

    def __init__(self, profile: Profile, tasks: Tasks, hub: Hub) -> None:
        self.window = QMainWindow()
        self.behind = QLineEdit()
        self.window.setCentralWidget(self.behind)
        self.window.resize(1000, 700)
        self.probed: list[str] = []
        self.logins: list[tuple[str, str, str]] = []
        self.ended = False
        settings = Settings(profile)
        around = Surroundings(settings.module, tasks)
        lines = [SettingLine(settings.declaration(key), settings, around) for key in ("text_size", "theme")]
        main = str(ROOT / "main.py")
        self.pack = CityPackImport(
            lambda files: [sys.executable, main, "--profile", str(profile.folder), "import-basemap", "--steps", *files]
        )
        self.pages = FirstStart(
            self.window, ServerPage(self.probed.append), LoginPage(lambda *words: self.logins.append(words)),
            MapPage(self.pack), LookPage(lines),
        )  # fmt: skip
        self.pages.finished.connect(self._end)

    def _end(self) -> None:
        self.ended = True

    @property
    def page(self) -> object:
        return self.pages.stack.currentWidget()


@pytest.fixture
def walk(profile: Profile, tasks: Tasks, hub: Hub, appearance: Appearance, qtbot: QtBot) -> Iterator[Walk]:
    made = Walk(profile, tasks, hub)
    made.window.show()
    qtbot.waitUntil(made.window.isActiveWindow, timeout=20_000)
    made.pages.begin()
    yield made
    made.pack.cancel()
    made.window.close()
    shiboken6.delete(made.window)


def to_login(walk: Walk) -> None:
    walk.pages.server.line.setText("https://city.example/")
    walk.pages.next.click()
    walk.pages.server.show_probe("https://city.example", "")


def test_the_whole_way(walk: Walk, profile: Profile, qtbot: QtBot) -> None:
    assert walk.page is walk.pages.server
    walk.pages.server.line.setText("https://city.example/")
    walk.pages.next.click()
    assert walk.probed == ["https://city.example"]
    assert not walk.pages.next.isEnabled()
    walk.pages.server.show_probe("https://city.example", "")
    assert walk.page is walk.pages.login
    walk.pages.login.name.setText("ivanova")
    walk.pages.login.password.setText("secret")
    qtbot.keyClick(walk.pages.login.password, Qt.Key.Key_Return)
    assert walk.logins == [("https://city.example", "ivanova", "secret")]
    assert walk.pages.login.password.text() == ""
    walk.pages.login.show_outcome("")
    assert walk.page is walk.pages.map
    walk.pages.next.click()
    assert walk.page is walk.pages.look
    size = walk.pages.look.lines[0].editor.findChild(QLineEdit)
    assert size is not None
    size.setText("125")
    walk.pages.next.click()
    assert walk.ended
    assert walk.pages.isHidden()
    assert profile.setting("text_size") == 125


def test_everything_can_be_left_for_later(walk: Walk, profile: Profile) -> None:
    walk.pages.later.click()
    assert walk.page is walk.pages.map, "without a server there is nobody to log in to"
    walk.pages.later.click()
    walk.pages.next.click()
    assert walk.ended
    assert (walk.probed, walk.logins) == ([], [])
    assert profile.setting("server") is None


@pytest.mark.parametrize("address", ["", "город", "ftp://x", "https://"])
def test_what_is_no_address_is_said_and_not_asked(walk: Walk, address: str) -> None:
    walk.pages.server.line.setText(address)
    walk.pages.next.click()
    assert "не адрес сервера" in walk.pages.server.wrong.text()
    assert walk.pages.server.wrong.isVisible()
    assert walk.probed == []


def test_a_server_that_is_none_is_said_and_can_be_corrected(walk: Walk) -> None:
    walk.pages.server.line.setText("https://wrong.example")
    walk.pages.next.click()
    walk.pages.server.show_probe("https://wrong.example", "Нет связи с сервером.")
    assert walk.page is walk.pages.server
    assert walk.pages.server.wrong.text() == "Нет связи с сервером."
    assert walk.pages.next.isEnabled()
    to_login(walk)
    assert walk.page is walk.pages.login


def test_a_late_answer_of_a_page_that_was_left_changes_nothing(walk: Walk) -> None:
    walk.pages.server.line.setText("https://slow.example")
    walk.pages.next.click()
    walk.pages.later.click()
    assert walk.page is walk.pages.map
    walk.pages.server.show_probe("https://slow.example", "")
    assert walk.page is walk.pages.map
    assert walk.pages.next.isEnabled()


def test_a_wrong_password_is_said_and_the_page_stays(walk: Walk) -> None:
    to_login(walk)
    walk.pages.next.click()
    assert walk.pages.login.wrong.text() == "Заполните имя и пароль."
    walk.pages.login.name.setText("ivanova")
    walk.pages.login.password.setText("wrong")
    walk.pages.next.click()
    walk.pages.login.show_outcome("Неверное имя или пароль.")
    assert walk.page is walk.pages.login
    assert walk.pages.login.wrong.text() == "Неверное имя или пароль."
    assert walk.pages.login.password.isEnabled()
    walk.pages.back.click()
    assert walk.page is walk.pages.server


def test_a_size_that_cannot_be_stops_at_its_page(walk: Walk, profile: Profile) -> None:
    walk.pages.later.click()
    walk.pages.later.click()
    size = walk.pages.look.lines[0].editor.findChild(QLineEdit)
    assert size is not None
    size.setText("900")
    walk.pages.next.click()
    assert not walk.ended
    assert profile.setting("text_size") is None


# the city's map


def whose(pack: CityPackImport, files: list[str]) -> None:
    """Choose files and say whose they are."""
    pack.take(files)
    assert not pack.running, "of a city's own data it is asked first"
    pack.whose.setText(CREDIT)
    QTest.keyClick(pack.whose, Qt.Key.Key_Return)


def test_without_a_word_whose_the_data_are_nothing_is_imported(walk: Walk, tmp_path: Path) -> None:
    walk.pack.take([str(one) for one in write_basemap(tmp_path)])
    assert walk.pack.whose.isVisibleTo(walk.pack) and "OpenStreetMap" in walk.pack.question.text()
    walk.pack.whose.setText("   ")
    walk.pack.go.click()
    assert not walk.pack.running
    assert walk.pack.words.text() == SAY_WHOSE


def test_openstreetmaps_own_file_is_taken_at_its_word(walk: Walk, tmp_path: Path, qtbot: QtBot) -> None:
    walk.pack.take([str(tmp_path / "нет.osm.pbf")])
    assert walk.pack.running
    qtbot.waitUntil(lambda: not walk.pack.running, timeout=60_000)
    assert not walk.pack.whose.isVisibleTo(walk.pack)


def test_a_map_is_made_with_progress_and_told(walk: Walk, profile: Profile, tmp_path: Path, qtbot: QtBot) -> None:
    files = [str(one) for one in write_basemap(tmp_path)]
    told: list[str] = []
    walk.pack.done.connect(lambda: told.append("done"))
    walk.pack.bar.valueChanged.connect(lambda value: told.append(str(value)))
    whose(walk.pack, files)
    assert walk.pack.running
    walk.pages.later.click()
    assert walk.page is walk.pages.map
    walk.pages.next.click()
    assert "ещё загружается" in walk.pages.map.wrong.text()
    qtbot.waitUntil(lambda: "done" in told, timeout=60_000)
    assert "50" in told
    assert read(profile.basemap / PACK).attribution == CREDIT
    assert walk.pack.words.text() == "Карта города загружена."


def test_a_file_that_is_no_map_is_said_and_leaves_nothing(
    walk: Walk, profile: Profile, tmp_path: Path, qtbot: QtBot
) -> None:
    wrong = tmp_path / "letter.geojson"
    wrong.write_text("это не карта", encoding="utf-8")
    whose(walk.pack, [str(wrong)])
    qtbot.waitUntil(lambda: not walk.pack.running, timeout=60_000)
    assert not (profile.basemap / PACK).exists()
    assert walk.pack.words.text()
    assert walk.pack.words.text() != "Карта города загружена."
    assert walk.pack.choose.isVisibleTo(walk.pack)


def test_what_was_left_out_of_a_map_is_said(walk: Walk, tmp_path: Path, qtbot: QtBot) -> None:
    street = {"type": "LineString", "coordinates": [[60.70, 56.08], [60.71, 56.08]]}
    point = {"type": "LineString", "coordinates": [[60.70, 56.08], [60.70, 56.08]]}
    found = [{"type": "Feature", "properties": {"highway": "residential"}, "geometry": one} for one in (street, point)]
    path = tmp_path / "town.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")
    whose(walk.pack, [str(path)])
    qtbot.waitUntil(lambda: not walk.pack.running, timeout=60_000)
    assert walk.pack.words.text() == ("Карта города загружена. 1 объект пропущен: координат нет или они повреждены.")


def test_the_kinds_that_are_offered_are_those_that_are_read() -> None:
    offered = KINDS[KINDS.index("(") + 1 : KINDS.index(")")].split()
    assert {one.removeprefix("*") for one in offered} == {*_READERS, *ENDINGS}


def test_a_stopped_import_leaves_the_old_map(walk: Walk, profile: Profile, tmp_path: Path, qtbot: QtBot) -> None:
    profile.basemap.mkdir(parents=True, exist_ok=True)
    (profile.basemap / PACK).write_bytes(b"old")
    whose(walk.pack, [str(one) for one in write_basemap(tmp_path)])
    walk.pack.cancel()
    qtbot.waitUntil(lambda: not walk.pack.running, timeout=10_000)
    assert walk.pack.words.text() == STOPPED
    assert (profile.basemap / PACK).read_bytes() == b"old"
    assert [one.name for one in profile.basemap.iterdir()] == [PACK]
