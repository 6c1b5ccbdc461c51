"""A field's value as a cell of a table, and back: titles for people, and nothing lost on the way."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from citymanager import values
from citymanager.errors import Refused
from citymanager.schema import TEXT_KINDS, Field, Module

Cell = str | int | float | None


def written(field: Field, value: Any) -> Cell:
    """The cell of a value; a value that does not fit its field (from a newer server) is written as it stands."""
    if value is None or value == []:
        return None
    if field.many and isinstance(value, list):
        return "; ".join(str(_one(field, one)) for one in value)
    return _one(field, value)


def _one(field: Field, value: Any) -> Cell:
    if field.kind in ("geometry", "files") or isinstance(value, dict | list):
        return _place(value) or json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "да" if value else "нет"
    if field.kind == "choice":
        return next((one.title for one in field.choices if one.key == value), str(value))
    if field.kind == "moment":
        return _moment(str(value))
    return value if field.kind == "number" and isinstance(value, int | float) else str(value)


def _moment(value: str) -> str:
    """ISO 8601 in the city's time, with its zone."""
    try:
        return datetime.fromisoformat(value).astimezone(values.CITY_ZONE).isoformat()
    except (ValueError, OverflowError):
        return value


def _place(value: Any) -> str:
    """«широта, долгота» of a plain point; empty for any other shape."""
    if not isinstance(value, Mapping) or set(value) != {"type", "coordinates"} or value["type"] != "Point":
        return ""
    pair = value["coordinates"]
    if not isinstance(pair, list) or len(pair) != 2:
        return ""
    numbers = [repr(one) for one in reversed(pair)]
    return ", ".join(numbers) if all(one.lstrip("-").replace(".", "", 1).isdecimal() for one in numbers) else ""


def read(module: Module, field: Field, cell: Any) -> Any:
    """The value of a cell: text as a person wrote it, or a number, flag or list of the file. Raises Refused."""
    if isinstance(cell, str):
        return values.read(module, field, cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return None if math.isnan(cell) else values.read(module, field, str(cell))
    if isinstance(cell, bool):
        return cell if field.kind == "flag" else values.read(module, field, "да" if cell else "нет")
    if isinstance(cell, int | float):
        return _number(module, field, cell)
    if isinstance(cell, list) and field.many:
        return [read(module, replace(field, many=False), one) for one in cell]
    if field.kind in ("files", "geometry"):
        return cell
    raise Refused(f"«{field.title}»: вложенное значение сюда не подходит.")


def _number(module: Module, field: Field, cell: float) -> Any:
    if field.kind == "number":
        return cell
    text = str(int(cell)) if isinstance(cell, int) or cell.is_integer() else repr(cell)
    return text if field.kind in TEXT_KINDS else values.read(module, field, text)
