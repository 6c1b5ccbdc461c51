"""The head of a list that is searched by words, found at once however common they are.

The full text puts all matches of a word's beginning together before it gives the first of them: for a word that stands
in every report of a million this takes a quarter of a second, and as long again for the list. But words that are so
common are in the first texts of the list, too; so these are read, and the full text is asked for the other words only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from re import Pattern

from citymanager.schema import STATUS, Module
from citymanager.store.connection import Connection, Row
from citymanager.store.due_order import DUE
from citymanager.store.query import Query, plans
from citymanager.store.records import Codec
from citymanager.text import beginning, words

SAMPLE = 240
"""Rows of a list that are read to see how common the words are."""
COMMON = 20
"""One row in so many has all the words: reading on finds the head of the list sooner than the full text."""
EVERYWHERE = 4
"""One row in so many has a word: it is looked for in the rows that the others have found."""


def head(connection: Connection, codec: Codec, query: Query, limit: int) -> list[Row] | None:
    """The first rows of a list, as `codec.select` reads them and with `_row` behind; None: ask the full text."""
    wanted = words(query.text)
    if not wanted or not _along_an_index(codec.module, query):
        return None
    begin, often = [beginning(word) for word in wanted], [0] * len(wanted)
    found: list[Row] = []
    for seen, row in enumerate(_rows(connection, codec, replace(query, text="")), 1):
        there = _there(codec.body_of(row), begin)
        often = [count + one for count, one in zip(often, there, strict=True)]
        if all(there):
            found.append(row)
        if len(found) == limit:
            return found
        if seen >= SAMPLE and len(found) * COMMON < seen:
            rare = [word for word, count in zip(wanted, often, strict=True) if count * EVERYWHERE < seen]
            return _by_few(connection, codec, query, rare, limit) if 0 < len(rare) < len(wanted) else None
    return found


def _by_few(connection: Connection, codec: Codec, query: Query, few: Sequence[str], limit: int) -> list[Row]:
    """By some of the words as the full text finds them; the others are looked for in the rows."""
    begin = [beginning(word) for word in words(query.text)]
    rows = _rows(connection, codec, replace(query, text=" ".join(few)))
    return list(islice((row for row in rows if all(_there(codec.body_of(row), begin))), limit))


def _along_an_index(module: Module, query: Query) -> bool:
    """Whether the list without its words comes row by row, and is not put together first."""
    narrowed = (
        query.due or query.between or query.filled or query.containing or query.box or query.idents or query.unsent
        or query.one_of
    )  # fmt: skip
    statuses = query.among.get(STATUS, ())
    by_status = set(query.among) <= {STATUS} and len(statuses) <= 1
    return not narrowed and by_status and (query.sort or module.sort).lstrip("-") in ("", DUE, *module.table)


def _rows(connection: Connection, codec: Codec, query: Query) -> Iterator[Row]:
    for found in plans(connection, codec.module, query, head=True):
        yield from connection.each(f"{codec.numbered} FROM {found.tail}", found.values)


def _there(body: str, begin: Sequence[Pattern[str]]) -> list[bool]:
    """Which of the words begin somewhere in a folded text."""
    return [one.search(body) is not None for one in begin]
