"""The city pack: made from real data, read back whole, refused when it is not whole."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from citymanager.errors import Damaged, ReadOnly, Refused
from layers.basemap import pack as packs
from layers.basemap.build import import_basemap
from layers.basemap.classes import classify, place_zoom, tidy
from layers.basemap.credit import OSM_ATTRIBUTION
from layers.mercator import unproject


def features(*found: tuple[dict[str, Any], dict[str, Any]]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": tags, "geometry": shape} for tags, shape in found],
        }
    )


def square(lon: float, lat: float, side: float = 0.001) -> dict[str, Any]:
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def line(*places: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


STREET = ({"highway": "residential", "name": "улица Ленина"}, line((60.70, 56.08), (60.71, 56.08)))
HOUSE = ({"building": "yes", "housenumber": "13/17", "street": "улица Ленина"}, square(60.70, 56.081))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.geojson"
    path.write_text(features(STREET, HOUSE), encoding="utf-8")
    return path


def test_the_real_city_is_taken_whole(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "snezhinsk_osm").glob("*.geojson"))
    steps: list[float] = []
    summary = import_basemap(files, tmp_path / "city.pack", lambda share, text: steps.append(share))
    found = packs.read(tmp_path / "city.pack")
    count = sum(len(json.loads(path.read_text(encoding="utf-8"))["features"]) for path in files)
    assert summary.taken + summary.skipped + summary.outside == count
    assert found.part("building") is not None and found.part("building").count == 3383  # type: ignore[union-attr]
    assert sum(one.count for one in found.parts if one.name in ("street", "service", "tertiary", "track", "footway",
                                                               "secondary")) == 1491  # fmt: skip
    assert found.attribution == OSM_ATTRIBUTION
    assert any("за границей города" in text for text in summary.warnings)
    assert steps == sorted(steps) and steps[-1] == 1.0
    streets = {street[0] for street in found.addresses["streets"]}
    assert {"улица Комсомольская", "Комсомольская улица", "проспект Мира"} <= streets
    houses = found.addresses["houses"]
    assert summary.houses == len(houses) and any(house[1] == "13 с1" for house in houses)
    assert all(-1 <= house[0] < len(found.addresses["streets"]) for house in houses)
    for one, other, lon, lat in found.addresses["crossings"]:
        assert 0 <= one < len(found.addresses["streets"]) and 0 <= other < len(found.addresses["streets"])
        assert (
            found.bounds[0] - 0.2 < lon < found.bounds[2] + 0.2 and found.bounds[1] - 0.2 < lat < found.bounds[3] + 0.2
        )


def test_streets_of_two_carriageways_cross_once_and_those_that_meet_twice_do_so_twice(tmp_path: Path) -> None:
    def road(name: str, *points: tuple[float, float]) -> dict[str, object]:
        line = {"type": "LineString", "coordinates": points}
        return {"type": "Feature", "properties": {"highway": "residential", "name": name}, "geometry": line}

    roads = [
        road("Прямая улица", (60.700, 56.0800), (60.730, 56.0800)),
        road("Прямая улица", (60.700, 56.0801), (60.730, 56.0801)),
        road("Дуговая улица", (60.705, 56.078), (60.705, 56.082), (60.720, 56.082), (60.720, 56.078)),
        road("Дальняя улица", (60.700, 56.085), (60.730, 56.085)),
    ]
    (tmp_path / "roads.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": roads}))
    import_basemap([tmp_path / "roads.geojson"], tmp_path / "city.pack")
    table = packs.read(tmp_path / "city.pack").addresses
    names = [one[0] for one in table["streets"]]
    met = [({names[one], names[other]}, lon, lat) for one, other, lon, lat in table["crossings"]]
    assert [one[0] for one in met] == [{"Прямая улица", "Дуговая улица"}] * 2
    assert sorted(one[1] for one in met) == pytest.approx([60.705, 60.720], abs=1e-5)
    assert [one[2] for one in met] == pytest.approx([56.08005] * 2, abs=1e-5)


@pytest.mark.parametrize(
    "name, street", [("Helsinki.osm.pbf", "Mannerheimintie"), ("krems.osm.gz", "Obere Landstraße")]
)
def test_openstreetmap_files_are_taken(shared: Path, tmp_path: Path, name: str, street: str) -> None:
    summary = import_basemap([shared / "osm_extracts" / name], tmp_path / "city.pack")
    found = packs.read(tmp_path / "city.pack")
    assert summary.houses > 300 and summary.streets > 70
    assert street in {one[0] for one in found.addresses["streets"]}
    assert {"building", "street", "water", "rail"} <= {one.name for one in found.parts}


def test_a_geopackage_in_another_projection_is_taken(town: Path, tmp_path: Path) -> None:
    import geopandas

    frame = geopandas.read_file(town).to_crs(3857)
    frame.to_file(tmp_path / "town.gpkg", layer="houses", driver="GPKG")
    import_basemap([tmp_path / "town.gpkg"], tmp_path / "city.pack")
    found = packs.read(tmp_path / "city.pack")
    assert found.addresses["houses"][0][1] == "13/17"
    assert found.addresses["houses"][0][2:] == pytest.approx([60.7005, 56.0815], abs=1e-4)


def test_coordinates_come_back_within_a_centimetre(town: Path, tmp_path: Path) -> None:
    import_basemap([town], tmp_path / "city.pack")
    found = packs.read(tmp_path / "city.pack")
    street = found.part("street")
    assert street is not None
    points = street.arrays["coords"].reshape(-1, 2).astype(float) + found.origin
    lon, lat = unproject(points[:, 0] / packs.UNITS, points[:, 1] / packs.UNITS)
    assert lon == pytest.approx([60.70, 60.71], abs=1e-7) and lat == pytest.approx([56.08, 56.08], abs=1e-7)


def test_what_is_written_is_read(town: Path, tmp_path: Path) -> None:
    import_basemap([town], tmp_path / "one.pack")
    one = packs.read(tmp_path / "one.pack")
    packs.write(one, tmp_path / "two.pack")
    other = packs.read(tmp_path / "two.pack")
    assert (one.texts, one.bounds, one.origin, one.addresses) == (
        other.texts,
        other.bounds,
        other.origin,
        other.addresses,
    )
    for mine, its in zip(one.parts, other.parts, strict=True):
        assert mine.name == its.name and all(np.array_equal(mine.arrays[key], its.arrays[key]) for key in packs.ARRAYS)


def test_holes_run_against_their_outlines(tmp_path: Path) -> None:
    """The page fills many areas as one path by the non-zero rule."""
    ring = square(60.70, 56.08, 0.01)["coordinates"][0]
    hole = square(60.703, 56.083, 0.002)["coordinates"][0]  # the same way round as its outline
    (tmp_path / "a.geojson").write_text(
        features(({"natural": "water"}, {"type": "Polygon", "coordinates": [ring, hole]})), encoding="utf-8"
    )
    import_basemap([tmp_path / "a.geojson"], tmp_path / "city.pack")
    water = packs.read(tmp_path / "city.pack").part("water")
    assert water is not None
    points, rings = water.arrays["coords"].reshape(-1, 2), water.arrays["rings"]

    def turn(number: int) -> float:
        x, y = points[rings[number] : rings[number + 1]].astype(float).T
        return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))

    assert turn(0) * turn(1) < 0


BAD = {
    "empty.geojson": b"",
    "blank.geojson": b"   ",
    "cut.geojson": features(STREET, HOUSE).encode()[:-40],
    "text.geojson": "это не карта".encode(),
    "list.geojson": b"[1, 2, 3]",
    "number.json": b"7",
    "deep.geojson": b"[" * 100_000,
    "binary.geojson": bytes(range(256)),
    "nothing.geojson": features().encode(),
    "no-shapes.geojson": b'{"type": "FeatureCollection", "features": [{"properties": {}, "geometry": null}]}',
    "untagged.geojson": features(({}, square(60.7, 56.08))).encode(),
    "metres.geojson": features((HOUSE[0], square(6_750_000, 7_560_000))).encode(),
    "swapped-north.geojson": features((HOUSE[0], square(56.08, 160.7))).encode(),
    "fake.gpkg": b"<OGRVRTDataSource></OGRVRTDataSource>",
    "cut.gpkg": b"SQLite format 3\x00" + b"\x00" * 100,
    "fake.osm.pbf": b"not a pbf at all",
    "fake.osm.gz": b"\x1f\x8bnot a gzip",
    "picture.png": b"\x89PNG",
    "tiles.mbtiles": b"SQLite format 3\x00",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_russian_and_the_old_pack_stays(town: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "pack" / "city.pack"
    import_basemap([town], target)
    before = target.read_bytes()
    (tmp_path / name).write_bytes(BAD[name])
    with pytest.raises(Refused, match=r"[а-я]{3}.*\.$"):
        import_basemap([tmp_path / name], target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["city.pack"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="нет"):
        import_basemap([tmp_path / "nowhere.geojson"], tmp_path / "city.pack")
    with pytest.raises(Refused):
        import_basemap([], tmp_path / "city.pack")


def test_swapped_axes_among_good_files_are_told_by_name(town: Path, tmp_path: Path) -> None:
    swapped = tmp_path / "swapped.geojson"
    swapped.write_text(features(*[(HOUSE[0], square(56.08, 60.70 + n / 1000)) for n in range(2)]), encoding="utf-8")
    many = tmp_path / "many.geojson"
    many.write_text(features(*[(HOUSE[0], square(60.70 + n / 1000, 56.08)) for n in range(9)]), encoding="utf-8")
    with pytest.raises(Refused, match=r"swapped\.geojson.*перепутаны"):
        import_basemap([town, many, swapped], tmp_path / "city.pack")


def test_a_stray_far_away_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "town.geojson"
    houses = [(HOUSE[0], square(60.70 + n / 1000, 56.08)) for n in range(20)]
    path.write_text(features(*houses, (HOUSE[0], square(0, 0))), encoding="utf-8")
    summary = import_basemap([path], tmp_path / "city.pack")
    assert summary.outside == 1 and "далеко" in summary.warnings[0]


def mixed(path: Path, *found: tuple[dict[str, Any], Any]) -> Path:
    """A town of twenty houses and a street, and something else."""
    houses = [(HOUSE[0], square(60.70 + n / 1000, 56.08)) for n in range(20)]
    path.write_text(features(STREET, *houses, *found), encoding="utf-8")
    return path


CORNERS = [[60.7, 56.08], [60.701, 56.08], [60.701, 56.081], [60.7, 56.08]]
UNSOUND: dict[str, tuple[dict[str, Any], Any]] = {
    "a street of no length": (STREET[0], line((60.70, 56.08), (60.70, 56.08))),
    "a street of one point": (STREET[0], line((60.70, 56.08))),
    "a NaN in a street": (STREET[0], line((60.70, 56.08), (float("nan"), 56.08), (60.71, 56.08))),
    "a NaN in a house": (
        HOUSE[0],
        {"type": "Polygon", "coordinates": [[*CORNERS[:2], [60.7, float("nan")], *CORNERS]]},
    ),
    "infinity": (HOUSE[0], {"type": "Polygon", "coordinates": [[*CORNERS[:2], [float("inf"), 56.08], *CORNERS]]}),
    "a short ring": (HOUSE[0], {"type": "Polygon", "coordinates": [CORNERS[:2]]}),
    "a house of no area": (HOUSE[0], {"type": "Polygon", "coordinates": [[*CORNERS[:2], CORNERS[0], CORNERS[0]]]}),
    "words in place of numbers": (HOUSE[0], {"type": "Polygon", "coordinates": [[["a", "b"], *CORNERS]]}),
    "a kind that nobody knows": (HOUSE[0], {"type": "Blob", "coordinates": CORNERS}),
    "no coordinates": (HOUSE[0], {"type": "Polygon"}),
    "an empty polygon": (HOUSE[0], {"type": "Polygon", "coordinates": []}),
    "an endless number": (HOUSE[0], {"type": "Point", "coordinates": [10**400, 56]}),
    "a list in place of a geometry": (HOUSE[0], [1, 2]),
    "an empty collection": (HOUSE[0], {"type": "GeometryCollection", "geometries": []}),
    "nothing": (HOUSE[0], None),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_shape_costs_only_itself_and_is_counted(tmp_path: Path, name: str) -> None:
    path = mixed(tmp_path / "town.geojson", UNSOUND[name])
    summary = import_basemap([path], tmp_path / "city.pack")
    assert (summary.taken, summary.skipped) == (21, 1)
    assert summary.warnings == ["1 объект пропущен: координат нет или они повреждены."]
    building = packs.read(tmp_path / "city.pack").part("building")
    assert building is not None and building.count == 20
    assert all(np.isfinite(one.arrays["coords"]).all() for one in packs.read(tmp_path / "city.pack").parts)


def test_a_file_of_nothing_but_a_street_of_no_length_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "town.geojson"
    path.write_text(features(UNSOUND["a street of no length"]), encoding="utf-8")
    with pytest.raises(Refused, match="ни одного объекта с координатами"):
        import_basemap([path], tmp_path / "city.pack")


def test_an_outline_that_crosses_itself_is_mended_and_told(tmp_path: Path) -> None:
    west, south, east, north = 60.75, 56.10, 60.76, 56.11
    bow = {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, north], [east, south], [west, north], [west, south]]],
    }
    path = mixed(tmp_path / "town.geojson", ({"natural": "water", "name": "Озеро"}, bow))
    summary = import_basemap([path], tmp_path / "city.pack")
    assert summary.warnings == ["1 контур пересекал сам себя и исправлен: проверьте в источнике."]
    water = packs.read(tmp_path / "city.pack").part("water")
    assert water is not None and len(water.arrays["rings"]) - 1 == 2, "two triangles"


def test_the_parts_of_a_collection_are_taken(tmp_path: Path) -> None:
    inner = {"type": "GeometryCollection", "geometries": [square(60.76, 56.10)]}
    both = {"type": "GeometryCollection", "geometries": [square(60.75, 56.10), inner, line((60.7, 56.1), (60.7, 56.1))]}
    path = mixed(tmp_path / "town.geojson", ({"natural": "water"}, both))
    summary = import_basemap([path], tmp_path / "city.pack")
    water = packs.read(tmp_path / "city.pack").part("water")
    assert water is not None and water.count == 2
    assert summary.skipped == 0


def test_a_short_ring_in_a_geopackage_costs_only_itself(town: Path, tmp_path: Path) -> None:
    import sqlite3
    import struct

    import geopandas

    path = tmp_path / "town.gpkg"
    geopandas.read_file(mixed(tmp_path / "town.geojson")).to_file(path, layer="houses", driver="GPKG")
    ring = struct.pack("<BIII4d", 1, 3, 1, 2, 60.7, 56.08, 60.7, 56.08)
    with sqlite3.connect(path) as spoilt:
        for name in [row[0] for row in spoilt.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            spoilt.execute(f'DROP TRIGGER "{name}"')
        spoilt.execute("UPDATE houses SET geom = ? WHERE fid = 5", (b"GP\0\1" + struct.pack("<I", 4326) + ring,))
    spoilt.close()
    summary = import_basemap([path], tmp_path / "city.pack")
    assert (summary.taken, summary.skipped) == (20, 1)


def test_a_full_disk_leaves_the_old_pack(town: Path, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    target = tmp_path / "pack" / "city.pack"
    import_basemap([town], target)
    before = target.read_bytes()
    target.with_name("city.pack.new").symlink_to(full)
    with pytest.raises(ReadOnly, match="не записана"):
        import_basemap([town], target)
    assert target.read_bytes() == before and [path.name for path in target.parent.iterdir()] == ["city.pack"]


def test_a_place_that_can_t_be_written_is_told(town: Path) -> None:
    with pytest.raises(ReadOnly, match="не записана"):
        import_basemap([town], town / "city.pack")


@pytest.mark.parametrize("cut", [0, 5, 11, 40, -100, -1])
def test_a_cut_pack_is_damaged(town: Path, tmp_path: Path, cut: int) -> None:
    import_basemap([town], tmp_path / "city.pack")
    (tmp_path / "city.pack").write_bytes((tmp_path / "city.pack").read_bytes()[:cut])
    with pytest.raises(Damaged, match="импортируйте её заново"):
        packs.read(tmp_path / "city.pack")


def test_a_flipped_bit_is_found(town: Path, tmp_path: Path) -> None:
    import_basemap([town], tmp_path / "city.pack")
    content = bytearray((tmp_path / "city.pack").read_bytes())
    for at in range(len(content) - 1, 0, -211):
        flipped = bytearray(content)
        flipped[at] ^= 16
        (tmp_path / "flipped.pack").write_bytes(flipped)
        try:
            found = packs.read(tmp_path / "flipped.pack")
        except Damaged:
            continue
        assert at < len(content) - 200 and found.parts  # only a word of the header may read otherwise


def test_the_source_is_not_touched(town: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.geojson"
    shutil.copy(town, copy)
    import_basemap([town], tmp_path / "city.pack")
    assert town.read_bytes() == copy.read_bytes()


@pytest.mark.parametrize(
    "tags, kind, name",
    [
        ({"building": "yes"}, "area", "building"),
        ({"building": "no", "landuse": "grass"}, "area", "grass"),
        ({"highway": "footway"}, "line", "footway"),
        ({"highway": "proposed"}, "line", None),
        ({"boundary": "administrative"}, "area", "boundary"),
        ({"shop": "mall"}, "point", None),
    ],
)
def test_classes(tags: dict[str, str], kind: Any, name: str | None) -> None:
    found = classify(tags, kind)
    assert (found.name if found else None) == name


def test_tags_of_exports_are_tidied() -> None:
    assert tidy({"landuse": "natural_wood", "name": "", "ref": None}) == {"natural": "wood"}
    assert tidy({"housenumber": 5, "street": "Мира"}) == {"addr:housenumber": "5", "addr:street": "Мира"}
    assert tidy({"name": "Стоянка"}, "parking") == {"name": "Стоянка", "amenity": "parking"}
    assert place_zoom({"amenity": "school", "name": "Школа"}) == 16
    assert place_zoom({"amenity": "school"}) is None
