"""Drawing on the map by real mouse and keys in the real QtWebEngine."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from map_city import CENTRE, City
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from shapely.geometry import shape as shapely_shape

from citymanager.errors import Refused
from layers.draw_strip import DrawStrip
from layers.style import LIGHT

MakeCity = Callable[..., City]
LAT, LON = CENTRE
HALF = 0.001
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[LON - HALF, LAT - HALF], [LON + HALF, LAT - HALF], [LON + HALF, LAT + HALF], [LON - HALF, LAT + HALF],
         [LON - HALF, LAT - HALF]]
    ],
}  # fmt: skip


class Hand:
    """Somebody's hand on the map: places are pixels right and down of the map's middle."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.drafted: list[Any] = []
        self.drawn: list[Any] = []
        self.undrawn: list[bool] = []
        city.map.hand.drafted.connect(self.drafted.append)
        city.map.hand.drawn.connect(self.drawn.append)
        city.map.hand.undrawn.connect(lambda: self.undrawn.append(True))
        self.strip = city.map.findChild(DrawStrip)

    def draw(self, module: str = "earthworks", shape: Any = None, draft: Any = None, ident: str = "") -> None:
        self.city.map.activateWindow()
        self.city.map.hand.draw(module, ident, shape, draft)
        self.city.settle()

    @property
    def view(self) -> Any:
        return self.city.map._view.focusProxy()

    def at(self, lon: float, lat: float) -> QPoint:
        x, y = self.city.js(f"(({{x, y}}) => [x, y])(city_map.latLngToContainerPoint([{lat}, {lon}]))")
        return QPoint(round(x), round(y))

    def place(self, right: int, down: int) -> QPoint:
        return QPoint(self.view.width() // 2 + right, self.view.height() // 2 + down)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseMove(self.view, at)
        QTest.mouseClick(self.view, Qt.MouseButton.LeftButton, keys, at)
        self.city.settle()

    def drag(self, start: QPoint, end: QPoint) -> None:
        QTest.mouseMove(self.view, start)
        QTest.mousePress(self.view, Qt.MouseButton.LeftButton, pos=start)
        for step in (1, 2, 3, 4):
            QTest.mouseMove(self.view, start + (end - start) * step / 4)
            self.city.settle()
        QTest.mouseRelease(self.view, Qt.MouseButton.LeftButton, pos=end)
        self.city.settle()

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.view, key, keys)
        self.city.settle()

    def press(self, button: QPushButton) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.city.settle()

    def said(self, name: str) -> str:
        return str(self.city.js(f"document.querySelector('.guide .{name}').textContent"))

    @property
    def run(self) -> list[Any]:
        return self.drafted[-1]["run"] if self.drafted else []

    @property
    def parts(self) -> list[Any]:
        return self.drafted[-1]["parts"]


@pytest.fixture
def hand(make_city: MakeCity) -> Hand:
    city = make_city(None)
    city.map.go_to(LAT, LON, 17)
    city.settle()
    return Hand(city)


def test_a_polygon_is_drawn_by_clicks_and_finished_by_enter(hand: Hand) -> None:
    hand.draw()
    assert hand.strip.isVisible() and "углы контура" in hand.said("hint_text")
    for right, down in ((-100, -50), (100, -50), (100, 80)):
        hand.click(hand.place(right, down))
    assert len(hand.run) == 3, "each click is in the draft at once"
    assert hand.said("measure").startswith("Площадь")
    hand.key(Qt.Key.Key_Return)
    assert len(hand.drawn) == 1 and hand.drawn[0]["type"] == "Polygon"
    assert shapely_shape(hand.drawn[0]).is_valid and len(hand.drawn[0]["coordinates"][0]) == 4
    assert not hand.strip.isVisible() and hand.city.js("document.querySelector('.guide').hidden") is True


def test_a_double_click_ends_a_line_and_a_click_on_the_first_spot_closes_a_ring(hand: Hand) -> None:
    hand.draw("closures")
    hand.click(hand.place(-100, 0))
    hand.click(hand.place(50, 20))
    hand.click(hand.place(50, 20))
    assert hand.parts and not hand.run and "Тяните" in hand.said("hint_text")
    hand.key(Qt.Key.Key_Return)
    assert hand.drawn[-1]["type"] == "LineString" and len(hand.drawn[-1]["coordinates"]) == 2
    hand.draw("events")
    for right, down in ((-100, -50), (100, -50), (100, 80), (-97, -47)):
        hand.click(hand.place(right, down))
    assert len(hand.parts[0][0]) == 3 and not hand.run


def test_a_crossing_is_said_while_it_is_drawn_and_never_handed_over(hand: Hand) -> None:
    hand.draw("events")
    for right, down in ((-100, -100), (100, 100), (100, -100)):
        hand.click(hand.place(right, down))
    assert hand.said("wrong") == ""
    QTest.mouseMove(hand.view, hand.place(-100, 100))
    hand.city.bot.waitUntil(lambda: hand.said("wrong") == "контур пересекает сам себя", timeout=5000)
    hand.click(hand.place(-100, 100))
    hand.key(Qt.Key.Key_Return)
    assert not hand.drawn and "Контур пересекает сам себя" in hand.said("wrong")
    hand.key(Qt.Key.Key_Backspace)
    assert len(hand.run) == 3
    hand.key(Qt.Key.Key_Return)
    assert len(hand.drawn) == 1


def test_vertices_are_dragged_added_and_deleted(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    corner = hand.at(LON + HALF, LAT + HALF)
    hand.drag(corner, corner + QPoint(40, -30))
    moved = hand.parts[0][0][2]
    assert moved[0] > LON + HALF and moved[1] > LAT + HALF
    middle = (hand.at(LON - HALF, LAT - HALF) + hand.at(LON + HALF, LAT - HALF)) / 2
    hand.drag(middle, middle + QPoint(0, 50))
    assert len(hand.parts[0][0]) == 5 and hand.parts[0][0][1][1] < LAT - HALF
    hand.key(Qt.Key.Key_Delete)
    assert len(hand.parts[0][0]) == 4
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Backspace)
    assert hand.parts[0][0] == SQUARE["coordinates"][0][:4], "every step back is exact"
    hand.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Return)
    assert hand.drawn[0]["coordinates"][0][2] == moved


def test_a_drag_elsewhere_moves_the_map_and_not_the_figure(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    with hand.city.bot.waitSignal(hand.city.map.moved, timeout=5000):
        hand.drag(hand.place(250, 150), hand.place(150, 100))
    assert not hand.drafted


def test_a_hole_is_cut_and_removed_and_a_piece_cut_off(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    hand.press(hand.strip.tools["hole"])
    for right, down in ((-30, -30), (30, -30), (0, 40)):
        hand.click(hand.place(right, down))
    hand.key(Qt.Key.Key_Return)
    assert [len(path) for path in hand.parts[0]] == [4, 3] and not hand.drawn
    hand.click(hand.place(0, -5))
    assert "Часть выбрана" in hand.said("hint_text")
    hand.key(Qt.Key.Key_Delete)
    assert len(hand.parts[0]) == 1
    hand.press(hand.strip.tools["split"])
    hand.click(hand.at(LON + HALF / 2, LAT + HALF * 1.05))
    hand.click(hand.at(LON + HALF / 2, LAT - HALF * 1.05))
    hand.key(Qt.Key.Key_Return)
    assert len(hand.parts) == 2
    hand.key(Qt.Key.Key_Return)
    assert "вдоль края" in hand.said("wrong") and not hand.drawn
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Return)
    share = shapely_shape(hand.drawn[0]).area / shapely_shape(SQUARE).area
    assert share == pytest.approx(0.75, abs=0.05), "the smaller piece was chosen to go"


def test_esc_puts_the_tool_away_leaves_and_asks_where_much_would_be_lost(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    hand.press(hand.strip.tools["hole"])
    hand.key(Qt.Key.Key_Escape)
    assert hand.strip.tools[""].isChecked() and not hand.undrawn
    hand.key(Qt.Key.Key_Escape)
    assert hand.undrawn == [True] and not hand.strip.isVisible()
    hand.draw("events")
    for right in (-100, -50, 0, 50):
        hand.click(hand.place(right, right // 2))
    hand.key(Qt.Key.Key_Escape)
    assert hand.strip.leave.isVisible() and len(hand.undrawn) == 1
    QTest.keyClick(hand.strip.stay, Qt.Key.Key_Escape)
    assert not hand.strip.leave.isVisible() and hand.strip.done.isVisible()
    hand.key(Qt.Key.Key_Escape)
    QTest.keyClick(hand.strip.leave, Qt.Key.Key_Space)
    assert len(hand.undrawn) == 2 and not hand.drawn


def test_the_keyboard_alone_draws_and_mends(hand: Hand) -> None:
    hand.draw("events")
    for lat, lon in ((LAT, LON), (LAT, LON + 0.001), (LAT + 0.001, LON)):
        hand.city.map.go_to(lat, lon, 17)
        hand.key(Qt.Key.Key_Space)
    assert hand.run == [pytest.approx(spot, abs=1e-5) for spot in ([LON, LAT], [LON + 0.001, LAT], [LON, LAT + 0.001])]
    hand.press(hand.strip.done)
    assert len(hand.drawn) == 1
    hand.draw("events", SQUARE)
    hand.key(Qt.Key.Key_PageDown)
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    hand.key(Qt.Key.Key_Down)
    lon, lat = hand.parts[0][0][0]
    assert lon > LON - HALF + 1e-6 and lat < LAT - HALF - 1e-7
    hand.key(Qt.Key.Key_Insert)
    assert len(hand.parts[0][0]) == 5


def test_letters_typed_elsewhere_are_no_keys_of_the_drawing(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    hand.key(Qt.Key.Key_PageDown)
    hand.strip.cancel.setFocus()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Return, Qt.Key.Key_Insert, Qt.Key.Key_Backspace):
        QTest.keyClick(hand.strip.cancel, key)
    assert not hand.drafted and not hand.drawn and not hand.undrawn


def test_a_corner_of_a_neighbour_draws_the_spot_to_itself_but_not_with_ctrl(hand: Hand) -> None:
    hand.city.put("earthworks", {"id": "near", "number": "1", "geometry": SQUARE, "status": "open"})
    hand.draw("events")
    corner = hand.at(LON + HALF, LAT + HALF)
    QTest.mouseMove(hand.view, corner + QPoint(30, 20))
    hand.city.settle()
    hand.city.bot.waitUntil(lambda: hand.city.map.hand.drafting._near is not None, timeout=5000)
    hand.click(corner + QPoint(5, -4))
    assert hand.run[-1] == [LON + HALF, LAT + HALF]
    side = hand.at(LON - HALF, LAT)
    hand.click(side + QPoint(6, 3))
    assert hand.run[-1][0] == pytest.approx(LON - HALF, abs=2e-7) and hand.run[-1][1] != LAT
    hand.click(hand.at(LON - HALF, LAT - HALF) + QPoint(5, 4), Qt.KeyboardModifier.ControlModifier)
    assert hand.run[-1] != [LON - HALF, LAT - HALF]


def test_its_own_stored_shape_is_nothing_to_be_snapped_to(hand: Hand) -> None:
    hand.city.put("events", {"id": "own", "number": "1", "geometry": SQUARE})
    hand.draw("events", SQUARE, ident="own")
    corner = hand.at(LON + HALF, LAT + HALF)
    hand.drag(corner, corner + QPoint(6, 0))
    hand.city.bot.waitUntil(lambda: hand.city.map.hand.drafting._near is not None, timeout=5000)
    hand.drag(corner + QPoint(6, 0), corner + QPoint(12, 0))
    hand.drag(corner + QPoint(12, 0), corner + QPoint(5, 0))
    assert hand.parts[0][0][2] != [LON + HALF, LAT + HALF]


def test_houses_of_the_city_s_map_are_snapped_to(make_city: MakeCity, pack: Path) -> None:
    city = make_city(pack)
    city.map.go_to(LAT, LON, 18)
    city.settle()
    hand = Hand(city)
    city.bot.waitUntil(lambda: city.map.hand.drafting._pack is not None, timeout=20_000)
    hand.draw("events")
    held = 0
    for right, down in ((-200, -120), (-60, 40), (80, -90), (210, 100)):
        at = hand.place(right, down)
        hand.click(at)
        free = city.js(f"(({{lng, lat}}) => [lng, lat])(city_map.containerPointToLatLng([{at.x()}, {at.y()}]))")
        held += hand.run[-1] != pytest.approx(free, abs=2e-7)
    assert held >= 1


def test_a_killed_page_comes_back_with_the_drawing(hand: Hand) -> None:
    hand.draw("events")
    for right, down in ((-100, -50), (100, -50)):
        hand.click(hand.place(right, down))
    with hand.city.bot.waitSignal(hand.city.map.ready, timeout=10_000):
        os.kill(hand.city.map.page.page.renderProcessPid(), signal.SIGKILL)
    hand.city.settle()
    assert "углы контура" in hand.said("hint_text")
    hand.click(hand.place(100, 80))
    hand.key(Qt.Key.Key_Backspace)
    hand.click(hand.place(100, 90))
    hand.key(Qt.Key.Key_Return)
    assert len(hand.drawn[0]["coordinates"][0]) == 4


def test_a_drawing_goes_on_from_its_draft(hand: Hand) -> None:
    hand.draw("events")
    for right, down in ((-100, -50), (100, -50)):
        hand.click(hand.place(right, down))
    draft = json.loads(json.dumps(hand.drafted[-1]))
    hand.city.map.hand.stop_drawing()
    hand.city.settle()
    assert not hand.strip.isVisible() and not hand.undrawn
    hand.draw("events", None, draft)
    hand.click(hand.place(100, 80))
    hand.key(Qt.Key.Key_Return)
    assert len(hand.drawn[0]["coordinates"][0]) == 4


def test_what_is_drawn_stays_in_sight_until_its_layer_has_it(hand: Hand) -> None:
    hand.draw("events", SQUARE, ident="one")
    hand.key(Qt.Key.Key_PageDown)
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Return)
    assert len(hand.drawn) == 1 and blue(hand) > 100
    with hand.city.bot.waitSignal(hand.city.map.ready, timeout=10_000):
        os.kill(hand.city.map.page.page.renderProcessPid(), signal.SIGKILL)
    assert blue(hand) > 100
    hand.city.map.refresh("reports", ["one"])
    hand.city.map.refresh("events", ["other"])
    assert blue(hand) > 100
    hand.city.map.refresh("events", ["one"])
    assert blue(hand) == 0


def blue(hand: Hand) -> int:
    """Pixels in the colour of what is drawn."""
    hand.city.settle()
    image, wanted = hand.city.map._view.grab().toImage(), QColor(LIGHT["accent"]).getRgb()
    spots = [(x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)]
    return sum(
        all(abs(a - b) < 12 for a, b in zip(image.pixelColor(*spot).getRgb(), wanted, strict=True)) for spot in spots
    )


def test_asked_for_again_in_the_middle_it_keeps_the_way_back(hand: Hand) -> None:
    hand.draw("events", SQUARE, ident="one")
    hand.key(Qt.Key.Key_PageDown)
    hand.key(Qt.Key.Key_Delete)
    hand.draw("events", SQUARE, hand.drafted[-1], ident="one")
    hand.key(Qt.Key.Key_Backspace)
    assert hand.parts[0][0] == SQUARE["coordinates"][0][:4]


def test_what_can_t_be_drawn_is_refused_in_words(hand: Hand) -> None:
    with pytest.raises(Refused, match="другого вида"):
        hand.city.map.hand.draw("closures", "", SQUARE, None)
    assert not hand.strip.isVisible()


def test_a_page_gone_wrong_does_the_drawing_no_harm(hand: Hand) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("put", {"lat": 400, "lon": 0, "zoom": 17, "free": False}),
        ("put", {"lat": 0, "lon": 0, "zoom": -1e300, "free": False}),
        ("held", {"path": 99, "vertex": 0, "middle": False}), ("held", {"path": 0, "vertex": -5, "middle": True}),
        ("dropped", {"lat": 56, "lon": 60, "zoom": 17, "free": False}), ("let_go", {}),
    ]  # fmt: skip
    for word, content in wrong:
        hand.draw("events", SQUARE)
        hand.city.map.page._bridge.say(word, json.dumps(content))
        hand.city.settle()
        assert not hand.drafted, (word, content)
        assert "Часть выбрана" not in hand.said("hint_text")
        hand.click(hand.place(0, 0))
        assert "Часть выбрана" in hand.said("hint_text"), (word, content)


def test_a_figure_elsewhere_is_brought_into_view_clear_of_the_words(hand: Hand) -> None:
    hand.city.map.go_to(LAT + 0.05, LON, 14)
    hand.draw("events", SQUARE)
    top, bottom = hand.at(LON - HALF, LAT + HALF), hand.at(LON + HALF, LAT - HALF)
    assert 90 < top.y() < bottom.y() < hand.view.height() and bottom.y() - top.y() > 150


def test_what_is_drawn_is_seen(hand: Hand) -> None:
    hand.draw("events", SQUARE)
    image = hand.city.map.grab().toImage()
    wanted = QColor(LIGHT["accent"]).getRgb()
    corner = hand.at(LON + HALF, LAT - HALF) + hand.city.map._view.pos()
    spots = [(corner.x() + dx, corner.y() + dy) for dx in range(-7, 8) for dy in range(-7, 8)]
    near = [image.pixelColor(*spot).getRgb() for spot in spots]
    assert sum(all(abs(a - b) < 12 for a, b in zip(one, wanted, strict=True)) for one in near) > 15
