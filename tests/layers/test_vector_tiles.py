"""A base map of vector tiles: read into our own pack, whole across seams, or refused in words."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from map_city import City
from shapely.geometry import LineString, Point, Polygon, box
from test_raster import BOUNDS, CREDIT, mbtiles, pmtiles, shown, still
from vector_city import Feature, Tiles, tiles

from citymanager.errors import Refused
from layers.basemap import pack as packs
from layers.basemap.build import import_basemap
from layers.basemap.credit import credited
from layers.basemap.pack import PACK, Pack
from layers.basemap.raster import take
from layers.basemap.seams import Piece, joined
from layers.basemap.vector import is_vector
from layers.mercator import project, unproject

SEAM = float(unproject(10_955 / 2**14, 0)[0])
"""The longitude of a seam of zoom 14 that goes through the city."""
LAT = 56.085


def across(width: float = 0.01, lat: float = LAT) -> LineString:
    return LineString([(SEAM - width, lat), (SEAM + width, lat)])


def house(west: float, lat: float = LAT) -> Polygon:
    return box(west, lat, west + 0.0004, lat + 0.0003)


SCHEMAS: dict[str, dict[str, list[Feature]]] = {
    "OpenMapTiles": {
        "transportation": [({"class": "minor"}, across()), ({"class": "path", "subclass": "footway"}, across(0.003))],
        "transportation_name": [({"class": "minor", "name": "улица Ленина"}, across())],
        "building": [({"render_height": 9}, house(SEAM - 0.0002)), ({"render_height": 5}, house(SEAM + 0.002))],
        "housenumber": [({"housenumber": "12А"}, Point(SEAM + 0.0021, LAT + 0.0001))],
        "water": [({"class": "lake"}, box(SEAM - 0.004, LAT + 0.002, SEAM + 0.004, LAT + 0.004))],
        "water_name": [({"class": "lake", "name": "Синара"}, Point(SEAM + 0.0001, LAT + 0.003))],
        "landuse": [({"class": "cemetery"}, box(SEAM + 0.004, LAT, SEAM + 0.005, LAT + 0.001))],
        "landcover": [({"class": "wood", "subclass": "forest"}, box(SEAM + 0.006, LAT, SEAM + 0.007, LAT + 0.001))],
        "poi": [({"class": "school", "subclass": "school", "name": "Школа № 1"}, Point(SEAM + 0.005, LAT + 0.002))],
        "place": [({"class": "town", "name": "Снежинск"}, Point(SEAM + 0.001, LAT))],
    },
    "Shortbread": {
        "streets": [({"kind": "residential"}, across()), ({"kind": "footway"}, across(0.003))],
        "street_labels": [({"kind": "residential", "name": "улица Ленина"}, across())],
        "buildings": [({"dummy": 1}, house(SEAM - 0.0002)), ({"dummy": 2}, house(SEAM + 0.002))],
        "addresses": [({"housenumber": "12А"}, Point(SEAM + 0.0021, LAT + 0.0001))],
        "water_polygons": [({"kind": "water"}, box(SEAM - 0.004, LAT + 0.002, SEAM + 0.004, LAT + 0.004))],
        "water_polygons_labels": [({"kind": "water", "name": "Синара"}, Point(SEAM + 0.0001, LAT + 0.003))],
        "land": [({"kind": "cemetery"}, box(SEAM + 0.004, LAT, SEAM + 0.005, LAT + 0.001)),
                 ({"kind": "forest"}, box(SEAM + 0.006, LAT, SEAM + 0.007, LAT + 0.001))],
        "pois": [({"amenity": "school", "name": "Школа № 1"}, Point(SEAM + 0.005, LAT + 0.002))],
        "place_labels": [({"kind": "town", "name": "Снежинск"}, Point(SEAM + 0.001, LAT))],
    },
    "Protomaps": {
        "roads": [({"kind": "minor_road", "kind_detail": "residential", "name": "улица Ленина"}, across()),
                  ({"kind": "path", "kind_detail": "footway"}, across(0.003))],
        "buildings": [({"kind": "building"}, house(SEAM - 0.0002)), ({"kind": "building"}, house(SEAM + 0.002)),
                      ({"kind": "address", "addr_housenumber": "12А", "addr_street": "улица Ленина"},
                       Point(SEAM + 0.0021, LAT + 0.0001))],
        "water": [({"kind": "lake", "name": "Синара"}, box(SEAM - 0.004, LAT + 0.002, SEAM + 0.004, LAT + 0.004))],
        "landuse": [({"kind": "cemetery"}, box(SEAM + 0.004, LAT, SEAM + 0.005, LAT + 0.001)),
                    ({"kind": "forest"}, box(SEAM + 0.006, LAT, SEAM + 0.007, LAT + 0.001))],
        "pois": [({"kind": "school", "name": "Школа № 1"}, Point(SEAM + 0.005, LAT + 0.002))],
        "places": [({"kind": "locality", "kind_detail": "town", "name": "Снежинск"}, Point(SEAM + 0.001, LAT))],
    },
}  # fmt: skip


def made(tmp_path: Path, layers: dict[str, list[Feature]], kind: str = "mbtiles", zoom: int = 14, **said: str) -> Path:
    cut = tiles(tmp_path / "cut", layers, zoom)
    if kind == "pmtiles":
        return pmtiles(tmp_path / "город.pmtiles", cut, kind=1, tile_packing=2, leaves=True, **said)
    return mbtiles(tmp_path / "город.mbtiles", cut, format="pbf", bounds=",".join(map(str, BOUNDS)), **said)


def texts(found: Pack, part: str) -> list[str]:
    kept = found.part(part)
    return [found.texts[one] for one in kept.arrays["texts"]] if kept else []


def count(found: Pack, part: str) -> int:
    kept = found.part(part)
    return kept.count if kept else 0


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_schema_becomes_a_pack_with_each_object_once(tmp_path: Path, schema: str, kind: str) -> None:
    steps: list[float] = []
    file = made(tmp_path, SCHEMAS[schema], kind)
    assert is_vector(file)
    summary = import_basemap([file], tmp_path / PACK, lambda share, text: steps.append(share))
    found = packs.read(tmp_path / PACK)
    drawn = {one.name: one.count for one in found.parts if one.kind != "point"}
    assert drawn == {
        "street": 1, "footway": 1, "building": 2, "water": 1, "cemetery": 1, "wood": 1, "street_names": 1
    }  # fmt: skip
    assert texts(found, "street_names") == ["улица Ленина"]
    assert (texts(found, "numbers"), texts(found, "towns")) == (["12А"], ["Снежинск"])
    assert (texts(found, "places"), texts(found, "water_names")) == (["Школа № 1"], ["Синара"])
    assert (summary.streets, summary.houses) == (1, 1)
    assert any("на какой улице" in one for one in summary.warnings) == (schema != "Protomaps")
    assert steps == sorted(steps) and steps[-1] == 1.0


def test_the_real_city_cut_into_tiles_is_the_city(shared: Path, tmp_path: Path) -> None:
    """Its houses keep their number and their places, whatever seams go through them."""
    import geopandas

    (path,) = (shared / "snezhinsk_osm").glob("*building*.geojson")
    shapes = [one for one in geopandas.read_file(path).geometry if one.geom_type == "Polygon"]
    file = made(tmp_path, {"buildings": [({"kind": "building"}, one) for one in shapes]}, attribution=CREDIT)
    import_basemap([file], tmp_path / PACK)
    part = packs.read(tmp_path / PACK).part("building")
    assert part is not None and 0.995 * len(shapes) <= part.count <= len(shapes)
    middles = part.arrays["boxes"].reshape(-1, 4).astype(float)
    origin = packs.read(tmp_path / PACK).origin
    lon, lat = unproject(
        (middles[:, 0] / 2 + middles[:, 2] / 2 + origin[0]) / packs.UNITS,
        (middles[:, 1] / 2 + middles[:, 3] / 2 + origin[1]) / packs.UNITS,
    )
    boxes = np.array([one.bounds for one in shapes])
    real = shapely.STRtree(shapely.points((boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2))
    _, far = real.query_nearest(shapely.points(lon, lat), return_distance=True, all_matches=False)
    assert np.quantile(far, 0.99) < 1e-5 and far.max() < 5e-4


def test_equal_numbers_of_streets_that_are_not_named_stay_with_their_houses(tmp_path: Path) -> None:
    places = [SEAM + 0.0005 * number for number in range(1, 4)]
    layers: dict[str, list[Feature]] = {
        "building": [({"render_height": 5}, house(west)) for west in places],
        "housenumber": [({"housenumber": "12"}, Point(west + 0.0002, LAT + 0.0001)) for west in places],
    }
    assert import_basemap([made(tmp_path, layers)], tmp_path / PACK).houses == 3


def test_ends_that_tiles_have_rounded_apart_meet() -> None:
    west, east = LineString([(4.2, 7.5), (5, 7.5)]), LineString([(5, 7.5 + 1 / 4096), (5.7, 7.6)])
    other = LineString([(5, 7.5 + 40 / 4096), (5.7, 7.9)])
    found = list(
        joined((("highway", "residential"),), [Piece((4, 7), west), Piece((5, 7), east), Piece((5, 7), other)])
    )
    assert sorted(len(one.coords) for one in found) == [2, 3]


def test_houses_that_only_stand_side_by_side_at_a_seam_stay_two() -> None:
    left, right = box(4.9, 7.1, 5, 7.2), box(5, 7.1, 5.1, 7.2)
    key = (("building", "yes"),)
    assert len(list(joined(key, [Piece((4, 7), left, 11), Piece((5, 7), right, 12)]))) == 2
    assert len(list(joined(key, [Piece((4, 7), left, 11), Piece((5, 7), right, 11)]))) == 1
    corner = box(5, 7.2, 5.1, 7.3)
    assert len(list(joined(key, [Piece((4, 7), left), Piece((5, 7), corner)]))) == 2


def test_a_tile_that_is_missing_costs_only_what_it_shows(tmp_path: Path) -> None:
    cut = tiles(tmp_path / "cut", {"transportation": [({"class": "minor"}, across())]})
    assert len(cut) == 2
    del cut[max(cut)]
    import_basemap([mbtiles(tmp_path / "город.mbtiles", cut, format="pbf")], tmp_path / PACK)
    street = packs.read(tmp_path / PACK).part("street")
    assert street is not None and street.count == 1
    ends = unproject((street.arrays["coords"][::2] + packs.read(tmp_path / PACK).origin[0]) / packs.UNITS, 0)[0]
    assert (min(ends), max(ends)) == pytest.approx((SEAM - 0.01, SEAM), abs=1e-5)


def test_an_area_over_four_tiles_is_one(tmp_path: Path) -> None:
    lat = float(unproject(0, 5_099 / 2**14)[1])
    lake = box(SEAM - 0.01, lat - 0.005, SEAM + 0.01, lat + 0.005)
    import_basemap([made(tmp_path, {"water": [({"class": "lake"}, lake)]})], tmp_path / PACK)
    water = packs.read(tmp_path / PACK).part("water")
    assert water is not None and water.count == 1
    across_x = project([SEAM - 0.01, SEAM + 0.01], [lat, lat])[0]
    wide = float(water.arrays["boxes"][2] - water.arrays["boxes"][0])
    assert wide == pytest.approx((across_x[1] - across_x[0]) * packs.UNITS, abs=1)


def test_whose_it_is_is_taken_from_the_file_or_must_be_said(tmp_path: Path) -> None:
    wild = "© <a href='http://evil/'>OpenMapTiles</a> © участники OpenStreetMap"
    file = made(tmp_path, {"water": [({"class": "lake"}, box(SEAM, LAT, SEAM + 0.01, LAT + 0.01))]}, attribution=wild)
    assert credited([file], "") == "© OpenMapTiles © участники OpenStreetMap"
    assert credited([file], "© Город") == "© Город"
    with pytest.raises(Refused, match="чьи данные"):
        credited([file, tmp_path / "город.geojson"], "")


LAKE: dict[str, list[Feature]] = {"water": [({"class": "lake"}, box(SEAM, LAT, SEAM + 0.001, LAT + 0.001))]}
SPOILT: dict[str, tuple[Callable[[Tiles], Any], str]] = {
    "words": (lambda found: gzip.compress("это не тайл".encode() * 40), "повреждён"),
    "a cut tile": (lambda found: gzip.compress(gzip.decompress(next(iter(found.values())))[:-9]), "повреждён"),
    "a cut archive": (lambda found: next(iter(found.values()))[:-20], "повреждён"),
    "a bomb": (lambda found: gzip.compress(bytes(64 * 2**20)), "огромен"),
    "another driver's file": (
        lambda found: gzip.compress(b"<OGRVRTDataSource><OGRVRTLayer name='water'><SrcDataSource>/etc/passwd"
                                    b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"), "повреждён"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_a_damaged_tile_is_refused_in_russian_and_the_old_pack_stays(tmp_path: Path, name: str) -> None:
    spoil, reason = SPOILT[name]
    cut = tiles(tmp_path / "cut", LAKE)
    file = mbtiles(tmp_path / "город.mbtiles", dict.fromkeys(cut, spoil(cut)), format="pbf")
    (tmp_path / PACK).write_bytes(b"old")
    with pytest.raises(Refused, match=f"{reason}.*\\.$"):
        import_basemap([file], tmp_path / PACK)
    assert (tmp_path / PACK).read_bytes() == b"old"


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_a_foreign_schema_names_its_layers(tmp_path: Path, kind: str) -> None:
    file = made(tmp_path, {"soil_types": [({"class": "clay"}, box(SEAM, LAT, SEAM + 0.01, LAT + 0.01))]}, kind)
    with pytest.raises(Refused, match=r"незнакомы \(soil_types\)"):
        import_basemap([file], tmp_path / PACK)


def test_a_file_of_half_a_country_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.basemap.vector.MOST_TILES", 1)
    with pytest.raises(Refused, match=r"тайлов масштаба 14 больше 1\. Вырежьте"):
        import_basemap([made(tmp_path, SCHEMAS["Protomaps"])], tmp_path / PACK)


def test_tiles_of_whole_districts_say_what_they_lack(tmp_path: Path) -> None:
    file = made(tmp_path, {"water": [({"class": "lake"}, box(SEAM, LAT, SEAM + 0.1, LAT + 0.1))]}, zoom=9)
    assert any("только до масштаба 9" in one for one in import_basemap([file], tmp_path / PACK).warnings)


def test_where_pictures_are_needed_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"векторные тайлы.*Настройки"):
        take(made(tmp_path, LAKE), tmp_path / "basemap", still, CREDIT)


def test_the_pack_is_drawn_with_whose_it_is(make_city: Callable[..., City], tmp_path: Path) -> None:
    file = made(tmp_path, SCHEMAS["OpenMapTiles"], attribution=CREDIT)
    city = make_city(None)
    target = city.profile.basemap / PACK
    import_basemap([file], target, attribution=credited([file], ""))
    city.map.show_pack(target)
    city.bot.waitUntil(lambda: city.js("document.querySelector('.attribution').textContent") == CREDIT, timeout=20_000)
    assert city.js("document.querySelector('.trouble').hidden")
    city.map.go_to(LAT + 0.003, SEAM, 16)
    water = shown(city)
    assert water.blue() > water.red() + 20, "the lake, whole over the seam"
