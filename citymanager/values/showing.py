"""Values as a person reads them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from citymanager.pauses import told
from citymanager.schema import Field, Kind
from citymanager.values.moments import CITY_ZONE


def show(field: Field, value: Any, zone: ZoneInfo = CITY_ZONE) -> str:
    """A value as a person reads it: titles of choices, Russian dates, city time. Never fails on foreign values."""
    if value is None or value == []:
        return ""
    if isinstance(value, list) and field.many:
        return "; ".join(_show_one(field, one, zone) for one in value)
    return _show_one(field, value, zone)


def _show_one(field: Field, value: Any, zone: ZoneInfo) -> str:
    try:
        return _SHOWS.get(field.kind, _show_text)(field, value, zone)
    except (ValueError, TypeError, KeyError, OverflowError):
        return str(value)


def _show_text(field: Field, value: Any, zone: ZoneInfo) -> str:
    return told(value, zone) if field.fill == "pauses" else str(value)


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
