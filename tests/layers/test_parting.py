"""Marks of several layers on one spot: every number can be read, and none stands far from its place."""

import json
import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from map_city import City

FAR = 2.2
"""How far a mark may step aside, in its own radius (`parting.js`)."""
PARTED = """(async () => {
  const { choose, part } = await import(new URL("parting.js", location));
  const { Marks } = await import(new URL("marks.js", location));
  const marks = new Marks({ letter: %d });
  const items = %s.map((item) => ({ ...item, reach: item.count ? marks.radius(item.count) : 11 }));
  part(items);
  choose(items, (item, corner) => marks.badge(item, corner).box, (item) => marks.core(item), %s);
  return items.map((item) => ({ ...item, core: marks.core(item), badge: item.late ? marks.badge(item).box : null }));
})()"""
LAYERS = ("reports", "outages_now", "crews_out", "closures_now")
"""As many as a shift has on."""
ROOM = (420, 300)
"""Pixels that a city has on the smallest screen."""
WALL = 18
"""Pixels of a letter on a wall, as its page counts them."""
APART = 2.9
"""Pixels between two exclamation marks."""


def crowd(seed: int, many: int, room: tuple[int, int] = ROOM) -> list[dict[str, Any]]:
    """Clusters and records of several layers, strewn over a city."""
    strewn = random.Random(seed)
    return [
        {
            "module": LAYERS[one % len(LAYERS)], "x": strewn.uniform(0, room[0]), "y": strewn.uniform(0, room[1]),
            "late": strewn.choice((0, 0, 3, 14)), **({"count": strewn.randint(2, 60)} if one % 3 else {"id": str(one)}),
        }
        for one in range(many)
    ]  # fmt: skip


def parted(
    city: City, items: list[dict[str, Any]], letter: int = 0, view: list[int] | None = None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = city.js_later(PARTED % (letter, json.dumps(items), json.dumps(view)))
    return found


def meet(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def covered(items: list[dict[str, Any]]) -> int:
    """How many numbers lie under another mark or another's exclamation mark; records of one layer lie as they lie."""
    strange = [pair for pair in combinations(items, 2) if pair[0]["module"] != pair[1]["module"] or "count" in pair[0]]
    pairs = [pair for one, other in strange for pair in ((one, other), (other, one))]
    badges = sum(bool(one["badge"]) and meet(one["badge"], other["core"]) for one, other in pairs)
    reach = (
        ([one["x"] - one["reach"], one["y"] - 1, one["x"] + one["reach"], one["y"] + 1], two) for one, two in pairs
    )
    return badges + sum(bool(two.get("count")) and meet(box, two["core"]) for box, two in reach)


def test_every_number_of_a_crowd_can_be_read_and_stands_near_its_place(make_city: Callable[..., City]) -> None:
    city = make_city()
    for seed in range(5):
        before = crowd(seed, 32)
        after = parted(city, before)
        assert covered(after) == 0, seed
        for old, new in zip(before, after, strict=True):
            assert abs(complex(new["x"] - old["x"], new["y"] - old["y"])) <= FAR * new["reach"] + 0.01
    alone = parted(city, crowd(1, 1))[0]
    assert [alone["x"], alone["y"]] == [crowd(1, 1)[0][key] for key in ("x", "y")]
    many = crowd(2, 351)
    assert [(one["x"], one["y"]) for one in parted(city, many)] == [(one["x"], one["y"]) for one in many], "too many"


@pytest.mark.parametrize(("letter", "room"), [(0, ROOM), (WALL, (840, 600))])
def test_no_two_exclamation_marks_look_like_one(
    make_city: Callable[..., City], letter: int, room: tuple[int, int]
) -> None:
    city = make_city()
    for seed in range(5):
        assert glued(parted(city, crowd(seed, 40, room), letter)) == 0, seed


def test_exclamation_marks_stay_apart_where_there_are_too_many_marks_to_step_aside(
    make_city: Callable[..., City],
) -> None:
    """As a large screen shows a million records: every cell of the grid has a cluster."""
    even = [
        {**one, "x": one["x"] / 14 + at % 40 * 64, "y": one["y"] / 10 + at // 40 * 64, "module": "reports"}
        for at, one in enumerate(crowd(3, 1000))
    ]
    found = parted(make_city(), even)
    assert [(one["x"], one["y"]) for one in found] == [(one["x"], one["y"]) for one in even]
    assert glued(found) == 0 and covered(found) == 0


def test_on_a_wall_no_exclamation_mark_is_cut_by_the_edge(make_city: Callable[..., City]) -> None:
    view = [0, 0, 400, 300]
    spots = [(388, 14), (200, 12), (12, 150), (384, 290), (200, 150)]
    items = [{"module": "reports", "x": x, "y": y, "count": 5, "late": 3} for x, y in spots]
    for one in parted(make_city(), items, WALL, view):
        west, north, east, south = one["badge"]
        assert min(west, north) >= 0 and east <= 400 and south <= 300, one


def glued(items: list[dict[str, Any]]) -> int:
    """How many exclamation marks look like one with another."""
    badges = [one["badge"] for one in items if one["badge"]]
    assert len(badges) > len(items) / 3
    return sum(away(*pair) < APART for pair in combinations(badges, 2))


def away(one: list[float], other: list[float]) -> float:
    """Pixels between two boxes."""
    return max(one[0] - other[2], other[0] - one[2], one[1] - other[3], other[1] - one[3])


def test_one_record_in_a_layer_and_in_its_slice_is_one_mark(make_city: Callable[..., City]) -> None:
    spot = {"x": 100, "y": 100, "late": 0, "id": "1"}
    found = parted(make_city(), [{**spot, "module": "reports"}, {**spot, "module": "reports_late"}])
    assert [(one["x"], one["y"]) for one in found] == [(100, 100)] * 2
