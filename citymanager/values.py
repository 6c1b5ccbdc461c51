"""Values of fields: read from what a person or a file wrote, checked, and shown in Russian.

One place for window, command line, import and server, so that a value can't be right in one and wrong in another.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from citymanager.errors import Refused
from citymanager.schema import TEXT_KINDS, Field, Kind, Module, Values

CITY_ZONE = ZoneInfo("Asia/Yekaterinburg")
"""Snezhinsk keeps Yekaterinburg time."""

_SHAPES = {"point": ("Point",), "line": ("LineString", "MultiLineString"), "polygon": ("Polygon", "MultiPolygon")}
_DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_LEAST = {"LineString": 2, "Polygon": 4}
_RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YES, _NO = ("да", "true", "1", "yes", "истина"), ("нет", "false", "0", "no", "ложь")


def moment(when: datetime) -> str:
    """A moment as it is stored: UTC, to the second, with Z."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_moment(text: str) -> datetime:
    """A stored moment, or an ISO 8601 or Russian date with or without time; the city's zone where none is named."""
    found = _RUSSIAN_DATE.match(text.strip())
    iso = text.strip()
    if found:
        day, month, year = found.groups()
        iso = f"{year}-{int(month):02}-{int(day):02}{iso[found.end() :]}"
    when = datetime.fromisoformat(iso)
    return (when if when.tzinfo else when.replace(tzinfo=CITY_ZONE)).astimezone(UTC)


# --- reading -----------------------------------------------------------------------------------------------------


def read(module: Module, field: Field, text: str) -> Any:
    """The JSON value of what a person or a file wrote; an empty text is None. Raises Refused."""
    if text == "":
        return None
    if field.many:
        return [_read_one(module, field, part.strip()) for part in text.split(";") if part.strip()]
    return _read_one(module, field, text)


def _read_one(module: Module, field: Field, text: str) -> Any:
    try:
        return _READERS.get(field.kind, _read_text)(field, text)
    except (ValueError, OverflowError, RecursionError):
        raise Refused(f"«{field.title}»: не удалось прочесть значение «{text[:80]}». {_EXPECTED[field.kind]}") from None


def _read_text(field: Field, text: str) -> str:
    return text


def _read_number(field: Field, text: str) -> int | float:
    number = float(text.strip().replace(" ", "").replace("\u00a0", "").replace(",", "."))
    if not math.isfinite(number):
        raise ValueError
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _read_date(field: Field, text: str) -> str:
    found = _RUSSIAN_DATE.fullmatch(text.strip())
    if found:
        day, month, year = map(int, found.groups())
        return date(year, month, day).isoformat()
    return date.fromisoformat(text.strip()[:10]).isoformat()


def _read_moment(field: Field, text: str) -> str:
    bare = text.strip()
    if re.fullmatch(r"\d{9,10}(\.0*)?", bare):  # seconds since 1970, as foreign systems export them
        return moment(datetime.fromtimestamp(float(bare), UTC))
    return moment(parse_moment(bare))


def _read_flag(field: Field, text: str) -> bool:
    word = text.strip().casefold()
    if word not in _YES + _NO:
        raise ValueError
    return word in _YES


def _read_choice(field: Field, text: str) -> str:
    found = field.choice(text.strip())
    if found is None:
        raise ValueError
    return found.key


def _read_geometry(field: Field, text: str) -> Any:
    pair = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*", text)
    if pair:  # «широта, долгота», as people write it
        latitude, longitude = map(float, pair.groups())
        return {"type": "Point", "coordinates": [longitude, latitude]}
    return json.loads(text)


def _read_json(field: Field, text: str) -> Any:
    return json.loads(text)


_READERS: Mapping[Kind, Callable[[Field, str], Any]] = {
    "number": _read_number, "date": _read_date, "moment": _read_moment, "flag": _read_flag,
    "choice": _read_choice, "geometry": _read_geometry, "files": _read_json,
}  # fmt: skip
_EXPECTED: Mapping[Kind, str] = {
    "text": "", "long_text": "", "address": "",
    "number": "Нужно число, например 12,5.",
    "date": "Нужна дата, например 23.11.2026.",
    "moment": "Нужны дата и время, например 23.11.2026 14:05.",
    "flag": "Нужно «да» или «нет».",
    "choice": "Такого варианта нет в списке.",
    "person": "", "reference": "",
    "geometry": "Нужны «широта, долгота» или геометрия GeoJSON.",
    "files": "Нужен список файлов в JSON.",
}  # fmt: skip


# --- checking ----------------------------------------------------------------------------------------------------


def problem(module: Module, field: Field, value: Any) -> str | None:
    """Why this JSON value can't stand in this field, in Russian, or None."""
    if value is None:
        return None
    if field.many:
        if not isinstance(value, list):
            return f"«{field.title}»: нужен список значений."
        return next((text for one in value if (text := _problem_of_one(module, field, one))), None)
    return _problem_of_one(module, field, value)


def problems(module: Module, data: Values) -> list[str]:
    """Everything that is wrong with a whole record's values: missing ones and wrong ones. Unknown keys are kept."""
    found = [
        f"Заполните «{one.title}»."
        for one in module.columns.values()
        if one.required and data.get(one.key) in (None, "", [])
    ]
    for key, value in data.items():
        if key in module.columns and (text := problem(module, module.columns[key], value)):
            found.append(text)
    return found


def _problem_of_one(module: Module, field: Field, value: Any) -> str | None:
    text = _CHECKS[field.kind](module, field, value)
    return f"«{field.title}»: {text}" if text else None


def _check_text(module: Module, field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        return "нужен текст."
    if "\x00" in value:
        return "текст содержит недопустимый знак с кодом 0."
    try:
        value.encode()
    except UnicodeEncodeError:
        return "текст содержит половину суррогатной пары, такой знак не сохранить."
    return None if len(value) <= field.limit else f"не больше {field.limit} знаков, сейчас {len(value)}."


def _check_number(module: Module, field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return "нужно число."
    if abs(value) > 2**53:
        return "число слишком велико."
    if field.whole and value != int(value):
        return "нужно целое число."
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return f"число должно быть от {_plain(low)} до {_plain(high)}."
    return None


def _plain(number: float | None) -> str:
    return "…" if number is None else f"{number:g}".replace(".", ",")


def _check_date(module: Module, field: Field, value: Any) -> str | None:
    try:
        whole = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        whole = False
    return None if whole else "нужна дата вида 2026-11-23."


def _check_moment(module: Module, field: Field, value: Any) -> str | None:
    try:
        whole = isinstance(value, str) and moment(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):
        whole = False
    return None if whole else "нужен момент времени вида 2026-11-23T04:05:06Z."


def _check_flag(module: Module, field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else "нужно да или нет."


def _check_choice(module: Module, field: Field, value: Any) -> str | None:
    known = isinstance(value, str) and any(one.key == value for one in field.choices)
    return None if known else f"такого варианта нет: {str(value)[:80]}."


def _check_link(module: Module, field: Field, value: Any) -> str | None:
    return (
        None if isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable() else "нужна ссылка на запись."
    )


def _check_geometry(module: Module, field: Field, value: Any) -> str | None:
    if not isinstance(value, dict) or value.get("type") not in _SHAPES[module.geometry]:
        return "нужна геометрия GeoJSON: " + ", ".join(_SHAPES[module.geometry]) + "."
    return _coordinates_problem(
        value.get("coordinates"), _DEPTH[value["type"]], _LEAST.get(value["type"].removeprefix("Multi"), 1)
    )


def _coordinates_problem(found: Any, depth: int, least: int) -> str | None:
    if depth == 0:
        numbers = (
            isinstance(found, list)
            and 2 <= len(found) <= 3
            and all(isinstance(one, int | float) and not isinstance(one, bool) and one == one for one in found)
        )
        if not numbers:
            return "координаты точки должны быть парой чисел."
        inside = -180 <= found[0] <= 180 and -90 <= found[1] <= 90 and all(abs(one) <= 10_000 for one in found[2:])
        return None if inside else "долгота должна быть от −180 до 180, широта от −90 до 90."
    if not isinstance(found, list) or len(found) < (least if depth == 1 else 1):
        return "в геометрии не хватает точек."
    return next((text for one in found if (text := _coordinates_problem(one, depth - 1, least))), None)


def _check_files(module: Module, field: Field, value: Any) -> str | None:
    whole = isinstance(value, list) and all(
        isinstance(one, dict)
        and re.fullmatch(r"[0-9a-f]{64}", str(one.get("sha256")))
        and isinstance(one.get("name"), str)
        for one in value
    )
    return None if whole else "нужен список файлов с именем и контрольной суммой."


_CHECKS: Mapping[Kind, Callable[[Module, Field, Any], str | None]] = {
    **dict.fromkeys(TEXT_KINDS, _check_text), "number": _check_number, "date": _check_date, "moment": _check_moment,
    "flag": _check_flag, "choice": _check_choice, "person": _check_link, "reference": _check_link,
    "geometry": _check_geometry, "files": _check_files,
}  # fmt: skip


# --- showing -----------------------------------------------------------------------------------------------------


def show(field: Field, value: Any, zone: ZoneInfo = CITY_ZONE) -> str:
    """A value as a person reads it: titles of choices, Russian dates, city time. Never fails on foreign values."""
    if value is None or value == []:
        return ""
    if isinstance(value, list) and field.many:
        return "; ".join(show_one(field, one, zone) for one in value)
    return show_one(field, value, zone)


def show_one(field: Field, value: Any, zone: ZoneInfo) -> str:
    try:
        return _SHOWS.get(field.kind, _show_text)(field, value, zone)
    except (ValueError, TypeError, KeyError, OverflowError):
        return str(value)


def _show_text(field: Field, value: Any, zone: ZoneInfo) -> str:
    return str(value)


def _show_number(field: Field, value: Any, zone: ZoneInfo) -> str:
    return f"{value:.15g}".replace(".", ",") + (f" {field.unit}" if field.unit else "")


def _show_date(field: Field, value: Any, zone: ZoneInfo) -> str:
    return date.fromisoformat(value).strftime("%d.%m.%Y")


def _show_moment(field: Field, value: Any, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(value).astimezone(zone).strftime("%d.%m.%Y %H:%M")


def _show_flag(field: Field, value: Any, zone: ZoneInfo) -> str:
    return "да" if value else "нет"


def _show_choice(field: Field, value: Any, zone: ZoneInfo) -> str:
    found = next((one for one in field.choices if one.key == value), None)
    return found.title if found else str(value)


def _show_geometry(field: Field, value: Any, zone: ZoneInfo) -> str:
    if value["type"] == "Point":
        longitude, latitude = value["coordinates"][:2]
        return f"{latitude:.6f}, {longitude:.6f}"
    return str(value["type"])


def _show_files(field: Field, value: Any, zone: ZoneInfo) -> str:
    return ", ".join(str(one["name"]) for one in value)


_SHOWS: Mapping[Kind, Callable[[Field, Any, ZoneInfo], str]] = {
    "number": _show_number, "date": _show_date, "moment": _show_moment, "flag": _show_flag,
    "choice": _show_choice, "geometry": _show_geometry, "files": _show_files,
}  # fmt: skip
