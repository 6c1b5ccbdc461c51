"""Reading a city's data: GeoJSON, GeoPackage and OpenStreetMap files become shapes with tags."""

import gzip
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from citymanager.errors import Refused, why
from layers.basemap.classes import tidy

OSM_KEYS = (
    "building", "highway", "railway", "waterway", "natural", "landuse", "leisure", "amenity", "shop", "office", "place",
    "boundary", "tourism", "healthcare", "addr:housenumber", "historic", "craft",
)  # fmt: skip
LINE_KEYS = ("highway", "railway", "waterway")


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature of a source: shapely geometry in WGS 84, longitude first, and OpenStreetMap tags."""

    tags: dict[str, str]
    geometry: Any
    """As the source has it, sound or not (`layers.basemap.mending`); None: there is none that could be read."""
    drawn: bool = True
    """False: another feature draws it, this one has its name."""


def read(path: Path) -> Iterator[Shape]:
    """The features of a file. Raises Refused for a file that is missing, empty, broken or of no known kind."""
    reader = next((one for ending, one in _READERS.items() if path.name.lower().endswith(ending)), None)
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise Refused(f"Файл «{path.name}» не подходит для карты города. Нужен файл одного из видов: {known}.")
    if not path.is_file():
        raise Refused(f"Файла «{path}» нет. Проверьте путь.")
    if path.stat().st_size == 0:
        raise Refused(f"Файл «{path.name}» пуст.")
    return reader(path)


def broken(path: Path, why: str) -> Refused:
    return Refused(f"Файл «{path.name}» не прочитан: {why}. Возьмите целый файл и повторите импорт.")


def _geojson(path: Path) -> Iterator[Shape]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
        features = found["features"] if found["type"] == "FeatureCollection" else [found]
        stem = path.stem.lower()
        for one in features:
            yield Shape(tidy(one.get("properties") or {}, stem), _shape(one.get("geometry")))
    except OSError as error:
        raise broken(path, why(error)) from error
    except RecursionError as error:
        raise broken(path, "слишком глубокая вложенность") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise broken(path, "это не GeoJSON или он повреждён") from error


def _shape(found: Any) -> Any | None:
    """None for what is no geometry: a ring of two points, a place without numbers, a kind that nobody knows."""
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        with np.errstate(invalid="ignore"):  # a NaN is met where geometries are mended
            return shape(found) if found else None
    except (ShapelyError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
        return None


def _geopackage(path: Path) -> Iterator[Shape]:
    import pyogrio
    from pyogrio.errors import DataSourceError

    with path.open("rb") as file:
        if file.read(15) != b"SQLite format 3":  # GDAL would take other formats under this name, some with references
            raise broken(path, "это не GeoPackage")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL grumbles at every oddity of a file; what matters is what it yields
            frames = [(str(name), _frame(path, name)) for name in pyogrio.list_layers(path)[:, 0]]
    except (DataSourceError, ValueError, RuntimeError) as error:
        raise broken(path, "файл повреждён или в нём нет геометрии") from error
    for name, frame in frames:
        for row in frame:
            geometry = row.pop("geometry")
            yield Shape(tidy(row, name.lower()), geometry)


def _frame(path: Path, layer: str) -> list[dict[str, Any]]:
    """The rows of a layer in WGS 84, the shape under `geometry`; none of a layer that has no shapes."""
    import geopandas

    frame = geopandas.read_file(path, layer=layer, on_invalid="ignore")
    if not isinstance(frame, geopandas.GeoDataFrame):
        return []
    placed = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    rows: list[dict[str, Any]] = (placed.to_crs(4326) if placed.crs else placed).to_dict("records")
    return rows


def _osm(path: Path) -> Iterator[Shape]:
    import osmium

    factory = osmium.geom.WKBFactory()
    try:
        found = osmium.FileProcessor(str(path)).with_areas().with_filter(osmium.filter.KeyFilter(*OSM_KEYS))
        for one in found:
            make = _maker(one, factory)
            shape = _osm_shape(one, make) if make else None
            if shape is not None:
                yield shape
    except (RuntimeError, OSError, EOFError, gzip.BadGzipFile) as error:
        raise broken(path, "это не данные OpenStreetMap или они повреждены") from error


def _maker(one: Any, factory: Any) -> Callable[[Any], str] | None:
    """How an OSM object becomes a geometry; None for those that are drawn in another of their forms."""
    if one.is_node():
        return factory.create_point  # type: ignore[no-any-return]
    if one.is_way():
        return factory.create_linestring if any(key in one.tags for key in LINE_KEYS) else None
    return factory.create_multipolygon if one.is_area() else None


def _osm_shape(one: Any, make: Callable[[Any], str]) -> Shape | None:
    import osmium
    from shapely import from_wkb

    try:
        geometry = from_wkb(bytes.fromhex(make(one)))
    except (RuntimeError, osmium.InvalidLocationError):
        return None  # an object cut by the extract's edge: its points are not in the file
    return Shape(tidy({tag.k: tag.v for tag in one.tags}), geometry)


_READERS: dict[str, Callable[[Path], Iterator[Shape]]] = {
    ".geojson": _geojson, ".json": _geojson, ".gpkg": _geopackage,
    ".osm.pbf": _osm, ".osm.gz": _osm, ".osm.bz2": _osm, ".osm": _osm,
}  # fmt: skip
