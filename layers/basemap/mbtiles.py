"""MBTiles: a SQLite file of somebody else's with the tables `metadata` and `tiles`."""

import math
import threading
import time
from pathlib import Path

from citymanager.errors import CityError
from citymanager.store.connection import GivenFile, Row
from layers.basemap.plain_words import plain
from layers.basemap.tile_source import GZIP, LONGEST_TILE, About, Bounds, Unusable, checked, sound
from layers.mercator import unproject

MAGIC = b"SQLite format 3\0"
PATIENCE = 2.0
"""Seconds for one question: `tiles` may be a view, and a view may be anything."""
LOOKING_THROUGH = 600.0
_TILE = """
    SELECT tile_data FROM tiles
    WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? AND length(tile_data) <= ? LIMIT 1
"""


class MBTiles:
    """Satisfies `tile_source.Source`. Raises Unusable if the file is none."""

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
        return self._content(_TILE, (zoom, x, 2**zoom - 1 - y, LONGEST_TILE))

    def places(self, zoom: int, most: int) -> list[tuple[int, int]]:
        side = 2**zoom
        asked = "SELECT tile_column, tile_row FROM tiles WHERE zoom_level = ? LIMIT ?"
        found = self._ask(asked, (zoom, most), LOOKING_THROUGH)
        whole = {(x, side - 1 - y) for x, y in found if isinstance(x, int) and isinstance(y, int)}
        return sorted(place for place in whole if min(place) >= 0 and max(place) < side)

    def check(self) -> None:
        told = self._ask("PRAGMA quick_check(1)", (), LOOKING_THROUGH)
        if told != [("ok",)]:
            raise Unusable("он повреждён")
        checked(self, self._content("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", (self.about.most,)))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._base.close()

    def _ask(self, sql: str, values: Row, patience: float = PATIENCE) -> list[Row]:
        end = time.monotonic() + patience
        with self._lock:
            if self._closed:
                raise Unusable("он закрыт")
            with self._base.while_wanted(lambda: time.monotonic() < end):
                return self._base.all(sql, values)

    def _content(self, sql: str, values: Row) -> bytes | None:
        found = self._ask(sql, values)
        return found[0][0] if found and isinstance(found[0][0], bytes) else None

    def _about(self) -> About:
        end = time.monotonic() + LOOKING_THROUGH
        with self._base.while_wanted(lambda: time.monotonic() < end):
            rows = self._base.all("SELECT name, value FROM metadata LIMIT 100")
            said = {str(name): str(value) for name, value in rows if value is not None}
            zooms = self._base.one("SELECT min(zoom_level), max(zoom_level) FROM tiles")
            if zooms is None or not all(isinstance(one, int) for one in zooms):
                raise Unusable("в нём нет ни одного тайла")
            bounds = _read(said.get("bounds", "")) or self._covered(zooms[1])
            vector = said.get("format", "").lower() in ("pbf", "mvt") or self._packed(zooms[1])
        return About(zooms[0], zooms[1], bounds, plain(said.get("attribution", "")), vector)

    def _packed(self, zoom: int) -> bool:
        """Whether its tiles are such as no picture is, though it does not say so."""
        found = self._base.one("SELECT substr(tile_data, 1, 2) FROM tiles WHERE zoom_level = ? LIMIT 1", (zoom,))
        return found is not None and found[0] == GZIP

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
