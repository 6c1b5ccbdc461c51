"""GeoJSON: broken files are refused whole, wrong geometries one by one, and swapped axes are told."""

import json
from pathlib import Path
from typing import Any

import pytest
from exchanging import Station

SQUARE = [[[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.08]]]


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "profile")


@pytest.fixture
def take(station: Station, tmp_path: Path) -> Any:
    """`take("reports", geometry, …)`: import features of these geometries."""

    def run(module: str, *geometries: Any, crs: str | None = None, named: Any = None) -> Any:
        features = [
            {"type": "Feature", "properties": {"text": f"яма {n}", "name": f"скамейка {n}"}, "geometry": one}
            for n, one in enumerate(geometries)
        ]
        file = tmp_path / "a.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features, "crs": named}), encoding="utf-8")
        return station.take(module, file, crs=crs)

    return run


def point(*coordinates: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(coordinates)}


def test_broken_json_is_refused_without_a_trace(station: Station, tmp_path: Path, shared: Path) -> None:
    files = sorted((shared / "bad/JSONTestSuite/test_parsing").glob("*.json"))
    assert len(files) > 300
    file = tmp_path / "a.geojson"
    for one in files:
        file.write_bytes(one.read_bytes())
        told = station.take("reports", file)
        assert told.code == 2, one.name
        assert told.errors.startswith("Ошибка: "), one.name
    assert station.records("reports") == {}


@pytest.mark.parametrize(
    "content",
    [
        '{"type": "FeatureCollection"}', '{"type": "FeatureCollection", "features": {}}', '{"type": "Topology"}', "[]",
        '{"type": "FeatureCollection", "features": []}', '{"type": "Point", "coordinates": [60, 56]}', "7",
        '{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": 5}}}',
    ],
)  # fmt: skip
def test_what_is_no_collection_is_refused(station: Station, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.geojson").write_text(content, encoding="utf-8")
    assert station.take("reports", tmp_path / "a.geojson").code == 2


def test_odd_features_are_refused_one_by_one(station: Station, tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"text": "цела"}, "geometry": None},
        "не объект",
        {"type": "Feature", "properties": [1], "geometry": None},
        {"type": "Feature", "properties": {"text": {"в": "глубине"}}, "geometry": None},
        {"type": "Feature", "properties": {"text": "\ud800"}, "geometry": None},
        {"type": "Feature", "properties": {"text": "рейтинг", "rating": 1e999}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "properties": {"text": "велик", "rating": 10**400}, "geometry": None},
        {"type": "Feature", "properties": {"text": "далёк"}, "geometry": point(10**400, 56)},
        {"type": "Feature", "properties": {"text": "бесконечен"}, "geometry": point(1e999, 56)},
        {"type": "Feature", "properties": {"text": "исполнитель", "executor": "\ud800"}, "geometry": None},
        {"type": "Feature", "properties": {"text": "исполнитель", "executor": [1]}, "geometry": None},
        {"type": "Feature", "properties": {"text": "снимок", "photos": {"a": [1]}}, "geometry": None},
        {"type": "Feature", "properties": {"text": "номер"}, "geometry": None, "id": "\ud800"},
        {"type": "Feature", "properties": {"text": "список", "category": ["snow"]}, "geometry": None},
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).replace("Infinity", "1e999")
    (tmp_path / "a.geojson").write_text(content, encoding="utf-8")
    told = station.take("reports", tmp_path / "a.geojson")
    assert told.count == {"read": 15, "taken": 1, "unchanged": 0, "refused": 14}


def test_geometries_must_be_of_the_modules_kind(take: Any, station: Station) -> None:
    told = take(
        "reports", point(60.7, 56.1), {"type": "Polygon", "coordinates": SQUARE}, point("60", "56"), point(60.7),
        {"type": "GeometryCollection", "geometries": []}, {"type": "Point"}, "точка", None, point(60.7, 56.1, 200),
    )  # fmt: skip
    assert told.count["taken"] == 3
    assert "нужна геометрия GeoJSON: Point" in told.reasons[2]
    assert set(told.reasons) == {2, 3, 4, 5, 6, 7}


def test_swapped_axes_are_told_with_advice(take: Any, station: Station) -> None:
    told = take("reports", point(60.732, 56.085), point(56.085, 60.732))
    assert "переставлены" in told.reasons[2]
    told = take("benches", {"type": "Polygon", "coordinates": [[[y, x] for x, y in SQUARE[0]]]})
    assert told.code == 2
    assert "переставлены" in told.reasons[1]


def test_other_places_of_the_earth_are_taken_as_they_are(take: Any) -> None:
    told = take("reports", point(-73.9, 40.7), point(200, 95))
    assert told.count["taken"] == 1
    assert "--crs" in told.reasons[2]


def test_plans_of_the_region_are_brought_to_wgs84(take: Any, station: Station) -> None:
    from pyproj import Transformer

    proj = (
        "+proj=tmerc +lat_0=0 +lon_0=61.53333333333 +k=1 +x_0=2300000 +y_0=-5509414.70 +ellps=krass"
        " +towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m"
    )
    x, y = Transformer.from_crs(4326, proj, always_xy=True).transform(60.732, 56.085)
    for crs in ("МСК-74", "мск74 зона 2", "msk74-2"):
        told = take("reports", point(x, y), crs=crs)
        assert told.code == 0
        assert "не проверена" in told.errors
    for data in station.records("reports").values():
        assert data["geometry"]["coordinates"] == pytest.approx([60.732, 56.085], abs=1e-7)
    assert "переставлены" in take("reports", point(y, x), crs="МСК-74").reasons[1]
    assert "переставлены" in take("reports", point(y, x), crs="МСК-74 зона 2").reasons[1]
    assert "не лежат на Земле" in take("reports", point(5_300_000, y), crs="МСК-74").reasons[1]


def test_the_coordinates_that_a_file_names_are_heeded(take: Any, station: Station) -> None:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert take("reports", point(6_760_655.3, 7_576_104.6), crs=None).code == 2
    assert take("reports", point(6_760_655.3, 7_576_104.6), named=named).code == 0
    (data,) = station.records("reports").values()
    assert data["geometry"]["coordinates"] == pytest.approx([60.7323, 56.085], abs=0.01)


def test_coordinates_that_are_named_in_the_command_win(take: Any, station: Station) -> None:
    assert take("reports", point(6_760_655.3, 7_576_104.6), crs="EPSG:3857").code == 0
    told = take("reports", point(60.7, 56.1), crs="EPSG:999999")
    assert told.code == 2
    assert "не известна" in told.errors
