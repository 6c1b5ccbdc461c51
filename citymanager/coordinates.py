"""Coordinates as people type and copy them: «56.0853 60.7350», «56,0853; 60,7350», «56°05′07″ с.ш. 60°44′06″ в.д.»."""

import re

_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_DEGREES = (
    rf"(-?)({_NUMBER})(\s*°)?"
    rf"(?:(?<=°)\s*({_NUMBER})\s*['′’](?:\s*({_NUMBER})\s*(?:[\"″”]|''|′′|’’))?)?"
)
_PAIR = re.compile(rf"[\s(,;:=]*{_DEGREES}(?:(?<=[°\"″”'′’])|[,;]?\s|[;/])[\s,;:=/]*{_DEGREES}[\s),;]*")
_DOTTED = re.compile(r"(-?\d{1,3}\.\d+),(-?\d{1,3}\.\d+)")
"""A comma without a space parts two numbers only where it can't be a decimal one."""
_NORTH = re.compile(r"с\.?\s*ш\.?|(?<![^\W\d_])n(?![^\W\d_])|\blat(?:itude)?\b|широта", re.IGNORECASE)
_EAST = re.compile(r"в\.?\s*д\.?|(?<![^\W\d_])e(?![^\W\d_])|\blon(?:gitude)?\b|долгота", re.IGNORECASE)


def coordinates_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, WGS 84; None for whatever is no pair of them.

    The latitude comes first unless the words beside the numbers say otherwise, or it would be none.
    """
    north, east = _NORTH.search(text), _EAST.search(text)
    bare = _EAST.sub(" ", _NORTH.sub(" ", text))
    found = _PAIR.fullmatch(_DOTTED.sub(r"\1 \2", bare))
    if found is None:
        return None
    lat, lon = _value(*found.groups()[:5]), _value(*found.groups()[5:])
    if lat is None or lon is None:
        return None
    if abs(lat) > 90 or (north and east and east.start() < north.start()):
        lat, lon = lon, lat
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _value(sign: str, whole: str, mark: str | None, minutes: str | None, seconds: str | None) -> float | None:
    """None for a number that is not written as degrees, with a fraction or a degree sign: it may be a house."""
    small, smaller = _read(minutes), _read(seconds)
    if small >= 60 or smaller >= 60 or not (mark or re.search(r"[.,]\d{2}", whole)):
        return None
    value = _read(whole) + small / 60 + smaller / 3600
    return -value if sign else value


def _read(number: str | None) -> float:
    return float((number or "0").replace(",", "."))
