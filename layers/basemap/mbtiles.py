"""MBTiles: a SQLite file of somebody else's with the tables `metadata` and `tiles`."""

import math
import threading
import time
from pathlib import Path

from citymanager.errors import CityError
from citymanager.store.connection import GivenFile, Row
from layers.basemap.raster import LONGEST_TILE, VECTOR, About, Bounds, Unusable, checked, plain, sound
from layers.mercator import unproject

MAGIC = b"SQLite format 3\0"
PATIENCE = 2.0
"""Seconds for one question: `tiles` may be a view, and a view may be anything."""
LOOKING_THROUGH = 600.0
_TILE = """
    SELECT tile_data FROM tiles
    WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? AND length(tile_data) <= ?
"""


class MBTiles:
    """Satisfies `raster.Source`. Raises Unusable if the file is none."""

    def __init__(self, path: Path) -> None:
        self._lock, self._closed = threading.Lock(), False
        try:
            self._base = GivenFile(path)
        except CityError as error:
            raise Unusable("он повреждён") from error
        try:
            self.about = self._about()
        except CityError as error:
            self._base.close()
            raise Unusable("в нём нет таблиц MBTiles, или он повреждён") from error
        except BaseException:
            self._base.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        found = self._ask(_TILE, (zoom, x, 2**zoom - 1 - y, LONGEST_TILE))
        return found[0] if found and isinstance(found[0], bytes) else None

    def check(self) -> None:
        told = self._ask("PRAGMA quick_check(1)", (), LOOKING_THROUGH)
        if told != ("ok",):
            raise Unusable("он повреждён")
        found = self._ask("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", (self.about.most,))
        checked(self, found[0] if found and isinstance(found[0], bytes) else None)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._base.close()

    def _ask(self, sql: str, values: Row, patience: float = PATIENCE) -> Row | None:
        end = time.monotonic() + patience
        with self._lock:
            if self._closed:
                raise Unusable("он закрыт")
            with self._base.while_wanted(lambda: time.monotonic() < end):
                return self._base.one(sql, values)

    def _about(self) -> About:
        end = time.monotonic() + LOOKING_THROUGH
        with self._base.while_wanted(lambda: time.monotonic() < end):
            rows = self._base.all("SELECT name, value FROM metadata LIMIT 100")
            said = {str(name): str(value) for name, value in rows if value is not None}
            if said.get("format", "").lower() in ("pbf", "mvt"):
                raise Unusable(VECTOR)
            zooms = self._base.one("SELECT min(zoom_level), max(zoom_level) FROM tiles")
            if zooms is None or not all(isinstance(one, int) for one in zooms):
                raise Unusable("в нём нет ни одного тайла")
            bounds = _read(said.get("bounds", "")) or self._covered(zooms[1])
        return About(zooms[0], zooms[1], bounds, plain(said.get("attribution", "")))

    def _covered(self, zoom: int) -> Bounds:
        """Where the finest tiles lie, of a file that does not say it."""
        found = self._base.one(
            "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row) FROM tiles WHERE zoom_level = ?",
            (zoom,),
        )
        if found is None or not all(isinstance(one, int) for one in found) or not 0 <= zoom <= 30:
            raise Unusable("не понять, какое место он показывает")
        side = 2.0**zoom
        west, north = unproject(found[0] / side, 1 - (found[3] + 1) / side)
        east, south = unproject((found[1] + 1) / side, 1 - found[2] / side)
        bounds = (float(west), float(south), float(east), float(north))
        if not sound(bounds):
            raise Unusable("не понять, какое место он показывает")
        return bounds


def _read(text: str) -> Bounds | None:
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError:
        return None
    bounds = (west, south, east, north)
    return bounds if all(map(math.isfinite, bounds)) and sound(bounds) else None
