"""Lines and polygons on the page: whose answers stay, what a selection asks for, what one bad shape costs."""

from collections.abc import Callable
from typing import Any

import pytest
from map_city import CENTRE, City, report
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


def test_a_selection_and_night_ask_for_no_shapes(city: City) -> None:
    city.map.select(THROWAWAY.key, "first", centre=False)
    city.map.set_theme({"accent": "#0000fe"}, dark=True)
    city.settle()
    assert asked(city, "shapes") == 0
    colour = "(() => { let c; city_map.eachLayer((one) => one.feature && (c = one.options.color)); return c; })()"
    assert city.js(colour) == "#0000fe"


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
