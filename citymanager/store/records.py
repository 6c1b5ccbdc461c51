"""Records and rows: how a record's JSON values lie in the columns of its module's table, and come back the same."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from citymanager.schema import TEXT_KINDS, Field, Module, Values
from citymanager.store import full_text, tables
from citymanager.store.connection import Connection, Row
from citymanager.text import LONGEST_KEY, fold, sort_key
from citymanager.values import show

_NESTED = frozenset({"geometry", "files"})
_LARGEST = 2**63
Sides = tuple[float, float, float, float]
"""West, east, south, north of a shape, in degrees."""
SORTED = 80
"""Letters that a text is sorted by: longer ones would make the index larger than what it finds."""
CUT, WHOLE = "…", 40
"""Ends what a longer text is sorted by, which has more bytes than that; no folded text has this sign."""


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
    parts = (" ".join(show(module.field(key), data.get(key)).split()) for key in module.caption)
    line = " · ".join(part for part in parts if part)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


dumps: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON as the cache holds it; one encoder for all, as making it costs more than most values."""


class Codec:
    """Turns a module's records into rows of its table and back; what a column can't hold is kept in `_extra`."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.fields = tuple(module.columns.values())
        self._letters = full_text.letters(module)
        packers = {one.key: _packer(one) for one in self.fields}
        self._plain = tuple(key for key, pack in packers.items() if pack is None)
        self._packed = tuple((key, pack) for key, pack in packers.items() if pack is not None)
        self._sorted = tuple((one.key, _ranker(one)) for one in map(module.field, tables.sorted_keys(module)))
        names = ["id", "_version", "_by", "_at", "_unsent", "_extra", "_lon", "_lat"]
        names += [key for key, _ in self._packed]
        self.read = len(names)
        """Where in a row the texts begin, which `row` has read through already."""
        names += [*self._plain, *(f"_s_{key}" for key, _ in self._sorted)]
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in names[1:])
        self.into = f'INSERT INTO "{module.key}" ({columns})'
        self.put = (
            f'INSERT INTO "{module.key}" (_row, {columns}) VALUES (?, {marks}) ON CONFLICT (id) DO UPDATE SET {updates}'
        )
        known = ", ".join(f'"{one.key}"' for one in self.fields)
        read = f"SELECT id, _version, _by, _at, _unsent, _extra, {known}"
        self.select = f'{read} FROM "{module.key}"'
        self.numbered = f"{read}, _row"
        """The same with the number of the row behind it; what it is read from follows."""
        texts = "".join(f', "{key}"' for key in module.text_keys)
        self.texts = f"SELECT json_array(_row, _extra{texts}) AS told"
        """What is searched of a row, as one value; what it is read from follows."""

    def row(self, record: Record) -> Row:
        """The row of a record, but for the `_row` before it. UnicodeEncodeError: it holds what is no text."""
        data, extra = record.data, None
        texts = list(map(data.get, self._plain))
        plain = _TEXT.issuperset(map(type, texts)) and _whole("".join(filter(None, texts)))
        stored = [None if (value := data.get(key)) is None else pack(value) for key, pack in self._packed] + texts
        if not plain or len(stored) - stored.count(None) != len(data):  # almost always they hold all of it
            stored, extra = self._with_the_rest(data)
        lon, lat = centre(data.get("geometry")) or (None, None)
        ranks = [None if (value := data.get(key)) is None else rank(value) for key, rank in self._sorted]
        return record.id, record.version, record.by, record.at, record.unsent, extra, lon, lat, *stored, *ranks

    def _with_the_rest(self, data: Mapping[str, Any]) -> tuple[list[Any], str | None]:
        """What the columns hold of a record, in their order, and what they can't, as JSON."""
        packers: tuple[tuple[str, Pack], ...] = (*self._packed, *((key, _text) for key in self._plain))
        stored = {key: None if (value := data.get(key)) is None else pack(value) for key, pack in packers}
        empty = {key for key in stored if data.get(key) is None}
        extra = {key: value for key, value in data.items() if stored.get(key) is None and key not in empty}
        return list(stored.values()), dumps(extra) if extra else None

    def record(self, row: Sequence[Any]) -> Record:
        """The record of a row read by `select`."""
        ident, version, by, at, unsent, extra = row[:6]
        data = {
            one.key: decoded(one, value) for one, value in zip(self.fields, row[6:], strict=True) if value is not None
        }
        if extra:
            data.update(json.loads(extra))
        return Record(self.module.key, ident, version, data, by, at, unsent)

    def body(self, data: Mapping[str, Any]) -> str:
        """What the full text is told of a record."""
        return full_text.body(self._letters, data)

    def text(self, told: Sequence[Any]) -> str:
        """The folded texts of a row read by `texts`, without making its record."""
        texts = [text for text in told[2:] if text]
        if told[1]:
            extra = json.loads(told[1])
            texts += [value for key in self.module.text_keys if (value := extra.get(key))]
        return fold("\n".join(map(str, texts)))


Pack = Callable[[Any], Any]
"""A value as its column holds it; None: it can't."""


def _packer(field: Field) -> Pack | None:
    """None: a text, held as it is."""
    if field.many or field.kind in _NESTED:
        return _nested
    return {"flag": _flag, "number": _number}.get(field.kind)


def _nested(value: Any) -> str | None:
    if plain := point(value):
        return f'{{"type":"Point","coordinates":[{plain[0]!r},{plain[1]!r}]}}'
    return dumps(value) if isinstance(value, list | dict) else None


def _flag(value: Any) -> int | None:
    return int(value) if isinstance(value, bool) else None


def _number(value: Any) -> int | float | None:
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if fits else None


_TEXT = frozenset({str, type(None)})


def _text(value: Any) -> str | None:
    return value if value.__class__ is str and _whole(value) else None


def _whole(text: str) -> bool:
    """Whether a column gives it back as it is. UnicodeEncodeError: it takes it in no way."""
    text.encode()
    return "\x00" not in text


def _ranker(field: Field) -> Callable[[Any], str]:
    """What a value is sorted by: folded text, or the place of a choice among the declared ones."""
    if field.kind in TEXT_KINDS:
        return lambda value: sorted_by(str(value))
    ranks = {choice.key: f"{rank:03}" for rank, choice in enumerate(field.choices)}

    def rank(value: Any) -> str:
        first = value[0] if isinstance(value, list) and value else value
        return ranks.get(str(first), f"999{first}")

    return rank


def sorted_by(text: str) -> str:
    """What the column has that a table is sorted by this text by."""
    key = sort_key(text[:SORTED])
    return key if len(text) <= SORTED and len(key) < LONGEST_KEY else key.ljust(WHOLE, CUT) + CUT


def decoded(field: Field, value: Any) -> Any:
    """A value of JSON from what its column holds."""
    if field.many or field.kind in _NESTED:
        return json.loads(value)
    return bool(value) if field.kind == "flag" else value


def point(geometry: Any) -> tuple[float, float] | None:
    """Longitude and latitude of a geometry that is a plain point, as almost all are: for these there is a short way."""
    if geometry.__class__ is not dict or geometry.get("type") != "Point" or len(geometry) != 2:
        return None
    place = geometry.get("coordinates")
    if place.__class__ is not list or [one.__class__ for one in place] != [float, float]:
        return None
    return (place[0], place[1]) if abs(place[0]) <= 360 and abs(place[1]) <= 360 else None


def box(geometry: Any) -> Sides | None:
    """West, east, south, north of a GeoJSON geometry; None if it has no point on Earth."""
    if plain := point(geometry):
        return plain[0], plain[0], plain[1], plain[1]
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
    if not geometry:
        return None
    if plain := point(geometry):
        return plain
    found = box(geometry)
    return None if found is None else ((found[0] + found[1]) / 2, (found[2] + found[3]) / 2)


def _points(found: Any) -> Iterator[list[Any]]:
    if not isinstance(found, list):
        return
    if len(found) >= 2 and not isinstance(found[0], list):
        yield found
    else:
        for one in found:
            yield from _points(one)


# --- writing many ------------------------------------------------------------------------------------------------


def put(connection: Connection, codec: Codec, records: Sequence[Record]) -> None:
    """Insert or replace records with their full text and boxes; called inside a transaction.

    In the order of the rows: at every step back the full text would begin another piece of itself. What is said by a
    record as before is not taken out of it and put in again.
    """
    if not records:
        return
    key = codec.module.key
    wanted = {one.id: one for one in records}
    numbers = _numbers(connection, key, list(wanted))
    said = _said(connection, codec, list(wanted))
    rows = sorted(((numbers[ident], one) for ident, one in wanted.items()), key=itemgetter(0))
    connection.run_many(codec.put, [(number, *codec.row(one)) for number, one in rows])
    bodies = [(number, codec.body(one.data)) for number, one in rows]
    connection.run_many(
        f'INSERT OR REPLACE INTO "_text_{key}" (rowid, body) VALUES (?, ?)',
        [(number, body) for number, body in bodies if said.get(number) != body],
    )
    if tables.boxed(codec.module):
        boxes = [(number, box(one.data.get("geometry"))) for number, one in rows]
        connection.run_many(
            f'DELETE FROM "_box_{key}" WHERE id = ?', ([number] for number, found in boxes if not found)
        )
        connection.run_many(
            f'INSERT OR REPLACE INTO "_box_{key}" VALUES (?, ?, ?, ?, ?)',
            ((number, *found) for number, found in boxes if found),
        )


def _said(connection: Connection, codec: Codec, ids: Sequence[str]) -> dict[int, str]:
    """What the full text has been told of these, by row number; left out where some of it may lie in `_extra`."""
    keys = codec.module.text_keys
    columns = "".join(f', "{one}"' for one in keys)
    rows = connection.all(
        f'SELECT _row{columns} FROM "{codec.module.key}" WHERE _extra IS NULL'
        " AND id IN (SELECT value FROM json_each(?))",
        (dumps(ids),),
    )
    return {row[0]: codec.body(dict(zip(keys, row[1:], strict=True))) for row in rows}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Records that a table does not have, made ready to be written: by whoever has the time, and without a database."""

    rows: Sequence[Row]
    """Without their numbers."""
    bodies: Sequence[str]
    boxes: Sequence[Sides | None]
    """Of shapes only."""


def sheet(codec: Codec, records: Sequence[Record]) -> Sheet:
    """Raises UnicodeEncodeError or RecursionError where something can't be written."""
    rows = [codec.row(one) for one in records]
    "".join([value for row in rows for value in row[: codec.read] if value.__class__ is str]).encode()
    boxes = [box(one.data.get("geometry")) for one in records] if tables.boxed(codec.module) else []
    return Sheet(rows, [codec.body(one.data) for one in records], boxes)


def add(connection: Connection, codec: Codec, ready: Sheet) -> None:
    """Insert records that the table does not have, as `put` would, and faster; called inside a transaction."""
    key = codec.module.key
    first = (connection.value(f'SELECT max(_row) FROM "{key}"') or 0) + 1
    connection.insert(codec.into, ready.rows)  # which numbers them on by itself
    connection.insert(f'INSERT INTO "_text_{key}" (rowid, body)', list(enumerate(ready.bodies, first)))
    boxes = [(number, *found) for number, found in enumerate(ready.boxes, first) if found]
    connection.insert(f'INSERT INTO "_box_{key}"', boxes)


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
    if tables.boxed(module):
        connection.run(f'DELETE FROM "_box_{key}" WHERE id IN ({rows})', (wanted,))
    connection.run(f'DELETE FROM "{key}" WHERE id IN (SELECT value FROM json_each(?))', (wanted,))
