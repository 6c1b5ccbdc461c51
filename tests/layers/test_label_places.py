"""Names of shapes are seen whole: neither cut by the edge of the view nor hidden by what stands around the map."""

from collections.abc import Callable
from typing import Any

import pytest
from map_city import CENTRE, City, pause, report
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from throwaway import THROWAWAY

LAT, LON = CENTRE
SIZE = (800, 600)
BOXES = """(() => {
  const { fillText, roundRect, stroke } = CanvasRenderingContext2D.prototype;
  const ours = ({ canvas }) => canvas.parentNode?.className.includes("shape_labels");
  window.boxes = [];
  window.drawn = 0;
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    if (ours(this)) [window.boxes, window.drawn] = [[], window.drawn + 1];
    return clearRect.apply(this, box);
  };
  CanvasRenderingContext2D.prototype.roundRect = function (x, y, width, height, round) {
    if (ours(this)) window.boxes.push({ frame: [x, y, x + width, y + height] });
    return roundRect.call(this, x, y, width, height, round);
  };
  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    if (ours(this)) Object.assign(window.boxes.at(-1), { ink: this.strokeStyle, dash: this.getLineDash() });
    return stroke.apply(this, path);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (ours(this)) window.boxes.at(-1).text = text;
    return fillText.call(this, text, x, y);
  };
})()"""
"""From now on the page keeps the boxes of the names that it has drawn last, and counts the drawings."""
SEEN = """(() => {
  const sheet = document.querySelector(".leaflet-shape_labels-pane canvas").getBoundingClientRect();
  const boxOf = ({ left, top, right, bottom }) => [left, top, right, bottom];
  const around = [...document.querySelectorAll(".leaflet-control, .attribution:not([hidden])")];
  return {
    names: window.boxes.map(({ text, ink, dash, frame: [west, north, east, south] }) => ({
      text, ink, dash, box: [west + sheet.left, north + sheet.top, east + sheet.left, south + sheet.top],
    })),
    around: around.map((one) => boxOf(one.getBoundingClientRect())),
  };
})()"""

CREDITED = """(() => {
  const line = document.querySelector(".attribution");
  line.textContent = "© участники OpenStreetMap";
  line.hidden = false;
})()"""
"""Whose the map is stands at its foot, as with any base map."""
STYLE = """(() => {
  let found;
  city_map.eachLayer((one) => one.feature && (found = one.options));
  return { color: found.color, dashArray: found.dashArray };
})()"""


def box(west: float, north: float, east: float, south: float) -> dict[str, Any]:
    """A rectangle by pixels of the view at zoom 16 around the city's middle."""
    lon = [LON + (x - SIZE[0] / 2) * 360 / 256 / 2**16 for x in (west, east)]
    lat = [LAT - (y - SIZE[1] / 2) * 360 / 256 / 2**16 * 0.558 for y in (north, south)]
    ring = [[lon[0], lat[0]], [lon[1], lat[0]], [lon[1], lat[1]], [lon[0], lat[1]], [lon[0], lat[0]]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def city(make_city: Callable[..., City]) -> City:
    made = make_city(None, [report(id="one")], SIZE)
    made.map.go_to(LAT, LON, 16)
    made.js(BOXES)
    made.js(CREDITED)
    return made


def put(city: City, **shapes: dict[str, Any]) -> None:
    rows = [
        {"id": name, "name": "Скамейка", "number": name, "status": "standing", "geometry": shape}
        for name, shape in shapes.items()
    ]
    city.map.refresh(THROWAWAY.key, city.put(THROWAWAY.key, *rows))
    city.settle()


def names(city: City) -> dict[str, list[float]]:
    """Where each name stands in the view. None is cut or hidden."""
    city.settle()
    found = city.js(SEEN)
    assert len(found["around"]) >= 3, "the buttons, the scale and whose map it is"
    for one in found["names"]:
        box = one["box"]
        assert whole(box) or not meet(box, [0, 0, *SIZE]), f"cut: {one}"
        assert not any(meet(box, other) for other in found["around"]), f"hidden: {one}"
    return {one["text"]: one["box"] for one in found["names"]}


def whole(box: list[float]) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= SIZE[0] and box[3] <= SIZE[1]


def meet(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_wherever_the_view_goes_no_name_is_cut_or_hidden(city: City) -> None:
    tiles = {
        f"Название-{row}-{column}": box(x, y, x + 110, y + 50)
        for row, y in enumerate(range(-150, 700, 54))
        for column, x in enumerate(range(-200, 960, 114))
    }
    put(city, **tiles)
    seen = names(city)
    assert sum(map(whole, seen.values())) > 60
    for right, down in ((31, 17), (40, -29), (-97, 61), (230, 0)):
        city.js(f"(city_map.panBy([{right}, {down}], {{ animate: false }}), 0)")
        assert sum(map(whole, names(city).values())) > 60


def test_a_name_steps_aside_within_its_shape(city: City) -> None:
    put(city, Кнопки=box(690, 0, 800, 90), Край=box(-60, 200, 70, 260), Середина=box(300, 100, 400, 160))
    seen = names(city)
    assert all(whole(seen[one]) for one in ("Кнопки", "Край", "Середина"))
    west, north, east, south = seen["Середина"]
    assert abs((west + east) / 2 - 350) < 2 and abs((north + south) / 2 - 130) < 26, "beside its mark, as ever"


def test_a_large_area_is_named_in_sight_while_its_middle_is_not(city: City) -> None:
    put(city, Территория=box(600, -140, 3000, 740))
    assert whole(names(city)["Территория"])


def test_among_many_marks_a_name_finds_a_free_place_within_its_area(city: City) -> None:
    put(city, Территория=box(250, 200, 650, 440))
    marks = [report(LAT + 0.0004 * (n % 5 - 2), LON + 0.0007 * (n // 5 - 2), id=f"r{n}") for n in range(25)]
    city.map.refresh("reports", city.put("reports", *marks))
    west, north, east, south = names(city)["Территория"]
    assert min(west - 250, 650 - east, north - 200, 440 - south) > 0


def test_the_selected_shape_is_named_beside_its_marks_where_they_leave_no_room(city: City) -> None:
    put(city, Дворик=box(380, 290, 420, 310))
    marks = [report(LAT + 0.00025 * (n % 3 - 1), LON + 0.0004 * (n // 3 - 1), id=f"r{n}") for n in range(9)]
    city.map.refresh("reports", city.put("reports", *marks))
    assert names(city) == {}
    city.map.select(THROWAWAY.key, "Дворик", centre=False)
    assert whole(names(city)["Дворик"])


def test_a_shape_out_of_sight_has_no_name_in_sight(city: City) -> None:
    put(city, Рядом=box(850, 200, 950, 260))
    assert names(city)["Рядом"][0] > SIZE[0]


def test_names_stay_under_a_hand_that_drags(city: City) -> None:
    put(city, Середина=box(300, 100, 400, 160))
    target = city.map._view.focusProxy()
    start = QPoint(400, 400)
    QTest.mouseMove(target, start)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(target, start + QPoint(10 * step, 5 * step))
        pause(20)
    city.bot.waitUntil(lambda: city.js("city_map.dragging.moving()"))
    before = city.js("window.drawn")
    city.map.refresh("reports", city.put("reports", report(LAT + 0.001, LON, id="two")))
    city.settle()
    assert city.js("window.drawn") == before, "other marks have come, and the hand has not let go"
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start + QPoint(80, 40))
    city.bot.waitUntil(lambda: city.js("window.drawn") > before)


def test_a_name_has_the_colour_of_its_shape_and_its_dashes(city: City) -> None:
    put(city, Середина=box(300, 100, 400, 160))
    told = city.js(SEEN)["names"][0]
    style = city.js(STYLE)
    assert told["ink"] == style["color"] and told["dash"] == (style["dashArray"] or [])
