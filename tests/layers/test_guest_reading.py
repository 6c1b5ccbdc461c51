"""Files for the map of every kind, made by the library itself, spoilt, and read by the process that reads them."""

import json
import os
import socket
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio import write_dataframe
from reading_nursery import Nursery, nursery

from layers.guests import kept, kinds
from layers.guests.dbf import dbf_encoding
from layers.guests.guest import MOST, Guest, Origin
from layers.guests.kept import Head
from layers.mercator import project
from layers.projections import mover
from layers.window import Window

LON, LAT = 60.732, 56.085
ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".kml", ".tab", ".mif", ".gpx")


@dataclass
class Outcome:
    """What the reading process has left, or why it left nothing."""

    folder: Path
    code: int
    why: str

    @property
    def heads(self) -> list[Head]:
        assert self.code == 0, self.why
        return kept.heads(self.folder)

    def features(self, number: int = 0) -> list[tuple[Any, dict[str, Any]]]:
        return [
            (shapely.from_wkb(wkb), json.loads(text)) for wkb, text in kept.features(kept.lines(self.folder, number))
        ]

    def guest(self, number: int = 0) -> Guest:
        return Guest("guest-1-0", self.heads[number], Origin(Path("файл"), self.folder, number))


@pytest.fixture(scope="module")
def forking() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


@pytest.fixture
def read(tmp_path: Path, forking: Nursery) -> Callable[..., Outcome]:
    """Runs the command as the window does, in a process of its own: `read(file, "--swap")`."""

    def run(file: Path, *options: str) -> Outcome:
        folder = tmp_path / f"out{len(list(tmp_path.glob('out*')))}"
        folder.mkdir()
        words = ["--profile", str(tmp_path / "profile"), "read-map-file", str(file), str(folder), *options]
        told = tmp_path / "told.txt"
        code = forking.run(words, told)
        return Outcome(folder, code, told.read_text(encoding="utf-8"))

    return run


def write(path: Path, shapes: list[Any], crs: Any = 4326, encoding: str = "", **columns: list[Any]) -> Path:
    """A file of these shapes, its kind told by its ending."""
    from geopandas import GeoDataFrame

    frame = GeoDataFrame(columns, geometry=shapes, crs=crs)
    driver = {**kinds.DRIVERS, ".mif": "MapInfo File"}[path.suffix]
    options: Mapping[str, Any] = {"FORMAT": "MIF"} if path.suffix == ".mif" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no system of coordinates is named is what is wanted here
        write_dataframe(frame, path, driver=driver, **({"encoding": encoding} if encoding else {}), **options)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_is_read_with_its_words(ending: str, tmp_path: Path, read: Callable[..., Outcome]) -> None:
    names = ["Колодец № 7", "Люк на площади Ленина"]
    file = write(tmp_path / f"сети{ending}", [shapely.Point(LON, LAT), shapely.Point(LON + 0.01, LAT)], name=names)
    found = read(file)
    (head,) = found.heads
    assert head.count == 2 and head.kind == "point" and head.left_out == 0 and not head.swapped
    assert head.title.startswith("сети")
    features = found.features()
    assert [words.get("name", words.get("Name")) for _, words in features] == names
    assert features[0][0].distance(shapely.Point(LON, LAT)) < 1e-6


def test_an_archive_has_all_its_layers_and_leads_nowhere(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    write(tmp_path / "a.shp", [shapely.LineString([(LON, LAT), (LON + 0.01, LAT)])], name=["Труба"])
    write(tmp_path / "b.geojson", [shapely.box(LON, LAT, LON + 0.01, LAT + 0.01)], name=["Участок"])
    file = tmp_path / "всё.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for one in sorted(tmp_path.glob("a.*")):
            archive.write(one, f"../../{one.name.upper()}")
        archive.write(tmp_path / "b.geojson", "/etc/b.geojson")
    found = read(file)
    assert {(head.title, head.kind) for head in found.heads} == {("A", "line"), ("b", "polygon")}
    left = {one.name for one in found.folder.iterdir()}
    assert left == {"layers.json", "0.lines", "1.lines"}, "the copies are gone, and nothing was put elsewhere"


def test_a_kmz_and_a_geopackage_of_several_layers(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    kml = write(tmp_path / "doc.kml", [shapely.Point(LON, LAT)], name=["Сквер"])
    kmz = tmp_path / "скверы.kmz"
    with zipfile.ZipFile(kmz, "w") as archive:
        archive.write(kml, "doc.kml")
    assert [head.title for head in read(kmz).heads] == ["скверы"]
    from geopandas import GeoDataFrame

    gpkg = tmp_path / "город.gpkg"
    for name in ("дороги", "дома"):
        write_dataframe(GeoDataFrame(geometry=[shapely.Point(LON, LAT)], crs=4326), gpkg, layer=name, driver="GPKG")
    assert [head.title for head in read(gpkg).heads] == ["город: дороги", "город: дома"]


@pytest.mark.parametrize("ending", [".shp", ".geojson", ".gpkg"])
def test_msk_74_is_known_by_its_eastings(ending: str, tmp_path: Path, read: Callable[..., Outcome]) -> None:
    east, north = _metres()
    file = write(tmp_path / f"план{ending}", [shapely.Point(east, north)], crs=None, name=["Опора"])
    found = read(file)
    (head,) = found.heads
    assert head.system == "МСК-74" and not head.swapped
    assert any("не проверены" in note for note in head.notes)
    assert found.features()[0][0].distance(shapely.Point(LON, LAT)) < 1e-5
    turned = read(write(tmp_path / f"иначе{ending}", [shapely.Point(north, east)], crs=None, name=["Опора"]))
    assert not turned.heads[0].swapped and any("север стоит первым" in note for note in turned.heads[0].notes)
    assert turned.features()[0][0].distance(shapely.Point(LON, LAT)) < 1e-5, "surveyors write the north first"


def _metres() -> tuple[float, float]:
    from layers.projections import Grid

    found = Grid().metres(LAT, LON)
    assert found is not None
    return found.east, found.north


def test_a_named_system_is_obeyed_and_an_unknown_one_is_asked_for(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, 28411, always_xy=True).transform(LON, LAT)
    named = read(write(tmp_path / "named.shp", [shapely.Point(x, y)], crs=28411, name=["а"]))
    assert named.features()[0][0].distance(shapely.Point(LON, LAT)) < 1e-4
    bare = write(tmp_path / "bare.shp", [shapely.Point(x % 1e6, y)], crs=None, name=["а"])
    (head,) = read(bare).heads
    assert head.system == "" and head.bounds is None
    whole = write(tmp_path / "whole.shp", [shapely.Point(x, y)], crs=None, name=["а"])
    assert read(whole, "--crs", "EPSG:28411").features()[0][0].distance(shapely.Point(LON, LAT)) < 1e-4
    refused = read(whole, "--crs", "EPSG:1")
    assert refused.code == 2 and "не известна" in refused.why


def test_swapped_axes_are_noticed_and_swapped_back(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    file = write(tmp_path / "наоборот.geojson", [shapely.Point(LAT, LON)], name=["а"])
    (head,) = read(file).heads
    assert head.swapped and any("переставлены" in note for note in head.notes)
    right = read(file, "--swap")
    assert not right.heads[0].swapped
    assert right.features()[0][0].distance(shapely.Point(LON, LAT)) < 1e-6


def test_a_file_from_far_away_says_so(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    (head,) = read(write(tmp_path / "москва.geojson", [shapely.Point(37.6, 55.7)], name=["а"])).heads
    assert any("далеко от города" in note for note in head.notes) and not head.swapped


def test_what_has_no_place_is_left_out_and_counted(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    shapes = [shapely.Point(LON, LAT), None, shapely.Point(np.nan, np.inf), shapely.Point()]
    found = read(write(tmp_path / "дыры.gpkg", shapes, name=["есть", "нет", "не число", "пусто"]))
    (head,) = found.heads
    assert (head.count, head.left_out) == (1, 3)
    assert found.features()[0][1]["name"] == "есть"


def test_crossing_outlines_are_drawn_and_what_lies_beyond_the_180th_meridian_is_counted(
    tmp_path: Path, read: Callable[..., Outcome]
) -> None:
    bow = shapely.Polygon([(LON, LAT), (LON + 0.01, LAT + 0.01), (LON + 0.01, LAT), (LON, LAT + 0.01)])
    beyond = shapely.LineString([(179.9, LAT), (180.1, LAT)])
    found = read(write(tmp_path / "кривые.geojson", [bow, beyond, shapely.box(LON, LAT, LON + 0.001, LAT + 0.001)]))
    (head,) = found.heads
    assert (head.count, head.left_out) == (2, 1)
    assert head.notes == ("Контуров, которые пересекают сами себя: 1. На карте они исправлены.",)
    for zoom in (10, 14, 18):
        drawn = json.loads(found.guest().view(_window(zoom)))["features"]
        assert 0 in {one["id"] for one in drawn}, f"the crossing one at zoom {zoom}"


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
@pytest.mark.parametrize("told", [True, False])
def test_letters_of_a_shapefile(encoding: str, told: bool, tmp_path: Path, read: Callable[..., Outcome]) -> None:
    file = write(tmp_path / "буквы.shp", [shapely.Point(LON, LAT)], encoding=encoding, name=["Щёлкино, дом №5"[:14]])
    if not told:
        file.with_suffix(".cpg").unlink()
        if encoding == "cp866":
            data = bytearray(file.with_suffix(".dbf").read_bytes())
            data[29] = 0x65
            file.with_suffix(".dbf").write_bytes(data)
    words = read(file).features()[0][1]["name"]
    assert words.startswith("Щёлкино, дом"), words


def test_a_wrong_word_about_the_letters_is_not_believed(tmp_path: Path) -> None:
    file = write(tmp_path / "a.shp", [shapely.Point(LON, LAT)], encoding="cp1251", name=["Люк"])
    named = file.with_suffix(".cpg")
    for told in ("UTF-8", "ISO-8859-1"):
        named.write_text(told)
        assert dbf_encoding(file.with_suffix(".dbf"), named) == "CP1251"
    assert dbf_encoding(tmp_path / "none.dbf", named) is None


def _spoilt(folder: Path) -> dict[str, Path]:
    """Files that must be refused, by what is wrong with them."""
    made = {}

    def put(why: str, name: str, data: bytes) -> None:
        made[why] = folder / name
        made[why].write_bytes(data)

    put("empty", "a.geojson", b"")
    put("garbage", "b.geojson", os.urandom(5_000))
    put("half", "c.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature"')
    put("no features", "d.geojson", b'{"type":"FeatureCollection","features":[]}')
    put("not a geopackage", "e.gpkg", b"<OGRVRTDataSource></OGRVRTDataSource>")
    put("cut geopackage", "f.gpkg", b"SQLite format 3\0" + os.urandom(4_000))
    put("no shapefile", "g.shp", struct.pack(">I", 9994) + os.urandom(200))
    put("no kml", "h.kml", b"<kml><Document><Placemark>")
    put("no zip", "i.zip", b"PK\x03\x04" + os.urandom(300))
    put("nothing in it", "j.docx", b"x")
    put("alone", "k.tab", b'!table\n!version 300\nDefinition Table\n  Type NATIVE Charset "WindowsCyrillic"\n')
    put("vrt", "l.vrt", _vrt("/etc/passwd"))
    put("vrt in disguise", "m.geojson", _vrt("/vsicurl/http://127.0.0.1:9/a.geojson"))
    put("vrt in a kml", "n.kml", _vrt("/vsicurl/http://127.0.0.1:9/a.geojson"))
    put("an address", "o.geojson", b"http://127.0.0.1:9/a.geojson")
    put("deep", "q.geojson", b"[" * 200_000)
    return made


def _vrt(source: str) -> bytes:
    layer = f'<OGRVRTLayer name="a"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()


def test_what_can_not_be_read_is_refused_in_words(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    for why, file in _spoilt(tmp_path).items():
        found = read(file)
        assert found.code == 2 and "Ошибка: " in found.why, (why, found.code, found.why)
        assert "сообщите разработчикам" not in found.why, (why, found.why)
        assert not (found.folder / kept.HEADS).exists(), why


def test_a_table_that_leads_to_others_is_refused(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    write(tmp_path / "real.tab", [shapely.Point(LON, LAT)], name=["а"])
    view = tmp_path / "view.tab"
    view.write_text(
        f'!table\n!version 100\nOpen Table "{tmp_path}/real.tab" Hide\nCreate View v As Select * From real\n'
    )
    (tmp_path / "view.dat").write_bytes(b"x")
    found = read(view)
    assert found.code == 2 and "ссылается на другие" in found.why


def test_an_archive_that_swells_is_stopped(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.geojson", "w") as member:
        for _ in range(kinds.LARGEST // 2**20 + 1):
            member.write(bytes(2**20))
    assert file.stat().st_size < 2**20
    found = read(file)
    assert found.code == 2 and "слишком велик" in found.why
    assert sum(one.stat().st_size for one in found.folder.rglob("*")) < 2**20


def test_a_million_vertices_are_simplified_for_the_view(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    turn = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    rim = np.column_stack([LON + 0.02 * np.cos(turn), LAT + 0.01 * np.sin(turn)])
    guest = read(write(tmp_path / "озеро.gpkg", [shapely.Polygon(rim)], name=["Озеро"])).guest()
    text = guest.view(_window(12))
    assert len(text) < 100_000
    (feature,) = json.loads(text)["features"]
    assert feature["id"] == 0 and feature["properties"] == {}


def _window(zoom: float, width: int = 1000) -> Window:
    x, y = project(LON, LAT)
    half = width / 256 / 2**zoom / 2
    return Window(float(x) - half, float(y) - half, float(x) + half, float(y) + half, zoom)


def test_a_view_has_no_more_than_it_can_show(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    rng = np.random.default_rng(1)
    places = rng.normal((LON, LAT), 0.01, (30_000, 2))
    guest = read(write(tmp_path / "точки.geojson", list(shapely.points(places)))).guest()
    assert 100 < len(json.loads(guest.view(_window(13)))["features"]) <= MOST
    assert json.loads(guest.view(_window(19, 10)))["features"] == [] or len(guest.view(_window(19, 10))) < 10_000


def test_numbers_that_lie_in_no_zone_become_no_place() -> None:
    move = mover("МСК-74")
    assert np.isinf(move(np.array([[5_000_000.0, 5.0]]))).all()


def test_no_file_makes_the_reading_call_anybody(tmp_path: Path, read: Callable[..., Outcome]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.settimeout(0.2)
        url = f"http://127.0.0.1:{ear.getsockname()[1]}/a"
        link = f"<NetworkLink><name>a</name><Link><href>{url}.kml</href></Link></NetworkLink>"
        place = f"<Placemark><name>Сквер</name><Point><coordinates>{LON},{LAT}</coordinates></Point></Placemark>"
        kml = tmp_path / "ссылка.kml"
        kml.write_text(
            f'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "{url}.dtd">'
            f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{link}{place}</Document></kml>',
            encoding="utf-8",
        )
        assert read(kml).code in (0, 2)
        for name, text in (("a.geojson", url), ("b.geojson", _vrt(f"/vsicurl/{url}").decode()), ("c.gpx", link)):
            (tmp_path / name).write_text(text)
            assert read(tmp_path / name).code == 2
        with pytest.raises(TimeoutError):
            ear.accept()
