"""Values read from what a person or a file wrote."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from citymanager.errors import Refused
from citymanager.schema import Field, Kind, Module
from citymanager.values.moments import RUSSIAN_DATE, moment, parse_moment

_YES, _NO = ("да", "true", "1", "yes", "истина"), ("нет", "false", "0", "no", "ложь")


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
    found = RUSSIAN_DATE.fullmatch(text.strip())
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
