"""A base map that is given as pictures: an MBTiles or PMTiles file, kept as it came and read tile by tile.

The folder has one small file that names the tiles and whose they are (`POINTER`); it is replaced last, so a copy that
was broken off changes nothing.
"""

import json
import os
import re
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Protocol

from citymanager.errors import CityError, Damaged, ReadOnly, Refused, why
from citymanager.failpoints import fp

ENDINGS = (".mbtiles", ".pmtiles")
POINTER = "tiles.json"
LONGEST_TILE = 4 * 1024 * 1024
LONGEST_WORDS = 300
GZIP = b"\x1f\x8b"
"""What no picture begins with, and every packed vector tile."""
CHUNK = 4 * 1024 * 1024
DEEPEST = 24
VECTOR = "в нём векторные тайлы, а здесь нужны картинки. Загрузите его как карту города: «Настройки», «Карта города»"
_KEPT = re.compile(r"[0-9a-f]{32}\.tiles")
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))

Bounds = tuple[float, float, float, float]
Progress = Callable[[float, str], None]


class Unusable(Exception):
    """A file that is no map of pictures; its words say why."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file of tiles says of itself."""

    least: int
    most: int
    """The zooms of its first and last tiles."""
    bounds: Bounds
    """West, south, east, north in degrees."""
    attribution: str
    """Plain text."""
    vector: bool = False
    """Its tiles are no pictures."""


class Source(Protocol):
    """An open file of tiles; any thread may ask it."""

    @property
    def about(self) -> About: ...
    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """A tile, y counted from the north; None: there is none."""

    def places(self, zoom: int, most: int) -> list[tuple[int, int]]:
        """Where the tiles of a zoom are (x, y), so many at most."""

    def check(self) -> None:
        """Look the whole file through as far as that is quick; raises Unusable."""

    def close(self) -> None: ...


def is_tiles(path: Path) -> bool:
    return path.name.lower().endswith(ENDINGS)


def about(path: Path) -> About | None:
    """What a file of tiles says of itself; None: it is none, or damaged."""
    try:
        with closing(opened(path)) as source:
            return source.about
    except (Unusable, CityError):
        return None


def unfit(path: Path, error: Exception) -> Refused:
    reason = str(error) if isinstance(error, Unusable) else "он повреждён"
    return Refused(f"Файл «{path.name}» не подходит для карты города: {reason}.")


def kind(tile: bytes) -> str | None:
    """The media type of a picture by its first bytes; None for anything else."""
    if tile[:4] == b"RIFF" and tile[8:12] == b"WEBP":
        return "image/webp"
    return next((name for magic, name in _KINDS if tile.startswith(magic)), None)


def opened(path: Path) -> Source:
    """The tiles of a file, by what it holds and not by its name. Raises Unusable."""
    from layers.basemap.mbtiles import MAGIC as SQLITE
    from layers.basemap.mbtiles import MBTiles
    from layers.basemap.pmtiles import MAGIC as PMTILES
    from layers.basemap.pmtiles import PMTiles

    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE))
        if head == SQLITE:
            return MBTiles(path)
        if head.startswith(PMTILES):
            return PMTiles(path)
    except OSError as error:
        raise Unusable(why(error)) from error
    if head.startswith(PMTILES[:2]):
        raise Unusable("это PMTiles старой версии, а нужна версия 3")
    raise Unusable("он пуст" if not head else "это не MBTiles и не PMTiles, или он повреждён")


def kept(folder: Path) -> Source | None:
    """The tiles that the profile has; None: none. Raises Damaged."""
    pointer = folder / POINTER
    if not pointer.exists():
        return None
    try:
        said = json.loads(pointer.read_text(encoding="utf-8"))
        name, words = said["file"], str(said["attribution"])
        if not _KEPT.fullmatch(name):
            raise ValueError(name)
        return Credited(opened(folder / name), words)
    except (OSError, ValueError, KeyError, TypeError, Unusable) as error:
        raise Damaged("Растровая карта города повреждена: импортируйте её заново.") from error


class Credited:
    """Tiles with the attribution that was given at the import."""

    def __init__(self, source: Source, attribution: str) -> None:
        self._source = source
        told = source.about
        self.about = replace(told, attribution=attribution)
        self.tile, self.check, self.close = source.tile, source.check, source.close
        self.places = source.places


def take(path: Path, folder: Path, told: Progress, attribution: str = "") -> About:
    """Copy a file of tiles into the folder of the base map, whole or not at all; it is drawn from then on.

    Raises Refused for what is no map of pictures or says nowhere whose it is, and ReadOnly if the disk does not
    take it.
    """
    told(0.0, f"Проверяется {path.name}")
    about = _judged(path)
    words = attribution.strip() or about.attribution
    if not words:
        raise Refused(f"В файле «{path.name}» не сказано, чья это карта. Укажите источник (в команде: --attribution).")
    name = f"{uuid.uuid4().hex}.tiles"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy(path, folder / name, told)
        fp("basemap.written")
        _point(folder, json.dumps({"file": name, "attribution": words}, ensure_ascii=False))
    except OSError as error:
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
        raise ReadOnly(
            f"Карта города не записана в «{folder}»: {why(error)}. Проверьте место на диске и права."
        ) from error
    _tidy(folder, name)
    told(1.0, "Готово")
    return About(about.least, about.most, about.bounds, words)


def import_tiles(files: Sequence[Path], folder: Path, told: Progress, attribution: str = "") -> dict[str, Any]:
    """`take` for the command line: one file, and what came of it. Raises Refused and ReadOnly."""
    if len(files) != 1:
        raise Refused("Растровая карта (MBTiles, PMTiles) — это один файл: укажите его без других.")
    about = take(files[0], folder, told, " ".join(attribution.split())[:LONGEST_WORDS])
    return {
        "zooms": [about.least, about.most], "bounds": about.bounds, "attribution": about.attribution,
        "bytes": files[0].stat().st_size, "warnings": [],
    }  # fmt: skip


def drop(folder: Path) -> None:
    """Draw the city pack again: the tiles are no longer the base map."""
    with suppress(OSError):
        (folder / POINTER).unlink(missing_ok=True)
        _tidy(folder, "")


def _judged(path: Path) -> About:
    """What a file says of itself, once it has been looked through. Raises Refused."""
    if not path.is_file():
        raise Refused(f"Файла «{path}» нет. Проверьте путь.")
    try:
        with closing(opened(path)) as source:
            source.check()
            if source.about.vector:
                raise Unusable(VECTOR)
            return source.about
    except (Unusable, CityError) as error:
        raise unfit(path, error) from error


def _copy(path: Path, target: Path, told: Progress) -> None:
    size, done = max(1, path.stat().st_size), 0
    with path.open("rb") as source, target.open("wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            told(0.1 + 0.85 * min(1.0, done / size), "Копируется карта города")
        file.flush()
        os.fsync(file.fileno())


def _point(folder: Path, text: str) -> None:
    new = folder / f"{POINTER}.new"
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / POINTER)


def _tidy(folder: Path, name: str) -> None:
    """Tiles that nothing names any more, those of a copy that was broken off among them."""
    for one in folder.glob("*.tiles"):
        if _KEPT.fullmatch(one.name) and one.name != name:
            with suppress(OSError):  # the next import tries again
                one.unlink()


def plain(text: str) -> str:
    """The words of an attribution: what was HTML in it is gone, what is shown is cut to a line."""
    words = _Words()
    words.feed(text)
    words.close()
    return " ".join("".join(words.found).split())[:LONGEST_WORDS]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def sound(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return -180 <= west < east <= 180 and -90 <= south < north <= 90


def checked(source: Source, tile: bytes | None) -> None:
    """One of the tiles, looked at. Raises Unusable."""
    if tile is None:
        raise Unusable("в нём нет ни одного тайла")
    if not source.about.vector and kind(tile) is None:
        raise Unusable("его тайлы — не PNG, не JPEG и не WebP")
    least, most = source.about.least, source.about.most
    if not 0 <= least <= most <= DEEPEST:
        raise Unusable("в нём указаны невозможные масштабы")
