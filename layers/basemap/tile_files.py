"""Files of tiles told apart: MBTiles or PMTiles, or why it is neither."""

from contextlib import closing
from pathlib import Path

from citymanager.errors import CityError, Refused, why
from layers.basemap.mbtiles import MAGIC as SQLITE
from layers.basemap.mbtiles import MBTiles
from layers.basemap.pmtiles import MAGIC as PMTILES
from layers.basemap.pmtiles import PMTiles
from layers.basemap.tile_source import About, Source, Unusable

ENDINGS = (".mbtiles", ".pmtiles")


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


def opened(path: Path) -> Source:
    """The tiles of a file, by what it holds and not by its name. Raises Unusable."""
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
