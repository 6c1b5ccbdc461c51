"""The head of a list that is searched by words, found at once however common they are.

The full text puts all matches of a word's beginning together before it gives the first of them: for a word that stands
in every report of a million this takes a quarter of a second, and as long again for the list. But words that are so
common are in the first texts of the list, too; so these are read, and the full text is asked for the rarer words only.
Texts are read in heaps, each by one statement: row by row, a reader would stand in line for the interpreter each time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from re import Pattern

from citymanager.schema import STATUS, Module
from citymanager.store.connection import Connection, Row
from citymanager.store.due_order import DUE
from citymanager.store.planning import RARE, plans
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.text import beginning, words

SAMPLE = 240
"""Rows of a list that are read to see how common the words are."""
TEXT = 40
"""A text is read in the time in which the full text puts as many matches together."""
FEW, SHARE = 1_500, 60
"""Rows that are fetched and sorted, if they are no more than one in so many: more, and the list is walked along."""
Texts = list[tuple[int, str]]
"""Numbers of rows and their folded texts."""


def head(connection: Connection, codec: Codec, query: Query, limit: int) -> list[Row] | None:
    """The first rows of a list, as `codec.select` reads them and with `_row` behind; None: its words are not alone."""
    wanted = words(query.text)
    if not wanted or not _along_an_index(codec.module, query):
        return None
    with connection.at_once():
        many = connection.value(f'SELECT max(_row) FROM "{codec.module.key}"') or 0
        looked, first = Looked(wanted), min(SAMPLE // 2, 2 * limit)
        sizes = chain((first, SAMPLE - first), repeat(SAMPLE))
        for texts in _heaps(connection, codec, replace(query, text=""), sizes):
            looked.take(texts)
            if len(looked.found) >= limit:
                break
            if rare := looked.rare(limit, many):
                return _by_rare(connection, codec, query, looked, rare, limit, many)
        return _rows(connection, codec, looked.found[:limit])


class Looked:
    """The first texts of a list: which hold all the words, and how common each word is."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self.wanted = {word: beginning(word) for word in wanted}
        self.seen = 0
        self.found: list[int] = []
        self._held: list[frozenset[str]] = []
        """Of each text that has any of the words, those that it has."""

    def take(self, texts: Texts) -> None:
        self.seen += len(texts)
        for row, text in texts:
            if held := frozenset(word for word, begin in self.wanted.items() if begin.search(text)):
                self._held.append(held)
                if len(held) == len(self.wanted):
                    self.found.append(row)

    def rare(self, limit: int, many: int) -> list[str]:
        """The words that the full text is asked for, while texts are looked through for the others; none: read on."""
        order = sorted(self.wanted, key=self.count, reverse=True)
        matches = [(self.count(word) + 0.5) / self.seen * many for word in order]
        if self.seen < SAMPLE and sum(matches) > SAMPLE * TEXT:  # to know them better costs less
            return []
        ways = range(len(order) + 1)
        best = min(ways, key=lambda read: TEXT * self.texts(order[:read], limit) + sum(matches[read:]))
        return order[best:]

    def texts(self, common: Sequence[str], limit: int) -> float:
        """How many texts are to be read until so many of them have these words."""
        return limit * self.seen / (self.count(*common) or 1 / self.seen) if common else 0

    def count(self, *all_of: str) -> int:
        """In how many of them all these words stand."""
        return sum(held.issuperset(all_of) for held in self._held)


def _by_rare(
    connection: Connection, codec: Codec, query: Query, looked: Looked, rare: Sequence[str], limit: int, many: int
) -> list[Row]:
    """By some of the words as the full text finds them; the others are looked for in the texts of the rows."""
    common = [word for word in looked.wanted if word not in rare]
    asked = replace(query, text=" ".join(rare))
    if not common:
        return _by_full_text(connection, codec, asked, limit, many)
    begin, found, first = [looked.wanted[word] for word in common], [], int(2 * looked.texts(common, limit))
    few = 0 if looked.count(*rare) * many > 4 * FEW * looked.seen else _few(many)
    for texts in _heaps(connection, codec, asked, (first << more for more in range(40)), few):
        found += [row for row, text in texts if _all_there(text, begin)]
        if len(found) >= limit:
            break
    return _rows(connection, codec, found[:limit])


def _by_full_text(connection: Connection, codec: Codec, query: Query, limit: int, many: int) -> list[Row]:
    found: list[Row] = []
    for one in plans(connection, codec.module, query, head=True, few=_few(many)):
        tail = f"{one.tail} LIMIT {int(limit) - len(found)}"
        found += connection.all(f"{codec.numbered} FROM {tail}", one.values)
    return found


def _few(many: int) -> int:
    return min(FEW, many // SHARE)


def _along_an_index(module: Module, query: Query) -> bool:
    """Whether the list without its words comes row by row, and is not put together first."""
    narrowed = (
        query.due or query.between or query.filled or query.containing or query.box or query.idents or query.unsent
        or query.one_of
    )  # fmt: skip
    statuses = query.among.get(STATUS, ())
    by_status = set(query.among) <= {STATUS} and len(statuses) <= 1
    return not narrowed and by_status and (query.sort or module.sort).lstrip("-") in ("", DUE, *module.table)


def _heaps(
    connection: Connection, codec: Codec, query: Query, sizes: Iterator[int], few: int = RARE
) -> Iterator[Texts]:
    """The texts of a list in its order, in heaps of these sizes."""
    for one in plans(connection, codec.module, query, head=True, few=few):
        at = 0
        for size in sizes:
            asked = f"{codec.texts} FROM {one.tail} LIMIT {int(size)} OFFSET {at}"
            told = json.loads(f"[{connection.value(f'SELECT group_concat(told) FROM ({asked})', one.values) or ''}]")
            if told:
                yield [(text[0], codec.text(text)) for text in told]
            at += size
            if len(told) < size:
                break


def _rows(connection: Connection, codec: Codec, numbers: Sequence[int]) -> list[Row]:
    """Rows by their numbers, in the order of these."""
    asked = f'{codec.numbered} FROM "{codec.module.key}" WHERE _row IN (SELECT value FROM json_each(?))'
    known = {row[-1]: row for row in connection.all(asked, (dumps(list(numbers)),))}
    return [known[number] for number in numbers]


def _all_there(text: str, begin: Sequence[Pattern[str]]) -> bool:
    return all(one.search(text) for one in begin)
