"""Which column of a file is which field: by a map in TOML, or by the headers that our own export writes."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from pathlib import Path
from typing import Any

from citymanager import values
from citymanager.errors import Refused
from citymanager.exchange.source import Source, sound
from citymanager.schema import Field, Module, Values
from citymanager.text import fold

ID = "id"
_TOP = {"module", "title", "id", "namespace", "encoding", "crs", "constants", "columns", "geometry"}
_COLUMN = {"from", "join", "values", "otherwise", "default", "epoch"}
_LATITUDES, _LONGITUDES = ("широта", "latitude", "lat"), ("долгота", "longitude", "lon", "lng")


@dataclass(frozen=True)
class Column:
    """How one field is made of a file's columns."""

    field: Field
    sources: tuple[str, ...]
    join: str = " "
    """What stands between several columns that make one text; empty ones are passed over."""
    values: Mapping[str, str] = filled(default_factory=dict)
    """Their words → ours, keys or titles; letter case aside."""
    otherwise: str = ""
    """Ours for a word that is not among them; empty: it must be ours already."""
    default: str = ""
    """Ours for an empty cell."""
    epoch: str = ""
    """«seconds» or «milliseconds» since 1970."""


@dataclass(frozen=True)
class ColumnMap:
    """How a row becomes a record."""

    module: Module
    columns: tuple[Column, ...]
    constants: Values = filled(default_factory=dict)
    place: tuple[str, str] | None = None
    """The columns of x (longitude) and y (latitude)."""
    ids: tuple[str, ...] = ()
    """Columns that name a record in the other system; its id is made of them."""
    namespace: str = ""
    """The other system: equal numbers of two systems are two records."""
    encoding: str = ""
    crs: str = ""
    own: bool = False
    """Our own export with its ids: an empty cell is an empty field, not one that waits for its default."""

    @property
    def used(self) -> set[str]:
        """Columns of the file that mean something."""
        return {name for one in self.columns for name in one.sources} | {*(self.place or ()), *self.ids}


# --- a map in TOML -----------------------------------------------------------------------------------------------


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


# --- against a file ----------------------------------------------------------------------------------------------


def fitted(mapping: ColumnMap, source: Source) -> ColumnMap:
    """The map, if the file has all its columns, each once. Raises Refused."""
    missing = sorted(name for name in mapping.used if name not in source.columns)
    if missing:
        raise Refused(f"В файле нет столбцов из карты: {_quoted(missing)}. Столбцы файла: {_quoted(source.columns)}.")
    _refuse_twins(mapping, source)
    return mapping


def recognised(module: Module, source: Source) -> ColumnMap:
    """The map that the file's own headers say: keys or titles of fields. Raises Refused if none is known."""
    known = dict(_recognised(module, source.columns))
    place = None if "geometry" in known else _coordinates(module, source.columns)
    if not known and place is None and not (source.shapes and module.geometry):
        raise Refused(
            f"В файле нет ни одного столбца раздела «{module.title}». Назовите столбцы как поля "
            f"({', '.join(one.title for one in module.fields[:6])}…) или укажите карту столбцов параметром --map."
        )
    columns = tuple(Column(module.columns[key], (name,)) for key, name in known.items())
    own = ID in source.columns
    mapping = ColumnMap(module, columns, place=place, ids=(ID,) if own else (), own=own)
    _refuse_twins(mapping, source)
    return mapping


def unused(mapping: ColumnMap, source: Source) -> list[str]:
    """Columns of the file that are not taken; the names beside the ids of our own references are no loss."""
    used = {fold(name) for name in mapping.used}
    return [name for name in source.columns if name and fold(name) not in used and f"{fold(name)} (id)" not in used]


def _recognised(module: Module, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    by_name = {fold(name): name for name in columns}
    for key, declared in module.columns.items():
        for spelling in (f"{declared.title} (id)", declared.title, key):
            if fold(spelling) in by_name:
                yield key, by_name[fold(spelling)]
                break


def _coordinates(module: Module, columns: Sequence[str]) -> tuple[str, str] | None:
    if module.geometry != "point":
        return None
    by_name = {fold(name): name for name in columns}
    x = next((by_name[name] for name in _LONGITUDES if name in by_name), None)
    y = next((by_name[name] for name in _LATITUDES if name in by_name), None)
    return (x, y) if x and y else None


def _refuse_twins(mapping: ColumnMap, source: Source) -> None:
    twins = sorted({name for name in mapping.used if source.columns.count(name) > 1})
    if twins:
        raise Refused(f"Столбец встречается в файле дважды: {_quoted(twins)}. Переименуйте лишний.")


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"«{name[:60]}»" for name in names[:30])
    return shown + (" и другие" if len(names) > 30 else "")
