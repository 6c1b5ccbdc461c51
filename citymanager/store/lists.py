"""Lists of records: their first page at once, the numbers of all their rows, pages of these, and how many there are."""

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from citymanager.schema import STATUS, Module
from citymanager.store import nearest
from citymanager.store.by_number import rows_numbered
from citymanager.store.connection import Connection
from citymanager.store.nearest import Nearest
from citymanager.store.planning import plan, plans
from citymanager.store.query import Query
from citymanager.store.records import Codec, Record, dumps
from citymanager.store.row_sets import RowSets
from citymanager.store.search import head
from citymanager.store.tables import sort_column

PAGE = 200
"""Rows that a table asks for at once."""


def place_of(numbers: "array[int]", wanted: Iterable[int]) -> dict[int, int]:
    """Where these rows stand in a list, as far as they do."""
    found = {}
    for number in wanted:
        with suppress(ValueError):
            found[number] = numbers.index(number)
    return found


class Lists:
    """Answers queries: whatever a list's length, its first page costs the same. Belongs to one connection."""

    def __init__(self, connection: Connection, codecs: Mapping[str, Codec]) -> None:
        self._connection = connection
        self._codecs = codecs
        self._known: dict[str, tuple[tuple[int, int] | None, RowSets]] = {}
        """By module, with the connection's stamp."""

    def first_rows(self, query: Query, limit: int = PAGE) -> dict[int, Record]:
        """The first page with the number of each row, in its order."""
        codec = self._codecs[query.module]
        with self._connection.at_once():
            sets = self._sets(query.module)
            rows = head(sets, codec, query, limit) if limit <= PAGE else None
            if rows is None:
                rows = []
                for found in plans(sets, query, most=limit if limit <= PAGE else None):
                    tail = f"{found.tail} LIMIT {int(limit) - len(rows)}"
                    rows += self._connection.all(f"{codec.numbered} FROM {tail}", found.values)
                    if len(rows) == limit:
                        break
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
        found = plans(self._sets(query.module), query, most=limit if limit and limit <= PAGE else None)
        rows = (row for one in found for row in self._connection.each(f"{codec.numbered} FROM {one.tail}", one.values))
        for row in islice(rows, limit):
            yield codec.record(row[:-1])

    def rows(self, query: Query) -> "array[int]":
        """The row numbers of a whole list in its order: what a table pages through with `page`.

        They come as one text of hexadecimal digits. A million rows taken one by one would hold the interpreter for a
        third of a second, during which nothing is painted; so it is a hundredth.
        """
        asked = "SELECT group_concat(printf('%016x', _row), '') FROM (SELECT _row FROM {})"
        with self._connection.at_once():
            found = plans(self._sets(query.module), query)
            digits = [self._connection.value(asked.format(one.tail), one.values) or "" for one in found]
        numbers = array("q", bytes.fromhex("".join(digits)))
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def still(self, query: Query, numbers: "array[int]", changed: Sequence[str]) -> bool:
        """Whether a whole list that was read before these records changed would be the same now.

        Each of them is looked at between its neighbours: of a million rows, three are read.
        """
        asked = f'SELECT _row FROM "{query.module}" WHERE id IN (SELECT value FROM json_each(?))'
        rows = [row for (row,) in self._connection.all(asked, (dumps(list(changed)),))]
        if len(rows) < len(changed):
            return False  # one is gone, and nobody knows where it stood
        places = place_of(numbers, rows)
        near = {other for at in places.values() for other in (at - 1, at, at + 1) if 0 <= other < len(numbers)}
        known = array("q", (numbers[at] for at in sorted(near)))
        strange = [row for row in rows if row not in places]
        return self.rows(replace(query, numbers=(*known, *strange))) == known

    def page(self, module: str, numbers: Sequence[int]) -> list[Record | None]:
        """The records of these row numbers, in their order; None for one that is gone meanwhile."""
        codec = self._codecs[module]
        rows = self._connection.all(
            f'{codec.numbered} FROM "{module}" WHERE _row IN (SELECT value FROM json_each(?))', (dumps(list(numbers)),)
        )
        known = {row[-1]: codec.record(row[:-1]) for row in rows}
        return [known.get(number) for number in numbers]

    def ids(self, query: Query) -> list[str]:
        """The ids of a list, in no order: what the map filters by."""
        found = plan(self._sets(query.module), query, ordered=False)
        return [row[0] for row in self._connection.each(f'SELECT "{query.module}".id FROM {found.tail}', found.values)]

    def rows_of(self, query: Query) -> list[int]:
        """The row numbers of a list, in no order: what a layer of the map is narrowed to."""
        found = plan(self._sets(query.module), query, ordered=False)
        return self._rows(f'SELECT "{query.module}"._row FROM {found.tail}', *found.values)

    def count(self, query: Query) -> int:
        found = plan(self._sets(query.module), query, ordered=False)
        return int(self._connection.value(f"SELECT count(*) FROM {found.tail}", found.values))

    def counters(self, module: str) -> dict[str, int]:
        """How many records stand in each status; kept, not counted. One key "" for a module without statuses."""
        return dict(
            self._connection.all("SELECT status, count FROM _counters WHERE module = ? AND count > 0", (module,))
        )

    def due_marks(self, module: str, numbers: Sequence[int]) -> dict[int, Nearest]:
        """The nearest due times of these rows; closed records have none."""
        return nearest.marks(self._connection, self._module(module), numbers)

    def dues_of(self, module: str, idents: Sequence[str]) -> dict[str, Nearest]:
        """The same of the records of these ids, by id."""
        rows = self._connection.all(
            f'SELECT _row, id FROM "{module}" WHERE id IN (SELECT value FROM json_each(?))', (dumps(list(idents)),)
        )
        known = self.due_marks(module, [row for row, _ in rows])
        return {ident: known[row] for row, ident in rows if row in known}

    def unjudged(self, module: str) -> int:
        """How many records of a module have a due time that is not known yet."""
        return nearest.unjudged(self._connection, module)

    def open_rows(self, module: str, over: Sequence[str]) -> list[int]:
        """The rows of all records in other statuses than these, in the order of the module, by its index alone."""
        declared = self._module(module)
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

    def _sets(self, module: str) -> RowSets:
        """What is known of a table: who types a word, or sorts anew, asks for the same rows again and again."""
        stamp = self._connection.stamp()
        known, sets = self._known.get(module, (None, None))
        if sets is None or stamp is None or known != stamp:
            sets = RowSets(self._connection, self._module(module))
            self._known[module] = stamp, sets
        return sets

    def _module(self, key: str) -> Module:
        return self._codecs[key].module
