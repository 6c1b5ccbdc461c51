"""Where two works meet, outlined on the map: seen, named under the pointer, gone when it is no longer wanted."""

import math
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from map_city import CENTRE, City, pause, report
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from layers.overlap import MANY, Overlap

MakeCity = Callable[..., City]
LAT, LON = CENTRE
WORDS = "Пересечение: 12 м²\n<img src=x onerror=alert(1)>"
SHAPES = "(() => { let n = 0; city_map.eachLayer((one) => (n += one.feature ? 1 : 0)); return n; })()"
TIP = "(({ hidden, textContent }) => (hidden ? '' : textContent))(document.querySelector('.tip'))"


def ring(metres: float, corners: int = 4) -> dict[str, Any]:
    reach = metres / 111_000
    turns = [2 * math.pi * (n % corners) / corners for n in range(corners + 1)]
    return {"type": "Polygon", "coordinates": [[[LON + reach * math.cos(t), LAT + reach * math.sin(t)] for t in turns]]}


@pytest.fixture
def city(make_city: MakeCity) -> City:
    made = make_city(None)
    made.map.go_to(LAT + 0.05, LON, 14)
    made.settle()
    return made


def test_it_comes_into_view_bears_its_size_and_goes(city: City) -> None:
    city.map.outline(ring(10), WORDS)
    city.settle()
    assert city.js(SHAPES) == 2, "a rim and a line"
    assert abs(city.js("city_map.getCenter().lat") - LAT) < 1e-4 and city.js("city_map.getZoom()") >= 17
    middle = QPoint(city.map.width() // 2, city.map.height() // 2)

    def pointed() -> bool:
        for step in (QPoint(0, 0), QPoint(2, 2)):
            QTest.mouseMove(city.map._view.focusProxy(), middle + step)
            pause(50)
        return bool(city.js(TIP) == WORDS)

    city.bot.waitUntil(pointed, timeout=5000)
    pause(200)
    assert city.js(TIP) == WORDS, "it stays while the pointer does"
    assert city.js("document.querySelector('img')") is None
    city.map.outline(None)
    city.settle()
    assert city.js(SHAPES) == 0 and city.js(TIP) == ""


def test_a_record_selected_with_it_does_not_lead_away(city: City) -> None:
    """Its middle lies elsewhere, as that of a long pipe does."""
    city.put("reports", report(LAT + 0.02, LON, id="far"))
    city.map.refresh("reports", ["far"])
    city.map.select("reports", "far")
    city.map.outline(ring(10), WORDS)
    city.settle()
    assert abs(city.js("city_map.getCenter().lat") - LAT) < 1e-4


def test_one_that_is_seen_well_does_not_move_the_map(city: City) -> None:
    city.map.go_to(LAT, LON, 16)
    city.settle()
    before = city.js("[city_map.getCenter().lat, city_map.getZoom()]")
    city.map.outline(ring(80), WORDS)
    city.map.set_theme({}, dark=True)
    city.settle()
    assert city.js("[city_map.getCenter().lat, city_map.getZoom()]") == before
    assert city.js(SHAPES) == 2


def test_a_page_that_has_died_shows_it_again(city: City) -> None:
    city.map.outline(ring(80), WORDS)
    city.settle()
    with city.bot.waitSignal(city.map.ready, timeout=20_000):
        os.kill(city.map.page.page.renderProcessPid(), signal.SIGKILL)
    assert city.js(SHAPES) == 2


def test_however_fine_the_ground_was_drawn_the_page_is_told_few_vertices() -> None:
    (told,) = Overlap(ring(500, 40_000), "").told()["shape"]["coordinates"]
    assert 100 < len(told) <= MANY
