"""Coordinates in every way in which they are typed, and what is none."""

import pytest

from citymanager.coordinates import coordinates_of


@pytest.mark.parametrize(
    "typed",
    [
        "56.0853 60.7350", "56.0853, 60.7350", "56.0853,60.7350", "56,0853 60,7350", "56,0853; 60,7350",
        "56,0853, 60,7350", " (56.0853; 60.7350) ", "56.0853° 60.7350°", "N56.0853 E60.7350", "N 56.0853, E 60.7350",
        "60.7350 в.д. 56.0853 с.ш.", "56.0853 с. ш., 60.7350 в. д.", "lat=56.0853 lon=60.7350",
        "lon: 60.7350, lat: 56.0853", "широта 56.0853 долгота 60.7350", "56°05′07.08″ 60°44′06″",
        "56°5'7.08\" 60°44'6\"",
        "56°05'07,08''N 60°44'06''E", "56°05.118′ 60°44.1′",
    ],
)  # fmt: skip
def test_every_spelling_is_one_place(typed: str) -> None:
    assert coordinates_of(typed) == pytest.approx((56.0853, 60.7350), abs=1e-6)


def test_what_can_be_no_latitude_is_the_longitude() -> None:
    assert coordinates_of("120.5000 60.7350") == (60.735, 120.5)
    assert coordinates_of("-33.8688 151.2093") == (-33.8688, 151.2093)


@pytest.mark.parametrize(
    "typed",
    [
        "", "56.0853", "Ленина 5", "13 15", "мира 54/1", "317/2026", "56.0853 60.7350 12.3456", "95.1234 190.1234",
        "95.1234 95.1234", "56°65′ 60°44′", "2-й км", "24.11.2026", "24.11.2026 12:30", "8 951 123 45 67", "1.5 2.5",
        "nan nan", "56.0853 60.7350 м", "1234567.89 2233445.12",
    ],
)  # fmt: skip
def test_what_is_no_pair_of_degrees_is_none(typed: str) -> None:
    assert coordinates_of(typed) is None


def test_whatever_is_typed_is_answered(blns: list[str]) -> None:
    for text in blns:
        coordinates_of(text)
