"""Territories on the map: each layer has one line along a border that areas share, and every layer's line is seen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from map_city import CENTRE, City

from citymanager.modules import BY_KEY
from layers.borders import GRID, borders

LAT, LON = CENTRE
DOWN = """(() => {
  let renderer;
  city_map.eachLayer((one) => one.feature && (renderer = one._renderer));
  const found = [];
  for (let order = renderer._drawFirst; order; order = order.next) {
    const { stroke, interactive, dashArray } = order.layer.options;
    if (stroke) found.push([dashArray ?? [], interactive]);
  }
  return found;
})()"""
"""Dashes of each line in the order in which they are drawn, and whether the pointer meets it."""
KEYS = ("service_areas", "electoral_districts", "police_precincts")


def area(west: float, south: float, side: float = 100) -> Any:
    return shapely.box(west, south, west + side, south + side)


def length(*areas: Any) -> float:
    found = borders(areas)
    return float(shapely.length(shapely.from_geojson(json.dumps(found)))) if found else 0


def test_a_border_between_neighbours_is_one_line() -> None:
    assert length(area(0, 0)) == 400
    assert length(area(0, 0), area(100, 0)) == 700
    assert length(area(0, 0), area(100, 0), area(0, 0)) == 700


def test_neighbours_that_were_made_coarser_apart_have_one_border() -> None:
    bent = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100 + GRID / 3, 50)])
    assert length(area(0, 0), bent) == pytest.approx(700, abs=GRID)


def test_lines_have_no_border() -> None:
    assert borders([shapely.LineString([(0, 0), (1, 1)])]) is None
    assert borders([]) is None


def square(west: float) -> Any:
    return json.loads(shapely.to_geojson(shapely.box(west, LAT, west + 0.002, LAT + 0.002)))


@pytest.fixture
def city(make_city: Callable[..., City]) -> City:
    made = make_city(None)
    for key in KEYS:
        rows = [
            {"id": f"{key}-{at}", "name": f"{key}-{at}", "geometry": square(west)}
            for at, west in enumerate((LON - 0.002, LON))
        ]
        made.map.refresh(key, made.put(key, *rows))
        made.map.set_shown(key, True)
    made.map.go_to(LAT, LON, 16)
    made.settle()
    return made


def test_the_lines_of_all_territories_are_seen_where_they_lie_one_over_the_other(city: City) -> None:
    """What has wider gaps is drawn later."""
    drawn = city.js(DOWN)
    wanted = [list(BY_KEY[key].look.dash) for key in KEYS]
    assert [dash for dash, _ in drawn] == [wanted[0], *wanted]
    assert [met for _, met in drawn] == [True, True, False, False], "areas are met, borders are not"


def test_a_selected_territory_has_its_whole_outline(city: City) -> None:
    city.map.select(KEYS[2], f"{KEYS[2]}-1", centre=False)
    city.settle()
    assert len(city.js(DOWN)) == 5
    city.map.select("", "")
    city.settle()
    assert len(city.js(DOWN)) == 4
