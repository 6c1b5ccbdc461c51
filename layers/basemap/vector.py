"""A base map that is given as vector tiles: what the finest of them show becomes shapes with tags, each object once.

GDAL reads one tile at a time, by name as nothing but a tile; which tiles there are, our own readers of files say.
"""

import math
import resource
import warnings
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from citymanager.errors import CityError, Refused
from layers.basemap import tile_files
from layers.basemap.house_numbers import housed
from layers.basemap.seams import Key, Piece, joined
from layers.basemap.sources import Shape
from layers.basemap.tile_schemas import FIELDS, LAYERS, WRITTEN, tags
from layers.basemap.tile_source import GZIP, Source, Unusable
from layers.mercator import unproject

MOST_TILES = 10_000
"""Of the finest zoom: at 14 a place of 140 by 140 km at the latitude of Снежинск."""
MOST_FEATURES, MOST_POINTS = 2_000_000, 30_000_000
LARGEST_TILE = 16 * 1024 * 1024
"""Bytes of an unpacked tile."""
MEMORY, SECONDS = 6 * 2**30, 900
FINE = 13
"""The zoom from which tiles have houses and small streets."""
EXACT = 1e-6
"""Tiles within which a place is taken to lie at a seam: a hundredth of what tiles can say."""
LONGEST_TEXT = 300
HALF = 20_037_508.342789244
"""Metres of the web projection from its middle to its edge."""
FOREIGN = (
    "Файл «{}» не подходит для карты города: слои его тайлов программе незнакомы ({}). Нужна схема OpenMapTiles, "
    "Shortbread или Protomaps."
)
LARGE = "Файл «{}» слишком велик для карты города: {}. Вырежьте из него город и повторите."

Told = Callable[[float], None]
Pieces = dict[tuple[Key, bool], list[Piece]]


def read(path: Path, told: Told = lambda share: None) -> Iterator[Shape]:
    """The objects of a file of vector tiles; told is the share of its tiles that are read. Raises Refused for what is
    damaged, foreign or too large."""
    try:
        with closing(tile_files.opened(path)) as source, TemporaryDirectory() as apart:
            source.check()
            zoom = source.about.most
            pieces = _Collected(path)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # GDAL grumbles at every oddity of a tile; what matters is its yield
                for tile, content in _contents(path, source, told):
                    pieces.take(tile, content, zoom, Path(apart) / "tile.mvt")
    except MemoryError as error:
        raise Refused(LARGE.format(path.name, "не хватает памяти")) from error
    except (Unusable, CityError) as error:
        raise error if isinstance(error, Refused) else tile_files.unfit(path, error) from error
    yield from housed(
        Shape(dict(key), _degrees(geometry, zoom), drawn=not written)
        for (key, written), some in pieces.found().items()
        for geometry in joined(key, some)
    )


def is_vector(path: Path) -> bool:
    """Whether a file has tiles that are no pictures; what is no file of tiles has none."""
    about = tile_files.about(path) if tile_files.is_tiles(path) else None
    return about is not None and about.vector


def coarse(files: Iterable[Path]) -> list[str]:
    """What is missing in tiles that end at a zoom of whole districts."""
    deep = {one.name: about.most for one in files if is_vector(one) and (about := tile_files.about(one))}
    return [
        f"Тайлы «{name}» — только до масштаба {most}: домов и малых улиц в них нет."
        for name, most in deep.items() if most < FINE
    ]  # fmt: skip


def limit_process() -> None:
    """What a hostile file may cost at most, of a process that reads nothing else."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _contents(path: Path, source: Source, told: Told) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The tiles of the finest zoom, unpacked."""
    zoom = source.about.most
    places = source.places(zoom, MOST_TILES + 1)
    if len(places) > MOST_TILES:
        raise Refused(LARGE.format(path.name, f"тайлов масштаба {zoom} больше {MOST_TILES}"))
    for number, (x, y) in enumerate(places):
        tile = source.tile(zoom, x, y)
        if tile:
            yield (x, y), _unpacked(tile)
        told((number + 1) / len(places))


def _unpacked(tile: bytes) -> bytes:
    if not tile.startswith(GZIP):
        return tile
    unpacking = zlib.decompressobj(wbits=31)
    try:
        content = unpacking.decompress(tile, LARGEST_TILE)
    except zlib.error as error:
        raise Unusable("его тайл повреждён") from error
    if not unpacking.eof:
        raise Unusable("его тайл повреждён или огромен")
    return content


class _Collected:
    """The pieces of all tiles by their tags, and what may still come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pieces: Pieces = defaultdict(list)
        self._features = self._points = 0
        self._strange: set[str] = set()
        """Layers that no schema has."""

    def found(self) -> Pieces:
        """Raises Refused if there was nothing that is known."""
        if not self._pieces and self._strange:
            raise Refused(FOREIGN.format(self._path.name, ", ".join(sorted(self._strange)[:5])[:200]))
        return self._pieces

    def take(self, tile: tuple[int, int], content: bytes, zoom: int, file: Path) -> None:
        """Note what a tile shows; `file` is where GDAL finds it."""
        import pyogrio
        from pyogrio.errors import DataSourceError

        file.write_bytes(content)
        name = f"MVT:{file}"  # GDAL takes a file of this name for a tile, whatever else it looks like
        try:
            layers = {str(one) for one in pyogrio.list_layers(name)[:, 0]}
            self._strange |= layers - LAYERS.keys()
            for layer in sorted(layers & LAYERS.keys()):
                self._layer(name, layer, tile, zoom)
        except (DataSourceError, ValueError, RuntimeError, OverflowError) as error:
            raise Unusable("его тайл повреждён") from error

    def _layer(self, name: str, layer: str, tile: tuple[int, int], zoom: int) -> None:
        import shapely
        from pyogrio import raw

        place = {"X": str(tile[0]), "Y": str(tile[1]), "Z": str(zoom)}
        meta, _, wkb, columns = raw.read(name, layer=layer, columns=["mvt_id", *FIELDS], force_2d=True, **place)
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        self._count(shapes)
        shapes = _in_tiles(shapes, zoom)
        fields = dict(zip(map(str, meta["fields"]), columns, strict=True))
        idents = fields.pop("mvt_id", np.zeros(len(shapes)))
        for row, shape in enumerate(shapes):
            said = {key: text for key, column in fields.items() if (text := _text(column[row]))}
            known = tags(layer, said)
            for part in _parts(shape, tile) if known else ():
                piece = Piece(tile, part, _ident(idents[row]))
                self._pieces[tuple(sorted(known.items())), layer in WRITTEN].append(piece)

    def _count(self, shapes: Any) -> None:
        import shapely

        self._features += len(shapes)
        self._points += int(shapely.get_num_coordinates(shapes).sum())
        if self._features > MOST_FEATURES or self._points > MOST_POINTS:
            raise Refused(LARGE.format(self._path.name, "в нём больше объектов, чем бывает в городе"))


def _in_tiles(shapes: Any, zoom: int) -> Any:
    """Metres of the web projection become counts of tiles; what lies at a seam lies there exactly."""
    import shapely

    def moved(metres: Any) -> Any:
        found = (metres * (1, -1) + HALF) / (2 * HALF) * 2**zoom
        whole = np.round(found)
        return np.where(np.abs(found - whole) < EXACT, whole, found)

    return shapely.transform(shapes, moved)


def _parts(shape: Any, tile: tuple[int, int]) -> list[Any]:
    """What of a geometry belongs to this tile; a point at a seam belongs to the tile that begins there."""
    import shapely

    if shape is None or shape.is_empty:
        return []
    if shape.geom_type not in ("Point", "MultiPoint"):
        return [one for one in shapely.get_parts(shape) if not one.is_empty]
    return [one for one in shapely.get_parts(shape) if (math.floor(one.x), math.floor(one.y)) == tile]


def _degrees(geometry: Any, zoom: int) -> Any:
    import shapely

    return shapely.transform(geometry, lambda tiles: np.column_stack(unproject(*(tiles / 2**zoom).T)))


def _text(value: Any) -> str:
    """An attribute; numbers that are none are empty."""
    return "" if value is None or value != value else str(value).strip()[:LONGEST_TEXT]


def _ident(value: Any) -> int:
    return 0 if value is None or value != value else int(value)
