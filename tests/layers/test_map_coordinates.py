"""Coordinates in every spelling that people paste, and what is said of all other texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citymanager.errors import Refused
from layers.coordinates import Spot, decimal, read, sexagesimal
from layers.projections import Grid, projection

LAT, LON = 56.0853, 60.735
GRID = Grid()


@pytest.mark.parametrize(
    "text",
    [
        "56.0853, 60.7350", "56.0853,60.7350", "56.0853 60.7350", "56,0853 60,7350", "56,0853; 60,7350",
        "56,0853, 60,7350", "56,0853,60,7350", "  56.0853 ,60.7350 ", "N56.0853 E60.7350", "56.0853N, 60.7350E",
        "E60.7350 N56.0853", "56.0853с.ш. 60.7350в.д.", "56.0853° 60.735°", "(56.0853, 60.7350)",
        '56°05\'07.08"N 60°44\'06"E', "56°05′07,08″ с.ш. 60°44′06″ в.д.", "56°5.118' 60°44.1'",
        "60°44′06″ в.д., 56°05′07,08″ с.ш.", "56 05 07.08 60 44 06",
    ],
)  # fmt: skip
def test_a_place_in_every_spelling(text: str) -> None:
    found = read(text, GRID)
    assert (found.lat, found.lon, found.note) == (pytest.approx(LAT, abs=1e-6), pytest.approx(LON, abs=1e-6), "")


def test_swapped_and_far_places_are_told() -> None:
    assert read("60.7350, 56.0853", GRID) == Spot(
        LAT, LON, "Широта и долгота были переставлены: показано место в городе."
    )
    assert read("-33.86 151.2", GRID) == Spot(-33.86, 151.2, "Это место далеко от города.")
    assert read("33,86S 151,2W", GRID) == Spot(-33.86, -151.2, "Это место далеко от города.")


@pytest.mark.parametrize("form", ["{0:.1f} {1:.1f}", "{1:.1f}; {0:.1f}", "МСК-74: X={0:.1f} Y={1:.1f}", "{2}"])
def test_metres_in_either_order_and_as_they_are_copied(form: str) -> None:
    there = GRID.metres(LAT, LON)
    assert there is not None and there.zone == 2
    found = read(form.format(there.north, there.east, there), GRID)
    assert (found.lat, found.lon) == (pytest.approx(LAT, abs=2e-6), pytest.approx(LON, abs=2e-6))
    assert "не проверены" in found.note


def test_metres_are_those_of_the_import() -> None:
    there = GRID.metres(LAT, LON)
    assert there is not None
    assert projection("МСК-74").point(there.east, there.north) == pytest.approx((LON, LAT), abs=1e-7)
    assert GRID.metres(55.75, 37.62) is None, "Moscow is in none of the zones"
    first = GRID.metres(55.16, 59.5)
    assert first is not None and first.zone == 1 and 1_300_000 < first.east < 1_400_000


@pytest.mark.parametrize(
    "text",
    ["", "  ", "Ленина 5", "56.0853", "56 60 1", "1 2 3 4 5 6 7", "91.5 100", "56°65′00″ 60°00′00″",
     "56°05′ мусор 60°44′", "56..1 60", "1e5 60", "nan nan", "inf inf", "56.0853, 60.7350, 5", "704800 9250400",
     "704800 22504000", "9" * 300, "56 05 60 60 44 06", "<b>56</b> 60", "1" * 40 + " 5"],
)  # fmt: skip
def test_anything_else_is_refused_in_russian(text: str) -> None:
    with pytest.raises(Refused) as why:
        read(text, GRID)
    assert any("а" <= letter <= "я" for letter in str(why.value))


def test_metres_wait_for_the_projection() -> None:
    with pytest.raises(Refused, match="готовится"):
        read("704800 2250400", None)
    assert read("56.0853, 60.7350", None) == Spot(LAT, LON)


@given(st.text(max_size=60))
def test_no_text_is_more_than_refused(text: str) -> None:
    try:
        found = read(text, GRID)
    except Refused:
        return
    assert abs(found.lat) <= 90 and abs(found.lon) <= 180


@given(st.floats(-89.9, 89.9), st.floats(-179.9, 179.9))
def test_what_is_told_is_read_again(lat: float, lon: float) -> None:
    for text, within in ((decimal(lat, lon), 1e-6), (sexagesimal(lat, lon), 3e-5)):
        found = read(text, GRID)
        assert {round(abs(found.lat - lat), 4), round(abs(found.lon - lon), 4)} == {0} or "переставлены" in found.note
        assert "переставлены" in found.note or abs(found.lat - lat) < within
