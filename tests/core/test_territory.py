"""Whose a place is: house lists before borders, the convocation of the day, holes, overlaps, and nothing at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from throwaway import NOW, THROWAWAY

from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile, Reader
from citymanager.territory import Finding, Place, covers, territory, territory_fields
from citymanager.values import moment

TODAY = date(2026, 11, 23)


def square(west: float, south: float, side: float = 0.01) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


WEST, EAST = polygon(square(60.70, 56.08)), polygon(square(60.71, 56.08))
HOLE, APART = square(60.704, 56.084, 0.002), [[square(60.71, 56.08)], [square(60.73, 56.08)]]
ROWS: dict[str, dict[str, dict[str, Any]]] = {
    "organisations": {"o1": {"name": "УК «Запад»"}, "o2": {"name": "УК «Восток»"}, "o3": {"name": "УК «Бывшая»"}},
    "service_areas": {
        "a1": {"name": "Западная", "company": "o1", "geometry": WEST},
        "a2": {"name": "Восточная", "company": "o2", "geometry": EAST,
               "houses": "улица Озёрная, 5\nОзёрная ул., 7\nне адрес"},
        "a3": {"name": "Прежняя", "company": "o3", "geometry": WEST, "contract_to": "2025-12-31"},
    },
    "electoral_districts": {
        "d1": {"name": "Округ № 1", "geometry": WEST, "convocation": "VI созыв", "convocation_from": "2020-09-20",
               "convocation_to": "2025-09-19"},
        "d2": {"name": "Округ № 9", "geometry": WEST, "convocation": "VII созыв", "convocation_from": "2025-09-20"},
    },
    "police_precincts": {
        "p1": {"name": "Участок № 1", "officer": "Петров", "geometry": polygon(square(60.70, 56.08), HOLE)},
        "p2": {"name": "Участок № 2", "geometry": {"type": "MultiPolygon", "coordinates": APART}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A cache with two areas side by side."""
    profile = Profile(Path(tmp_path_factory.mktemp("territory")) / "profile")
    writer = profile.writer(MODULES, patience=0)
    for module, rows in ROWS.items():
        changes = [
            {"module": module, "id": ident, "version": 1, "data": data, "by": "petrov", "at": moment(NOW),
             "deleted": False}
            for ident, data in rows.items()
        ]  # fmt: skip
        writer.absorb(changes, NOW, {})
    reader = profile.reader(MODULES)
    yield reader
    reader.close()
    writer.close()


def at(city: Reader, lon: float, lat: float, address: str = "", day: date = TODAY) -> dict[str, Finding]:
    return {one.field: one for one in territory(city, Place(lon, lat, address, day))}


def test_a_point_inside_tells_all_three_with_their_reasons(city: Reader) -> None:
    found = at(city, 60.702, 56.082)
    assert found["management_company"] == Finding(
        "management_company", "o1", "УК «Запад»", "точка внутри границы территории «Западная»"
    )
    assert found["district"] == Finding("district", "d2", "Округ № 9", "точка внутри округа (VII созыв)")
    assert found["precinct"] == Finding("precinct", "p1", "Участок № 1 · Петров", "точка внутри участка")


@pytest.mark.parametrize("address", ["Озёрная улица, 5", "ул. Озерная, д. 7, кв. 3"])
def test_a_list_of_houses_wins_over_a_border(city: Reader, address: str) -> None:
    found = at(city, 60.702, 56.082, address)["management_company"]
    assert (found.ident, found.reason) == ("o2", "дом в списке территории «Восточная»")


def test_a_house_outside_of_the_list_goes_by_the_border(city: Reader) -> None:
    assert at(city, 60.702, 56.082, "Озёрная улица, 9")["management_company"].ident == "o1"


def test_a_report_keeps_the_district_of_its_day(city: Reader) -> None:
    assert at(city, 60.702, 56.082, day=date(2021, 5, 1))["district"].ident == "d1"
    assert at(city, 60.702, 56.082, day=date(2025, 9, 19))["district"].ident == "d1"
    assert at(city, 60.702, 56.082, day=date(2025, 9, 20))["district"].ident == "d2"
    before = at(city, 60.702, 56.082, day=date(2019, 1, 1))["district"]
    assert (before.ident, before.reason) == ("", "точка вне округов созыва, действующего 01.01.2019")


def test_where_contracts_overlap_it_says_so(city: Reader) -> None:
    found = at(city, 60.702, 56.082, day=date(2025, 1, 1))["management_company"]
    assert found.ident in ("o1", "o3") and "подходит и «" in found.reason and found.reason.endswith("проверьте")


def test_a_hole_and_the_second_part_of_a_multipolygon_count(city: Reader) -> None:
    assert at(city, 60.705, 56.085)["precinct"] == Finding("precinct", "", "", "точка вне полицейских участков")
    assert at(city, 60.735, 56.085)["precinct"].ident == "p2"


def test_where_nothing_matches_nothing_is_filled_and_it_says_why(city: Reader) -> None:
    found = at(city, 10.0, 10.0)
    assert [one.ident for one in found.values()] == ["", "", ""]
    assert found["management_company"].reason == "ни одна территория УК не включает это место"


@pytest.mark.parametrize(
    "shape",
    [None, {}, "текст", {"type": "Point", "coordinates": [60.7, 56.1]}, {"type": "Polygon"},
     {"type": "Polygon", "coordinates": [[]]}, {"type": "Polygon", "coordinates": [[[60.7, 56.1]]]}],
)  # fmt: skip
def test_what_is_no_polygon_covers_nothing(shape: Any) -> None:
    assert covers(shape, 60.7, 56.1) is False


def test_points_on_a_common_border_belong_to_one_of_the_two() -> None:
    for step in range(1, 10):
        lat = 56.08 + step / 1000
        assert covers(WEST, 60.71, lat) != covers(EAST, 60.71, lat)


def test_only_modules_with_such_fields_have_a_territory() -> None:
    assert territory_fields(BY_KEY["reports"]) == ["management_company", "district", "precinct"]
    assert territory_fields(THROWAWAY) == []
