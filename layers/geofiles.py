"""What the exchange of records needs of the map's libraries: GeoPackage files, and other coordinates than WGS 84."""

import json
import math
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from citymanager.errors import Refused
from citymanager.exchange.cells import Cell, written
from citymanager.exchange.outgo import Export
from citymanager.exchange.places import Projection
from citymanager.exchange.source import Row, Source, batches, broken
from citymanager.schema import Field
from citymanager.store import Record
from layers.projections import projection

_PAGE = 5_000
_MAGIC = b"SQLite format 3"
_OF_QGIS = ("layer_styles", "qgis_projects")
"""Tables that QGIS keeps its own things in."""


class GeoFiles:
    """Satisfies `citymanager.exchange.formats.Geo`; the libraries are imported when they are first needed."""

    def projection(self, crs: str) -> Projection:
        return projection(crs)

    def read(self, path: Path) -> Source:
        """Open a GeoPackage's only layer, read through once. Raises Refused."""
        layer, crs = _layer(path)
        columns: dict[str, None] = {}
        for frame in _frames(path, layer):
            columns |= dict.fromkeys(str(name) for name in frame.columns if name != "geometry")
        return Source(tuple(columns), _rows(path, layer), crs, shapes=True)

    def write(self, path: Path, export: Export) -> int:
        """Write a layer page by page; how many records."""
        from pyogrio import write_dataframe

        path.unlink()  # GDAL makes its files itself
        fields, count = [one for one in export.fields if one.kind != "geometry"], 0
        for page in _pages(export):
            kind = "Unknown" if export.module.geometry else None  # a Polygon must not become a MultiPolygon
            write_dataframe(
                _frame(page, fields, bool(export.module.geometry)), path, layer=export.module.key, driver="GPKG",
                append=count > 0, geometry_type=kind, promote_to_multi=False,
            )  # fmt: skip
            count += len(page)
        return count


def _layer(path: Path) -> tuple[str, str]:
    """The name and the coordinates of the layer that holds records."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:  # GDAL would take other kinds under this name, some with references
            raise broken(path, "это не GeoPackage")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file GDAL warns before it fails
            names = [name for name in map(str, pyogrio.list_layers(path)[:, 0]) if name not in _OF_QGIS]
            if len(names) != 1:
                raise broken(path, f"нужен один слой, а в файле: {', '.join(names) or 'ни одного'}")
            return names[0], str(pyogrio.read_info(path, layer=names[0])["crs"] or "")
    except (DataSourceError, ValueError, RuntimeError) as error:
        raise broken(path, "это не GeoPackage, или он повреждён") from error


def _frames(path: Path, layer: str) -> Iterator[Any]:
    from pyogrio import read_dataframe
    from pyogrio.errors import DataSourceError

    start = 0
    try:
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame = read_dataframe(path, layer=layer, skip_features=start, max_features=_PAGE)
            if not len(frame):
                return
            yield frame
            start += len(frame)
    except (DataSourceError, ValueError, RuntimeError) as error:
        raise broken(path, "слой повреждён") from error


def _rows(path: Path, layer: str) -> Iterator[Row]:
    from shapely import to_geojson

    number = 0
    for frame in _frames(path, layer):
        for one in frame.to_dict("records"):
            number += 1
            shape = one.pop("geometry", None)
            cells = {str(key): _cell(value) for key, value in one.items()}
            yield Row(number, cells, json.loads(to_geojson(shape)) if shape is not None else None)


def _cell(value: Any) -> Any:
    """A cell of a frame as the import reads it: text, number or flag."""
    import pandas

    if value is None or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _pages(export: Export) -> Iterable[tuple[Record, ...]]:
    """The records page by page; one empty page for an empty module, so that the file has its columns."""
    some = False
    for page in batches(export.records(), _PAGE):
        some = True
        yield page
    if not some:
        yield ()


def _frame(page: tuple[Record, ...], fields: list[Field], shapes: bool) -> Any:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    table = {"id": Series([one.id for one in page], dtype=object)}
    for one in fields:
        cells = [written(one, record.data.get(one.key)) for record in page]
        table[one.key] = Series(cells, dtype=float) if one.kind == "number" else Series(_texts(cells), dtype=object)
    if not shapes:
        return DataFrame(table)
    geometries = [_shape(record) for record in page]
    return GeoDataFrame(table, geometry=geometries, crs=4326)


def _shape(record: Record) -> Any:
    from shapely.geometry import shape

    found = record.data.get("geometry")
    try:
        return shape(found) if found else None
    except Exception as error:  # shapely and numpy raise what they please over a value of a newer server
        raise Refused(
            f"Геометрию записи {record.id} не записать в GeoPackage: выгрузите раздел в GeoJSON или исправьте запись."
        ) from error


def _texts(cells: Iterable[Cell]) -> list[str | None]:
    return [None if one is None else str(one) for one in cells]
