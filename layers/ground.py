"""What lies under the records: the city's own map, or pictures in its place."""

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from citymanager.errors import CityError
from citymanager.tasks import Tasks
from layers.basemap import pack as packs
from layers.basemap import raster
from layers.basemap.pack import PACK, Pack
from layers.basemap.tile_source import Source
from layers.scheme import CityScheme
from layers.tiles import shown_tiles, tile_answer

NO_PACK = "Подложка карты не загружена. Импортируйте карту города командой import-basemap."


class Ground(QObject):
    """Finds the base map, has the page's address space serve it, and says what the page must know of it."""

    changed = Signal()
    """It is known by now, or another one."""

    def __init__(self, scheme: CityScheme, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._scheme, self._tasks = scheme, tasks
        self._path = Path()
        self._leader: Ground | None = None
        self.pack: Pack | None = None
        self._tiles: Source | None = None
        """What is drawn in the pack's place."""
        self.trouble: str | None = None
        """Why there is no base map; empty: there is one; None: not known yet."""

    def read(self, path: Path) -> None:
        """Take this city pack, or the tiles in its folder if there are any."""
        self._path = path
        self._scheme.serve(PACK, path)
        self._tasks.read(
            lambda reader: (raster.kept(path.parent), packs.read(path) if path.exists() else None),
            self._found, self._failed, owner=self,
        )  # fmt: skip

    def follow(self, leader: "Ground") -> None:
        """Have what another map has found, now and from now on: a city is large, and read once."""
        self._leader = leader
        leader.changed.connect(self._follow)
        if leader.trouble is not None:
            self._follow()

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of what it shows; None: there is none, or it does not say."""
        if self._tiles is not None:
            return self._tiles.about.bounds
        return self.pack.bounds if self.pack is not None else None

    @property
    def attribution(self) -> str:
        """Whose it is, as its licence has it said; empty: there is none."""
        if self._tiles is not None:
            return self._tiles.about.attribution
        return self.pack.attribution if self.pack is not None else ""

    def told(self) -> dict[str, Any]:
        """What the page must know to draw it."""
        return {
            "pack": PACK if self.pack and not self._tiles else None,
            "tiles": shown_tiles(self._tiles.about) if self._tiles else None,
            "trouble": self.trouble,
        }

    def _found(self, found: tuple[Source | None, Pack | None]) -> None:
        tiles, pack = found
        self._take(pack, tiles, "" if tiles or pack else NO_PACK)

    def _failed(self, error: CityError) -> None:
        self._take(None, None, str(error))

    def _take(self, pack: Pack | None, tiles: Source | None, trouble: str) -> None:
        before, self._tiles = self._tiles, tiles
        self.pack, self.trouble = pack, trouble
        if before is not None:
            before.close()
        self._serve()

    def _follow(self) -> None:
        leader = self._leader
        assert leader is not None
        self.pack, self._tiles, self.trouble = leader.pack, leader._tiles, leader.trouble
        self._scheme.serve(PACK, leader._path)
        self._serve()

    def _serve(self) -> None:
        self._scheme.serve_tiles(partial(tile_answer, self._tiles) if self._tiles else None)
        self.changed.emit()
