"""Files laid on the map, in a real browser engine: dropped, drawn, pointed at, steered in the panel, taken away."""

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
import shiboken6
from geopandas import GeoDataFrame
from map_city import CENTRE, City, Watch
from pyogrio import write_dataframe
from PySide6.QtCore import QBuffer, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidgetItem
from pytestqt.qtbot import QtBot
from test_guest_reading import write
from test_map_print import taken, text_of
from throwaway import HOUSE

from citymanager.store import Profile
from citymanager.tasks import Tasks
from layers.basemap.credit import OSM_ATTRIBUTION
from layers.basemap.pack import PACK
from layers.guests.errand import GONE
from layers.guests.guests import Guests
from layers.map_panel import MapPanel
from layers.map_view import MapView
from layers.panel import LayerPanel
from layers.presets import Presets
from layers.style import LIGHT
from layers.system_box import SystemBox
from widgets.printing.map_sheet import Format, MapSheet, pdf

LAT, LON = CENTRE
MAIN = Path(__file__).parents[2] / "main.py"
LONG = 60_000


class Desk:
    """A map with the panel that steers its layers, and the line under it."""

    def __init__(self, city: City) -> None:
        self.city, self.map, self.guests = city, city.map, city.map.guests
        self.layers = LayerPanel(city.map, HOUSE, city.tasks, Presets(city.profile, HOUSE), lambda reader: set())
        self.panel = MapPanel(city.map, city.tasks)
        self.layers.resize(360, 700)
        self.panel.resize(800, 700)
        self.layers.show()
        self.panel.show()

    def drop(self, *files: Path) -> None:
        """As the system hands over what is dropped on the page."""
        target = self.map._view.focusProxy()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(one)) for one in files])
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        at = QPoint(200, 200)
        enter = QDragEnterEvent(QPointF(at), Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(target, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.map, QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, left, none))

    def take(self, *files: Path) -> None:
        """Drop them, and wait until they are on the map or refused."""
        with self.city.bot.waitSignals([self.guests.said] * len(files), timeout=LONG):
            self.drop(*files)
        self.city.settle()

    @property
    def lines(self) -> list[QTreeWidgetItem]:
        group = self.layers.legend.topLevelItem(0)
        if group is None or group.text(0) != "Временные":
            return []
        return [group.child(row) for row in range(group.childCount())]

    def sees(self, colour: str, least: int) -> None:
        """Wait until so many pixels have a colour."""
        self.city.settle()
        self.city.bot.waitUntil(lambda: inked(self.map.grab().toImage(), colour) > least, timeout=10_000)

    def sees_no(self, colour: str) -> None:
        self.city.settle()
        self.city.bot.waitUntil(lambda: not inked(self.map.grab().toImage(), colour), timeout=10_000)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, kept_shell: Path) -> Iterator[Desk]:
    profile = Profile(tmp_path / "profile")
    profile.basemap.mkdir()
    (profile.basemap / "shell.json").write_bytes(kept_shell.read_bytes())
    writer = profile.writer(HOUSE)
    tasks = Tasks(profile, HOUSE, writer)
    words = [sys.executable, str(MAIN), "--profile", str(profile.folder), "read-map-file"]
    watch = Watch()
    view = MapView(HOUSE, tasks, profile.basemap, clock=watch, opens=lambda given: [*words, *given])
    city = City(profile, writer, tasks, view, qtbot, watch)
    made = Desk(city)
    with qtbot.waitSignal(view.ready, timeout=30_000):
        pass
    yield made
    view.setParent(None)
    for widget in (made.panel, made.layers, view):
        widget.close()
        widget.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(view))
    tasks.close()


def inked(image: QImage, colour: str) -> int:
    wanted = QColor(LIGHT[colour]).getRgb()

    def alike(x: int, y: int) -> bool:
        return all(abs(one - two) < 12 for one, two in zip(image.pixelColor(x, y).getRgb(), wanted, strict=True))

    return sum(alike(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))


def middle(desk: Desk) -> QPoint:
    return QPoint(desk.map.width() // 2, desk.map.height() // 2)


def square(reach: float = 0.002) -> Any:
    return shapely.box(LON - reach, LAT - reach, LON + reach, LAT + reach)


def test_files_dropped_on_the_page_are_drawn_each_in_its_own_colour(desk: Desk, tmp_path: Path) -> None:
    pipes = write(
        tmp_path / "трубы.geojson",
        [shapely.LineString([(LON - 0.01, LAT - 0.003), (LON + 0.01, LAT + 0.003)])],
        name=["а"],
    )
    wells = write(tmp_path / "колодцы.shp", [shapely.Point(LON, LAT + 0.001 * n) for n in range(5)], name=list("абвгд"))
    desk.take(pipes, wells)
    assert [(line.text(0), line.text(1)) for line in desk.lines] == [("трубы", "1"), ("колодцы", "5")]
    desk.map.go_to(LAT, LON, 15)
    desk.sees("guest_1", 20)
    desk.sees("guest_2", 50)
    told = desk.panel.note.text()
    assert "«трубы.geojson» на карте: объектов 1." in told and "«колодцы.shp» на карте: объектов 5." in told
    assert "исчезнут" in told
    assert not desk.panel.halt.isVisible()


def test_a_pan_within_what_is_held_asks_for_no_features(desk: Desk, tmp_path: Path) -> None:
    desk.take(write(tmp_path / "колодец.geojson", [shapely.Point(LON, LAT)], name=["а"]))
    desk.city.js("(window.asked = [], window.real = fetch, window.fetch = (one) => (asked.push(one), real(one)), 0)")
    for right, count in ((20, 0), (-20, 0), (desk.map.width() // 5, 1)):
        desk.city.js(f"(city_map.panBy([{right}, 0], {{ animate: false }}), 0)")
        desk.city.settle()
        assert desk.city.js("asked.filter((one) => one.startsWith('guest?')).length") == count


def test_the_map_goes_where_the_file_is(desk: Desk, tmp_path: Path) -> None:
    desk.map.go_to(55.0, 61.0, 12)
    desk.take(write(tmp_path / "участок.gpkg", [square()], name=["а"]))
    place = desk.map.place
    assert place is not None and abs(place.lat - LAT) < 0.001 and place.zoom >= 14
    desk.sees("guest_1", 100)


@pytest.mark.campaign
def test_a_tick_the_opacity_a_cross_and_the_way_back(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.take(write(tmp_path / "участок.geojson", [square()], name=["а"]))
    (line,) = desk.lines
    desk.sees("guest_1", 100)
    line.setCheckState(0, Qt.CheckState.Unchecked)
    desk.sees_no("guest_1")
    desk.lines[0].setCheckState(0, Qt.CheckState.Checked)
    desk.layers.legend.setCurrentItem(desk.lines[0])
    assert "исчезнет" in desk.layers.sheet.facts.text() and desk.layers.guest.isVisible()
    desk.layers.sheet.slider.setValue(30)
    (stay,) = desk.guests.stays.values()
    qtbot.waitUntil(lambda: abs(stay.opacity - 0.3) < 0.01)
    desk.sees_no("guest_1")
    desk.layers.sheet.slider.setValue(100)
    qtbot.waitUntil(lambda: stay.opacity == 1)
    legend = desk.layers.legend
    cross = legend.visualRect(legend.indexFromItem(desk.lines[0], 2))
    assert cross.width() >= 16 and desk.lines[0].text(2) == "×"
    QTest.mouseClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=cross.center())
    assert not desk.lines
    desk.sees_no("guest_1")
    desk.layers.undo()
    assert len(desk.lines) == 1
    desk.sees("guest_1", 100)
    desk.layers.legend.setCurrentItem(desk.lines[0])
    desk.layers.legend.setFocus()
    QGuiApplication.processEvents()
    desk.layers.activateWindow()
    qtbot.waitUntil(lambda: desk.layers.legend.hasFocus())
    QTest.keyClick(desk.layers.legend, Qt.Key.Key_Delete)
    assert not desk.lines


EVIL = "<img src=x onerror=document.title='evil'><b>жирно</b>"


def test_words_of_a_feature_are_text_when_pointed_at_and_when_clicked(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.take(write(tmp_path / "a.geojson", [square(0.004)], name=[EVIL], длина=[42]))
    desk.map.go_to(LAT, LON, 15)
    desk.city.settle()
    target = desk.map._view.focusProxy()
    QTest.mouseMove(target, middle(desk) + QPoint(4, 4))
    QTest.mouseMove(target, middle(desk))
    qtbot.waitUntil(lambda: desk.city.js("document.querySelector('.tip').hidden") is False, timeout=10_000)
    assert desk.city.js("document.querySelector('.tip').textContent") == f"a\nname: {EVIL[:80]}\nдлина: 42"
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=middle(desk))
    qtbot.waitUntil(lambda: desk.city.js("document.querySelector('.details').hidden") is False, timeout=10_000)
    words = desk.city.js("[...document.querySelectorAll('.details dt, .details dd')].map((one) => one.textContent)")
    assert words == ["name", EVIL, "длина", "42"]
    assert desk.city.js("document.querySelectorAll('.details img, .details b, .tip img').length") == 0
    desk.city.js("document.querySelector('.details button').click()")
    qtbot.waitUntil(lambda: desk.city.js("document.querySelector('.details').hidden") is True, timeout=10_000)


def test_a_killed_renderer_comes_back_with_the_layer(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.take(write(tmp_path / "участок.geojson", [square()], name=["а"]))
    with qtbot.waitSignal(desk.map.ready, timeout=30_000):
        os.kill(desk.map.page.page.renderProcessPid(), signal.SIGKILL)
    desk.sees("guest_1", 100)


def test_a_temporary_layer_is_printed_with_its_line_in_the_legend_and_whose_the_map_is(
    desk: Desk, pack: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    laid = desk.city.profile.basemap / PACK
    laid.write_bytes(pack.read_bytes())
    desk.map.show_pack(laid)
    qtbot.waitUntil(lambda: bool(desk.map.attribution), timeout=LONG)
    file = tmp_path / "файл.gpkg"
    for layer, shape in (("участок", square()), ("снят", square(0.004)), ("далеко", shapely.Point(LON + 2, LAT))):
        write_dataframe(
            GeoDataFrame({"name": ["а"]}, geometry=[shape], crs=4326), file, layer=layer, append=file.exists()
        )
    desk.take(file)
    desk.map.go_to(LAT, LON, 16)
    desk.guests.set_shown(list(desk.guests.stays)[1], False)
    found = taken(desk.city, 120, 90)
    ((outline, colour, words),) = found.guests
    assert (colour.name(), words) == (LIGHT["guest_1"], "файл: участок") and not outline.isEmpty()
    assert inked(found.image, "guest_1") > 100 and inked(found.image, "guest_2") == 0
    document, buffer = QPdfDocument(), QBuffer()
    buffer.setData(pdf(MapSheet("Карта", "", found, "", Format("А4", landscape=True))))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document.load(buffer)
    text = text_of(document)
    document.close()
    assert found.attribution == OSM_ATTRIBUTION and re.sub(r"\s", "", OSM_ATTRIBUTION) in text
    assert "Временныеслои" in text and "участок" in text and "далеко" not in text and "снят" not in text


def test_swapped_axes_are_put_right_by_one_click(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.take(write(tmp_path / "наоборот.geojson", [shapely.Point(LAT, LON)], name=["а"]))
    assert "переставлены" in desk.panel.note.text()
    desk.layers.legend.setCurrentItem(desk.lines[0])
    assert desk.layers.guest.turn.isVisible()
    assert desk.panel.turn.isVisible()
    with qtbot.waitSignal(desk.guests.said, timeout=LONG):
        desk.panel.turn.click()
    (stay,) = desk.guests.stays.values()
    assert not stay.guest.head.swapped and stay.guest.head.bounds == pytest.approx((LON, LAT, LON, LAT))
    assert len(desk.lines) == 1 and not desk.panel.turn.isVisible()


def test_an_unknown_system_is_asked_for(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, 28411, always_xy=True).transform(LON, LAT)
    desk.take(write(tmp_path / "план.shp", [shapely.Point(x, y)], crs=None, name=["а"]))
    (box,) = desk.panel.findChildren(SystemBox)
    assert box.isVisible() and not box.isModal() and not desk.lines
    box.box.setCurrentText("EPSG:1")
    box.answer()
    assert box.wrong.isVisible() and "не известна" in box.wrong.text()
    box.box.setCurrentText("EPSG:28411")
    with qtbot.waitSignal(desk.guests.said, timeout=LONG):
        box.answer()
    (stay,) = desk.guests.stays.values()
    assert stay.guest.head.bounds == pytest.approx((LON, LAT, LON, LAT), abs=1e-4)


def test_what_can_not_be_read_is_told_and_the_next_file_comes(desk: Desk, tmp_path: Path) -> None:
    broken = tmp_path / "сломан.gpkg"
    broken.write_bytes(b"SQLite format 3\0" + bytes(3_000))
    said: list[str] = []
    desk.guests.said.connect(lambda words, wrong: said.append(words))
    good = write(tmp_path / "цел.geojson", [square()], name=["а"])
    word = tmp_path / "письмо.docx"
    word.write_bytes(b"x")
    tiles = tmp_path / "город.mbtiles"
    tiles.write_bytes(b"SQLite format 3\0")
    desk.take(broken, word, tiles, good)
    assert "«сломан.gpkg»" in said[0] and "Что сделать" not in said[0] and "Ошибка" not in said[0]
    assert "карта не читает" in said[1] and "GeoJSON" in said[1]
    assert "подложка" in said[2] and "Настройки" in said[2]
    assert [line.text(0) for line in desk.lines] == ["цел"]
    desk.take(word)
    assert "карта не читает" in desk.panel.note.text() and "исчезнут" not in desk.panel.note.text()


def test_the_reading_can_be_stopped(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    file = write(tmp_path / "a.geojson", [square()], name=["а"])
    desk.drop(file, file)
    assert desk.panel.halt.isVisible() and "Читается «a.geojson»" in desk.panel.note.text()
    with qtbot.waitSignal(desk.guests.said, timeout=10_000) as caught:
        desk.panel.halt.click()
    assert caught.args == ["Чтение файла «a.geojson» остановлено.", True]
    assert not desk.guests._waiting and not desk.lines and not desk.panel.halt.isVisible()


def test_an_address_of_the_net_is_not_taken(desk: Desk) -> None:
    data = QMimeData()
    data.setUrls([QUrl("http://127.0.0.1/a.geojson")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    QApplication.sendEvent(desk.map, enter)
    assert not enter.isAccepted()


@pytest.mark.parametrize("words", [["/bin/sh", "-c", "kill -9 $$"], ["/no/such/program"], ["/bin/sh", "-c", "exit 1"]])
def test_a_reading_that_dies_costs_a_message_only(words: list[str], desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    guests = Guests(desk.city.tasks, lambda given: words, desk.map)
    with qtbot.waitSignal(guests.said, timeout=10_000) as caught:
        guests.open([tmp_path / "a.gpkg"])
    assert caught.args == [GONE.format("a.gpkg"), True]
    assert not guests.stays and desk.city.js("1 + 1") == 2


def test_features_are_handed_over_whole_when_they_are_wanted_as_records(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.take(write(tmp_path / "участки.gpkg", [square()], name=["Двор"], n=[7]))
    desk.layers.legend.setCurrentItem(desk.lines[0])
    with qtbot.waitSignal(desk.layers.move_in) as caught:
        desk.layers.guest.into.click()
    title, features = caught.args
    source = features()
    (row,) = source.rows
    assert title == "участки" and source.shapes and set(source.columns) == {"name", "n"}
    assert row.cells == {"name": "Двор", "n": 7}
    assert shapely.from_geojson(json.dumps(row.geometry)).equals(square())
