"""GeoPackage and coordinates by the map's libraries: our files, those of others, and what is neither."""

from pathlib import Path
from typing import Any

import geopandas
import pytest
from exchanging import Station
from pandas import DataFrame
from pyogrio import list_layers, read_info, write_dataframe
from shapely.geometry import Point, Polygon

from citymanager.errors import Refused
from layers.geofiles import GeoFiles

SQUARE = Polygon([(60.70, 56.08), (60.71, 56.08), (60.71, 56.09)])


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "profile")


def saved(path: Path, geometries: list[Any], crs: Any, layer: str = "ямы", **columns: list[Any]) -> Path:
    table = {"text": [f"яма {n}" for n in range(len(geometries))], **columns}
    geopandas.GeoDataFrame(table, geometry=geometries, crs=crs).to_file(path, layer=layer, driver="GPKG")
    return path


def test_a_package_of_others_is_taken_with_its_own_coordinates(station: Station, tmp_path: Path) -> None:
    there = geopandas.GeoSeries([Point(60.732, 56.085)], crs=4326).to_crs(28411)
    file = saved(tmp_path / "a.gpkg", list(there), 28411, rating=[4], depth=[0.5])
    told = station.take("reports", file)
    assert told.code == 0
    assert "depth" in told.errors
    (data,) = station.records("reports").values()
    assert data["geometry"]["coordinates"] == pytest.approx([60.732, 56.085], abs=1e-6)
    assert data["rating"] == 4


def test_shapes_of_another_kind_are_refused_one_by_one(station: Station, tmp_path: Path) -> None:
    file = saved(tmp_path / "a.gpkg", [Point(60.7, 56.1), SQUARE, None], 4326)
    told = station.take("reports", file)
    assert told.count == {"read": 3, "taken": 2, "unchanged": 0, "refused": 1}
    assert "нужна геометрия GeoJSON: Point" in told.reasons[2]


def test_dates_flags_and_empty_cells_of_others_are_read(station: Station, tmp_path: Path) -> None:
    import pandas

    days = pandas.to_datetime(["2024-02-29", None])
    file = saved(
        tmp_path / "a.gpkg", [SQUARE, SQUARE], 4326, name=["у озера", "в парке"], built=days, public=[True, False]
    )
    assert station.take("benches", file).code == 0
    found = {one["name"]: one for one in station.records("benches").values()}
    assert found["у озера"]["built"] == "2024-02-29"
    assert found["у озера"]["public"] is True
    assert found["в парке"]["public"] is False
    assert "built" not in found["в парке"]


def test_several_layers_are_a_question_and_not_a_guess(station: Station, tmp_path: Path) -> None:
    file = saved(tmp_path / "a.gpkg", [Point(60.7, 56.1)], 4326)
    saved(file, [Point(60.7, 56.1)], 4326, layer="люки")
    told = station.take("reports", file)
    assert told.code == 2
    assert "ямы, люки" in told.errors


def test_styles_that_qgis_keeps_in_a_package_are_no_layer(station: Station, tmp_path: Path) -> None:
    file = saved(tmp_path / "a.gpkg", [Point(60.7, 56.1)], 4326)
    write_dataframe(DataFrame({"styleName": ["красные точки"]}), file, layer="layer_styles", driver="GPKG")
    assert station.take("reports", file).code == 0


def test_a_cut_package_is_refused(station: Station, tmp_path: Path) -> None:
    whole = saved(tmp_path / "a.gpkg", [Point(60.7, 56.1)] * 3_000, 4326).read_bytes()
    (tmp_path / "b.gpkg").write_bytes(whole[: len(whole) // 2])
    assert station.take("reports", tmp_path / "b.gpkg").code == 2
    assert station.records("reports") == {}


def test_our_package_opens_elsewhere(station: Station, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text,geometry\nяма,"56.1, 60.7"\n', encoding="utf-8")
    station.take("reports", tmp_path / "a.csv")
    assert station.give("reports", tmp_path / "a.gpkg").code == 0
    assert list(list_layers(tmp_path / "a.gpkg")[:, 0]) == ["reports"]
    assert read_info(tmp_path / "a.gpkg")["crs"] == "EPSG:4326"
    frame = geopandas.read_file(tmp_path / "a.gpkg")
    assert frame.loc[0, "status"] == "Новое"
    assert frame.geometry[0].equals(Point(60.7, 56.1))


def test_a_module_without_geometry_makes_a_plain_table(station: Station, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,position\nПетров,мастер\n", encoding="utf-8")
    station.take("people", tmp_path / "a.csv")
    assert station.give("people", tmp_path / "a.gpkg").code == 0
    other = Station(tmp_path / "other")
    assert other.take("people", tmp_path / "a.gpkg").code == 0
    assert other.records("people") == station.records("people")


@pytest.mark.parametrize(
    ("name", "title", "verified"),
    [("WGS 84", "WGS 84", True), ("epsg:4326", "WGS 84", True), ("МСК-74, зона 1", "МСК-74, зона 1", False),
     ("msk74-2", "МСК-74, зона 2", False), ("МСК 74", "МСК-74", False), ("EPSG:28411", "EPSG:28411", True)],
)  # fmt: skip
def test_names_of_coordinates_are_known(name: str, title: str, verified: bool) -> None:
    found = GeoFiles().projection(name)
    assert (found.title, found.verified) == (title, verified)


@pytest.mark.parametrize("name", ["МСК-75", "EPSG:1", "plan", "EPSG:", "+proj=nonsense"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="не известна"):
        GeoFiles().projection(name)


def test_the_zones_of_msk_lie_three_degrees_apart() -> None:
    geo = GeoFiles()
    first = geo.projection("МСК-74").point(1_300_000, 700_000)
    second = geo.projection("МСК-74").point(2_300_000, 700_000)
    assert first[0] == pytest.approx(58.533, abs=0.01)
    assert second[0] - first[0] == pytest.approx(3, abs=0.001)
    assert first[1] == pytest.approx(second[1], abs=0.001)
    assert 55 < first[1] < 57
