"""Makes vector tiles as cities get them: GDAL's own writer cuts them, one layer after the other."""

import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
from shapely.geometry.base import BaseGeometry

Feature = tuple[dict[str, Any], BaseGeometry]
Tiles = dict[tuple[int, int, int], bytes]


def tiles(folder: Path, layers: Mapping[str, Sequence[Feature]], zoom: int = 14, packed: bool = True) -> Tiles:
    """Tiles of one zoom; a tile's layers stand one behind the other, as the format has it."""
    folder.mkdir(exist_ok=True)
    found: Tiles = {}
    for name, features in layers.items():
        frame = geopandas.GeoDataFrame([tags for tags, _ in features], geometry=[one for _, one in features], crs=4326)
        options = {"FORMAT": "DIRECTORY", "MINZOOM": str(zoom), "MAXZOOM": str(zoom), "COMPRESS": "NO"}
        pyogrio.write_dataframe(frame, folder / name, driver="MVT", layer=name, dataset_options=options)
        for path in (folder / name).glob("*/*/*.pbf"):
            place = (int(path.parts[-3]), int(path.parts[-2]), int(path.stem))
            found[place] = found.get(place, b"") + path.read_bytes()
    return {place: gzip.compress(content) if packed else content for place, content in found.items()}
