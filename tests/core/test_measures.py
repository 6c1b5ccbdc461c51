"""Lengths and areas, held against the geodesics of PROJ; and how a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from citymanager.measures import area, described, length, metres, size, square_metres

GEOD = Geod(ellps="WGS84")
SPOTS = st.tuples(st.floats(60.70, 60.80), st.floats(56.05, 56.10))
SQUARE = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
HOLE = [[60.704, 56.084], [60.706, 56.084], [60.706, 56.086], [60.704, 56.084]]


@given(st.lists(SPOTS, min_size=2, max_size=20))
def test_a_length_is_right_to_a_centimetre_a_kilometre(path):
    assert length(path) == pytest.approx(GEOD.line_length(*zip(*path, strict=True)), rel=1e-5, abs=1e-3)


@given(st.floats(60.0, 61.0), st.floats(-70.0, 70.0), st.floats(1e-5, 0.05), st.floats(1e-5, 0.05))
def test_an_area_is_right_to_a_ten_thousandth(lon, lat, wide, high):
    ring = [(lon, lat), (lon + wide, lat), (lon + wide, lat + high), (lon, lat + high)]
    known = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert area(ring) == pytest.approx(known, rel=1e-4, abs=0.01)
    assert area([*reversed(ring), ring[-1]]) == pytest.approx(area(ring), rel=1e-6, abs=1e-4)


def test_too_little_has_no_size():
    assert (length([]), length([(60, 56)]), area([(60, 56), (60.1, 56)])) == (0, 0, 0)


@pytest.mark.parametrize(
    "number, words",
    [(0, "0,0 м"), (7.44, "7,4 м"), (9.96, "10 м"), (340.4, "340 м"), (9_999, "9 999 м"), (12_340, "12,3 км")],
)
def test_metres_as_they_are_read(number, words):
    assert metres(number) == words.replace(" ", "\u00a0")


@pytest.mark.parametrize("number, words", [(5.25, "5,2 м²"), (1_240, "1 240 м²"), (1_244_000, "1,24 км²")])
def test_square_metres_as_they_are_read(number, words):
    assert square_metres(number) == words.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "geometry, words",
    [
        ({"type": "Polygon", "coordinates": [SQUARE]}, "Контур, 4 вершины, 693"),
        ({"type": "Polygon", "coordinates": [SQUARE, HOLE]}, "Контур, 7 вершин, 1 вырез, 679"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}, "Контуры (2), 7 вершин, 707"),
        ({"type": "LineString", "coordinates": SQUARE[:2]}, "Линия, 2 вершины, 623"),
        ({"type": "MultiLineString", "coordinates": [SQUARE[:2], SQUARE[1:3]]}, "Линии (2), 4 вершины, 1\u00a07"),
    ],
)
def test_a_shape_in_words(geometry, words):
    assert described(geometry).startswith(words)
    assert described(geometry).endswith(size(geometry))
