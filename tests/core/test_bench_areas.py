"""The measures have a part for every area that `make bench` is asked for."""

from bench.__main__ import AREAS, PARTS


def test_each_area_is_measured_by_a_part() -> None:
    assert {area for part in PARTS for area in part.AREAS} == set(AREAS)
    assert len(AREAS) == len(set(AREAS)) == 6
