"""Where a process dies over files: photos on their way, an import, a base map that is made."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from ledger import cache_of, mark
from workplace import City, Workplace


def photo_of(city: City) -> tuple[Path, bytes, str]:
    """A photo, its content and its sum."""
    content = b"\xff\xd8\xff" + mark().encode() + bytes(300_000)
    file = city.desk().folder.parent / f"{mark()}.jpg"
    file.write_bytes(content)
    return file, content, sha256(content).hexdigest()


def stands(city: City, content: bytes, name: str) -> None:
    """The server has exactly the files that its cards name."""
    (cards,) = city.central.sql("SELECT count(*) FROM records WHERE data::text LIKE %s", f"%{name}%")[0]
    assert city.central.sql("SELECT content FROM files WHERE sha256 = %s", name) == [(content,)] * cards
    assert city.central.sql("SELECT count(*) FROM parts WHERE sha256 = %s", name) == [(0,)]


def an_attached_photo(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file, content, name = photo_of(city)
    desk.new(photos=str(file), point=point)
    yield desk
    stands(city, content, name)
    desk.new(photos=str(file))
    desk.sync()
    stands(city, content, name)


def a_sent_photo(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file, content, name = photo_of(city)
    desk.new(photos=str(file))
    desk.sync(point=point)
    yield desk
    stands(city, content, name)
    with cache_of(desk.folder) as cache:
        assert cache.execute("SELECT count(*) FROM _files WHERE state != 'sent'").fetchone() == (0,)
    assert not (desk.folder / "files" / name[:2] / name).exists(), "it may be thrown away now"


def a_fetched_photo(city: City, point: str) -> Iterator[Workplace]:
    desk, fresh = city.desk(), city.workplace()
    file, content, name = photo_of(city)
    desk.new(photos=str(file))
    desk.sync()
    fresh.sync()
    fresh.act("fetch", city.central.url, fresh.login, name, point=point)
    fresh.act("fetch", city.central.url, fresh.login, name)
    assert (fresh.folder / "fetched" / name[:2] / name).read_bytes() == content
    yield fresh


def an_import(city: City, point: str) -> Iterator[Workplace]:
    """Whole portions, and the same file again adds what is missing."""
    desk = city.desk()
    marks = [mark() for _ in range(600)]
    file = desk.folder.parent / "rows.csv"
    file.write_text("text\n" + "\n".join(marks) + "\n", encoding="utf-8")
    desk.run("import", "reports", file, point=point)
    taken = desk.run("import", "reports", file)[-1]
    assert (taken["taken"], taken["unchanged"]) == (600, 500)
    yield desk
    rows = city.central.sql("SELECT data ->> 'text' FROM records WHERE data ->> 'text' = ANY(%s)", marks)
    assert sorted(text for (text,) in rows) == sorted(marks)


STREET = {"type": "Feature", "properties": {"highway": "residential", "name": "Озёрная улица"},
          "geometry": {"type": "LineString", "coordinates": [[60.73, 56.08], [60.74, 56.08]]}}  # fmt: skip


def a_map(city: City, point: str) -> Iterator[Workplace]:
    """The old one stays until the new one is whole."""
    desk = city.desk()
    file = desk.folder.parent / "map.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [STREET]}), encoding="utf-8")
    desk.run("import-basemap", "--attribution=© Город", file)
    (pack,) = (desk.folder / "basemap").iterdir()
    before = pack.read_bytes()
    desk.run("import-basemap", "--attribution=© Город", file, point=point)
    assert pack.read_bytes() == before
    yield desk
    assert desk.run("import-basemap", "--attribution=© Город", file)[0]["streets"] == 1
