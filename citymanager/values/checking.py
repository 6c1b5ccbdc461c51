"""What is wrong with a value, said in Russian: the same for the form, the import and the server."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from citymanager.schema import TEXT_KINDS, Field, Kind, Module, Values
from citymanager.values.moments import moment

_LINES, _POLYGONS = ("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")
SHAPES = {"point": ("Point",), "line": _LINES, "polygon": _POLYGONS, "shape": _POLYGONS + _LINES}
_DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_LEAST = {"LineString": 2, "Polygon": 4}


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
    if not isinstance(value, dict) or value.get("type") not in SHAPES[module.geometry]:
        return "нужна геометрия GeoJSON: " + ", ".join(SHAPES[module.geometry]) + "."
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
