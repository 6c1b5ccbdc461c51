"""The map with its line: where the pointer is, going to a place, a link to a view, measuring."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from map_city import CENTRE, City
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from citymanager.errors import Refused
from layers.coordinates import read
from layers.draw_strip import GROUP
from layers.keys import KEYS
from layers.map_panel import MapPanel
from layers.ruler import area, distance, extent, length
from layers.state import Place
from layers.style import LIGHT
from layers.view_link import View, find, write

MakeCity = Callable[..., City]
LAT, LON = CENTRE


@pytest.fixture
def open_panel(make_city: MakeCity, qtbot: QtBot) -> Iterator[Callable[[], tuple[City, MapPanel]]]:
    """Opens a map in its panel, looking at the city's middle."""
    made: list[tuple[City, MapPanel]] = []

    def make() -> tuple[City, MapPanel]:
        city = make_city(None)
        panel = MapPanel(city.map, city.tasks)
        made.append((city, panel))
        panel.resize(800, 640)
        panel.show()
        city.map.go_to(LAT, LON, 16)
        qtbot.waitUntil(lambda: panel._grid is not None, timeout=20_000)
        city.settle()
        return city, panel

    yield make
    for city, panel in made:
        city.map.setParent(None)
        panel.close()
        panel.deleteLater()


def middle(city: City) -> QPoint:
    return QPoint(city.map.width() // 2, city.map.height() // 2)


def point_to(city: City, at: QPoint) -> None:
    target = city.map._view.focusProxy()
    QTest.mouseMove(target, at + QPoint(3, 3))
    QTest.mouseMove(target, at)


def click(city: City, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    point_to(city, at)
    QTest.mouseClick(city.map._view.focusProxy(), button, pos=at)


def test_the_place_under_the_pointer_is_told_and_copied(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel()
    assert not panel.line.degrees.isEnabled()
    with qtbot.waitSignal(city.map.pointed, timeout=5000):
        point_to(city, middle(city))
    qtbot.waitUntil(lambda: panel.line.degrees.isEnabled())
    told = read(panel.line.degrees.text(), None)
    assert (told.lat, told.lon) == (pytest.approx(LAT, abs=5e-5), pytest.approx(LON, abs=5e-5))
    assert panel.line.metres.text().startswith("X 70") and "не проверены" in panel.line.metres.toolTip()
    panel.line.metres.click()
    copied = read(QGuiApplication.clipboard().text(), panel._grid)
    assert (copied.lat, copied.lon) == (pytest.approx(told.lat, abs=1e-5), pytest.approx(told.lon, abs=1e-5))
    assert "Скопировано" in panel.note.text() and panel.back.isHidden()


def test_the_pointer_is_told_a_few_times_a_second(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, _ = open_panel()
    told: list[float] = []
    city.map.pointed.connect(lambda lat, lon: told.append(lat))
    fire = "city_map.fire('mousemove', {latlng: L.latLng(56, 60 + n / 1e3), containerPoint: L.point(5, 5)})"
    city.js(f"(Array.from({{length: 200}}, (_, n) => {fire}), 0)")
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert len(told) == 1


def test_a_right_click_marks_a_place_until_it_is_released(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel()
    with qtbot.waitSignal(city.map.asked, timeout=5000) as asked:
        click(city, middle(city), Qt.MouseButton.RightButton)
    assert asked.args == pytest.approx([LAT, LON], abs=5e-5)
    assert panel.line.degrees.text().startswith("•") and panel.release.isVisible()
    city.settle()
    assert city.js("document.querySelectorAll('.spot').length") == 1
    before = panel.line.degrees.text()
    with qtbot.waitSignal(city.map.pointed, timeout=5000):
        point_to(city, middle(city) + QPoint(80, 80))
    assert panel.line.degrees.text() == before
    panel.release.click()
    qtbot.waitUntil(lambda: city.js("document.querySelectorAll('.spot').length") == 0)
    assert panel.release.isHidden()


def test_a_place_is_gone_to_and_the_way_back_is_kept(open_panel: Callable[[], tuple[City, MapPanel]]) -> None:
    city, panel = open_panel()
    panel.where.setText("56°05′40″ с.ш. 60°44′20″ в.д.")
    QTest.keyClick(panel.where, Qt.Key.Key_Return)
    there = city.map.place
    assert there is not None and (there.lat, there.lon) == pytest.approx((56.094444, 60.738889), abs=1e-5)
    city.settle()
    assert city.js("[city_map.getCenter().lat, city_map.getZoom()]") == pytest.approx([56.094444, 16], abs=1e-3)
    panel.back.click()
    back = city.map.place
    assert back is not None and (back.lat, back.lon) == pytest.approx((LAT, LON), abs=1e-4)
    assert panel.line.held is None and panel.told.isHidden()


def test_what_is_no_place_is_told_and_moves_nothing(open_panel: Callable[[], tuple[City, MapPanel]]) -> None:
    city, panel = open_panel()
    before = city.map.place
    for text, words in (("Ленина 5", "Примеры"), ("city-map:99.0,1.0;", "повреждена"), ("56.1 361", "МСК-74")):
        panel.where.setText(text)
        QTest.keyClick(panel.where, Qt.Key.Key_Return)
        assert words in panel.note.text() and panel.back.isHidden() and panel.note.property("role") == "problem"
        assert city.map.place == before


def test_esc_leaves_the_box_also_while_something_is_measured(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel()
    panel.activateWindow()
    QTest.keyClick(panel, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    city.map.hand.measure("length")
    panel._to_where()
    qtbot.waitUntil(panel.where.hasFocus)
    QTest.keyClicks(panel.where, "56.1")
    QTest.keyClick(panel.where, Qt.Key.Key_Backspace)
    assert panel.where.text() == "56."
    QTest.keyClick(panel.where, Qt.Key.Key_Escape)
    assert panel.where.text() == "" and not panel.where.hasFocus() and city.map.hand.clicks.ruler.kind == "length"


def test_a_link_shows_the_same_view_and_can_be_undone(open_panel: Callable[[], tuple[City, MapPanel]]) -> None:
    city, panel = open_panel()
    first = city.map.switches.layer_set()
    panel.copy_link()
    link = QGuiApplication.clipboard().text()
    city.map.go_to(LAT + 0.01, LON, 13)
    city.map.set_shown("reports", False)
    panel.go(f"Посмотрите сюда: {link} — там яма")
    there = city.map.place
    assert there is not None and (there.lat, there.lon, there.zoom) == pytest.approx((LAT, LON, 16), abs=1e-4)
    assert city.map.switches.layer_set().shown == first.shown
    panel.undo()
    assert not city.map.switches.shown("reports") and city.map.place == Place(LAT + 0.01, LON, 13)
    panel.go("city-map:all;reports,of_nobody")
    assert city.map.place is None and city.map.switches.layer_set().shown == {"reports"}
    assert "которых здесь нет: 1" in panel.note.text()


def test_a_distance_is_measured_by_clicks_and_ended_by_esc(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, panel = open_panel()
    ruler = city.map.hand.clicks.ruler
    with qtbot.assertNotEmitted(city.map.selected), qtbot.assertNotEmitted(city.map.hand.picked):
        panel.activateWindow()
        city.map.hand.measure("length")
        city.settle()
        assert "щёлкайте" in city.js("document.querySelector('.hint').textContent")
        for step, across in enumerate((-100, 0, 100), 1):
            click(city, middle(city) + QPoint(across, 0))
            qtbot.waitUntil(lambda wanted=step: len(ruler.places) == wanted, timeout=5000)
    city.settle()
    metres = length(ruler.places)
    scale = 40_075_016.7 * 0.5579 / 256 / 2**16  # metres in a pixel there
    assert metres == pytest.approx(200 * scale, rel=0.01)
    assert f"Расстояние {distance(metres)}" in city.js("document.querySelector('.hint').textContent")
    image = city.map.grab().toImage()
    blue = [x for x in range(image.width()) if image.pixelColor(x, middle(city).y()).name() == LIGHT["accent"]]
    assert len(blue) > 150, "the way is drawn"
    QTest.keyClick(city.map, Qt.Key.Key_Backspace)
    assert len(ruler.places) == 2
    QTest.keyClick(city.map, Qt.Key.Key_Escape)
    city.settle()
    assert ruler.kind == "" and city.js("document.querySelector('.hint').hidden") is True
    after = city.map.grab().toImage()
    assert not [x for x in range(after.width()) if after.pixelColor(x, middle(city).y()).name() == LIGHT["accent"]]


def test_a_measurement_outlives_the_page_and_gives_way_to_a_card(
    open_panel: Callable[[], tuple[City, MapPanel]], qtbot: QtBot
) -> None:
    city, _ = open_panel()
    city.map.hand.measure("area")
    for lat, lon in ((LAT, LON), (LAT, LON + 0.001), (LAT + 0.001, LON)):
        city.map.hand.clicks.ruler.add(lat, lon)
    with qtbot.waitSignal(city.map.ready, timeout=30_000):
        city.map.page.restart()
    assert "Площадь" in city.js("document.querySelector('.hint').textContent")
    city.map.hand.pick()
    city.settle()
    assert city.map.hand.clicks.ruler.kind == ""
    assert "Щёлкните место" in city.js("document.querySelector('.hint').textContent")


def test_the_line_widens_no_narrow_map(open_panel: Callable[[], tuple[City, MapPanel]]) -> None:
    _, panel = open_panel()
    panel.go("56.0853 60.7350")
    assert panel.minimumSizeHint().width() <= 340


def test_every_key_of_the_panel_is_declared(open_panel: Callable[[], tuple[City, MapPanel]]) -> None:
    _, panel = open_panel()
    declared = {one.title for one in KEYS} | {"Карта: убрать последнюю точку"}
    named = {one.whatsThis() for one in panel.findChildren(QShortcut) if one.property("keys") != GROUP}
    assert named - declared == {"Карта: не выбирать место, закончить измерение"}


def test_measures_are_those_of_the_ellipsoid() -> None:
    """A degree of the meridian and of the equator as the textbooks have them."""
    assert length([(0, 0), (0, 1)]) == pytest.approx(111_319.49, abs=0.01)
    assert length([(55.5, 60), (56.5, 60)]) == pytest.approx(111_341.8, abs=0.1)
    assert length([(56, 60)]) == 0
    square = [(56.0, 60.0), (56.0, 60.01), (56.01, 60.01), (56.01, 60.0)]
    assert area(square) == pytest.approx(1_113.6 * 623.6, rel=0.002)
    assert area(list(reversed(square))) == pytest.approx(area(square) or 0)
    assert area([square[0], square[2], square[1], square[3]]) is None, "a bow has no area"


def test_measures_are_spelled_in_russian() -> None:
    assert [distance(one) for one in (0, 84.46, 99.96, 844.6, 999.6, 1_240, 123_456)] == [
        "0,0 м", "84,5 м", "100 м", "845 м", "1,00 км", "1,24 км", "123 км"
    ]  # fmt: skip
    assert extent(845) == "845 м² (0,08 га)" and extent(12_400) == "12\u202f400 м² (1,24 га)"
    assert extent(2_100_000) == "2,10 км² (210 га)"


places = st.builds(Place, st.floats(-89, 89), st.floats(-179, 179), st.floats(9, 19))


@given(st.none() | places, st.sets(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), max_size=20))
def test_a_link_says_what_was_written(place: Place | None, layers: set[str]) -> None:
    found = find(f"вот: {write(place, layers)}")
    assert found is not None and found.layers == layers
    assert (found.place is None) == (place is None)
    if place is not None and found.place is not None:
        assert (found.place.lat, found.place.lon, found.place.zoom) == pytest.approx(
            (place.lat, place.lon, place.zoom), abs=6e-3
        )


@pytest.mark.parametrize(
    "text",
    ["city-map:", "city-map:56.1,60.7;reports", "city-map:56.1,60.7,15", "city-map:91.0,60.7,15;",
     "city-map:56.1,60.7,25;", "city-map:56.1,60.7,15;REPORTS", "city-map:56.1,60.7,15;reports,", "city-map:all;a;b",
     "city-map:56.1,60.7,15;" + ",".join(["a"] * 41), "xcity-map:all;reports", "city-map:all;reports-x"],
)  # fmt: skip
def test_a_link_out_of_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="повреждена"):
        find(text)


def test_a_text_without_a_link_has_none() -> None:
    assert find("56.1, 60.7") is None and find("") is None
    assert find("x" * 5_000 + write(None, [])) is None
    assert find("city-map:all;") == View(None, frozenset())
