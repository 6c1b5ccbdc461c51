"""The training city: believable, plainly invented, and the same every time."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from citymanager.roles import ROLES
from citymanager.schema import Values
from citymanager.training_city import USERS, basemap, records, write_basemap

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


def test_a_smaller_city_is_a_smaller_queue() -> None:
    few = Counter(module for module, _, _ in records(NOW, 40))
    assert few["reports"] == 40
    assert few["telephonograms"] == 60


def test_the_same_day_gives_the_same_city() -> None:
    assert list(records(NOW, 200)) == list(records(NOW, 200))


def test_another_day_gives_the_same_records_with_other_dates() -> None:
    lasting = (
        "organisations",
        "service_areas",
        "houses",
        "duty",
        "reports",
        "telephonograms",
        "earthworks",
        "crews",
        "events",
    )
    now, then = ([one for one in records(day, 200) if one[0] in lasting] for day in (NOW, date(2027, 5, 5)))
    assert {ident for _, ident, _ in now} == {ident for _, ident, _ in then}


def test_demo_logins_cover_every_role(city: dict[str, dict[str, Values]]) -> None:
    assert {user.role for user in USERS} == {role.key for role in ROLES}
    assert len({user.login for user in USERS}) == len(USERS)
    executors = [user for user in USERS if user.role == "executor"]
    assert executors
    for user in executors:
        assert sum(data.get("executor") == user.organisation for data in city["reports"].values()) > 3


def test_services_outside_have_their_accounts(city: dict[str, dict[str, Values]]) -> None:
    logins = {data.get("login"): data["role"] for data in city["people"].values()}
    assert {user.login: user.role for user in USERS}.items() <= logins.items()
    assert {logins["portal"], logins["mail"]} == {"service", "connector"}


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
