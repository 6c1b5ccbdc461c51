"""What a hand pays for: a pan within what is drawn costs nothing, a longer one a picture, a change its own canvas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from map_city import CENTRE, City, report

COUNTING = """(() => {
  window.spent = { asked: 0, pictures: 0, canvases: 0 };
  const asked = window.fetch;
  window.fetch = (...words) => {
    if (String(words[0]).startsWith("view")) spent.asked += 1;
    return asked(...words);
  };
  const picture = ImageBitmapRenderingContext.prototype;
  const { transferFromImageBitmap } = picture;
  picture.transferFromImageBitmap = function (bitmap) {
    spent.pictures += 1;
    return transferFromImageBitmap.call(this, bitmap);
  };
  const canvas = CanvasRenderingContext2D.prototype;
  const { clearRect } = canvas;
  canvas.clearRect = function (...box) {
    if (this.canvas.className === "tile") spent.canvases += 1;
    return clearRect.apply(this, box);
  };
})()"""
WEST, EAST = (CENTRE[0], CENTRE[1] - 0.013), (CENTRE[0], CENTRE[1] + 0.013)
"""At zoom 15 some six hundred pixels apart: never on one canvas."""


@pytest.fixture
def city(make_city: Callable[..., City], pack: Path) -> City:
    made = make_city(pack, [report(*WEST, id="west"), report(*EAST, id="east")])
    made.map.go_to(*CENTRE, 15)
    made.settle()
    made.js(f"({COUNTING}, 0)")
    return made


def panned(city: City, *steps: tuple[int, int]) -> dict[str, Any]:
    """What it has cost to go so many pixels, step by step."""
    for right, down in steps:
        city.js(f"(city_map.panBy([{right}, {down}], {{ animate: false }}), 0)")
        city.settle()
    found: dict[str, Any] = city.js("spent")
    return found


def test_a_pan_within_what_is_drawn_costs_nothing(city: City) -> None:
    assert panned(city, (70, 50), (70, -30)) == {"asked": 0, "pictures": 0, "canvases": 0}


def test_a_longer_pan_is_drawn_once_and_farther_ahead_than_behind(city: City) -> None:
    spent = panned(city, (170, 0), (140, 0), (100, 0))
    assert (spent["asked"], spent["pictures"]) == (1, 1)
    ahead = """(() => {
      const [view, sheet] = [city_map.getContainer(), document.querySelector(".leaflet-overlay-pane .sheet")]
        .map((one) => one.getBoundingClientRect());
      return [view.left - sheet.left, sheet.right - view.right];
    })()"""
    behind, before = city.js(ahead)
    assert behind > before >= 0, "by now it has been gone over"


def test_a_change_draws_only_where_it_stands(city: City) -> None:
    drawn = city.js("[...document.querySelectorAll('.tile')].filter((one) => !one.hidden).length")
    city.put("reports", report(*EAST, id="east", status="done"))
    city.map.refresh("reports", ["east"])
    city.settle()
    assert 1 <= city.js("spent.canvases") < drawn


def test_what_is_no_more_on_a_canvas_takes_the_canvas_with_it(city: City) -> None:
    city.map.set_shown("reports", False)
    city.settle()
    assert city.js("[...document.querySelectorAll('.tile')].every((one) => one.hidden && one.width === 0)")
