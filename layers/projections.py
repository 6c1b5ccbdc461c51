"""Coordinates other than WGS 84: what EPSG names, and what the region's plans are drawn in."""

import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.errors import Refused
from citymanager.exchange.places import WGS84, Point, Projection

Numbers = NDArray[np.float64]
_DEGREES = ("", "wgs84", "epsg:4326", "crs84")

ZONE = 3.0
"""Degrees of longitude that a zone of МСК-74 is wide."""


def projection(crs: str) -> Projection:
    """The way from «WGS84», «EPSG:…», «МСК-74» (zone by the easting), «МСК-74 зона 2» or PROJ's own words."""
    name = _plain(crs)
    if name in _DEGREES:
        return WGS84
    known = _own()
    if name == "msk74":
        return _by_easting(known)
    own = next((one for key, one in known.items() if key.replace("-", "") == name), None)
    if own is not None:
        return Projection(own["title"], _point(own["proj"]), own["verified"])
    return Projection(crs[:60], _point(crs))


@dataclass(frozen=True, slots=True)
class Metres:
    """A place in metres of the region's system: as surveyors write it, the north first."""

    north: float
    east: float
    zone: int

    def __str__(self) -> str:
        return f"МСК-74 зона {self.zone}: X={self.north:.1f} Y={self.east:.1f}"


class Grid:
    """МСК-74 there and back, the zone told by the place. Made on a reader's thread: PROJ takes a while to load."""

    def __init__(self) -> None:
        from pyproj import Proj, Transformer

        known = sorted(_own().values(), key=lambda one: one["eastings"])
        self.verified = all(one["verified"] for one in known)
        self._zones = {one["eastings"]: Transformer.from_crs(4326, one["proj"], always_xy=True) for one in known}
        self._middles: Sequence[tuple[float, int]] = [
            (Proj(one["proj"])(one["eastings"] * 1e6 + 3e5, 0, inverse=True)[0], one["eastings"]) for one in known
        ]

    def metres(self, lat: float, lon: float) -> Metres | None:
        """None outside of the zones."""
        away, zone = min((abs(lon - middle), zone) for middle, zone in self._middles)
        if away > ZONE / 2:
            return None
        east, north = self._zones[zone].transform(lon, lat)
        return Metres(north, east, zone) if math.isfinite(east + north) else None

    def degrees(self, north: float, east: float) -> tuple[float, float] | None:
        """Latitude and longitude; None where no zone has such metres."""
        zone = self._zones.get(int(east // 1_000_000)) if 0 <= north < 1_000_000 else None
        if zone is None:
            return None
        lon, lat = zone.transform(east, north, direction="INVERSE")
        return (float(lat), float(lon)) if math.isfinite(lat + lon) else None


def mover(crs: str) -> Callable[[Numbers], Numbers]:
    """The way from any system that `projection` knows to longitudes and latitudes, for whole arrays (n, 2).

    What lies nowhere becomes infinite. Raises Refused for an unknown name.
    """
    name = _plain(crs)
    known = _own()
    if name in _DEGREES:
        return lambda found: found
    if name != "msk74":
        own = next((one["proj"] for key, one in known.items() if key.replace("-", "") == name), crs)
        return _arrays(own)
    zones = {one["eastings"]: _arrays(one["proj"]) for one in known.values()}

    def move(found: Numbers) -> Numbers:
        made = np.full(found.shape, np.inf)
        for digit, zone in zones.items():
            inside = found[:, 0] // 1_000_000 == digit
            if inside.any():
                made[inside] = zone(found[inside])
        return made

    return move


def _arrays(crs: str) -> Callable[[Numbers], Numbers]:
    transformer = _transformer(crs)
    return lambda found: np.column_stack(transformer.transform(found[:, 0], found[:, 1]))


def _plain(crs: str) -> str:
    return re.sub(r"[\s,_.-]+", "", crs.casefold().replace("мск", "msk").replace("зона", ""))


def _own() -> Mapping[str, Any]:
    """Systems of the region that EPSG does not name."""
    return tomllib.loads((files("resources") / "rules" / "crs.toml").read_text(encoding="utf-8"))


def _transformer(crs: str) -> Any:
    """Raises Refused for a system that there is not."""
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        return Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True)
    except CRSError:
        raise Refused(
            f"Система координат «{crs[:60]}» не известна. Примеры: EPSG:4326, EPSG:28411, МСК-74 зона 1."
        ) from None


def _point(crs: str) -> Point:
    transformer = _transformer(crs)

    def point(x: float, y: float) -> tuple[float, float]:
        lon, lat = transformer.transform(x, y)
        return float(lon), float(lat)

    return point


def _by_easting(known: Mapping[str, Any]) -> Projection:
    """МСК-74 of whichever zone: the first of the seven digits of the easting says it."""
    zones = {one["eastings"]: _point(one["proj"]) for one in known.values()}

    def point(x: float, y: float) -> tuple[float, float]:
        zone = zones.get(int(x // 1_000_000)) if math.isfinite(x) else None
        return zone(x, y) if zone else (math.inf, math.inf)

    return Projection("МСК-74", point, all(one["verified"] for one in known.values()))
