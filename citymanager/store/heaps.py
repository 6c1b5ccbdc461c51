"""The texts of a list, read in heaps, and which words they have.

Each heap comes by one statement: row by row, a reader would stand in line for the interpreter each time.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from re import Pattern
from typing import Any

from citymanager.store.connection import Connection
from citymanager.store.planning import Plan, plans
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.store.row_sets import RowSets
from citymanager.text import beginning, fold

FURTHER = 4
"""A list whose first texts were not enough is gone through so much further, and more of its texts may be wanted than
was thought."""
Heap = list[list[Any]]
"""Rows with their texts, each as `Codec.texts` tells it."""
Held = Iterator[tuple[int, "frozenset[Wanted]"]]
"""The numbers of rows, and the words that the texts of each have."""


@dataclass(frozen=True)
class Wanted:
    """A word that a text is to have, by its beginning."""

    word: str
    place: int | None = None
    """Which of the texts of a row has it; None: any of them."""

    @cached_property
    def begin(self) -> Pattern[str]:
        return beginning(self.word)


def numbers(sets: RowSets, query: Query, most: int) -> list[int]:
    """The first rows of a list."""
    found: list[int] = []
    for one in plans(sets, query, most=most):
        found += _found(sets.connection, one, f"LIMIT {most - len(found)}")
        if len(found) == most:
            break
    return found


def heaps(sets: RowSets, codec: Codec, query: Query, sizes: Iterable[int]) -> Iterator[Heap]:
    """The texts of a list in its order, in heaps of these sizes."""
    connection, coming = sets.connection, iter(sizes)
    first = next(coming, 0)
    for one in plans(sets, query, most=FURTHER * first):
        heap = _read(connection, codec, f"{one.tail} LIMIT {first}", one.values)
        if heap:
            yield heap
        if len(heap) == first:
            yield from _following(connection, codec, one, first, coming)


def _following(connection: Connection, codec: Codec, one: Plan, at: int, sizes: Iterator[int]) -> Iterator[Heap]:
    """The texts behind the first ones. Rows are looked for in spans, each much longer than all before it: for every
    span the list is gone through from its beginning."""
    rows: list[int] = []
    for size in sizes:
        if len(rows) < size:
            span = max(size - len(rows), FURTHER * at)
            rows += _found(connection, one, f"LIMIT {span} OFFSET {at}")
            at += span
        some, rows = rows[:size], rows[size:]
        if some:
            yield _heap_of(connection, codec, some)
        if len(some) < size:
            break


def _heap_of(connection: Connection, codec: Codec, rows: Sequence[int]) -> Heap:
    """The texts of these rows, in their order."""
    tail = f'"{codec.module.key}" WHERE _row IN (SELECT value FROM json_each(?))'
    told = {one[0]: one for one in _read(connection, codec, tail, (dumps(list(rows)),))}
    return [told[row] for row in rows]


def _found(connection: Connection, one: Plan, part: str) -> list[int]:
    asked = f"SELECT json_group_array(_row) FROM (SELECT _row FROM {one.tail} {part})"
    found: list[int] = json.loads(connection.value(asked, one.values))
    return found


def held(codec: Codec, heap: Heap, wanted: Sequence[Wanted]) -> Held:
    """Which of the words the texts of each row have."""
    for told in heap:
        whole = codec.text(told)
        found = [one for one in wanted if one.begin.search(whole)]
        yield told[0], frozenset(one for one in found if one.place is None or one.begin.search(_text(told, one.place)))


def _read(connection: Connection, codec: Codec, tail: str, values: Sequence[Any]) -> Heap:
    told = connection.value(f"SELECT group_concat(told) FROM ({codec.texts} FROM {tail})", values)
    heap: Heap = json.loads(f"[{told or ''}]")
    return heap


def _text(told: Sequence[Any], place: int) -> str:
    return fold(str(told[place + 2] or ""))
