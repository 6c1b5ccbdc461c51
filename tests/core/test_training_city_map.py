"""Addresses, points and areas of the training city agree: whoever looks on the map sees what the records say."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pyproj import Geod
from shapely import STRtree, unary_union
from shapely.geometry import LineString, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from citymanager.modules import BY_KEY
from citymanager.schema import Values
from citymanager.training_city import basemap, records
from citymanager.values import parse_moment

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEGREE = 62_100.0
"""Metres of a degree of longitude there, about."""
PLANS = ("service_areas", "electoral_districts", "police_precincts")
City = dict[str, dict[str, Values]]


@pytest.fixture(scope="module")
def city() -> City:
    found: City = {}
    for module, ident, data in records(NOW):
        assert ident not in found.setdefault(module, {})
        found[module][ident] = data
    return found


@pytest.fixture(scope="module")
def houses() -> dict[str, tuple[Polygon, dict[str, Any]]]:
    return {
        f"{one['properties']['street']}, {one['properties']['housenumber']}": (
            shape(one["geometry"]),
            one["properties"],
        )
        for one in basemap()["buildings"]["features"]
    }


def areas(city: City, plan: str) -> dict[str, BaseGeometry]:
    return {ident: shape(data["geometry"]) for ident, data in city[plan].items()}


def dwellings(houses: dict[str, tuple[Polygon, dict[str, Any]]]) -> dict[str, Point]:
    kinds = ("apartments", "house", "detached")
    return {address: ring.centroid for address, (ring, tags) in houses.items() if tags["building"] in kinds}


@pytest.mark.parametrize("plan", PLANS)
def test_territories_do_not_overlap_and_leave_no_gap(city: City, plan: str) -> None:
    shapes = list(areas(city, plan).values())
    whole = unary_union(shapes)
    assert all(one.is_valid for one in shapes)
    assert sum(one.area for one in shapes) == pytest.approx(whole.area, rel=1e-9)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors


@pytest.mark.parametrize("plan", PLANS)
def test_every_dwelling_lies_in_one_territory(city: City, houses: Any, plan: str) -> None:
    shapes = areas(city, plan).values()
    homes = dwellings(houses)
    assert len(homes) > 800
    assert [address for address, spot in homes.items() if sum(one.contains(spot) for one in shapes) != 1] == []


def test_the_list_of_houses_agrees_with_the_border(city: City, houses: Any) -> None:
    homes, listed = dwellings(houses), []
    for data in city["service_areas"].values():
        border, named = shape(data["geometry"]), data["houses"].splitlines()
        assert set(named) == {address for address, spot in homes.items() if border.contains(spot)}
        listed += named
    assert sorted(listed) == sorted(homes)


def test_the_register_has_every_house_with_its_company(city: City, houses: Any) -> None:
    register = {data["address"]: data for data in city["houses"].values()}
    assert register.keys() == houses.keys() and len(register) == len(city["houses"])
    assert all(shape(register[one]["geometry"]).distance(ring) * DEGREE < 5 for one, (ring, _) in houses.items())
    looked_after = {
        address: data["company"] for data in city["service_areas"].values() for address in data["houses"].splitlines()
    }
    assert {one: data["company"] for one, data in register.items() if "company" in data} == looked_after
    assert {one for one, data in register.items() if data["residents"]} == looked_after.keys()


def test_a_city_lives_there_and_no_flat_is_crowded(city: City) -> None:
    homes = [data for data in city["houses"].values() if data["residents"]]
    assert 44_000 <= sum(data["residents"] for data in homes) <= 50_000
    for data in homes:
        assert data["residents"] / data["flats"] <= 5, data
        assert 11 <= data["area"] / data["residents"] <= 120, data
        assert data["limited_mobility"] <= data["residents"] / 2, data
        assert data["lift"] == (data["floors"] > 5)


def test_an_outage_leaves_out_as_many_as_the_register_counts(city: City) -> None:
    living = {data["address"]: data["residents"] for data in city["houses"].values()}
    outages = [data for data in city["telephonograms"].values() if "residents" in data]
    assert len(outages) > 30
    for data in outages:
        assert sum(living[one] for one in data["houses"].splitlines()) == data["residents"], data["number"]


def test_a_report_lies_by_the_house_of_its_address(city: City, houses: Any) -> None:
    far = [
        data["number"]
        for data in city["reports"].values()
        if houses[data["address"]][0].distance(shape(data["geometry"])) * DEGREE > 45
    ]
    assert far == []


def test_a_report_names_the_territories_that_it_lies_in(city: City) -> None:
    keys = {"service_areas": "management_company", "electoral_districts": "district", "police_precincts": "precinct"}
    for plan, key in keys.items():
        found = areas(city, plan)
        idents, tree = list(found), STRtree(list(found.values()))
        for data in city["reports"].values():
            (here,) = tree.query(shape(data["geometry"]), predicate="within")
            owner = idents[here]
            assert data[key] == (city[plan][owner]["company"] if key == "management_company" else owner), data


def test_an_executor_takes_the_category_of_his_reports(city: City) -> None:
    for data in city["reports"].values():
        if "executor" in data:
            assert data["category"] in city["organisations"][data["executor"]]["categories"], data


def test_the_houses_of_an_outage_are_those_in_its_zone(city: City, houses: Any) -> None:
    outages = [data for data in city["telephonograms"].values() if "geometry" in data]
    assert len(outages) > 30
    for data in outages:
        zone = shape(data["geometry"])
        assert zone.is_valid
        inside = {address for address, (ring, _) in houses.items() if zone.contains(ring.centroid)}
        assert set(data["houses"].splitlines()) == inside
        assert data["residents"] > 0


def test_a_resident_who_told_of_an_outage_lives_in_its_zone(city: City) -> None:
    linked = [data for data in city["telephonograms"].values() if "reports" in data]
    assert linked
    for data in linked:
        for ident in data["reports"]:
            report = city["reports"][ident]
            assert report["address"] in data["houses"].splitlines()
            assert report["received"] >= data["began"]


def test_an_emergency_is_dug_where_its_outage_is(city: City) -> None:
    linked = [(ident, data) for ident, data in city["earthworks"].items() if "telephonogram" in data]
    assert len(linked) == 3
    for ident, data in linked:
        outage = city["telephonograms"][data["telephonogram"]]
        assert ident in outage["earthworks"]
        assert data["opened_at"] >= outage["began"]
        assert data["address"] in outage["houses"].splitlines()
        assert shape(data["geometry"]).distance(shape(outage["geometry"])) * DEGREE < 15


def test_residents_complain_of_works_before_their_house(city: City) -> None:
    linked = [data for data in city["earthworks"].values() if "reports" in data]
    assert linked
    for data in linked:
        (report,) = (city["reports"][one] for one in data["reports"])
        assert report["address"] == data["address"]
        assert report["category"] in ("earthworks", "pothole")
        assert report["received"] > data["opened_at"]


def test_an_order_has_the_area_of_its_geometry(city: City) -> None:
    earth = Geod(ellps="WGS84")
    lines = 0
    for data in city["earthworks"].values():
        drawn = shape(data["geometry"])
        if isinstance(drawn, LineString):
            lines += 1
            true = earth.geometry_length(drawn) * 1.5
            assert "1,5 м" in data["purpose"]
        else:
            assert drawn.is_valid
            true = abs(earth.geometry_area_perimeter(drawn)[0])
        assert data["area"] == pytest.approx(true, rel=0.003), data
        parts = [data.get(f"{one}_area", 0) for one in ("asphalt", "pavement", "lawn")]
        assert sum(parts) == pytest.approx(data["area"], abs=0.05)
    assert 0 < lines < 20


def test_digging_lies_by_the_house_of_its_address(city: City, houses: Any) -> None:
    for data in city["earthworks"].values():
        assert houses[data["address"]][0].distance(shape(data["geometry"])) * DEGREE < 130, data


def test_some_works_meet_events_and_closures_in_space_and_time(city: City) -> None:
    open_works = [data for data in city["earthworks"].values() if data["status"] == "open"]
    for other in ("events", "closures"):
        met = [
            (work["number"], one["begins"])
            for work in open_works
            for one in city[other].values()
            if one["status"] != "cancelled"
            and shape(work["geometry"]).distance(shape(one["geometry"])) * DEGREE < 3
            and one["begins"][:10] <= work["end"]
            and work["start"] <= one["ends"][:10]
        ]
        assert met, other


def test_crews_at_work_stand_in_the_zone_of_their_outage(city: City) -> None:
    busy = [data for data in city["crews"].values() if data["status"] == "at_work"]
    assert len(busy) > 5
    for data in busy:
        outage = city["telephonograms"][data["telephonogram"]]
        assert shape(outage["geometry"]).contains(shape(data["geometry"]))
        assert outage["organisation"] == data["executor"]


def test_references_lead_to_records(city: City) -> None:
    for module, found in city.items():
        for data in found.values():
            for field in BY_KEY[module].fields:
                target = "people" if field.kind == "person" else field.to
                if target and field.key in data:
                    named = data[field.key] if field.many else [data[field.key]]
                    assert set(named) <= city[target].keys(), (module, field.key)


def test_every_shift_is_manned_without_a_gap(city: City) -> None:
    for post in ("edds", "senior", "operator"):
        shifts = sorted(
            (data["begins"], data["ends"], data["person"]) for data in city["duty"].values() if data["post"] == post
        )
        assert parse_moment(shifts[0][0]) <= NOW - timedelta(hours=24)
        assert parse_moment(shifts[-1][1]) >= NOW + timedelta(days=7)
        for (_, ends, person), (begins, _, following) in pairwise(shifts):
            assert begins == ends
            assert following != person
