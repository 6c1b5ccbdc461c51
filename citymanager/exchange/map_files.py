"""A column map in TOML, read and checked: `resources/column_maps` has an example that explains itself."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from citymanager import values
from citymanager.errors import Refused
from citymanager.exchange.column_map import Column, ColumnMap
from citymanager.exchange.source import sound
from citymanager.schema import Field, Module

_TOP = {"module", "title", "id", "namespace", "encoding", "crs", "constants", "columns", "geometry"}
_COLUMN = {"from", "join", "values", "otherwise", "default", "epoch"}


def load(path: Path, module: Module) -> ColumnMap:
    """Read a map. Raises Refused, with what to mend, for one that is broken or does not fit the module."""
    sound(path)
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise Refused(f"Карта столбцов «{path.name}» не прочитана: {error}.") from error
    try:
        return _map(found, module)
    except Refused as error:
        raise Refused(f"Карта столбцов «{path.name}»: {error}") from error


def _map(found: Mapping[str, Any], module: Module) -> ColumnMap:
    _known(found, _TOP)
    if found.get("module", module.key) != module.key:
        raise Refused(f"она для раздела «{found['module']}», а не «{module.key}».")
    columns = tuple(_column(module, key, one) for key, one in _table(found, "columns").items())
    constants = {
        key: values.read(module, _field(module, key), _text(one)) for key, one in _table(found, "constants").items()
    }
    return ColumnMap(
        module, columns, constants, _place(module, _table(found, "geometry")), _names(found.get("id", [])),
        _text(found.get("namespace", "")), _text(found.get("encoding", "")), _text(found.get("crs", "")),
    )  # fmt: skip


def _column(module: Module, key: str, found: Any) -> Column:
    declared = _field(module, key)
    if not isinstance(found, dict):
        return Column(declared, _names(found))
    _known(found, _COLUMN)
    epoch = _text(found.get("epoch", ""))
    if epoch not in ("", "seconds", "milliseconds"):
        raise Refused(f"у поля {key} epoch может быть seconds или milliseconds.")
    translated = {_text(word).strip().casefold(): _text(ours) for word, ours in _table(found, "values").items()}
    made = Column(
        declared, _names(found.get("from", [])), _text(found.get("join", " ")), translated,
        _text(found.get("otherwise", "")), _text(found.get("default", "")), epoch,
    )  # fmt: skip
    for word in (*made.values.values(), made.otherwise, made.default):
        values.read(module, declared, word)
    return made


def _place(module: Module, found: Mapping[str, Any]) -> tuple[str, str] | None:
    if not found:
        return None
    _known(found, {"latitude", "longitude"})
    if module.geometry != "point" or len(found) != 2:
        raise Refused("[geometry] с latitude и longitude нужна разделу, у записей которого есть точка.")
    return _text(found["longitude"]), _text(found["latitude"])


def _table(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = found.get(key, {})
    if not isinstance(table, dict):
        raise Refused(f"{key} должна быть таблицей.")
    return table


def _known(found: Mapping[str, Any], keys: set[str]) -> None:
    unknown = sorted(found.keys() - keys)
    if unknown:
        raise Refused(f"неизвестные ключи: {', '.join(unknown)}. Известны: {', '.join(sorted(keys))}.")


def _field(module: Module, key: str) -> Field:
    if key not in module.columns:
        raise Refused(f"в разделе «{module.title}» нет поля {key}. Поля: {', '.join(module.columns)}.")
    return module.columns[key]


def _text(found: Any) -> str:
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise Refused(f"вместо {found!r} нужна строка.")
    return str(found)


def _names(found: Any) -> tuple[str, ...]:
    return tuple(_text(one) for one in found) if isinstance(found, list) else (_text(found),)
