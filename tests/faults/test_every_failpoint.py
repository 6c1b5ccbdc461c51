"""F01, F02: a process is killed at every point that the code names, the workplace started twice, nothing lost.

The whole is a campaign; each change passes two of the points.
"""

import pytest
from scenes import SCENES
from workplace import City

from citymanager.failpoints import POINTS

ALWAYS = {"edit.journalled", "absorb.rows"}


@pytest.mark.fault("F01")
def test_every_point_has_a_scene() -> None:
    assert SCENES.keys() == POINTS.keys(), "a point that no campaign would hit"


@pytest.mark.fault("F01")
@pytest.mark.fault("F02")
@pytest.mark.parametrize(
    "point", [pytest.param(one, marks=() if one in ALWAYS else pytest.mark.campaign) for one in SCENES]
)
def test_killed_there_nothing_is_lost_or_done_twice(point: str, city: City) -> None:
    with city.trusted():
        scene = SCENES[point](city, point)
        place = next(scene)
        place.recovers()
        assert next(scene, None) is None
