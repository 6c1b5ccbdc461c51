"""A base map of pictures, MBTiles and PMTiles: drawn, or refused in words; kept whole or not at all."""

import gzip
import json
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from map_city import CENTRE, City, report
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage
from sqlcipher3 import dbapi2 as sqlite

from citymanager.errors import Damaged, ReadOnly, Refused
from layers.basemap import raster
from layers.basemap.build import import_basemap
from layers.basemap.pack import PACK
from layers.basemap.plain_words import plain
from layers.basemap.pmtiles import number
from layers.basemap.raster import POINTER, kept, take
from layers.basemap.tile_files import opened
from layers.basemap.tile_source import Unusable
from layers.mercator import project
from layers.tiles import NOTHING, tile_answer

Tiles = dict[tuple[int, int, int], bytes]
BOUNDS = (60.68, 56.05, 60.80, 56.12)
CREDIT = "© МКУ «Геоцентр»"


def still(share: float, text: str) -> None:
    """Nobody watches."""


def picture(colour: str, form: str = "PNG") -> bytes:
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    content, buffer = QByteArray(), QBuffer()
    buffer.setBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)
    return bytes(content.data())


def around(zooms: Iterable[int], colour: Callable[[int], str], form: str = "PNG") -> Tiles:
    """Tiles of one colour a zoom around the middle of the city."""
    found: Tiles = {}
    for zoom in zooms:
        x, y = (int(float(one) * 2**zoom) for one in project(CENTRE[1], CENTRE[0]))
        made = picture(colour(zoom), form)
        found |= {(zoom, x + dx, y + dy): made for dx in range(-4, 5) for dy in range(-4, 5)}
    return found


def mbtiles(path: Path, tiles: Tiles, view: bool = False, **said: str) -> Path:
    base = sqlite.connect(str(path))
    base.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    base.execute("CREATE TABLE kept (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    rows = [(z, x, 2**z - 1 - y, tile) for (z, x, y), tile in tiles.items()]
    base.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", rows)
    if view:
        base.execute("CREATE VIEW tiles AS SELECT * FROM kept")
    else:
        base.execute("ALTER TABLE kept RENAME TO tiles")
    base.executemany("INSERT INTO metadata VALUES (?, ?)", list(said.items()))
    base.commit()
    base.close()
    return path


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    """Of entries (first number, run, length, offset)."""
    firsts = [one[0] for one in entries]
    steps = [after - before for before, after in zip([0, *firsts], firsts, strict=False)]
    columns = [steps, [one[1] for one in entries], [one[2] for one in entries], [one[3] + 1 for one in entries]]
    return b"".join(map(varint, [len(entries), *(value for column in columns for value in column)]))


def pmtiles(path: Path, tiles: Tiles, *, leaves: bool = False, packed: bool = True, kind: int = 2, version: int = 3,
            tile_packing: int = 1, bounds: tuple[float, ...] = BOUNDS, **said: str) -> Path:  # fmt: skip
    pack: Callable[[bytes], bytes] = gzip.compress if packed else bytes
    data, entries = b"", []
    for place in sorted(tiles, key=lambda one: number(*one)):
        entries.append((number(*place), 1, len(tiles[place]), len(data)))
        data += tiles[place]
    below = b""
    if leaves:
        above = []
        for start in range(0, len(entries), 10):
            leaf = pack(directory(entries[start : start + 10]))
            above.append((entries[start][0], 0, len(leaf), len(below)))
            below += leaf
        entries = above
    root, meta = pack(directory(entries)), pack(json.dumps(said).encode())
    zooms = [place[0] for place in tiles] or [0]
    offsets = [127, len(root), 127 + len(root), len(meta), 127 + len(root) + len(meta), len(below),
               127 + len(root) + len(meta) + len(below), len(data), len(tiles), len(entries), len(tiles)]  # fmt: skip
    head = struct.pack("<7sB11Q6B4iB2i", b"PMTiles", version, *offsets, 1, 2 if packed else 1, tile_packing, kind,
                       min(zooms), max(zooms), *(round(one * 1e7) for one in bounds), 0, 0, 0)  # fmt: skip
    assert len(head) == 127
    path.write_bytes(head + root + meta + below + data)
    return path


@pytest.fixture(params=["mbtiles", "mbtiles of views", "pmtiles", "pmtiles with leaves", "pmtiles unpacked"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    def act(tiles: Tiles, **said: str) -> Path:
        if request.param.startswith("mbtiles"):
            where = {"bounds": ",".join(map(str, BOUNDS)), **said}
            return mbtiles(tmp_path / "город.mbtiles", tiles, "views" in request.param, **where)
        return pmtiles(tmp_path / "город.pmtiles", tiles, leaves="leaves" in request.param,
                       packed="unpacked" not in request.param, **said)  # fmt: skip

    return act


def test_every_tile_is_found_where_it_is_and_nowhere_else(make: Callable[..., Path], tmp_path: Path) -> None:
    tiles: Tiles = {(z, x, y): picture(f"#{z:02x}{x:02x}{y:02x}") for z in (3, 4) for x in range(8) for y in range(5)}
    about = take(make(tiles, attribution=CREDIT), tmp_path / "basemap", still)
    assert (about.least, about.most, about.attribution) == (3, 4, CREDIT)
    assert about.bounds == pytest.approx(BOUNDS)
    source = kept(tmp_path / "basemap")
    assert source is not None
    for zoom in (2, 3, 4, 5):
        for x in range(2**zoom):
            for y in range(2**zoom):
                assert source.tile(zoom, x, y) == tiles.get((zoom, x, y))
    source.close()
    assert tile_answer(source, 3, 0, 0).type == "image/png", "another base map has come meanwhile"


@pytest.mark.parametrize(("form", "type_"), [("PNG", "image/png"), ("JPG", "image/jpeg"), ("WEBP", "image/webp")])
def test_the_kinds_of_pictures(tmp_path: Path, form: str, type_: str) -> None:
    file = mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#123456", form)}, attribution="©")
    source = opened(file)
    assert tile_answer(source, 0, 0, 0).type == type_
    for place in ((0, 1, 0), (1, 0, 0), (99, 0, 0), (31, 2**31, 0)):
        assert tile_answer(source, *place) is NOTHING
    source.close()


def test_an_attribution_is_plain_text(tmp_path: Path) -> None:
    wild = '© <a href="http://evil/">Гео</a>&amp;Со <script>fetch("http://evil")</script><img src=x onerror=y>'
    about = take(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#111111")}, attribution=wild), tmp_path, still)
    assert about.attribution == "© Гео&Со"
    assert len(plain("ы" * 9_000)) == 300


VECTOR = gzip.compress(b"\x1a\x05vector")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("пусто.mbtiles", b"", "он пуст"),
        ("пусто.pmtiles", b"", "он пуст"),
        ("письмо.mbtiles", b"dear sir " * 99, "это не MBTiles и не PMTiles"),
        ("старый.pmtiles", b"PM\x02\x00" + bytes(500), "версия 3"),
        ("короткий.pmtiles", b"PMTiles\x03" + bytes(20), "повреждён"),
        ("четвёртый.pmtiles", b"PMTiles\x04" + bytes(500), "версии 4"),
        ("сжатый.pmtiles", b"PMTiles\x03" + b"\xff" * 500, "обрывается"),
    ],
)
def test_what_is_no_map_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / name, tmp_path / "basemap", reason)


def refused(path: Path, folder: Path, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        take(path, folder, still, CREDIT)
    assert not folder.exists() or list(folder.iterdir()) == []
    assert sorted(one.name for one in path.parent.iterdir() if one.is_file()) == [path.name]


def test_vector_tiles_are_refused(tmp_path: Path) -> None:
    refused(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): VECTOR}, format="pbf"), tmp_path / "b", "векторные")


def test_vector_tiles_that_say_nothing_are_refused_too(tmp_path: Path) -> None:
    refused(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): VECTOR}), tmp_path / "b", "векторные")


def test_vector_pmtiles_are_refused(tmp_path: Path) -> None:
    refused(pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): VECTOR}, kind=1), tmp_path / "b", "векторные")


def test_a_file_without_tiles_is_refused(tmp_path: Path) -> None:
    refused(mbtiles(tmp_path / "a.mbtiles", {}), tmp_path / "b", "ни одного тайла")


def test_another_database_is_refused(tmp_path: Path) -> None:
    sqlite.connect(str(tmp_path / "a.mbtiles")).execute("CREATE TABLE letters (text)").connection.close()
    refused(tmp_path / "a.mbtiles", tmp_path / "b", "нет таблиц MBTiles")


@pytest.mark.parametrize("name", ["a.mbtiles", "a.pmtiles"])
def test_a_file_cut_anywhere_is_refused_or_read_but_never_fails_otherwise(tmp_path: Path, name: str) -> None:
    tiles = around(range(12, 14), lambda zoom: "#445566")
    whole = (mbtiles if name.endswith("mbtiles") else pmtiles)(tmp_path / name, tiles).read_bytes()
    for share in (0.02, 0.2, 0.5, 0.9, 0.99):
        (tmp_path / name).write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(Refused):
            take(tmp_path / name, tmp_path / "basemap", still, CREDIT)
    for at in range(0, min(len(whole), 2_000), 37):
        (tmp_path / name).write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            source = opened(tmp_path / name)
        except Unusable:
            continue
        for zoom, x, y in list(tiles)[:9]:
            assert tile_answer(source, zoom, x, y).body
        source.close()


def test_a_view_that_never_ends_is_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.basemap.mbtiles.LOOKING_THROUGH", 0.3)
    base = sqlite.connect(str(tmp_path / "a.mbtiles"))
    base.execute("CREATE TABLE metadata (name, value)")
    base.execute("""CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)
        SELECT i AS zoom_level, i AS tile_column, i AS tile_row, x'00' AS tile_data FROM n""")
    base.close()
    with pytest.raises(Refused):
        take(tmp_path / "a.mbtiles", tmp_path / "basemap", still, CREDIT)


def test_whose_it_is_must_be_said_somewhere(tmp_path: Path) -> None:
    file = mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#111111")})
    with pytest.raises(Refused, match="чья это карта"):
        take(file, tmp_path / "basemap", still)
    assert take(file, tmp_path / "basemap", still, CREDIT).attribution == CREDIT


def test_a_copy_that_fails_leaves_the_old_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "basemap"
    first = mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#111111")}, attribution="Первая")
    take(first, folder, still)
    before = sorted(one.name for one in folder.iterdir())

    def full(share: float, text: str) -> None:
        if share > 0.1:
            raise OSError(28, "No space left on device")

    with pytest.raises(ReadOnly, match="не записана"):
        take(mbtiles(tmp_path / "b.mbtiles", {(0, 0, 0): picture("#222222")}, attribution="Вторая"), folder, full)
    assert sorted(one.name for one in folder.iterdir()) == before
    source = kept(folder)
    assert source is not None and source.about.attribution == "Первая"
    source.close()


def test_a_pointer_that_leads_elsewhere_is_damage(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#111111")})
    for name in ("../a.mbtiles", "a.mbtiles", "/etc/passwd", "0" * 32 + ".tiles", 7, None):
        (tmp_path / POINTER).write_text(json.dumps({"file": name, "attribution": ""}))
        with pytest.raises(Damaged):
            kept(tmp_path)


def test_a_city_pack_takes_the_place_of_tiles(tmp_path: Path) -> None:
    folder = tmp_path / "basemap"
    take(mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#111111")}, attribution="©"), folder, still)
    street = {"type": "Feature", "properties": {"highway": "residential"},
              "geometry": {"type": "LineString", "coordinates": [[60.7, 56.08], [60.71, 56.08]]}}  # fmt: skip
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [street]}))
    import_basemap([tmp_path / "a.geojson"], folder / PACK)
    assert kept(folder) is None
    assert [one.name for one in folder.iterdir()] == [PACK]


# on the page


def shown(city: City) -> QColor:
    """The colour of the map's middle, once it stands still."""
    with city.bot.waitCallback(timeout=30_000) as done:
        city.map.grab_when_ready(done)
    image = done.args[0].toImage()
    return image.pixelColor(image.width() // 2 + 90, image.height() // 2 + 40)


def line(city: City, name: str) -> str:
    """What one of the lines around the map says."""
    return str(city.js(f"document.querySelector('.{name}').textContent"))


def laid(city: City, file: Path, attribution: str = CREDIT) -> None:
    take(file, city.profile.basemap, still, attribution)
    city.map.show_pack(city.profile.basemap / PACK)
    city.bot.waitUntil(lambda: line(city, "attribution") == attribution, timeout=20_000)


def test_tiles_are_drawn_under_the_points_by_day_and_dimmed_by_night(
    make_city: Callable[..., City], make: Callable[..., Path]
) -> None:
    city = make_city(None, [report()])
    laid(city, make(around((14, 15, 16), lambda zoom: {14: "#aa3333", 15: "#33aa33", 16: "#8899aa"}[zoom])))
    assert city.js("document.querySelector('.trouble').hidden")
    city.map.go_to(*CENTRE, 16)
    assert shown(city).name() == "#8899aa"
    city.map.go_to(*CENTRE, 15)
    assert shown(city).name() == "#33aa33"
    city.map.go_to(*CENTRE, 18)
    assert shown(city).name() == "#8899aa", "beyond the last zoom the finest pictures are enlarged"
    city.map.set_theme({}, dark=True)
    assert shown(city).lightness() < 0.75 * QColor("#8899aa").lightness()
    city.map.go_to(CENTRE[0] + 0.4, CENTRE[1], 16)
    assert shown(city).name() == "#1d2127", "where there are no tiles the ground is seen"
    assert city.js("document.querySelector('.points') !== null || document.querySelectorAll('canvas').length > 0")


def test_the_address_of_a_tile_is_three_numbers(make_city: Callable[..., City], tmp_path: Path) -> None:
    city = make_city(None)
    laid(city, mbtiles(tmp_path / "a.mbtiles", {(0, 0, 0): picture("#123456")}))
    fetched = """(async (names) => { const found = []; for (const name of names) {
        try { found.push((await fetch(name)).status); } catch { found.push(0); } } return found; })"""
    good = ["tile/0/0/0", "tile/5/3/1"]
    bad = ["tile/0/0", "tile/0/0/0/0", "tile/a/0/0", "tile/-1/0/0", "tile/0/0/0.png", "tile/٣/0/0",
           "tile/0/0/123456789", "tile/%2e%2e/0/0", "tile//0/0", POINTER]  # fmt: skip
    assert city.js_later(f"{fetched}({json.dumps(good + bad)})") == [200] * len(good) + [404] * len(bad)


def test_a_pack_replaces_tiles_while_the_map_stands(make_city: Callable[..., City], pack: Path, tmp_path: Path) -> None:
    city = make_city(pack)
    laid(city, mbtiles(tmp_path / "a.mbtiles", around((15, 16), lambda zoom: "#7700ff")))
    city.map.go_to(*CENTRE, 16)
    assert shown(city).name() == "#7700ff"
    raster.drop(city.profile.basemap)
    city.map.show_pack(city.profile.basemap / PACK)
    city.bot.waitUntil(lambda: "ODbL" in line(city, "attribution"), timeout=20_000)
    assert shown(city).name() != "#7700ff"


def test_tiles_of_another_city_are_noticed(make_city: Callable[..., City], tmp_path: Path) -> None:
    city = make_city(None, [report() for _ in range(12)])
    file = mbtiles(tmp_path / "a.mbtiles", around((14,), lambda zoom: "#777777"), bounds="37.3,55.5,37.9,55.9")
    laid(city, file)
    city.map.refresh("reports")
    city.bot.waitUntil(lambda: "другого города" in line(city, "notices"), timeout=20_000)


def test_damaged_tiles_are_said_and_the_map_lives(make_city: Callable[..., City], tmp_path: Path) -> None:
    city = make_city(None, [report()])
    laid(city, mbtiles(tmp_path / "a.mbtiles", around((16,), lambda zoom: "#777777")))
    (kept_file,) = city.profile.basemap.glob("*.tiles")
    kept_file.write_bytes(b"SQLite format 3\0" + bytes(5_000))
    city.map.show_pack(city.profile.basemap / PACK)
    city.bot.waitUntil(lambda: "повреждена" in line(city, "trouble"), timeout=20_000)
    city.settle()
