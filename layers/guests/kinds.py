"""Which files may be laid on the map: the one driver that reads each ending, and the files that belong beside it.

What is to be read is copied first, under names of our own: a driver sees nothing else, whatever a file refers to.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from citymanager.errors import Refused

DRIVERS: Mapping[str, str] = {
    ".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".kml": "LIBKML",
    ".gpx": "GPX", ".tab": "MapInfo File", ".mif": "MapInfo File",
}  # fmt: skip
ARCHIVES = (".zip", ".kmz")
TILES = (".mbtiles", ".pmtiles")
"""A base map, which is taken elsewhere."""
BESIDE: Mapping[str, tuple[str, ...]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"), ".tab": (".dat", ".map", ".id", ".ind"), ".mif": (".mid",),
    ".gpkg": (".gpkg-wal",),
}  # fmt: skip
NEEDED: Mapping[str, tuple[str, ...]] = {".tab": (".dat",)}
KNOWN = "GeoJSON, GeoPackage (.gpkg), Shapefile (.shp или .zip), KML, KMZ, GPX, MapInfo (.tab, .mif)"
LARGEST = 512 * 2**20
"""Bytes of a file with all that belongs to it, unpacked."""
MOST_MEMBERS = 2_000
_PIECE = 2**20
_NATIVE = re.compile(rb"^\s*type\s+native\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of geometries as it lies copied, ready to be read."""

    path: Path
    title: str
    """What its own name was, without the ending."""

    @property
    def driver(self) -> str:
        return DRIVERS[self.path.suffix]

    def beside(self, ending: str) -> Path:
        return self.path.with_suffix(ending)


def readable(name: str) -> bool:
    """Whether a file of this name is of a kind that may be laid on the map."""
    return Path(name).suffix.lower() in (*DRIVERS, *ARCHIVES)


def copied(file: Path, folder: Path) -> list[Part]:
    """Copy what a file holds into an empty folder. Raises Refused with what to do."""
    ending = file.suffix.lower()
    if ending in TILES:
        raise Refused(f"«{file.name}» — это подложка: загрузите её в «Настройки», «Карта города».")
    if not readable(file.name):
        raise Refused(f"Файл «{file.name}» карта не читает. Подходят: {KNOWN}.")
    if not file.is_file():
        raise Refused(f"Файла «{file.name}» нет, или это не файл.")
    if file.stat().st_size == 0:
        raise Refused(f"Файл «{file.name}» пуст.")
    purse = _Purse(file.name)
    parts = list(_unpacked(file, folder, purse) if ending in ARCHIVES else _single(file, folder, purse))
    for part in parts:
        _refuse_references(part, file.name)
    return parts


class _Purse:
    """How many bytes may still be written for one file."""

    def __init__(self, name: str) -> None:
        self._name, self._left = name, LARGEST

    def copy(self, source: IO[bytes], target: Path) -> None:
        with target.open("xb") as made:
            while piece := source.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise Refused(
                        f"Файл «{self._name}» слишком велик: распакованный больше {LARGEST // 2**20} МБ. "
                        "Вырежьте нужный район."
                    )
                made.write(piece)


def _single(file: Path, folder: Path, purse: _Purse) -> Iterator[Part]:
    ending = file.suffix.lower()
    near = {one.name.casefold(): one for one in file.parent.iterdir()} if ending in BESIDE else {}
    for one in BESIDE.get(ending, ()):
        found = near.get((file.stem + one).casefold())
        if found is not None and found.is_file():
            with found.open("rb") as source:
                purse.copy(source, folder / f"0{one}")
        elif one in NEEDED.get(ending, ()):
            raise Refused(f"Рядом с «{file.name}» нет файла «{file.stem}{one}»: перенесите их вместе или в одном ZIP.")
    with file.open("rb") as source:
        purse.copy(source, folder / f"0{ending}")
    yield Part(folder / f"0{ending}", file.stem)


def _unpacked(file: Path, folder: Path, purse: _Purse) -> Iterator[Part]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise Refused(f"В архиве «{file.name}» больше {MOST_MEMBERS} файлов. Оставьте нужные.")
            yield from _members(archive, members, file, folder, purse)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused(f"Архив «{file.name}» не распакован: он повреждён или под паролем.") from error


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: Path, folder: Path, purse: _Purse
) -> Iterator[Part]:
    """A member's own name becomes a title only, never a path."""
    by_name = {one.filename.casefold(): one for one in members if not one.is_dir()}
    number = 0
    for name, member in by_name.items():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        ending = path.suffix.lower()
        if ending not in DRIVERS or path.name.startswith("._"):
            continue
        stem = name[: -len(ending)]
        for one in (ending, *BESIDE.get(ending, ())):
            if stem + one in by_name:
                with archive.open(by_name[stem + one]) as source:
                    purse.copy(source, folder / f"{number}{one}")
        yield Part(folder / f"{number}{ending}", file.stem if file.suffix.lower() == ".kmz" else path.stem)
        number += 1
    if not number:
        raise Refused(f"В архиве «{file.name}» нет файлов карты. Подходят: {KNOWN}.")


def _refuse_references(part: Part, name: str) -> None:
    """Kinds of table that MapInfo makes of other tables would lead a driver out of the folder."""
    if part.path.suffix == ".tab":
        with part.path.open("rb") as file:
            text = file.read(_PIECE)
        if not _NATIVE.search(text) or b"isseamless" in text.lower():
            raise Refused(
                f"Таблица «{name}» ссылается на другие таблицы. Сохраните её копию в MapInfo и откройте копию."
            )
    if part.path.suffix == ".gpkg":
        with part.path.open("rb") as file:
            if file.read(15) != b"SQLite format 3":
                raise Refused(f"Файл «{name}» не прочитан: это не GeoPackage, или он повреждён.")
