"""What a file of tiles is to whoever draws it, whichever format it has, and what makes it unfit."""

from dataclasses import dataclass
from typing import Protocol

LONGEST_TILE = 4 * 1024 * 1024
GZIP = b"\x1f\x8b"
"""What no picture begins with, and every packed vector tile."""
DEEPEST = 24
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))

Bounds = tuple[float, float, float, float]


class Unusable(Exception):
    """A file that is no map of pictures; its words say why."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file of tiles says of itself."""

    least: int
    most: int
    """The zooms of its first and last tiles."""
    bounds: Bounds
    """West, south, east, north in degrees."""
    attribution: str
    """Plain text."""
    vector: bool = False
    """Its tiles are no pictures."""


class Source(Protocol):
    """An open file of tiles; any thread may ask it."""

    @property
    def about(self) -> About: ...
    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """A tile, y counted from the north; None: there is none."""

    def places(self, zoom: int, most: int) -> list[tuple[int, int]]:
        """Where the tiles of a zoom are (x, y), so many at most."""

    def check(self) -> None:
        """Look the whole file through as far as that is quick; raises Unusable."""

    def close(self) -> None: ...


def kind(tile: bytes) -> str | None:
    """The media type of a picture by its first bytes; None for anything else."""
    if tile[:4] == b"RIFF" and tile[8:12] == b"WEBP":
        return "image/webp"
    return next((name for magic, name in _KINDS if tile.startswith(magic)), None)


def sound(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return -180 <= west < east <= 180 and -90 <= south < north <= 90


def checked(source: Source, tile: bytes | None) -> None:
    """One of the tiles, looked at. Raises Unusable."""
    if tile is None:
        raise Unusable("в нём нет ни одного тайла")
    if not source.about.vector and kind(tile) is None:
        raise Unusable("его тайлы — не PNG, не JPEG и не WebP")
    least, most = source.about.least, source.about.most
    if not 0 <= least <= most <= DEEPEST:
        raise Unusable("в нём указаны невозможные масштабы")
