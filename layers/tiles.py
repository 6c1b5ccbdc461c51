"""Tiles of a raster base map as the page is told of them and gets them."""

import logging
from base64 import b64decode
from typing import Any

from citymanager.errors import CityError
from layers.basemap.tile_source import About, Source, Unusable, kind
from layers.scheme import Answer

log = logging.getLogger(__name__)

NOTHING = Answer(
    b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="),
    "image/png",
)
"""Where there is no tile the ground is seen."""


def shown_tiles(about: About) -> dict[str, Any]:
    """What the page must know of tiles to draw them."""
    west, south, east, north = about.bounds
    return {
        "least": about.least, "most": about.most, "bounds": [[south, west], [north, east]],
        "attribution": about.attribution,
    }  # fmt: skip


def tile_answer(source: Source, zoom: int, x: int, y: int) -> Answer:
    """A tile for the page; what is missing, damaged or no picture is nothing, and the map goes on."""
    try:
        tile = source.tile(zoom, x, y) if _within(zoom, x, y) else None
    except (Unusable, CityError, OSError, ValueError) as error:  # ValueError: another base map has just come
        log.warning("map: tile %d/%d/%d can't be read: %s", zoom, x, y, error)
        return NOTHING
    type_ = kind(tile) if tile else None
    return Answer(tile, type_) if tile and type_ else NOTHING


def _within(zoom: int, x: int, y: int) -> bool:
    return zoom <= 30 and x < 2**zoom and y < 2**zoom
