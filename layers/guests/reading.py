"""Reads a GIS file in a process of its own: a file that breaks a driver, or eats all memory, costs a message only.

Of GDAL's drivers only the one that the file's ending stands for is there; none that follows references or addresses.
"""

import math
import os
import resource
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from citymanager.errors import Refused
from layers.guests import kept, kinds
from layers.guests.dbf import dbf_encoding
from layers.guests.ground import Ground, ground
from layers.guests.kept import Head
from layers.guests.kinds import Part

MOST_FEATURES = 100_000
MOST_POINTS = 3_000_000
MOST_LAYERS = 30
MOST_FIELDS = 80
LONGEST = 2_000
"""Letters of a value."""
MEMORY, SECONDS = 4 * 2**30, 90
OTHER_GDAL = "Файлы карты на этом компьютере не читаются: библиотека GDAL не той версии."
_TWICE = ("route_points", "track_points")
"""Layers of GPX that repeat the points of its lines."""
_OF_KML = {
    "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet",
}  # fmt: skip
"""Fields that say how Google Earth draws a feature."""
_NO_LAYERS = ("layer_styles", "qgis_projects")
_KINDS = {0: "point", 4: "point", 1: "line", 5: "line", 2: "line", 3: "polygon", 6: "polygon"}
_SETTINGS = {
    "GDAL_DRIVER_PATH": "disable", "OGR_SQLITE_LOAD_EXTENSIONS": "NO", "SHAPE_RESTORE_SHX": "YES",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "NO", "GDAL_HTTP_MAX_RETRY": "0", "LIBKML_RESOLVE_STYLE": "NO",
}  # fmt: skip


def read_file(file: Path, folder: Path, told: str, *, swap: bool) -> None:
    """Leave in `folder` what a file holds (`layers.guests.kept`). Raises Refused with what to do; then nothing counts.

    `told`: the system of coordinates that a person has named; empty: the file's own. `swap`: its axes are exchanged.
    """
    _limit()
    _without_frames()
    os.environ["GDAL_DRIVER_PATH"] = "disable"
    warnings.simplefilter("ignore")  # of what is odd in a file GDAL warns before it fails
    heads: list[Head] = []
    with TemporaryDirectory(dir=folder) as apart:
        try:
            for part in kinds.copied(file, Path(apart)):
                for head, texts in _layers(part, told, swap):
                    with kept.lines(folder, len(heads)).open("w", encoding="utf-8", errors="surrogatepass") as made:
                        made.writelines(texts)
                    heads.append(head)
        except MemoryError as error:
            raise Refused(f"Файл «{file.name}» слишком велик: не хватает памяти. Вырежьте нужный район.") from error
        except OSError as error:
            raise Refused(f"Файл «{file.name}» не прочитан: диск или папка недоступны.") from error
    if not heads:
        raise Refused(f"В файле «{file.name}» нет ни одного объекта с местом на карте.")
    kept.write_heads(folder, heads)


def _limit() -> None:
    """What a hostile file may cost at most."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * kinds.LARGEST, 2 * kinds.LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _without_frames() -> None:
    """pyogrio, where it finds them, imports geopandas and pandas: half of the time that a small file takes."""
    for name in ("geopandas", "pandas"):
        sys.modules[name] = None  # type: ignore[assignment]  # as if it were not installed


class _Driver:
    """GDAL with one driver and no other.

    The one private call of pyogrio: it opens files with whatever drivers are registered, and registers them publicly
    only while it is imported. `GDAL_SKIP` in the environment would need their names before that, and an archive has
    files of several drivers. Should the call change with another version, `only` refuses instead of reading.
    """

    _all: tuple[str, ...] = ()

    @classmethod
    def only(cls, name: str) -> None:
        import pyogrio

        try:
            from pyogrio._ogr import _register_drivers
        except ImportError as error:
            raise Refused(OTHER_GDAL) from error
        cls._all = cls._all or tuple(pyogrio.list_drivers())
        left_out = ",".join(one for one in cls._all if one != name)
        pyogrio.set_gdal_config_options({**_SETTINGS, "GDAL_SKIP": left_out, "OGR_SKIP": left_out})
        _register_drivers()
        if set(pyogrio.list_drivers()) != {name}:
            raise Refused(OTHER_GDAL)


def _layers(part: Part, told: str, swap: bool) -> Iterator[tuple[Head, Iterator[str]]]:
    import pyogrio

    _Driver.only(part.driver)
    names = [str(one) for one in _asked(part, lambda: pyogrio.list_layers(part.path))[:, 0]]
    names = [one for one in names if one not in _NO_LAYERS and not (part.driver == "GPX" and one in _TWICE)]
    if len(names) > MOST_LAYERS:
        raise Refused(f"В файле «{part.title}» слоёв {len(names)}, карта берёт не больше {MOST_LAYERS}.")
    for name in names:
        made = _layer(part, name, part.title if len(names) == 1 else f"{part.title}: {name}", told, swap)
        if made is not None:
            yield made


def _layer(part: Part, name: str, title: str, told: str, swap: bool) -> tuple[Head, Iterator[str]] | None:
    """Its head, and the lines of its features; None: it has none that has a place."""
    import numpy as np
    import shapely
    from pyogrio import raw

    encoding = dbf_encoding(part.beside(".dbf"), part.beside(".cpg")) if part.driver == "ESRI Shapefile" else None
    options: dict[str, Any] = {"layer": name, "force_2d": True, "datetime_as_string": True, "encoding": encoding}
    meta, _, wkb, columns = _asked(part, lambda: raw.read(part.path, max_features=MOST_FEATURES + 1, **options))
    if wkb is None or not len(wkb):
        return None
    if len(wkb) > MOST_FEATURES:
        raise Refused(f"В слое «{title}» больше {MOST_FEATURES} объектов. Вырежьте нужный район.")
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    sound = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    if len(coordinates) > MOST_POINTS:
        raise Refused(f"В слое «{title}» больше {MOST_POINTS} точек границ. Упростите его или вырежьте нужный район.")
    sound[np.unique(owner[~(np.abs(coordinates) < 1e12).all(axis=1)])] = False
    if not sound.any():
        return None
    where = ground(coordinates[sound[owner]], str(meta.get("crs") or ""), told, swap=swap)
    shapes = _moved(shapes, sound, where, swap)
    named = dict(zip(map(str, meta["fields"]), columns, strict=True))
    fields = [one for one in named if part.driver != "LIBKML" or one not in _OF_KML][:MOST_FIELDS]
    placed = np.flatnonzero(sound)
    if not len(placed):
        raise Refused(f"Слой «{title}» в системе «{where.title}» не лежит на Земле. Укажите другую.")
    head = Head(
        title[:120], len(placed), tuple(fields), _kind(shapes[placed]), len(wkb) - len(placed), where.title,
        where.swapped, (*where.notes, *_crossing(shapes[placed])), _bounds(shapes[placed]) if where.move else None,
    )  # fmt: skip
    return head, _texts(shapes, placed, {one: named[one] for one in fields})


def _asked(part: Part, ask: Any) -> Any:
    """What GDAL answers. Raises Refused for what it can't read."""
    from pyogrio import errors

    try:
        return ask()
    except (
        errors.DataSourceError, errors.DataLayerError, errors.FeatureError, errors.GeometryError, errors.FieldError,
        errors.CRSError, ValueError, RuntimeError, KeyError, OverflowError,
    ) as error:  # fmt: skip
        raise Refused(f"Файл «{part.title}{part.path.suffix}» не прочитан: он повреждён или не того вида.") from error


def _moved(shapes: Any, sound: Any, where: Ground, swap: bool) -> Any:
    """In degrees; what comes to lie nowhere is not sound."""
    import numpy as np
    import shapely

    if where.move is None:
        return shapes
    placed = np.flatnonzero(sound)
    found, owner = shapely.get_coordinates(shapes[placed], return_index=True)
    degrees = where.move(found[:, ::-1] if swap else found)
    lost = ~(np.abs(degrees) <= (180, 90)).all(axis=1)
    sound[placed[np.unique(owner[lost])]] = False
    degrees[lost] = 0
    shapes[placed] = shapely.set_coordinates(shapes[placed], degrees)
    return shapes


def _crossing(shapes: Any) -> list[str]:
    """What is to be said of outlines that cross themselves; nothing if there are none."""
    import shapely

    crossing = int((~shapely.is_valid(shapes)).sum())
    return [f"Контуров, которые пересекают сами себя: {crossing}. На карте они исправлены."] if crossing else []


def _bounds(shapes: Any) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = map(float, shapely.total_bounds(shapes))
    return west, south, east, north


def _kind(shapes: Any) -> str:
    import shapely

    found = {_KINDS.get(int(one), "shape") for one in set(shapely.get_type_id(shapes))}
    return found.pop() if len(found) == 1 else "shape"


def _texts(shapes: Any, placed: Any, columns: Mapping[str, Any]) -> Iterator[str]:
    import shapely

    for row in placed:
        found = {name: cell for name, column in columns.items() if (cell := _cell(column[row])) is not None}
        yield kept.line(shapely.to_wkb(shapes[row], hex=True), found)


def _cell(value: Any) -> Any:
    """A value as JSON has it; None: there is none."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or value == "" or isinstance(value, bytes) or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)[:LONGEST]
