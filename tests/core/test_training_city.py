"""The training city: believable, plainly invented, the same every time, and sound by the modules' own rules."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from citymanager.modules import BY_KEY
from citymanager.roles import ROLES
from citymanager.schema import Values
from citymanager.training_city import USERS, basemap, records, write_basemap
from citymanager.values import parse_moment, problems

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def city() -> dict[str, dict[str, Values]]:
    found: dict[str, dict[str, Values]] = {}
    for module, ident, data in records(NOW):
        assert ident not in found.setdefault(module, {})
        found[module][ident] = data
    return found


def points(found: Any) -> Iterator[list[float]]:
    if isinstance(found[0], list):
        for one in found:
            yield from points(one)
    else:
        yield found


def metres(a: list[float], b: list[float]) -> float:
    return math.hypot((a[0] - b[0]) * 62_100, (a[1] - b[1]) * 111_320)


@pytest.mark.parametrize("today", [NOW, date(2027, 2, 28), date(2028, 6, 1)])
def test_every_record_passes_its_modules_own_checks(today: date) -> None:
    faults = [(ident, found) for module, ident, data in records(today) if (found := problems(BY_KEY[module], data))]
    assert faults == []


def test_moves_that_led_to_a_status_had_what_they_require(city: dict[str, dict[str, Values]]) -> None:
    reports = BY_KEY["reports"]
    for data in city["reports"].values():
        ways = [move for status in reports.statuses for move in status.moves if move.target == data["status"]]
        assert not ways or any(all(data.get(key) for key in move.requires) for move in ways), data
        assert not [text for rule in reports.rules if (text := rule.check({}, data, NOW))]


def test_references_lead_to_records(city: dict[str, dict[str, Values]]) -> None:
    for module, found in city.items():
        for data in found.values():
            for field in BY_KEY[module].fields:
                target = "people" if field.kind == "person" else field.to
                assert not target or field.key not in data or data[field.key] in city[target]


def test_the_queue_has_every_status_channel_regime_and_category(city: dict[str, dict[str, Values]]) -> None:
    queue = list(city["reports"].values())
    for key in ("status", "channel", "regime", "category", "nature", "rejection"):
        wanted = {one.key for one in BY_KEY["reports"].field(key).choices}
        assert wanted == {data[key] for data in queue if key in data}, key
    assert 380 <= len(queue) <= 420
    assert Counter(data["author_name"] for data in queue).most_common(1)[0][1] >= 30


def test_open_reports_stand_in_every_state_of_their_clock(city: dict[str, dict[str, Values]]) -> None:
    shares = [
        (NOW - parse_moment(data["received"])) / timedelta(days=30)
        for data in city["reports"].values()
        if data["regime"] == "platform" and data["status"] == "in_work"
    ]
    assert any(share < 0.8 for share in shares)
    assert any(0.8 <= share < 1 for share in shares)
    assert any(share >= 1 for share in shares)


def test_dates_follow_the_day_and_never_run_ahead(city: dict[str, dict[str, Values]]) -> None:
    received = [parse_moment(data["received"]) for data in city["reports"].values()]
    assert received == sorted(received)
    assert timedelta(0) <= NOW - received[-1] < timedelta(days=1)
    assert timedelta(days=480) < NOW - received[0] < timedelta(days=560)


def test_the_same_day_gives_the_same_city() -> None:
    assert list(records(NOW)) == list(records(NOW))
    assert [ident for _, ident, _ in records(NOW)] == [ident for _, ident, _ in records(date(2027, 5, 5))]


def test_a_report_lies_by_the_house_of_its_address(city: dict[str, dict[str, Values]]) -> None:
    houses = {
        f"{one['properties']['street']}, {one['properties']['housenumber']}": one["geometry"]
        for one in basemap()["buildings"]["features"]
    }
    for data in city["reports"].values():
        near = min(
            metres(point, data["geometry"]["coordinates"]) for point in points(houses[data["address"]]["coordinates"])
        )
        assert near < 50, data


def test_demo_logins_cover_every_role(city: dict[str, dict[str, Values]]) -> None:
    assert {user.role for user in USERS} == {role.key for role in ROLES}
    assert len({user.login for user in USERS}) == len(USERS)
    executors = [user for user in USERS if user.role == "executor"]
    assert executors
    for user in executors:
        assert sum(data.get("executor") == user.organisation for data in city["reports"].values()) > 3


def test_it_says_that_it_is_invented(city: dict[str, dict[str, Values]]) -> None:
    assert any("данные вымышлены" in data["name"] for data in city["organisations"].values())
    phones = [data[key] for found in city.values() for data in found.values() for key in data if "phone" in key]
    assert phones
    assert all(phone.startswith("+7 (351) 000-") for phone in phones)
    assert all(
        one["properties"]["source"] == "учебные данные" for layer in basemap().values() for one in layer["features"]
    )


def test_the_map_is_a_town(tmp_path: Any) -> None:
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in write_basemap(tmp_path / "city")}
    assert written == basemap()
    houses = [one["properties"] for one in written["buildings"]["features"]]
    addresses = Counter((one["street"], one["housenumber"]) for one in houses)
    streets = {one["properties"]["name"] for one in written["roads"]["features"]} - {""}
    assert 850 <= len(houses) <= 1000
    assert max(addresses.values()) == 1
    assert len(streets) >= 28
    assert {one["street"] for one in houses} <= streets
    for layer in written.values():
        for feature in layer["features"]:
            for lon, lat in points(feature["geometry"]["coordinates"]):
                assert metres([lon, lat], [60.732, 56.085]) < 5_000


def test_rings_are_closed_and_turn_as_geojson_wants() -> None:
    for layer in basemap().values():
        for feature in layer["features"]:
            if feature["geometry"]["type"] == "Polygon":
                for number, ring in enumerate(feature["geometry"]["coordinates"]):
                    turn = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
                    assert ring[0] == ring[-1]
                    assert (turn > 0) == (number == 0)
