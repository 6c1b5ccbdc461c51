"""Coordinates as people write and read them: degrees, degrees with minutes and seconds, metres of МСК-74."""

import math
import re
from dataclasses import dataclass

from citymanager.errors import Refused
from citymanager.exchange.places import CITY
from layers.projections import Grid

LONGEST = 200
FAR = 3.0
"""Degrees from the city within which its places are expected."""
EXAMPLES = "Примеры: 56.0853, 60.7350 · 56°05′07″ 60°44′06″ · МСК-74: 704800 2250400 (север и восток в метрах)."
_NUMBER = r"\d{1,9}(?:[.,]\d{1,12})?"
_SIDE = r"[NSEWСЮВЗ](?:\.?\s?[ШД]\.?)?"
_SIGNS = re.compile(
    rf"({_SIDE})?\s*([+-]?{_NUMBER})\s*°\s*(?:({_NUMBER})\s*['′’]\s*)?(?:({_NUMBER})\s*(?:[\"″”]|''|′′)\s*)?({_SIDE})?",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"({_SIDE})?([+-]?{_NUMBER})({_SIDE})?", re.IGNORECASE)
_NAMES = re.compile(r"(?:мск|msk)[\s_-]*74|зона\s*\d|[xyху]\s*=?(?=[\s\d])|[:=()]|м\b", re.IGNORECASE)
_SOUTH_WEST, _EAST_WEST = "SWЮЗ", "EWВЗ"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was read from a text."""

    lat: float
    lon: float
    note: str = ""
    """Russian: what was made of the text, if that is not plain."""


@dataclass(frozen=True, slots=True)
class _Angle:
    degrees: float
    side: str
    """The letter of the side of the world; empty: it was not named."""


def read(text: str, grid: Grid | None) -> Spot:
    """The place that a text names. Raises Refused with what would be understood. `grid` None: no metres."""
    text = " ".join(text.replace("\u202f", "").replace("−", "-").split())
    if len(text) > LONGEST:
        raise Refused(f"Слишком длинно для координат. {EXAMPLES}")
    if "°" in text:
        return _degrees(_with_signs(text))
    found = _angles(_NAMES.sub(" ", text))
    numbers = [one.degrees for one in found]
    if len(found) == 6 and all(one >= 0 for one in numbers):
        return _degrees([_Angle(_sexagesimal(*numbers[at : at + 3]), "") for at in (0, 3)])
    if len(found) != 2:
        raise Refused(f"Нужны два числа: широта и долгота. {EXAMPLES}")
    return _degrees(found) if max(map(abs, numbers)) <= 180 else _metres(numbers[0], numbers[1], grid)


def decimal(lat: float, lon: float) -> str:
    """Degrees to about a decimetre, latitude first; `read` takes it."""
    return f"{lat:.6f}, {lon:.6f}"


def sexagesimal(lat: float, lon: float) -> str:
    """Degrees, minutes and seconds to about a metre; `read` takes it."""
    return f"{_told(lat, 'СЮ')}.ш. {_told(lon, 'ВЗ')}.д."


def _told(angle: float, sides: str) -> str:
    whole, rest = divmod(round(abs(angle) * 36_000), 36_000)
    minutes, tenths = divmod(rest, 600)
    return f"{whole}°{minutes:02}′{tenths / 10:04.1f}″ {sides[angle < 0].lower()}"


def _with_signs(text: str) -> list[_Angle]:
    found = list(_SIGNS.finditer(text))
    if len(found) != 2 or _SIGNS.sub("", text).strip(" ,;."):
        raise Refused(f"Не понял градусы, минуты и секунды. {EXAMPLES}")
    return [_angle(*one.groups()) for one in found]


def _angle(before: str | None, degrees: str, minutes: str | None, seconds: str | None, after: str | None) -> _Angle:
    value = _sexagesimal(_number(degrees), _number(minutes or "0"), _number(seconds or "0"))
    return _sided(value, before or after or "")


def _sexagesimal(degrees: float, minutes: float, seconds: float) -> float:
    if minutes >= 60 or seconds >= 60:
        raise Refused("Минут и секунд бывает меньше 60: проверьте числа.")
    return math.copysign(abs(degrees) + minutes / 60 + seconds / 3600, degrees)


def _angles(text: str) -> list[_Angle]:
    """Numbers with or without a letter of the side of the world, a comma being either a point or a pause."""
    words = re.split(r"\s*;\s*|\s*,\s+|\s+,?\s*", text.strip(" ,;"))
    if len(words) == 1:
        parts = text.strip().split(",")
        words = parts if len(parts) == 2 else [",".join(parts[at : at + 2]) for at in range(0, len(parts), 2)]
    found = [_PLAIN.fullmatch(word) for word in words if word]
    if not found or None in found:
        raise Refused(f"Не понял координаты. {EXAMPLES}")
    return [_sided(_number(one[2]), one[1] or one[3] or "") for one in found if one is not None]


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _sided(value: float, side: str) -> _Angle:
    letter = side[:1].upper()
    return _Angle(-abs(value) if letter and letter in _SOUTH_WEST else value, letter)


def _degrees(found: list[_Angle]) -> Spot:
    first, second = found
    turned = first.side != "" and first.side in _EAST_WEST
    lat, lon = (second.degrees, first.degrees) if turned else (first.degrees, second.degrees)
    named = bool(first.side or second.side)
    if not named and not _near(lat, lon) and _near(lon, lat):
        return Spot(lon, lat, "Широта и долгота были переставлены: показано место в городе.")
    if abs(lat) > 90:
        raise Refused("Широта не бывает больше 90°. Первой пишется широта, второй — долгота.")
    return Spot(lat, lon, "" if _near(lat, lon) else "Это место далеко от города.")


def _metres(first: float, second: float, grid: Grid | None) -> Spot:
    if grid is None:
        raise Refused("Пересчёт МСК-74 ещё готовится: повторите через несколько секунд.")
    found = grid.degrees(first, second) or grid.degrees(second, first)
    if found is None:
        raise Refused(f"Это не градусы и не МСК-74: восток в ней — семь цифр, первая — зона 1 или 2. {EXAMPLES}")
    note = "" if grid.verified else "Параметры МСК-74 не проверены: место приблизительное."
    return Spot(*found, note if _near(*found) else "Это место далеко от города.")


def _near(lat: float, lon: float) -> bool:
    return math.dist((lon, lat), CITY) <= FAR
