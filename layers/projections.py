"""Coordinates other than WGS 84: what EPSG names, and what the region's plans are drawn in."""

import math
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from citymanager.errors import Refused
from citymanager.exchange.places import WGS84, Point, Projection


def projection(crs: str) -> Projection:
    """The way from «WGS84», «EPSG:…», «МСК-74» (zone by the easting), «МСК-74 зона 2» or PROJ's own words."""
    name = re.sub(r"[\s,_.-]+", "", crs.casefold().replace("мск", "msk").replace("зона", ""))
    if name in ("", "wgs84", "epsg:4326", "crs84"):
        return WGS84
    known = _own()
    if name == "msk74":
        return _by_easting(known)
    own = next((one for key, one in known.items() if key.replace("-", "") == name), None)
    if own is not None:
        return Projection(own["title"], _point(own["proj"]), own["verified"])
    return Projection(crs[:60], _point(crs))


def _own() -> Mapping[str, Any]:
    """Systems of the region that EPSG does not name."""
    return tomllib.loads((files("resources") / "rules" / "crs.toml").read_text(encoding="utf-8"))


def _point(crs: str) -> Point:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        transformer = Transformer.from_crs(CRS.from_user_input(crs), 4326, always_xy=True)
    except CRSError:
        raise Refused(
            f"Система координат «{crs[:60]}» не известна. Примеры: EPSG:4326, EPSG:28411, МСК-74 зона 1."
        ) from None

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
