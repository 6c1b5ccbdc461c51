"""Records and rows: how a record's JSON values lie in the columns of its module's table, and come back the same."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citymanager.schema import TEXT_KINDS, Field, Module, Values
from citymanager.store import tables
from citymanager.store.connection import Connection
from citymanager.text import fold, sort_key
from citymanager.values import show

_NESTED = frozenset({"geometry", "files"})
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Record:
    """A record as this workstation has it."""

    module: str
    id: str
    version: int
    """The server's version that the data stand on; 0: the server has not seen it yet."""
    data: Values
    by: str = ""
    at: str = ""
    unsent: int = 0
    """Operations on it that the server has not answered yet."""


def caption(module: Module, data: Mapping[str, Any], longest: int = 120) -> str:
    """A record in one line, by the fields that name it."""
    parts = [show(module.field(key), data.get(key)) for key in module.caption]
    line = " · ".join(" ".join(part.split()) for part in parts if part)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Codec:
    """Turns a module's records into rows of its table and back; what a column can't hold is kept in `_extra`."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.fields = tuple(module.columns.values())
        self._sorted = tuple(module.field(key) for key in tables.sorted_keys(module))
        self._ranks = {
            one.key: {choice.key: f"{rank:03}" for rank, choice in enumerate(one.choices)} for one in self._sorted
        }
        names = ["_row", "id", "_version", "_by", "_at", "_unsent", "_extra", "_lon", "_lat"]
        names += [one.key for one in self.fields] + [f"_s_{one.key}" for one in self._sorted]
        columns = ", ".join(f'"{name}"' for name in names)
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names[2:])
        self.put = (
            f'INSERT INTO "{module.key}" ({columns}) VALUES ({", ".join("?" * len(names))})'
            f" ON CONFLICT (id) DO UPDATE SET {updates}"
        )
        known = ", ".join(f'"{one.key}"' for one in self.fields)
        self.select = f'SELECT id, _version, _by, _at, _unsent, _extra, {known} FROM "{module.key}"'

    def row(self, number: int, record: Record) -> list[Any]:
        """The row of a record, `number` being its `_row`."""
        extra = {key: value for key, value in record.data.items() if key not in self.module.columns}
        stored = []
        for one in self.fields:
            value = record.data.get(one.key)
            if value is not None and not _fits(one, value):
                extra[one.key], value = value, None
            stored.append(_encode(one, value))
        lon, lat = centre(record.data.get("geometry")) or (None, None)
        head = [number, record.id, record.version, record.by, record.at, record.unsent, dumps(extra) if extra else None]
        return [*head, lon, lat, *stored, *(self._sort_value(one, record.data) for one in self._sorted)]

    def record(self, row: Sequence[Any]) -> Record:
        """The record of a row read by `select`."""
        ident, version, by, at, unsent, extra = row[:6]
        data = {
            one.key: _decode(one, value) for one, value in zip(self.fields, row[6:], strict=True) if value is not None
        }
        if extra:
            data.update(json.loads(extra))
        return Record(self.module.key, ident, version, data, by, at, unsent)

    def body(self, data: Mapping[str, Any]) -> str:
        """The folded text that full-text search looks in."""
        return fold("\n".join(str(data[key]) for key in self.module.text_keys if data.get(key)))

    def _sort_value(self, field: Field, data: Mapping[str, Any]) -> str | None:
        value = data.get(field.key)
        if value is None:
            return None
        if field.kind in TEXT_KINDS:
            return sort_key(str(value)[:200])
        first = value[0] if isinstance(value, list) and value else value
        return self._ranks[field.key].get(str(first), f"999{first}")


def _fits(field: Field, value: Any) -> bool:
    if field.many or field.kind in _NESTED:
        return isinstance(value, list | dict)
    if field.kind == "flag":
        return isinstance(value, bool)
    if field.kind == "number":
        return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) < _LARGEST
    return isinstance(value, str) and "\x00" not in value and not _broken(value)


def _broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _encode(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.many or field.kind in _NESTED:
        return dumps(value)
    return int(value) if field.kind == "flag" else value


def _decode(field: Field, value: Any) -> Any:
    if field.many or field.kind in _NESTED:
        return json.loads(value)
    return bool(value) if field.kind == "flag" else value


def box(geometry: Any) -> tuple[float, float, float, float] | None:
    """West, east, south, north of a GeoJSON geometry; None if it has no point on Earth."""
    points = [
        point
        for point in _points(geometry.get("coordinates") if isinstance(geometry, dict) else None)
        if all(isinstance(one, int | float) and abs(one) <= 360 for one in point[:2])
    ]
    if not points:
        return None
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), max(lons), min(lats), max(lats)


def centre(geometry: Any) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a geometry's box; of a point, the point."""
    found = box(geometry)
    return None if found is None else ((found[0] + found[1]) / 2, (found[2] + found[3]) / 2)


def _points(found: Any) -> Iterator[list[Any]]:
    if isinstance(found, list) and len(found) >= 2 and not isinstance(found[0], list):
        yield found
    elif isinstance(found, list):
        for one in found:
            yield from _points(one)


# --- writing many ------------------------------------------------------------------------------------------------


def put(connection: Connection, codec: Codec, records: Sequence[Record]) -> None:
    """Insert or replace records with their full text and boxes; called inside a transaction."""
    if not records:
        return
    key = codec.module.key
    numbers = _numbers(connection, key, [one.id for one in records])
    rows = [(numbers[one.id], one) for one in {one.id: one for one in records}.values()]
    connection.run_many(codec.put, (codec.row(number, one) for number, one in rows))
    connection.run_many(
        f'INSERT OR REPLACE INTO "_text_{key}" (rowid, body) VALUES (?, ?)',
        ((number, codec.body(one.data)) for number, one in rows),
    )
    if codec.module.geometry:
        boxes = [(number, box(one.data.get("geometry"))) for number, one in rows]
        connection.run_many(
            f'DELETE FROM "_box_{key}" WHERE id = ?', ([number] for number, found in boxes if not found)
        )
        connection.run_many(
            f'INSERT OR REPLACE INTO "_box_{key}" VALUES (?, ?, ?, ?, ?)',
            ((number, *found) for number, found in boxes if found),
        )


def _numbers(connection: Connection, table: str, ids: Sequence[str]) -> dict[str, int]:
    """The `_row` of each id: the one that it has, or the next free one."""
    known: dict[str, int] = dict(
        connection.all(f'SELECT id, _row FROM "{table}" WHERE id IN (SELECT value FROM json_each(?))', (dumps(ids),))
    )
    free = (connection.value(f'SELECT max(_row) FROM "{table}"') or 0) + 1
    for ident in ids:
        if ident not in known:
            known[ident], free = free, free + 1
    return known


def remove(connection: Connection, module: Module, ids: Iterable[str]) -> None:
    """Take records out of the table, the full text and the boxes; called inside a transaction."""
    key = module.key
    wanted = dumps(list(ids))
    rows = f'SELECT _row FROM "{key}" WHERE id IN (SELECT value FROM json_each(?))'
    connection.run(f'DELETE FROM "_text_{key}" WHERE rowid IN ({rows})', (wanted,))
    if module.geometry:
        connection.run(f'DELETE FROM "_box_{key}" WHERE id IN ({rows})', (wanted,))
    connection.run(f'DELETE FROM "{key}" WHERE id IN (SELECT value FROM json_each(?))', (wanted,))


def rewrite(connection: Connection, module: Module, old: Mapping[str, Any]) -> None:
    """Fill a module's new table from `KEY_old`, whose layout was `old`: no value is lost, known or not any more."""
    fields = [Field(key, key, kind, many=many) for key, kind, many, _ in old["columns"]]
    names = ", ".join(f'"{one.key}"' for one in fields)
    made, last = Codec(module), 0
    while True:
        rows = connection.all(
            f'SELECT _row, id, _version, _by, _at, _unsent, _extra, {names} FROM "{module.key}_old"'
            " WHERE _row > ? ORDER BY _row LIMIT 500",
            (last,),
        )
        if not rows:
            return
        put(connection, made, [_old_record(module.key, fields, row) for row in rows])
        last = rows[-1][0]


def _old_record(key: str, fields: Sequence[Field], row: Sequence[Any]) -> Record:
    _, ident, version, by, at, unsent, extra = row[:7]
    data = {one.key: _decode(one, value) for one, value in zip(fields, row[7:], strict=True) if value is not None}
    return Record(key, ident, version, {**data, **(json.loads(extra) if extra else {})}, by, at, unsent)
