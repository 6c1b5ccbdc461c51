"""The map in the real QtWebEngine: what it paints, what it tells, what it is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from map_city import CENTRE, City, pause, report
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from throwaway import THROWAWAY

from layers.basemap.credit import OSM_ATTRIBUTION
from layers.state import LayerSet
from layers.style import DARK, LIGHT

ARCS = """(() => {
  const { stroke } = CanvasRenderingContext2D.prototype;
  window.arcs = [];
  CanvasRenderingContext2D.prototype.stroke = function (...way) {
    if (this.canvas.className === "tile" && this.lineWidth === 4) window.arcs.push(this.strokeStyle);
    return stroke.apply(this, way);
  };
})()"""
"""From now on the page keeps the colours of the parts of rings that it draws."""
MakeCity = Callable[..., City]
LAT, LON = CENTRE


def picture(city: City) -> QImage:
    city.settle()
    return city.map.grab().toImage()


def count(image: QImage, colour: str, near: QPoint | None = None, reach: int = 25) -> int:
    """Pixels of about this colour, in the whole picture or around a point."""
    wanted = QColor(colour)
    middle = near or QPoint(image.width() // 2, image.height() // 2)
    across = range(middle.x() - reach, middle.x() + reach) if near else range(0, image.width(), 2)
    down = range(middle.y() - reach, middle.y() + reach) if near else range(0, image.height(), 2)

    def alike(x: int, y: int) -> bool:
        found = image.pixelColor(x, y)
        return all(abs(one - other) < 10 for one, other in zip(found.getRgb(), wanted.getRgb(), strict=True))

    return sum(alike(x, y) for x in across for y in down)


def middle(city: City) -> QPoint:
    return QPoint(city.map.width() // 2, city.map.height() // 2)


def click(city: City, at: QPoint) -> None:
    target = city.map._view.focusProxy()
    QTest.mouseMove(target, at)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=at)


def test_the_city_is_painted_with_its_attribution(make_city: MakeCity, pack: Path) -> None:
    city = make_city(pack)
    image = picture(city)
    for part, least in (("map_water", 500), ("map_wood", 2000), ("map_land", 2000), ("map_road", 100)):
        assert count(image, LIGHT[part]) > least, part
    assert city.js("document.querySelector('.attribution').textContent") == OSM_ATTRIBUTION
    assert city.js("document.querySelector('.trouble').hidden") is True
    assert city.js("document.querySelector('.leaflet-control-scale-line').textContent")[-2:] == "км"


def test_houses_bear_numbers_and_streets_names_up_close(make_city: MakeCity, pack: Path) -> None:
    city = make_city(pack)
    city.map.go_to(LAT, LON, 17)
    image = picture(city)
    assert count(image, LIGHT["map_building"]) > 2000
    assert count(image, LIGHT["map_street_text"]) > 30
    assert count(image, LIGHT["map_number"]) > 10


def test_what_is_drawn_beyond_the_view_does_not_grow_with_the_screen(make_city: MakeCity, pack: Path) -> None:
    """A quarter of a 4K view at each side would be 75 MB a sheet; a hand needs so many pixels, not such a share."""
    city = make_city(pack, [report()], size=(2000, 900))
    city.map.go_to(LAT, LON, 15)
    city.settle()
    sizes = city.js("[...document.querySelectorAll('.sheet')].map((one) => [one.offsetWidth, one.offsetHeight])")
    assert sizes.count([2000 + 2 * 384, 900 + 2 * 225]) >= 2, sizes
    assert all(wide <= 2000 + 2 * 384 for wide, _ in sizes), sizes


def test_without_a_pack_the_map_says_so_and_takes_one_later(make_city: MakeCity, pack: Path) -> None:
    city = make_city(None, [report()])
    assert "import-basemap" in city.js("document.querySelector('.trouble').textContent")
    city.map.go_to(LAT, LON, 16)
    city.map.show_pack(pack)
    city.bot.waitUntil(lambda: city.js("document.querySelector('.attribution').textContent") == OSM_ATTRIBUTION)
    assert city.js("document.querySelector('.trouble').hidden") is True
    assert count(picture(city), LIGHT["map_building"]) > 500


def test_a_damaged_pack_is_told_and_the_points_stay(make_city: MakeCity, pack: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.pack"
    spoilt.write_bytes(pack.read_bytes()[:5000])
    city = make_city(spoilt, [report()])
    assert "повреждена" in city.js("document.querySelector('.trouble').textContent")
    city.map.go_to(LAT, LON, 16)
    assert count(picture(city), LIGHT["tone_new"], middle(city)) > 50


def test_points_bear_the_colour_of_their_status(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one")])
    city.map.go_to(LAT, LON, 16)
    assert count(picture(city), LIGHT["tone_new"], middle(city)) > 80
    city.put("reports", report(id="one", status="solved"))
    city.map.refresh("reports", ["one"])
    image = picture(city)
    assert count(image, LIGHT["tone_new"], middle(city)) == 0
    assert count(image, LIGHT["tone_closed"], middle(city)) == 0, "what is closed is not shown until it is asked for"
    city.map.switches.set_value_shown("reports", "solved", True)
    assert count(picture(city), LIGHT["tone_closed"], middle(city)) > 40


def test_the_table_s_filter_and_the_layer_s_tick_hide_points(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one")])
    city.map.go_to(LAT, LON, 16)
    city.map.set_filter("reports", [])
    assert count(picture(city), LIGHT["tone_new"], middle(city)) == 0
    city.map.set_filter("reports", [city.tasks.glance.row_number("reports", "one")])
    assert count(picture(city), LIGHT["tone_new"], middle(city)) > 80
    city.map.set_shown("reports", False)
    assert not city.map.switches.shown("reports")
    assert count(picture(city), LIGHT["tone_new"], middle(city)) == 0
    city.map.set_shown("reports", True)
    city.map.set_filter("reports", None)
    assert count(picture(city), LIGHT["tone_new"], middle(city)) > 80


def test_crowded_points_are_one_cluster_that_opens_at_a_click(make_city: MakeCity) -> None:
    city = make_city(None, [report(LAT + n / 1e5, LON) for n in range(12)])
    city.map.go_to(LAT, LON, 13)
    city.settle()
    with city.bot.waitSignal(city.map.moved, timeout=5000) as moved:
        click(city, middle(city))
    assert moved.args[2] == 15


def test_a_cluster_s_ring_has_each_colour_s_share(make_city: MakeCity) -> None:
    values = ["new"] * 9 + ["in_work"] * 3
    city = make_city(None, [report(LAT + n / 1e5, LON, status=one) for n, one in enumerate(values)])
    city.map.go_to(LAT, LON, 13)
    image = picture(city)
    new, work = (count(image, LIGHT[tone], middle(city)) for tone in ("tone_new", "tone_work"))
    assert work > 20 and 2 < new / work < 4


def test_statuses_of_one_colour_are_one_part_of_the_ring(make_city: MakeCity) -> None:
    values = ["new", "in_work", "moderation"] * 4
    city = make_city(None, [report(LAT + n / 1e5, LON, status=one) for n, one in enumerate(values)])
    city.map.go_to(LAT, LON, 13)
    city.js(f"({ARCS}, 0)")
    city.map.set_theme({}, dark=False)  # all is drawn anew
    city.settle()
    arcs = city.js("window.arcs")
    assert arcs.count(LIGHT["tone_new"].lower()) == arcs.count(LIGHT["tone_work"].lower()) == len(arcs) / 2 > 0


def test_a_click_on_a_point_selects_its_record(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one")])
    city.map.go_to(LAT, LON, 16)
    city.settle()
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        click(city, middle(city))
    assert told.args == ["reports", "one"]
    assert count(picture(city), LIGHT["accent"], middle(city)) > 30


def test_a_record_selected_elsewhere_is_brought_into_view(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one"), report(LAT + 0.05, LON + 0.05, id="far")])
    city.map.go_to(LAT, LON, 16)
    city.settle()
    with city.bot.waitSignal(city.map.moved, timeout=5000) as moved:
        city.map.select("reports", "far")
    assert moved.args[:2] == pytest.approx([LAT + 0.05, LON + 0.05], abs=1e-4)
    assert count(picture(city), LIGHT["accent"], middle(city)) > 30
    city.map.select("reports", "")
    assert count(picture(city), LIGHT["accent"], middle(city)) == 0


def test_a_place_is_picked_for_a_form_and_esc_cancels(make_city: MakeCity) -> None:
    city = make_city(None, [report(id="one")])
    city.map.go_to(LAT, LON, 16)
    city.settle()
    with city.bot.assertNotEmitted(city.map.hand.picked):
        city.map.hand.pick()
        city.settle()
        assert "Esc" in city.js("document.querySelector('.hint').textContent")
        city.map.activateWindow()
        QTest.keyClick(city.map, Qt.Key.Key_Escape)
        city.settle()
        assert city.js("document.querySelector('.hint').hidden") is True
        click(city, middle(city) + QPoint(90, 0))
        pause(200)
    city.map.hand.pick()
    city.settle()
    with (
        city.bot.assertNotEmitted(city.map.selected),
        city.bot.waitSignal(city.map.hand.picked, timeout=5000) as picked,
    ):
        click(city, middle(city))
    assert picked.args == pytest.approx([LAT, LON], abs=2e-5)


def test_the_caption_under_the_pointer_is_text_whatever_it_says(make_city: MakeCity) -> None:
    text = "<img src=x onerror=\"fetch('https://example.com/')\"><b>жирно</b>"
    city = make_city(None, [report(id="one", text=text)])
    city.map.go_to(LAT, LON, 16)
    city.settle()
    QTest.mouseMove(city.map._view.focusProxy(), middle(city) + QPoint(3, 3))
    QTest.mouseMove(city.map._view.focusProxy(), middle(city))
    city.bot.waitUntil(lambda: not city.js("document.querySelector('.tip').hidden"), timeout=5000)
    assert text in city.js("document.querySelector('.tip').textContent")
    assert city.js("document.querySelector('.tip').childElementCount") == 0
    assert list(city.map.page.interceptor.refused) == []


def test_polygons_of_a_module_no_one_has_heard_of(make_city: MakeCity) -> None:
    """Generic code: a declaration is enough for a layer."""
    ring = [
        [LON - 0.002, LAT - 0.001],
        [LON + 0.002, LAT - 0.001],
        [LON + 0.002, LAT + 0.001],
        [LON - 0.002, LAT + 0.001],
    ]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    city = make_city(None)
    city.put(THROWAWAY.key, {"name": "Скамейка", "status": "broken", "geometry": shape, "id": "bench"})
    city.map.refresh(THROWAWAY.key, ["bench"])
    city.map.go_to(LAT, LON, 16)
    assert count(picture(city), LIGHT["tone_late"]) > 50
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        click(city, middle(city) + QPoint(20, 10))
    assert told.args == [THROWAWAY.key, "bench"]
    city.map.go_to(LAT, LON, 11)
    assert count(picture(city), LIGHT["tone_late"], middle(city)) > 20  # from afar, its middle point


def test_night_changes_every_colour(make_city: MakeCity, pack: Path) -> None:
    city = make_city(pack, [report(id="one")])
    city.map.go_to(LAT, LON, 16)
    city.map.set_theme({"tone_new": "#ff0001"}, dark=True)
    image = picture(city)
    assert count(image, DARK["map_land"]) > 2000 and count(image, DARK["map_building"]) > 1000
    assert count(image, LIGHT["map_land"]) == 0
    assert count(image, "#ff0001", middle(city)) > 50
    assert city.js("getComputedStyle(document.querySelector('.attribution')).color") == "rgb(227, 234, 240)"


def test_the_state_is_told_and_taken_back(make_city: MakeCity) -> None:
    city = make_city(None)
    city.map.go_to(LAT, LON, 14)
    city.settle()
    city.map.set_shown("reports", False)
    saved = city.map.state()
    assert saved["place"] == pytest.approx([LAT, LON, 14], abs=1e-4) and "reports" in saved["hidden"]
    city.map.go_to(0, 0, 10)
    city.map.restore(saved)
    city.settle()
    assert city.js("[city_map.getCenter().lat, city_map.getZoom()]") == pytest.approx([LAT, 14], abs=1e-4)


def test_a_picture_is_handed_over_when_it_is_painted(make_city: MakeCity, pack: Path, qtbot: QtBot) -> None:
    city = make_city(pack)
    city.map.go_to(LAT, LON, 16)
    with qtbot.waitCallback(timeout=10_000) as done:
        city.map.grab_when_ready(done)
    assert count(done.args[0].toImage(), LIGHT["map_building"]) > 1000


def test_a_bigger_window_is_filled(make_city: MakeCity, pack: Path) -> None:
    city = make_city(pack, size=(400, 300))
    city.map.go_to(LAT, LON, 14)
    city.map.resize(1100, 700)
    pause(100)
    image = picture(city)
    edge = [image.pixelColor(1090, y).name() for y in range(10, 690, 10)]
    assert len(set(edge)) > 3  # land, wood, roads up to the new edge


def test_the_city_fills_the_view_whatever_its_size_until_somebody_looks_elsewhere(
    make_city: MakeCity, pack: Path
) -> None:
    city = make_city(pack)
    city.settle()
    zoom = city.js("city_map.getZoom()")
    city.map.resize(city.map.width() * 3, city.map.height() * 3)
    city.bot.waitUntil(lambda: city.js("city_map.getZoom()") > zoom)
    city.map.go_to(LAT, LON, 15)
    city.settle()
    city.map.resize(city.map.width() // 3, city.map.height() // 3)
    city.settle()
    assert city.js("city_map.getZoom()") == 15
    assert city.js("[city_map.getCenter().lat, city_map.getCenter().lng]") == pytest.approx([LAT, LON], abs=1e-3)


def test_the_map_tells_what_is_seen_as_it_moves_and_grows(make_city: MakeCity) -> None:
    city = make_city(None)
    with city.bot.waitSignal(city.map.viewed, timeout=5000) as told:
        city.map.go_to(LAT, LON, 16)
    west, south, east, north = told.args[0]
    assert (west + east) / 2 == pytest.approx(LON, abs=1e-4) and (south + north) / 2 == pytest.approx(LAT, abs=1e-4)
    with city.bot.waitSignal(city.map.viewed, timeout=5000) as wider:
        city.map.resize(city.map.width() + 200, city.map.height())
    assert wider.args[0][2] - wider.args[0][0] == pytest.approx((east - west) * 1.25, rel=0.02)


def test_a_map_without_layers_says_so(make_city: Callable[..., City]) -> None:
    city = make_city(None, [report()])
    line = "document.querySelector('.notices')"
    assert city.js(f"{line}.hidden") is True
    before = city.map.switches.layer_set()
    city.map.switches.show_layers(LayerSet(frozenset()))
    city.settle()
    assert city.js(f"{line}.textContent") == "Все слои записей выключены."
    city.map.switches.show_layers(before)
    city.settle()
    assert city.js(f"{line}.hidden") is True


def test_a_pack_of_another_city_is_noticed_also_when_the_records_come_later(make_city: MakeCity, pack: Path) -> None:
    notices = "document.querySelector('.notices')"
    city = make_city(pack)
    city.settle()
    assert city.js(f"{notices}.hidden") is True
    ids = city.put("reports", *(report(55.75, 37.6) for _ in range(12)))
    city.map.refresh("reports", ids)
    city.settle()
    assert "другого города" in city.js(f"{notices}.textContent")
    city.map.refresh("reports", city.put("reports", *(report() for _ in range(30))))
    city.settle()
    assert city.js(f"{notices}.hidden") is True


def test_a_record_beyond_the_antimeridian_is_painted_and_selected(make_city: MakeCity) -> None:
    """As of Уэлен, when one has come to it from Анадырь."""
    city = make_city(None, [report(66.0, -179.999, id="east"), report(66.0, 179.999, id="west")])
    city.map.go_to(66.0, 179.9999, 16)
    west, east = middle(city) - QPoint(42, 0), middle(city) + QPoint(51, 0)
    image = picture(city)
    assert count(image, LIGHT["tone_new"], west) > 80
    assert count(image, LIGHT["tone_new"], east) > 80
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        click(city, middle(city) + QPoint(51, 0))
    assert told.args == ["reports", "east"]
    assert count(picture(city), LIGHT["accent"], east) > 30
