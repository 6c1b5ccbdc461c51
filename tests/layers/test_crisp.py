"""The base map is crisp: at rest every pixel that was drawn is one pixel of the screen, at every zoom and sharpness."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from map_city import CENTRE, City, report
from PySide6.QtGui import QColor, QImage

CANVASES = """Promise.all([...document.querySelectorAll('canvas.sheet, .sheet canvas')].map(async (canvas) => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  if (!width || !canvas.width || !canvas.height) return null; // nothing is drawn on it now
  const { filter, opacity } = getComputedStyle(canvas);
  const picture = await createImageBitmap(canvas);
  const base = canvas.closest('.leaflet-tile-pane') !== null;
  const dots = [picture.width, picture.height];
  return { base, ratio: window.devicePixelRatio, left, top, width, height, dots, filter, opacity };
}))"""
ZOOMS = range(11, 20)


@pytest.fixture(params=[1.0, pytest.param(2.0, marks=pytest.mark.campaign)])
def city(request: pytest.FixtureRequest, make_city: Callable[..., City], pack: Path) -> City:
    made = make_city(pack, [report()], size=(700, 500))
    made.map.show_on_paper(request.param)
    made.settle()
    return made


def assert_crisp(city: City, where: object) -> None:
    found: list[dict[str, Any] | None] = city.js_later(CANVASES)
    assert any(one["base"] for one in found if one)
    for one in filter(None, found):
        ratio = one["ratio"]
        assert one["dots"] == [round(one["width"] * ratio), round(one["height"] * ratio)], where
        for edge in (one["left"] * ratio, one["top"] * ratio):
            assert abs(edge - round(edge)) < 0.01, f"{where}: it lies between the screen's pixels"
        assert (one["filter"], one["opacity"]) == ("none", "1")


def test_at_every_zoom_a_dot_is_a_pixel(city: City) -> None:
    for zoom in ZOOMS:
        city.map.go_to(CENTRE[0], CENTRE[1], zoom)
        city.settle()
        assert city.js("window.city_map.getZoom()") == zoom
        assert_crisp(city, zoom)


def test_after_moving_zooming_and_dragging_it_is_crisp_again(city: City) -> None:
    """While it moves the old picture is scaled; what counts is how it comes to rest, between whole zooms, too."""
    city.map.go_to(*CENTRE, 14)
    for act in ("setZoom(15)", "setZoom(15.5)", "panBy([137, 61])", "setZoom(12)", "flyTo([56.09, 60.74], 17)"):
        city.js(f"(window.city_map.once('moveend', () => (window.rested = true)), window.city_map.{act}, 0)")
        city.bot.waitUntil(lambda: city.js("window.rested === true"), timeout=20_000)
        city.js("(window.rested = false, 0)")
        city.settle()
        assert_crisp(city, act)


def test_a_map_that_comes_to_a_sharper_screen_is_drawn_for_it(make_city: Callable[..., City], pack: Path) -> None:
    """The map has as many pixels of its own as before: only the screen's are finer, and nothing else says so."""
    city = make_city(pack, [report()], size=(500, 400))
    city.map.go_to(*CENTRE, 16)
    city.js("((map) => { map.style.width = '500px'; map.style.height = '400px'; return 0; })(city_map.getContainer())")
    city.settle()
    for ratio in (2.0, 1.0):
        city.map.show_on_paper(ratio)
        city.bot.waitUntil(lambda ratio=ratio: city.js("window.devicePixelRatio") == ratio, timeout=10_000)
        city.settle()
        assert city.js("city_map.getSize().x") == 500
        assert_crisp(city, ratio)


def test_the_edges_of_houses_are_as_sharp_on_a_fine_screen(make_city: Callable[..., City], pack: Path) -> None:
    """What the eye sees: twice the dots for the same ground, and an edge that is no wider in dots."""
    city = make_city(pack, size=(400, 300))
    coarse, fine = (pictured(city, ratio) for ratio in (1.0, 2.0))
    assert fine.width() == 2 * coarse.width()
    blown = coarse.scaled(fine.size())
    assert steepest(fine) >= 0.9 * steepest(blown), "its edges are no softer than those of a picture in large squares"
    assert fine != blown


def pictured(city: City, ratio: float) -> QImage:
    city.map.show_on_paper(ratio)
    city.map.resize(round(400 * ratio), round(300 * ratio))
    city.map.go_to(*CENTRE, 17)
    with city.bot.waitCallback(timeout=20_000) as done:
        city.map.grab_when_ready(done)
    image: QImage = done.args[0].toImage()
    return image


def steepest(image: QImage) -> float:
    """How much two neighbouring dots of a row differ where they differ most, over many rows."""
    rows = [
        max(abs(light(image, x, y) - light(image, x + 1, y)) for x in range(image.width() - 1))
        for y in range(40, image.height() - 40, 7)
    ]
    return sum(rows) / len(rows)


def light(image: QImage, x: int, y: int) -> int:
    return QColor(image.pixel(x, y)).lightness()


def test_between_the_screen_s_pixels_no_seam_is_seen(make_city: Callable[..., City]) -> None:
    """Where a pixel of the map is a fraction of the screen's, a canvas of marks reaches over the next ones."""
    city = make_city(None, [report()], size=(500, 400))
    city.map.go_to(*CENTRE, 15)
    for ratio, side in ((1.3, 513), (2.0, 512)):
        city.map.show_on_paper(ratio)
        city.bot.waitUntil(lambda ratio=ratio: abs(city.js("window.devicePixelRatio") - ratio) < 0.01, timeout=10_000)
        city.settle()
        assert set(city.js("[...document.querySelectorAll('.tile')].map((one) => one.width)")) - {0} == {side}
