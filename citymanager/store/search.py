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
from citymanager.store.planning import NOTHING, RARE, Known
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.store.weighing import SAMPLE, Looked
from citymanager.text import words

TEXT = 40
"""A text is read in the time in which the full text puts as many matches together."""
SURE = 8
"""Texts with the rare words that must have been met to say how many there are."""
OFTEN, OFTEN_TOO = 5, 8
"""One text in so many is in the list, and one of those with the rare words: what else narrows it is seen on the way."""
READ = 30
"""Numbers that are put together in the time in which a row is read."""
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
            return _by_texts(connection, codec, others, Looked(wanted, TEXT), _sizes(limit), limit, many)
        settled = _settled(connection, codec, others)
        if settled is None:
            return []
        others = settled
        looked, ours = _sampled(connection, codec, others, wanted)
        if rare := looked.rare(limit, many):
            return _by_rare(connection, codec, others, looked, rare, limit, many, _is_seen_often(looked, ours, rare))
        texts = looked.texts(wanted, limit)
        first = int(max(SAMPLE, ENOUGH * texts))
        sizes = chain((first,), (first // 2 << more for more in range(40)))
        known = Known(often=_is_read_often(looked, ours, texts, many))
        return _by_texts(connection, codec, others, Looked(wanted, 2 * TEXT), sizes, limit, many, known)


def _by_texts(
    connection: Connection, codec: Codec, query: Query, looked: Looked, sizes: Iterable[int], limit: int, many: int,
    known: Known = NOTHING,
) -> list[Row]:  # fmt: skip
    """By the texts of the list, until these tell that some words are rare."""
    for heap in heaps(connection, codec, query, sizes, known):
        looked.take(held(codec, heap, looked.wanted))
        if len(looked.found) >= limit:
            break
        if rare := looked.rare(limit, many):
            return _by_rare(connection, codec, query, looked, rare, limit, many)
    return _rows(connection, codec, looked.found[:limit])


def _settled(connection: Connection, codec: Codec, query: Query) -> Query | None:
    """A list with the numbers of the few rows whose texts contain what is looked for letter by letter: the index is
    gone through for them once. None: there are no such rows."""
    if not query.containing or query.numbers:
        return query
    found = numbers(connection, codec, Query(query.module, containing=query.containing), RARE + 1)
    if len(found) > RARE:
        return query
    return replace(query, containing={}, numbers=tuple(found)) if found else None


def _sampled(connection: Connection, codec: Codec, query: Query, wanted: Sequence[Wanted]) -> tuple[Looked, Looked]:
    """The first texts of the order of a list, and those of them that are in it."""
    plain = (heaps(connection, codec, Query(query.module, sort=sort), [SAMPLE]) for sort in (query.sort, ""))
    first = next(chain.from_iterable(plain), [])  # where no due time is known, there is none in their order
    told = list(held(codec, first, wanted))
    rows = tuple({row for row, _ in told} & set(query.numbers) if query.numbers else (row for row, _ in told))
    here = set(numbers(connection, codec, replace(query, numbers=rows, sort=""), len(rows))) if rows else set()
    looked, ours = Looked(wanted, 2 * TEXT), Looked(wanted, TEXT)
    looked.take(told)
    ours.take(one for one in told if one[0] in here)
    return looked, ours


def _is_seen_often(looked: Looked, ours: Looked, rare: Sequence[Wanted]) -> bool:
    """Whether what else narrows a list holds for so many texts, or of those with the rare words, that it is seen on
    the way along the order."""
    return ours.seen * OFTEN >= looked.seen or 0 < looked.count(*rare) <= OFTEN_TOO * ours.count(*rare)


def _is_read_often(looked: Looked, ours: Looked, texts: float, many: int) -> bool:
    """Whether so many texts of a list are come by sooner if what narrows it is seen of each row of the order than if
    its numbers are put together."""
    share = ours.seen / looked.seen if looked.seen else 0
    return bool(share) and texts * (1 / share - 1) * READ < share * many


def _parted(module: Module, query: Query) -> tuple[list[Wanted], Query]:
    """The words that a list is narrowed by, and the list without them. Raises Refused for what can't be asked."""
    by_words = {key: found for key, text in query.containing.items() if (found := within(module, key, text))}
    wanted = [Wanted(word) for word in words(query.text)]
    wanted += [Wanted(word, module.text_keys.index(key)) for key, found in by_words.items() for word in found]
    left = {key: text for key, text in query.containing.items() if key not in by_words}
    return list(dict.fromkeys(wanted)), replace(query, text="", containing=left)


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
    found, read = list[int](), 0

    def more() -> float:
        """How many texts there are to be read yet, as far as can be known by now."""
        return read * (limit / (len(found) or 1) - 1) if read else looked.texts(common, limit)

    for heap in heaps(connection, codec, asked, (int(max(limit, more())) for _ in repeat(None)), known):
        found, read = found + _with_all(codec, heap, common), read + len(heap)
        if len(found) >= limit:
            break
        if more() * TEXT > looked.matches(common, many):
            return _by_rare(connection, codec, query, looked, looked.wanted, limit, many, often)
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
