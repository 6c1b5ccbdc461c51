"""The head of a list that is searched by words, found at once however common they are.

The full text puts all matches of a word's beginning together before it gives the first of them: for a word that stands
in every report of a million this takes a quarter of a second, and as long again for the list. But words that are so
common are in the first texts of the list, too; so these are read, and the full text is asked for the rarer words only.
Texts are read in heaps, each by one statement: row by row, a reader would stand in line for the interpreter each time.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, repeat
from re import Pattern
from typing import Any

from citymanager.schema import STATUS, Module
from citymanager.store.connection import Connection, Row
from citymanager.store.due_order import DUE
from citymanager.store.narrowing import by_words as within
from citymanager.store.planning import RARE, plans
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.text import beginning, fold, words

SAMPLE = 240
"""Rows of a list that are read to see how common the words are."""
TEXT = 40
"""A text is read in the time in which the full text puts as many matches together."""
FEW, SHARE = 1_500, 60
"""Rows that are fetched and sorted, if they are no more than one in so many: more, and the list is walked along."""
Heap = list[list[Any]]
"""Rows with their texts, each as `Codec.texts` tells it."""


@dataclass(frozen=True)
class Wanted:
    """A word that a text is to have, by its beginning."""

    word: str
    place: int | None = None
    """Which of the texts of a row has it; None: any of them."""

    @cached_property
    def begin(self) -> Pattern[str]:
        return beginning(self.word)


def head(connection: Connection, codec: Codec, query: Query, limit: int) -> list[Row] | None:
    """The first rows of a list, as `codec.select` reads them and with `_row` behind; None: no words narrow it."""
    wanted, others = _parted(codec.module, query)
    if not wanted:
        return None
    with connection.at_once():
        many = connection.value(f'SELECT max(_row) FROM "{codec.module.key}"') or 0
        looked = Looked(wanted)
        for heap in _heaps(connection, codec, others, _sizes(codec.module, others, limit)):
            looked.take((told[0], _held(codec, told, wanted)) for told in heap)
            if len(looked.found) >= limit:
                break
            if rare := looked.rare(limit, many):
                return _by_rare(connection, codec, others, looked, rare, limit, many)
        return _rows(connection, codec, looked.found[:limit])


def _parted(module: Module, query: Query) -> tuple[list[Wanted], Query]:
    """The words that a list is narrowed by, and the list without them. Raises Refused for what can't be asked."""
    by_words = {key: found for key, text in query.containing.items() if (found := within(module, key, text))}
    wanted = [Wanted(word) for word in words(query.text)]
    wanted += [Wanted(word, module.text_keys.index(key)) for key, found in by_words.items() for word in found]
    left = {key: text for key, text in query.containing.items() if key not in by_words}
    return list(dict.fromkeys(wanted)), replace(query, text="", containing=left)


class Looked:
    """The first texts of a list: which hold all the words, and how common each word is."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self.wanted = wanted
        self.seen = 0
        self.found: list[int] = []
        self._held: list[frozenset[Wanted]] = []
        """Of each text that has any of the words, those that it has."""

    def take(self, texts: Iterable[tuple[int, frozenset[Wanted]]]) -> None:
        """More of them: the numbers of their rows, and the words that each has."""
        for row, held in texts:
            self.seen += 1
            if held:
                self._held.append(held)
            if len(held) == len(self.wanted):
                self.found.append(row)

    def rare(self, limit: int, many: int) -> list[Wanted]:
        """The words that the full text is asked for, while texts are looked through for the others; none: read on."""
        order = sorted(self.wanted, key=self.count, reverse=True)
        matches = [(self.count(word) + 0.5) / self.seen * many for word in order]
        if self.seen < SAMPLE and sum(matches) > SAMPLE * TEXT:  # to know them better costs less
            return []
        ways = range(len(order) + 1)
        best = min(ways, key=lambda read: TEXT * self.texts(order[:read], limit) + sum(matches[read:]))
        return order[best:]

    def texts(self, common: Sequence[Wanted], limit: int) -> float:
        """How many texts are to be read until so many of them have these words."""
        return limit * self.seen / (self.count(*common) or 1 / self.seen) if common else 0

    def count(self, *all_of: Wanted) -> int:
        """In how many of them all these words stand."""
        return sum(held.issuperset(all_of) for held in self._held)


def _by_rare(
    connection: Connection, codec: Codec, query: Query, looked: Looked, rare: Sequence[Wanted], limit: int, many: int
) -> list[Row]:
    """By some of the words as the full text finds them; what it can't know is looked for in the texts of the rows."""
    common = [one for one in looked.wanted if one not in rare]
    unsure = [*common, *(one for one in rare if one.place is not None)]
    asked = replace(query, text=" ".join(one.word for one in rare))
    if not unsure:
        return _by_full_text(connection, codec, asked, limit, many)
    found: list[int] = []
    first = max(limit, int(2 * looked.texts(common, limit)))
    few = 0 if looked.count(*rare) * many > 4 * FEW * looked.seen else _few(many)
    for heap in _heaps(connection, codec, asked, (first << more for more in range(40)), few):
        found += [told[0] for told in heap if len(_held(codec, told, unsure)) == len(unsure)]
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


def _sizes(module: Module, query: Query, limit: int) -> Iterator[int]:
    """Of the heaps that the texts of a list are read in: what is put together for each of them anew, in few."""
    if not _along_an_index(module, query):
        return (SAMPLE << more for more in range(40))
    first = min(SAMPLE // 2, 2 * limit)
    return chain((first, SAMPLE - first), repeat(SAMPLE))


def _heaps(connection: Connection, codec: Codec, query: Query, sizes: Iterator[int], few: int = RARE) -> Iterator[Heap]:
    """The texts of a list in its order, in heaps of these sizes."""
    for one in plans(connection, codec.module, query, head=True, few=few):
        at = 0
        for size in sizes:
            asked = f"{codec.texts} FROM {one.tail} LIMIT {int(size)} OFFSET {at}"
            told = json.loads(f"[{connection.value(f'SELECT group_concat(told) FROM ({asked})', one.values) or ''}]")
            if told:
                yield told
            at += size
            if len(told) < size:
                break


def _held(codec: Codec, told: Sequence[Any], wanted: Sequence[Wanted]) -> frozenset[Wanted]:
    """Those of the words that the texts of a row have."""
    whole = codec.text(told)
    found = [one for one in wanted if one.begin.search(whole)]
    return frozenset(
        one for one in found if one.place is None or one.begin.search(fold(str(told[one.place + 2] or "")))
    )


def _rows(connection: Connection, codec: Codec, numbers: Sequence[int]) -> list[Row]:
    """Rows by their numbers, in the order of these."""
    asked = f'{codec.numbered} FROM "{codec.module.key}" WHERE _row IN (SELECT value FROM json_each(?))'
    known = {row[-1]: row for row in connection.all(asked, (dumps(list(numbers)),))}
    return [known[number] for number in numbers]
