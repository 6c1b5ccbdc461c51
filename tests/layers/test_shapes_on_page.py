"""Lines and polygons on the page: whose answers stay, what a selection asks for, what one bad shape costs."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from map_city import CENTRE, WRITTEN, City, pause, report
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from throwaway import THROWAWAY

MakeCity = Callable[..., City]
LAT, LON = CENTRE
DRAWN = "(() => { let n = 0; city_map.eachLayer((one) => (n += one.feature ? 1 : 0)); return n; })()"
"""How many shapes the map holds."""
HELD = """(() => {
  const real = window.fetch.bind(window);
  window.asked = [];
  window.held = [];
  window.holding = false;
  window.fetch = (address) => {
    window.asked.push(String(address));
    const answer = real(address);
    if (!window.holding || !String(address).startsWith("shapes")) return answer;
    return new Promise((done) => window.held.push(() => done(answer)));
  };
})()"""
"""From now on the page's askings are written down, and answers with shapes may be held back."""


def square(lat: float = LAT, lon: float = LON, side: float = 0.002) -> dict[str, Any]:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def bench(ident: str, **more: Any) -> dict[str, Any]:
    return {"id": ident, "name": "Скамейка", "status": "standing", "geometry": square(), **more}


@pytest.fixture
def city(make_city: MakeCity) -> City:
    made = make_city(None, [report(id="one")])
    made.put(THROWAWAY.key, bench("first"))
    made.map.refresh(THROWAWAY.key, ["first"])
    made.map.go_to(LAT, LON, 16)
    made.settle()
    assert made.js(DRAWN) == 1
    made.js(HELD)
    return made


def asked(city: City, name: str, layer: str = "") -> int:
    return sum(one.startswith(name) and layer in one for one in city.js("window.asked"))


def held(city: City, count: int) -> None:
    city.bot.waitUntil(lambda: city.js("window.held.length") >= count, timeout=5000)


def test_an_older_answer_does_not_overwrite_a_newer_one(city: City) -> None:
    city.js("(window.holding = true)")
    city.map.set_filter(THROWAWAY.key, [])
    held(city, 1)
    city.js("(window.holding = false)")
    city.map.set_filter(THROWAWAY.key, None)
    city.bot.wait(200)
    city.js("(window.held.forEach((one) => one()), 0)")
    city.settle()
    assert city.js(DRAWN) == 1


def test_a_late_answer_does_not_bring_a_hidden_layer_back(city: City) -> None:
    city.js("(window.holding = true)")
    city.map.set_filter(THROWAWAY.key, None)
    held(city, 1)
    city.map.set_shown(THROWAWAY.key, False)
    city.bot.waitUntil(lambda: city.js(DRAWN) == 0)
    city.js("(window.holding = false, window.held.forEach((one) => one()), 0)")
    city.settle()
    assert city.js(DRAWN) == 0


def test_what_changes_while_its_layer_is_off_is_asked_for_when_it_is_on(city: City) -> None:
    city.map.set_shown(THROWAWAY.key, False)
    city.settle()
    before = asked(city, "shapes")
    city.put(THROWAWAY.key, bench("second"))
    city.map.refresh(THROWAWAY.key, ["second"])
    city.settle()
    assert asked(city, "shapes") == before
    city.map.set_shown(THROWAWAY.key, True)
    city.settle()
    assert city.js(DRAWN) == 2


def test_a_selection_and_night_ask_for_no_shapes(city: City) -> None:
    city.map.select(THROWAWAY.key, "first", centre=False)
    city.map.set_theme({"accent": "#0000fe"}, dark=True)
    city.settle()
    assert asked(city, "shapes") == 0
    colour = "(() => { let c; city_map.eachLayer((one) => one.feature && (c = one.options.color)); return c; })()"
    assert city.js(colour) == "#0000fe"


def test_a_pan_within_what_is_held_asks_for_no_shapes(city: City) -> None:
    """Of the 800 × 600 pixels the margin is a quarter, and half of it is left."""
    pan(city, 90, -70)
    pan(city, -90, 70)
    assert asked(city, "shapes") == 0
    pan(city, 190, 0)
    assert asked(city, "shapes") == 1
    assert city.js(DRAWN) == 1
    city.map.refresh(THROWAWAY.key, ["first"])
    city.settle()
    assert asked(city, "shapes") == 2, "a change is asked for wherever the view is"


def test_shapes_that_did_not_come_are_asked_for_by_the_next_pan(city: City) -> None:
    city.js("(window.real = window.fetch, window.fetch = () => Promise.reject(new Error('busy')), 0)")
    pan(city, 190, 0)
    city.js("(window.fetch = window.real, 0)")
    pan(city, 1, 0)
    assert asked(city, "shapes") == 1


def pan(city: City, right: int, down: int) -> None:
    city.js(f"(city_map.panBy([{right}, {down}], {{ animate: false }}), 0)")
    city.settle()


def test_one_shape_that_can_t_be_drawn_costs_only_itself(city: City) -> None:
    broken = {"type": "Polygon", "coordinates": [[None, [LON, LAT], [LON + 0.001, LAT], "x"]]}
    city.put(THROWAWAY.key, bench("broken", geometry=broken), bench("second"))
    city.map.refresh(THROWAWAY.key, ["broken", "second"])
    city.settle()
    assert city.js(DRAWN) == 2


def test_changes_in_a_burst_are_joined(city: City) -> None:
    city.bot.wait(300)
    for _ in range(20):
        city.map.refresh(THROWAWAY.key, ["first"])
    city.settle()
    assert 1 <= asked(city, "view") <= 4
    assert 1 <= asked(city, "shapes", THROWAWAY.key) <= 4


def test_a_filter_and_the_first_change_behind_a_pan_do_not_wait(city: City) -> None:
    city.bot.wait(300)
    code = """(async () => {
      const tell = (content) =>
        document.dispatchEvent(new CustomEvent("city-told", { detail: JSON.stringify(content) }));
      const times = {};
      const when = async (word) => {
        window.asked.length = 0;
        const start = performance.now();
        tell({ do: word, shape: false });
        while (!window.asked.some((one) => one.startsWith("view"))) await new Promise((done) => setTimeout(done, 5));
        return performance.now() - start;
      };
      const rest = () => new Promise((done) => setTimeout(done, 30));
      city_map.fire("moveend");
      await rest();
      times.behind_a_pan = await when("changed");
      await rest();
      times.second = await when("changed");
      await rest();
      times.filter = await when("filtered");
      return times;
    })()"""
    times = city.js_later(code)
    assert times["behind_a_pan"] < 120 and times["filter"] < 120, times
    assert times["second"] > 120, "a burst is joined"


def labels(city: City) -> list[list[Any]]:
    city.settle()
    found: list[list[Any]] = city.js("window.written")
    return found


def test_shapes_bear_names_none_over_another_and_none_over_a_mark(city: City) -> None:
    city.js(WRITTEN)
    rows = [
        bench(f"b{n}", number=f"СК-{n}", geometry=square(LAT + (n // 6 - 3) / 1600, LON + (n % 6 - 3) / 1100, 0.0012))
        for n in range(36)
    ]
    city.map.refresh(THROWAWAY.key, city.put(THROWAWAY.key, *rows))
    found = labels(city)
    assert 3 <= len(found) < 36
    for number, (_, west, north, east, south) in enumerate(found):
        for _, other_west, other_north, other_east, other_south in found[:number]:
            apart = west >= other_east or other_west >= east or north >= other_south or other_north >= south
            assert apart, "two names lie over each other"
    assert all(text.startswith("СК-") for text, *_ in found)


def test_the_selected_shape_bears_its_name_before_the_others(city: City) -> None:
    city.js(WRITTEN)
    city.put(THROWAWAY.key, bench("big", number="Большая", geometry=square(side=0.004)),
             bench("small", number="Малая", geometry=square(LAT + 0.0018, LON + 0.0018, side=0.0004)))  # fmt: skip
    city.map.refresh(THROWAWAY.key, ["big", "small"])
    assert [text for text, *_ in labels(city)] == ["Большая"], "the other one is too small for its name"
    city.map.select(THROWAWAY.key, "small", centre=False)
    assert "Малая" in {text for text, *_ in labels(city)}


FADED = """(() => {
  const { fillText } = CanvasRenderingContext2D.prototype;
  window.faded = {};
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.faded[text] = Math.round(this.globalAlpha * 100) / 100;
    return fillText.call(this, text, x, y);
  };
})()"""
"""From now on the page keeps how opaque each word was written last."""


def test_a_name_is_as_faint_as_its_layer_and_that_of_the_selected_shape_is_not(city: City) -> None:
    city.js(FADED)
    city.put(THROWAWAY.key, bench("big", number="Большая", geometry=square(side=0.004)))
    city.map.refresh(THROWAWAY.key, ["big"])
    city.map.switches.set_opacity(THROWAWAY.key, 0.3)
    city.settle()
    assert city.js("window.faded")["Большая"] == 0.3
    city.map.select(THROWAWAY.key, "big", centre=False)
    city.settle()
    assert city.js("window.faded")["Большая"] == 1


def test_a_shape_under_the_pointer_stands_out(city: City) -> None:
    style = """(() => {
      let found;
      city_map.eachLayer((one) => one.feature && (found = [one.options.weight, one.options.fillOpacity]));
      return found;
    })()"""
    calm = city.js(style)
    over = QPoint(city.map.width() // 2 + 30, city.map.height() // 2 - 60)

    def seen_at(place: QPoint) -> Any:
        """A hand is never still, and Leaflet passes over moves that follow each other within 32 ms."""
        for step in (QPoint(0, 0), QPoint(2, 2)):
            QTest.mouseMove(city.map._view.focusProxy(), place + step)
            pause(50)
        return city.js(style)

    city.bot.waitUntil(lambda: seen_at(over) != calm, timeout=5000)
    weight, fill = city.js(style)
    assert weight > calm[0] and fill > calm[1]
    city.bot.waitUntil(lambda: seen_at(QPoint(10, 10)) == calm, timeout=5000)


def test_of_two_shapes_under_the_pointer_the_smaller_one_is_clicked(city: City) -> None:
    city.put(THROWAWAY.key, bench("big", geometry=square(LAT - 0.002, LON - 0.004, 0.006)))
    city.map.refresh(THROWAWAY.key, ["big"])
    city.settle()
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        QTest.mouseClick(
            city.map._view.focusProxy(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(city.map.width() // 2 + 60, city.map.height() // 2 - 30),
        )
    assert told.args == [THROWAWAY.key, "first"]


def test_what_is_damaged_is_told_on_the_map_while_it_is_in_sight(city: City) -> None:
    notices = "document.querySelector('.notices')"
    short = {"type": "Polygon", "coordinates": [[[LON, LAT], [LON + 1e-3, LAT]]]}
    city.put(THROWAWAY.key, bench("short", geometry=short))
    city.map.refresh(THROWAWAY.key, ["short"])
    city.settle()
    assert city.js(f"{notices}.textContent") == "1 контур не показан: координаты повреждены."
    city.map.set_shown(THROWAWAY.key, False)
    city.settle()
    assert city.js(f"{notices}.hidden") is True


@pytest.mark.campaign
def test_a_million_vertices_in_one_polygon_leave_the_map_alive(make_city: MakeCity) -> None:
    """It is painted, panned, zoomed, hovered and clicked; the page never misses a beat."""
    turns = [2 * math.pi * n / 1_000_000 for n in range(1_000_000)]
    places = [[LON + 0.03 * math.cos(t) * (1 + 0.2 * math.sin(90 * t)), LAT + 0.015 * math.sin(t)] for t in turns]
    city = make_city(None)
    city.put(THROWAWAY.key, bench("coast", geometry={"type": "Polygon", "coordinates": [[*places, places[0]]]}))
    city.map.refresh(THROWAWAY.key, ["coast"])
    city.settle()  # the test itself has kept the window busy until now
    restarted: list[None] = []
    city.map.ready.connect(lambda: restarted.append(None))
    for zoom in (12.5, 19, 15):
        city.map.go_to(LAT, LON, zoom)
        city.settle()
        assert city.js(DRAWN) == 1
        longest = city.js_later(
            "(async () => { let longest = 0; let last = performance.now(); for (let n = 0; n < 30; n += 1) {"
            " city_map.panBy([7, 3], { animate: false });"
            " await new Promise(requestAnimationFrame); const now = performance.now();"
            " longest = Math.max(longest, now - last); last = now; } return longest; })()"
        )
        assert longest < 1500, f"frames of {longest} ms at zoom {zoom}"
        city.settle()
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        QTest.mouseClick(city.map._view.focusProxy(), Qt.MouseButton.LeftButton, pos=QPoint(300, 250))
    assert told.args == [THROWAWAY.key, "coast"]
    assert restarted == [], "the page was never silent"
