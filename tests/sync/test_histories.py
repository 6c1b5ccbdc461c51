"""Invented histories of two to four stations: nothing is lost, doubled, silently overwritten or stalled in any."""

from collections.abc import Callable

import pytest
from history_machine import run_histories
from lasting_city import City
from rough_line import FAULTS

Note = Callable[[str, object], None]
EACH = 50
"""Histories of one seed."""
MET = {*FAULTS, "died"}
"""What must have happened in a test of many histories: a fault that never came proves nothing."""


@pytest.mark.fault("F36")
def test_a_few_histories(city: City) -> None:
    assert run_histories(city, 0, 3)["rounds"] > 30


@pytest.mark.campaign(minutes=3)
@pytest.mark.parametrize("number", range(1, 21))
@pytest.mark.fault("F36")
def test_a_thousand_histories(city: City, number: int) -> None:
    happened = run_histories(city, number, EACH)
    assert happened.keys() >= MET, MET - happened.keys()


@pytest.mark.soak
@pytest.mark.parametrize("number", range(1_000, 1_400))
@pytest.mark.fault("F36")
def test_twenty_thousand_histories(city: City, number: int, record_property: Note) -> None:
    happened = run_histories(city, number, EACH)
    record_property("histories", EACH)
    assert happened.keys() >= MET, MET - happened.keys()
