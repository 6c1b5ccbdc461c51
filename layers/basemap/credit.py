"""Whose a base map is: it stands on the map and in its print, so it must be known before the map is taken."""

from collections.abc import Sequence
from pathlib import Path

from citymanager.errors import Refused
from layers.basemap import tile_files
from layers.basemap.plain_words import LONGEST_WORDS

OSM_ATTRIBUTION = "© участники OpenStreetMap, ODbL"
OSM_ENDINGS = (".osm.pbf", ".osm.gz", ".osm.bz2", ".osm")


def credited(files: Sequence[Path], given: str) -> str:
    """As was given, or what the files say: OpenStreetMap's own by their kind, tiles in their metadata.

    Raises Refused where nobody has said it.
    """
    words = " ".join(given.split())
    said = {one: _said(one) for one in files}
    unsaid = [one.name for one, its in said.items() if not its]
    if unsaid and not words:
        raise Refused(
            f"Не сказано, чьи данные в «{unsaid[0]}»: подпись источника стоит на карте и в печати. Укажите её: "
            f"--attribution «© название источника»; для данных OpenStreetMap: «{OSM_ATTRIBUTION}»."
        )
    return (words or ", ".join(dict.fromkeys(said.values())) or OSM_ATTRIBUTION)[:LONGEST_WORDS]


def _said(path: Path) -> str:
    if path.name.lower().endswith(OSM_ENDINGS):
        return OSM_ATTRIBUTION
    about = tile_files.about(path) if tile_files.is_tiles(path) else None
    return about.attribution if about else ""
