"""What the measures of the map see through: `painted` is after the drawing, a drag is a drag, nothing drawn is told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bench.watched_page import WatchedPage
from map_city import CENTRE, City, report
from PySide6.QtWebEngineWidgets import QWebEngineView

MakeCity = Callable[..., City]
LAT, LON = CENTRE
INKED = """[...document.querySelectorAll('.leaflet-overlay-pane canvas')].filter((one) =>
  one.width && one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some((part) => part)).length"""


def watched(city: City) -> WatchedPage:
    page = WatchedPage(city.map.findChild(QWebEngineView))
    page.peep()
    return page


def test_a_view_counts_as_painted_once_its_points_are_on_the_canvas(make_city: MakeCity) -> None:
    city = make_city(None, [report(status="new")])
    city.map.set_shown("reports", False)
    city.map.go_to(LAT, LON, 16)
    city.settle()
    page = watched(city)
    assert page.told(INKED) == 0
    spent = page.painted(lambda: city.map.set_shown("reports", True), "probe.view()")
    assert page.told(INKED) == 1
    assert spent > 0


def test_the_base_map_counts_as_painted_with_its_picture(make_city: MakeCity, pack: Path) -> None:
    city = make_city(None)
    city.map.go_to(LAT, LON, 15)
    city.settle()
    assert watched(city).painted(lambda: city.map.show_pack(pack), "probe.picture()") > 0


@pytest.mark.campaign
def test_drags_end_where_they_began_and_zoom_into_nothing(make_city: MakeCity) -> None:
    """Four presses at one place would be two double clicks."""
    city = make_city(None, [report()])
    city.map.go_to(LAT, LON, 15)
    city.settle()
    page = watched(city)
    page.told("(window.moves = 0, city_map.on('move', () => (window.moves += 1)), 0)")
    drags = page.drags()
    assert len(drags) == 4
    assert min(one.p95 for one in drags) > 10
    assert all(0 < one.work < 1000 for one in drags)
    assert page.told("window.moves") > 40
    assert page.told("city_map.getZoom()") == 15


def test_a_page_that_has_drawn_nothing_is_not_measured(make_city: MakeCity) -> None:
    page = watched(make_city(None))
    page.begin("probe.painted('.leaflet-marker-icon')")
    with pytest.raises(RuntimeError, match=r"no \.leaflet-marker-icon was drawn"):
        page.outcome()
