"""Everything that is read from the cache. A reader belongs to one thread and never writes."""

import json
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from citymanager.meeting import Made
from citymanager.modules.rules import RULES
from citymanager.norms import Norms
from citymanager.schema import STATUS, Module, Values
from citymanager.store import nearest
from citymanager.store.bulk_acts import BulkAct, acts
from citymanager.store.by_number import rows_numbered
from citymanager.store.connection import Connection
from citymanager.store.nearest import Nearest
from citymanager.store.query import Box, Query, plan, plans
from citymanager.store.queued_files import QueuedFiles
from citymanager.store.records import Codec, Record, caption, dumps
from citymanager.store.search import head
from citymanager.store.sending import HELD, order
from citymanager.store.tables import MIGRATIONS, layout, sort_column

PAGE = 200
PEOPLE = "people"
"""The module of those whom a field of the kind `person` names."""
HEAP = 5_000
"""Points of the map that are read at once."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One operation in the outbox, as it is shown and sent."""

    op: str
    module: str
    id: str
    base: int
    change: Values
    deleted: bool
    after: list[str]
    author: str
    at: str
    state: str
    """waiting, conflict, refused or failed."""
    tries: int
    reason: str
    current: Mapping[str, Any] | None
    """Against what a conflict stands: the server's record (`sync.contract.Change`)."""
    fields: list[str]
    """Where a conflict is."""
    was: Values | None = None
    """What the changed fields held before the edit, of a deletion all of them; None if that is not known any more."""
    feed: str = ""
    """The server's feed that `base` was counted in; empty if it was none or is not known."""

    @property
    def made(self) -> Made:
        """The edit as it is laid over what others made of the record."""
        return Made(self.change, self.was, self.author, self.at)


class Point(NamedTuple):
    """A record on the map."""

    number: int
    """Its row number."""
    id: str
    lon: float
    lat: float
    value: str
    """Of the field that colours the module's layer."""


class Outlined(NamedTuple):
    """A line or a polygon on the map."""

    id: str
    value: str
    """Of the field that colours the module's layer."""
    label: Any


_PENDING = (
    "SELECT op, module, id, base, change, deleted, after, author, at, state, tries, reason, current, fields,"
    " was, feed FROM _outbox"
)


_TYPED = "module NOT IN (SELECT value FROM json_each(?))"


class Reader:
    """The cache as it stands: every answer is one consistent snapshot."""

    def __init__(self, connection: Connection, modules: Sequence[Module]) -> None:
        self._connection = connection
        self.modules: Mapping[str, Module] = {one.key: one for one in modules}
        self._codecs = {one.key: Codec(one) for one in modules}
        self._journals = dumps([one.key for one in modules if one.journal])
        self.files = QueuedFiles(connection)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def while_wanted(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """What is read in this block is broken off with `Interrupted` once it is not wanted any more."""
        with self._connection.while_wanted(wanted):
            yield

    def current(self) -> bool:
        """Whether the cache has the tables of these modules; opening it for writing brings an older one up to date."""
        if not self._connection.value("SELECT count(*) FROM sqlite_master WHERE name = '_layouts'"):
            return False
        if self._connection.value("PRAGMA user_version") < len(MIGRATIONS):
            return False
        known: dict[str, str] = dict(self._connection.all("SELECT module, layout FROM _layouts"))
        return all(known.get(one.key) == layout(one) for one in self.modules.values())

    def damage(self) -> list[str]:
        """What SQLite's quick check finds wrong with the file; nothing in a sound one. A damaged one gets its mark."""
        found = [str(row[0]) for row in self._connection.all("PRAGMA quick_check(10)")]
        if found == ["ok"]:
            return []
        self._connection.suspect()
        return found

    # records

    def get(self, module: str, ident: str) -> Record | None:
        """One record, or None."""
        codec = self._codecs[module]
        row = self._connection.one(f"{codec.select} WHERE id = ?", (ident,))
        return codec.record(row) if row else None

    def first_page(self, query: Query, limit: int = PAGE) -> list[Record]:
        """The first rows of a list, at once, whatever its length."""
        return list(self.first_rows(query, limit).values())

    def first_rows(self, query: Query, limit: int = PAGE) -> dict[int, Record]:
        """The first page with the number of each row, in its order."""
        codec = self._codecs[query.module]
        rows = head(self._connection, codec, query, limit) if limit <= PAGE else None
        if rows is None:
            rows = []
            for found in plans(self._connection, codec.module, query, head=limit <= PAGE):
                tail = f"{found.tail} LIMIT {int(limit) - len(rows)}"
                rows += self._connection.all(f"{codec.numbered} FROM {tail}", found.values)
        return {row[-1]: codec.record(row[:-1]) for row in rows}

    def numbered(self, module: str, typed: str, limit: int) -> list[Record]:
        """Records by their own number: «Т-0001234», «Т-1234», «1234» of every station's block; what is the whole number
        comes first, then the last ones."""
        codec = self._codecs[module]
        found = {row[-1]: codec.record(row[:-1]) for row in rows_numbered(self._connection, codec, typed, limit)}
        return list(found.values())[:limit]

    def each(self, query: Query, limit: int | None = None) -> Iterator[Record]:
        """Every record of a list in its order, without holding them all in memory."""
        codec = self._codecs[query.module]
        found = plans(self._connection, codec.module, query, head=limit is not None and limit <= PAGE)
        rows = (row for one in found for row in self._connection.each(f"{codec.numbered} FROM {one.tail}", one.values))
        for row in islice(rows, limit):
            yield codec.record(row[:-1])

    def rows(self, query: Query) -> "array[int]":
        """The row numbers of a whole list in its order: what a table pages through with `page`.

        They come as one text of hexadecimal digits. A million rows taken one by one would hold the interpreter for a
        third of a second, during which nothing is painted; so it is a hundredth.
        """
        found = plans(self._connection, self.modules[query.module], query)
        asked = "SELECT group_concat(printf('%016x', _row), '') FROM (SELECT _row FROM {})"
        digits = [self._connection.value(asked.format(one.tail), one.values) or "" for one in found]
        numbers = array("q", bytes.fromhex("".join(digits)))
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def page(self, module: str, numbers: Sequence[int]) -> list[Record | None]:
        """The records of these row numbers, in their order; None for one that is gone meanwhile."""
        codec = self._codecs[module]
        rows = self._connection.all(
            f'{codec.numbered} FROM "{module}" WHERE _row IN (SELECT value FROM json_each(?))', (dumps(list(numbers)),)
        )
        known = {row[-1]: codec.record(row[:-1]) for row in rows}
        return [known.get(number) for number in numbers]

    def due_marks(self, module: str, numbers: Sequence[int]) -> dict[int, Nearest]:
        """The nearest due times of these rows; closed records have none."""
        return nearest.marks(self._connection, self.modules[module], numbers)

    def unjudged(self, module: str) -> int:
        """How many records of a module have a due time that is not known yet."""
        return nearest.unjudged(self._connection, module)

    def row_number(self, module: str, ident: str) -> int | None:
        """Where a record lies; what `rows` would hold for it."""
        number: int | None = self._connection.value(f'SELECT _row FROM "{module}" WHERE id = ?', (ident,))
        return number

    def ids(self, query: Query) -> list[str]:
        """The ids of a list, in no order: what the map filters by."""
        found = plan(self._connection, self.modules[query.module], query, ordered=False)
        return [row[0] for row in self._connection.each(f'SELECT "{query.module}".id FROM {found.tail}', found.values)]

    def count(self, query: Query) -> int:
        found = plan(self._connection, self.modules[query.module], query, ordered=False)
        return int(self._connection.value(f"SELECT count(*) FROM {found.tail}", found.values))

    def counters(self, module: str) -> dict[str, int]:
        """How many records stand in each status; kept, not counted. One key "" for a module without statuses."""
        return dict(
            self._connection.all("SELECT status, count FROM _counters WHERE module = ? AND count > 0", (module,))
        )

    def captions(self, module: str, idents: Sequence[str]) -> dict[str, str]:
        """The one-line names of records that others refer to; unknown ones are absent."""
        codec = self._codecs[module]
        rows = self._connection.all(
            f"{codec.select} WHERE id IN (SELECT value FROM json_each(?))", (dumps(list(idents)),)
        )
        return {one.id: caption(codec.module, one.data) for one in map(codec.record, rows)}

    def name(self, module: str, data: Mapping[str, Any]) -> str:
        """A record in one line; the records that it is named by are told by theirs, and left out where unknown."""
        declared = self.modules[module]
        told = dict(data)
        for one in map(declared.field, declared.caption):
            to = PEOPLE if one.kind == "person" else one.to
            if to in self.modules and one.key in told:
                known = self.captions(to, [str(told[one.key])])
                told[one.key] = known.get(str(told[one.key]), "")
        return caption(declared, told)

    def norms(self) -> Norms:
        """The city's norms; before the first sync, those that the program comes with."""
        here = RULES.key in self.modules
        return Norms({one.id: one.data for one in self.each(Query(RULES.key))} if here else {})

    # the map

    def points(self, module: str, idents: Sequence[str] | None = None) -> Iterator[Point]:
        """The middle points of all records that have a place and are not over, or of these.

        Read in heaps, each as one text: row by row, a million would keep the window from being painted.
        """
        look = self.modules[module].look.colour_by
        colour = f"coalesce(\"{look}\", '')" if look in self.modules[module].columns else "''"
        placed = f"_lon IS NOT NULL{self._under_way(module)}"
        rows = f'SELECT _row, id, _lon, _lat, {colour} AS value FROM "{module}" WHERE {placed} AND '
        if idents is not None:
            yield from self._heap(f"{rows} id IN (SELECT value FROM json_each(?))", dumps(list(idents)))
            return
        last = 0
        while found := self._heap(f"{rows} _row > ? ORDER BY _row LIMIT {HEAP}", last):
            yield from found
            last = found[-1].number

    def _under_way(self, module: str) -> str:
        """In SQL: the record is not over (`Look.over`)."""
        over = self.modules[module].look.over
        return f' AND "{self.modules[module].field(over).key}" IS NULL' if over else ""

    def _heap(self, rows: str, value: Any) -> list[Point]:
        sql = f"SELECT json_group_array(json_array(_row, id, _lon, _lat, value)) FROM ({rows})"
        return [Point(*row) for row in json.loads(self._connection.value(sql, (value,)))]

    def facts(self, module: str, numbers: Sequence[int], keys: Sequence[str]) -> dict[int, Values]:
        """A few fields of the records in these rows, by row number: a tenth of what the whole records would cost."""
        text = self._connection.value(
            f'SELECT json_group_array(json_array(_row, {self._named(module, keys)})) FROM "{module}"'
            " WHERE _row IN (SELECT value FROM json_each(?))",
            (dumps(list(numbers)),),
        )
        return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in json.loads(text)}

    def facts_of(self, module: str, keys: Sequence[str], idents: Sequence[str]) -> dict[str, Values]:
        """The same of the records of these ids, by id."""
        text = self._connection.value(
            f'SELECT json_group_array(json_array(id, {self._named(module, keys)})) FROM "{module}"'
            " WHERE id IN (SELECT value FROM json_each(?))",
            (dumps(list(idents)),),
        )
        return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in json.loads(text)}

    def open_rows(self, module: str, over: Sequence[str]) -> list[int]:
        """The rows of all records in other statuses than these, in the order of the module, by its index alone."""
        declared = self.modules[module]
        order = f' ORDER BY "{sort_column(declared.field(declared.sort.lstrip("-")))}"' if declared.sort else ""
        order += " DESC" if declared.sort.startswith("-") else ""
        if not declared.statuses:
            return self._rows(f'SELECT _row FROM "{module}"{order}')
        wanted = [one for one in self.counters(module) if one not in over]
        found = self._rows(
            f'SELECT _row FROM "{module}" WHERE {STATUS} IN (SELECT value FROM json_each(?)){order}', dumps(wanted)
        )
        return found + (self._rows(f'SELECT _row FROM "{module}" WHERE {STATUS} IS NULL') if "" in wanted else [])

    def _rows(self, sql: str, *values: Any) -> list[int]:
        """Read as one text: row by row, the window would wait for the interpreter."""
        found: list[int] = json.loads(self._connection.value(f"SELECT json_group_array(_row) FROM ({sql})", values))
        return found

    def clocked(self, module: str, keys: Sequence[str], rows: Sequence[int]) -> list[tuple[str, Values]]:
        """A few fields of the records in these rows, with their ids; those that are gone are absent."""
        text = self._connection.value(
            f'SELECT json_group_array(json_array(id, {self._named(module, keys)})) FROM "{module}"'
            " WHERE _row IN (SELECT value FROM json_each(?))",
            (dumps(list(rows)),),
        )
        return [(row[0], dict(zip(keys, row[1:], strict=True))) for row in json.loads(text)]

    def there(self, module: str, idents: Sequence[str]) -> frozenset[str]:
        """Which of these records exist here."""
        rows = self._connection.all(
            f'SELECT id FROM "{module}" WHERE id IN (SELECT value FROM json_each(?))', (dumps(list(idents)),)
        )
        return frozenset(row[0] for row in rows)

    def unsent_of(self, module: str, idents: Sequence[str]) -> frozenset[str]:
        """Which of these records have edits that the server has not yet taken."""
        rows = self._connection.all(
            f'SELECT id FROM "{module}" WHERE id IN (SELECT value FROM json_each(?)) AND _unsent > 0',
            (dumps(list(idents)),),
        )
        return frozenset(row[0] for row in rows)

    def _named(self, module: str, keys: Sequence[str]) -> str:
        """Columns in SQL; a name that is none fails here and not there."""
        return ", ".join(f'"{self.modules[module].field(key).key}"' for key in keys)

    def lying(self, module: str, box: Box, off: Iterable[str] = ()) -> tuple[list[int], list[float]]:
        """Row numbers of the lines and polygons whose boxes meet a box, and how large each of them is, in degrees.

        Left out are those whose value, of the field that colours the layer, is `off`.
        """
        west, south, east, north = box
        values: tuple[Any, ...] = (east, west, north, south)
        where, unwanted = "west <= ? AND east >= ? AND south <= ? AND north >= ?", list(off)
        if under_way := self._under_way(module):
            where += f' AND EXISTS (SELECT 1 FROM "{module}" WHERE _row = box.id{under_way})'
        look = self.modules[module].look.colour_by
        if unwanted and look in self.modules[module].columns:
            wanted = f"coalesce(\"{look}\", '') NOT IN (SELECT value FROM json_each(?))"
            where += f' AND EXISTS (SELECT 1 FROM "{module}" WHERE _row = box.id AND {wanted})'
            values += (dumps(unwanted),)
        numbers, sizes = self._connection.all(
            "SELECT json_group_array(box.id), json_group_array(max(east - west, north - south))"
            f' FROM "_box_{module}" AS box WHERE {where}',
            values,
        )[0]
        return json.loads(numbers), json.loads(sizes)

    def outlines(self, module: str, numbers: Sequence[int], label: str = "") -> dict[int, Outlined]:
        """What is told of lines and polygons, by row numbers; with the value of the field `label`.

        There is none where it is one that no column can hold.
        """
        declared = self.modules[module]
        value, words = (f'"{key}"' if key in declared.columns else "NULL" for key in (declared.look.colour_by, label))
        rows = self._connection.all(
            f"SELECT _row, id, coalesce({value}, ''), {words} FROM \"{module}\""
            " WHERE _row IN (SELECT value FROM json_each(?))",
            (dumps(list(numbers)),),
        )
        return {number: Outlined(*row) for number, *row in rows}

    def geometries(self, module: str, idents: Sequence[str]) -> dict[str, str]:
        """The geometries of records as GeoJSON."""
        return dict(
            self._connection.all(
                f'SELECT id, geometry FROM "{module}" WHERE geometry IS NOT NULL'
                " AND id IN (SELECT value FROM json_each(?))",
                (dumps(list(idents)),),
            )
        )

    # what is not sent yet

    def outbox(self, limit: int | None = None) -> list[Pending]:
        """Operations that the server has not accepted, oldest first."""
        tail = f" LIMIT {int(limit)}" if limit is not None else ""
        return [_pending(row) for row in self._connection.all(f"{_PENDING} ORDER BY seq{tail}")]

    def set_aside(self, limit: int) -> list[Pending]:
        """Operations that wait for a person, oldest first."""
        return [
            _pending(row)
            for row in self._connection.all(f"{_PENDING} WHERE state != 'waiting' ORDER BY seq LIMIT ?", (limit,))
        ]

    def bulk_acts(self, module: str, author: str, limit: int) -> list[BulkAct]:
        """The last acts of a person on many records of a module that can be taken back, the latest first."""
        return acts(self._connection, module, author, limit)

    def waiting(self, limit: int) -> list[Pending]:
        """Edits that wait for the server, oldest first; not the lines of journals, which nobody has typed."""
        rows = self._connection.all(
            f"{_PENDING} WHERE state = 'waiting' AND {_TYPED} ORDER BY seq LIMIT ?", (self._journals, limit)
        )
        return [_pending(row) for row in rows]

    def pending(self, op: str) -> Pending | None:
        row = self._connection.one(f"{_PENDING} WHERE op = ?", (op,))
        return _pending(row) if row else None

    def to_send(self, author: str, limit: int) -> list[Pending]:
        """The next operations of this author that wait, what is urgent first; others' stay for their own login.

        What the server has failed on goes last, with all that was made after it on the same record. What was made on a
        new record that the server would not take waits until somebody has decided about that.
        """
        places = order(self._connection, self.modules, author, limit)
        rows = self._connection.all(
            f"{_PENDING} JOIN (SELECT key AS place, value AS there FROM json_each(?)) ON seq = there ORDER BY place",
            (dumps(places),),
        )
        return [_pending(row) for row in rows]

    def set_aside_on(self, module: str, ident: str) -> int:
        """How many edits of this record wait for a person."""
        return int(
            self._connection.value(
                "SELECT count(*) FROM _outbox WHERE module = ? AND id = ? AND state != 'waiting'", (module, ident)
            )
        )

    def held_back(self) -> set[str]:
        """Names of the operations that wait for a decision about the new record that they were made on."""
        return {row[0] for row in self._connection.all(f"SELECT op FROM _outbox AS waits WHERE {HELD}")}

    def unsent(self) -> int:
        """How many edits wait for the server, as in `waiting`."""
        return int(
            self._connection.value(
                f"SELECT count(*) FROM _outbox WHERE state = 'waiting' AND {_TYPED}", (self._journals,)
            )
        )

    def unsent_by_module(self) -> dict[str, int]:
        """How many edits of each module's records the server has not accepted; those without any are absent."""
        return dict(self._connection.all("SELECT module, count(*) FROM _outbox GROUP BY module"))

    def needs_attention(self) -> int:
        """How many operations wait for a person: conflicts, refused and failed ones."""
        return int(self._connection.value("SELECT count(*) FROM _outbox WHERE state != 'waiting'"))

    # where the sync stands

    @property
    def feed(self) -> str:
        """The server's feed that the records here are of; empty before the first load."""
        return self.meta("feed") or ""

    def meta(self, key: str) -> str | None:
        found: str | None = self._connection.value("SELECT value FROM _meta WHERE key = ?", (key,))
        return found

    def cursor(self) -> int:
        """The feed's position that the rows stand at."""
        return int(self.meta("cursor") or 0)

    def copy(self, module: str, ident: str) -> Record | None:
        """The server's copy of a record that holds unsent operations."""
        known = self.server_side(module, ident)
        return None if known is None or known[1] else known[0]

    def server_side(self, module: str, ident: str) -> tuple[Record, bool] | None:
        """What the server has of a record that holds unsent operations, and whether it is deleted there: then its last
        data. None: nothing is known of it."""
        row = self._connection.one(
            "SELECT version, data, by, at, deleted FROM _server_copies WHERE module = ? AND id = ?", (module, ident)
        )
        return (Record(module, ident, row[0], json.loads(row[1]), row[2], row[3]), bool(row[4])) if row else None

    def held(self) -> dict[str, int]:
        """How many records of the server each module holds, without those that edits wait on."""
        asked = 'SELECT count(*) FROM "{}" WHERE _unsent = 0 AND _version > 0'
        return {key: int(self._connection.value(asked.format(key))) for key in self.modules}

    def contents(self, module: str, span: tuple[str, str | None]) -> list[tuple[str, int, Values]] | None:
        """(id, version, data) of the server's records in a span of ids, by id; None if edits wait on any of them."""
        codec, inside, values = self._codecs[module], "id > ? AND (? IS NULL OR id <= ?)", (span[0], span[1], span[1])
        busy = f"SELECT EXISTS (SELECT 1 FROM _outbox WHERE module = ? AND {inside})"
        if self._connection.value(busy, (module, *values)):
            return None
        rows = self._connection.all(f"{codec.select} WHERE _version > 0 AND {inside} ORDER BY id", values)
        return [(one.id, one.version, one.data) for one in map(codec.record, rows)]

    def digest_rows(self, module: str) -> Iterator[tuple[str, int]]:
        """(id, version) of every record as the server knows it, by id: what the digest is made of."""
        rows = self._connection.each(f'SELECT id, _version FROM "{module}" WHERE _version > 0 ORDER BY id')
        return ((row[0], row[1]) for row in rows)


def _pending(row: Sequence[Any]) -> Pending:
    op, module, ident, base, change, deleted, after, author, at, state, tries, reason, current, fields, was, feed = row
    return Pending(
        op, module, ident, base, json.loads(change), bool(deleted), json.loads(after), author, at, state, tries, reason,
        json.loads(current) if current else None, json.loads(fields) if fields else [],
        json.loads(was) if was else None, feed,
    )  # fmt: skip
