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
from dataclasses import replace
from pathlib import Path
from typing import Any

from citymanager.errors import CityError, Damaged, ReadOnly, Refused, why
from citymanager.failpoints import fp
from layers.basemap.plain_words import LONGEST_WORDS
from layers.basemap.tile_files import opened, unfit
from layers.basemap.tile_source import About, Source, Unusable

POINTER = "tiles.json"
CHUNK = 4 * 1024 * 1024
VECTOR = "в нём векторные тайлы, а здесь нужны картинки. Загрузите его как карту города: «Настройки», «Карта города»"
_KEPT = re.compile(r"[0-9a-f]{32}\.tiles")

Progress = Callable[[float, str], None]


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
