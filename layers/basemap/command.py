"""The command `import-basemap`, and the base map that the training city comes with."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from citymanager.commands.outcome import DONE, emit
from citymanager.training_city import ATTRIBUTION, write_basemap
from layers.basemap import vector
from layers.basemap.build import import_basemap
from layers.basemap.credit import credited
from layers.basemap.pack import PACK
from layers.basemap.raster import import_tiles
from layers.basemap.tile_files import is_tiles

Told = Callable[[float, str], None]


def run(files: Sequence[Path], target: Path, told: Told, whose: str) -> int:
    """Make what the files have the profile's base map; a line of JSON says what came of it. Raises CityError."""
    tiles = [one for one in files if is_tiles(one)]
    if any(map(vector.is_vector, tiles)):
        vector.limit_process()
    if tiles and not all(map(vector.is_vector, tiles)):
        emit(import_tiles(files, target, told, whose))
    else:
        emit(import_basemap(files, target / PACK, told, credited(files, whose)).as_dict())
    return DONE


def lay_training_city(target: Path, told: Told) -> None:
    """Give a profile the training city's base map, unless it has one."""
    if not (target / PACK).exists():
        with TemporaryDirectory() as made:
            import_basemap(write_basemap(Path(made)), target / PACK, told, ATTRIBUTION)
