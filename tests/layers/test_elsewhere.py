"""A base map of another city is noticed, and one's own never is."""

import numpy as np
import pytest

from layers.elsewhere import FEW, distance, notice
from layers.mercator import project

BOUNDS = (60.68, 56.05, 60.80, 56.12)


@pytest.mark.parametrize(
    "lon, lat, count, far",
    [(60.7, 56.08, 40, False), (60.9, 56.2, 40, False), (37.6, 55.75, 40, True), (37.6, 55.75, FEW - 1, False)],
)
def test_most_of_the_records_say_where_the_city_is(lon: float, lat: float, count: int, far: bool) -> None:
    strays = 3
    x, y = project([lon] * count + [-120.0] * strays, [lat] * count + [10.0] * strays)
    told = notice(BOUNDS, x[:count] if count < FEW else x, y[:count] if count < FEW else y)
    assert bool(told) is far
    assert not far or "1\u00a0432 км" in told


def test_without_a_map_or_records_nothing_is_said() -> None:
    x, y = project([37.6] * 20, [55.75] * 20)
    assert notice(None, x, y) == "" and notice(BOUNDS, np.array([]), np.array([])) == ""


def test_distances_are_those_of_the_globe() -> None:
    assert distance(BOUNDS, 60.7, 56.1) == 0
    assert distance((0, 0, 0, 0), 0, 1) == pytest.approx(111.2, abs=0.1)
    assert distance((0, 60, 0, 60), 1, 60) == pytest.approx(55.6, abs=0.1)
