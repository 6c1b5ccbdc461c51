"""The head of a list that is searched by words, found at once however common they are.

The full text puts all matches of a word's beginning together before it gives the first of them: for a word that stands
in every report of a million this takes a quarter of a second, and as long again for the list. But words that are so
common are in the first texts of the list, too; so these are read, and the full text is asked for the rarer words only.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat

from citymanager.schema import STATUS, Module
from citymanager.store.connection import Connection, Row
from citymanager.store.due_order import DUE
from citymanager.store.heaps import Heap, Wanted, heaps, held, numbers
from citymanager.store.narrowing import by_words as within
from citymanager.store.planning import Known
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.text import words

SAMPLE = 240
"""Rows of a list that are read to see how common the words are."""
TEXT = 40
"""A text is read in the time in which the full text puts as many matches together."""
SURE = 8
"""Texts with the rare words that must have been met to say how many there are."""
OFTEN, OFTEN_TOO = 5, 8
"""One text in so many is in the list, and one of those with the rare words: what else narrows it is seen on the way."""
ENOUGH = 0.8
"""The part of the texts that are likely to be needed which is read at once: few heaps, none of them large in vain."""
FEW, SHARE = 1_500, 60
"""Rows that are fetched and sorted, if they are no more than one in so many: more, and the list is walked along."""


def head(connection: Connection, codec: Codec, query: Query, limit: int) -> list[Row] | None:
    """The first rows of a list, as `codec.select` reads them and with `_row` behind; None: no words narrow it."""
    wanted, others = _parted(codec.module, query)
    if not wanted:
        return None
    with connection.at_once():
        many = connection.value(f'SELECT max(_row) FROM "{codec.module.key}"') or 0
        if _along_an_index(codec.module, others):
            return _by_texts(connection, codec, others, wanted, _sizes(limit), limit, many)
        looked, ours = _sampled(connection, codec, others, wanted)
        if rare := looked.rare(limit, many, 2 * TEXT):
            return _by_rare(connection, codec, others, looked, rare, limit, many, _is_seen_often(looked, ours, rare))
        first = int(max(SAMPLE, ENOUGH * looked.texts(wanted, limit)))
        sizes = chain((first,), (first // 2 << more for more in range(40)))
        return _by_texts(connection, codec, others, wanted, sizes, limit, many)


def _by_texts(
    connection: Connection, codec: Codec, query: Query, wanted: Sequence[Wanted], sizes: Iterable[int], limit: int,
    many: int,
) -> list[Row]:  # fmt: skip
    """By the texts of the list, until these tell that some words are rare."""
    looked = Looked(wanted)
    for heap in heaps(connection, codec, query, sizes):
        looked.take(held(codec, heap, wanted))
        if len(looked.found) >= limit:
            break
        if rare := looked.rare(limit, many, TEXT):
            return _by_rare(connection, codec, query, looked, rare, limit, many)
    return _rows(connection, codec, looked.found[:limit])


def _sampled(connection: Connection, codec: Codec, query: Query, wanted: Sequence[Wanted]) -> tuple["Looked", "Looked"]:
    """The first texts of the order of a list, and those of them that are in it."""
    plain = (heaps(connection, codec, Query(query.module, sort=sort), [SAMPLE]) for sort in (query.sort, ""))
    first = next(chain.from_iterable(plain), [])  # where no due time is known, there is none in their order
    told = list(held(codec, first, wanted))
    rows = tuple(row for row, _ in told)
    here = set(numbers(connection, codec, replace(query, numbers=rows, sort=""), len(rows))) if rows else set()
    looked, ours = Looked(wanted), Looked(wanted)
    looked.take(told)
    ours.take(one for one in told if one[0] in here)
    return looked, ours


def _is_seen_often(looked: "Looked", ours: "Looked", rare: Sequence[Wanted]) -> bool:
    """Whether what else narrows a list holds for so many texts, or of those with the rare words, that it is seen on
    the way along the order."""
    return ours.seen * OFTEN >= looked.seen or 0 < looked.count(*rare) <= OFTEN_TOO * ours.count(*rare)


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
        for row, has in texts:
            self.seen += 1
            if has:
                self._held.append(has)
            if len(has) == len(self.wanted):
                self.found.append(row)

    def rare(self, limit: int, many: int, text: int) -> list[Wanted]:
        """The words that the full text is asked for, while texts are looked through for the others; none: read on.

        `text`: as many matches are put together in the time in which one is read. Of a list that must be put together
        itself, that is twice as long.
        """
        if not self.seen:
            return list(self.wanted)
        order = sorted(self.wanted, key=self.count, reverse=True)
        matches = [(self.count(word) + 0.5) / self.seen * many for word in order]
        if self.seen < SAMPLE and sum(matches) > SAMPLE * text:  # to know them better costs less
            return []
        ways = range(len(order) + 1)
        best = min(ways, key=lambda read: text * self.texts(order[:read], limit) + sum(matches[read:]))
        return order[best:]

    def texts(self, common: Sequence[Wanted], limit: int) -> float:
        """How many texts are to be read until so many of them have these words."""
        return limit * self.seen / (self.count(*common) or 1 / self.seen) if common else 0

    def count(self, *all_of: Wanted) -> int:
        """In how many of them all these words stand."""
        return sum(has.issuperset(all_of) for has in self._held)


def _by_rare(
    connection: Connection, codec: Codec, query: Query, looked: Looked, rare: Sequence[Wanted], limit: int, many: int,
    often: bool | None = None,
) -> list[Row]:  # fmt: skip
    """By some of the words as the full text finds them; the others are looked for in the texts of the rows."""
    common, asked = [one for one in looked.wanted if one not in rare], _asked(codec.module, query, rare)
    met = looked.count(*rare)
    few = 0 if met >= SURE and met * many > 4 * FEW * looked.seen else min(FEW, many // SHARE)
    known = Known(few, often)
    if not common:
        return _rows(connection, codec, numbers(connection, codec, asked, limit, known))
    found: list[int] = []
    first = int(max(limit, 2 * looked.texts(common, limit)))
    for heap in heaps(connection, codec, asked, (first << more for more in range(40)), known):
        found += _with_all(codec, heap, common)
        if len(found) >= limit:
            break
    return _rows(connection, codec, found[:limit])


def _asked(module: Module, query: Query, rare: Sequence[Wanted]) -> Query:
    """A list narrowed by words as well."""
    told: dict[int | None, list[str]] = {}
    for one in rare:
        told.setdefault(one.place, []).append(one.word)
    anywhere = " ".join(told.pop(None, []))
    by_words = {module.text_keys[place]: " ".join(found) for place, found in told.items() if place is not None}
    return replace(query, text=anywhere, containing={**query.containing, **by_words})


def _with_all(codec: Codec, heap: Heap, words: Sequence[Wanted]) -> list[int]:
    return [row for row, found in held(codec, heap, words) if len(found) == len(words)]


def _along_an_index(module: Module, query: Query) -> bool:
    """Whether the list without its words comes row by row, and is not put together first."""
    narrowed = (
        query.due or query.between or query.filled or query.containing or query.box or query.idents or query.unsent
        or query.one_of
    )  # fmt: skip
    statuses = query.among.get(STATUS, ())
    by_status = set(query.among) <= {STATUS} and len(statuses) <= 1
    return not narrowed and by_status and (query.sort or module.sort).lstrip("-") in ("", DUE, *module.table)


def _sizes(limit: int) -> Iterator[int]:
    """Of the heaps in which texts are read that come along an index."""
    first = min(SAMPLE // 2, 2 * limit)
    return chain((first, SAMPLE - first), repeat(SAMPLE))


def _rows(connection: Connection, codec: Codec, numbers: Sequence[int]) -> list[Row]:
    """Rows by their numbers, in the order of these."""
    asked = f'{codec.numbered} FROM "{codec.module.key}" WHERE _row IN (SELECT value FROM json_each(?))'
    known = {row[-1]: row for row in connection.all(asked, (dumps(list(numbers)),))}
    return [known[number] for number in numbers]
