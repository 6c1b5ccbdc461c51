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
from citymanager.store.query import Query
from citymanager.store.records import Codec, dumps
from citymanager.store.row_sets import RowSets
from citymanager.store.weighing import SAMPLE, Looked
from citymanager.text import words

TEXT = 70
"""A text is read in the time in which the full text puts as many matches together."""
ENOUGH = 0.8
"""The part of the texts that are likely to be needed which is read at once: few heaps, none of them large in vain."""


def head(sets: RowSets, codec: Codec, query: Query, limit: int) -> list[Row] | None:
    """The first rows of a list, as `codec.select` reads them and with `_row` behind; None: no words narrow it."""
    wanted, others = _parted(codec.module, query)
    if not wanted:
        return None
    if _along_an_index(codec.module, others):
        return _by_texts(sets, codec, others, Looked(wanted, TEXT), _sizes(limit), limit)
    looked = _sampled(sets, codec, others, wanted)
    if rare := looked.rare(limit, sets.many):
        return _by_rare(sets, codec, others, looked, rare, limit)
    first = int(max(SAMPLE, ENOUGH * looked.texts(wanted, limit)))
    sizes = chain((first,), (first // 2 << more for more in range(40)))
    return _by_texts(sets, codec, others, Looked(wanted, TEXT), sizes, limit)


def _by_texts(sets: RowSets, codec: Codec, query: Query, looked: Looked, sizes: Iterable[int], limit: int) -> list[Row]:
    """By the texts of the list, until these tell that some words are rare."""
    for heap in heaps(sets, codec, query, sizes):
        looked.take(held(codec, heap, looked.wanted))
        if len(looked.found) >= limit:
            break
        if rare := looked.rare(limit, sets.many):
            return _by_rare(sets, codec, query, looked, rare, limit)
    return _rows(sets.connection, codec, looked.found[:limit])


def _sampled(sets: RowSets, codec: Codec, query: Query, wanted: Sequence[Wanted]) -> Looked:
    """The first texts of the order of a list, whether they are in it or not."""
    plain = (heaps(sets, codec, Query(query.module, sort=sort), [SAMPLE]) for sort in (query.sort, ""))
    looked = Looked(wanted, TEXT)
    looked.take(held(codec, next(chain.from_iterable(plain), []), wanted))  # where no due time is known, of the other
    return looked


def _parted(module: Module, query: Query) -> tuple[list[Wanted], Query]:
    """The words that a list is narrowed by, and the list without them. Raises Refused for what can't be asked."""
    by_words = {key: found for key, text in query.containing.items() if (found := within(module, key, text))}
    wanted = [Wanted(word) for word in words(query.text)]
    wanted += [Wanted(word, module.text_keys.index(key)) for key, found in by_words.items() for word in found]
    left = {key: text for key, text in query.containing.items() if key not in by_words}
    return list(dict.fromkeys(wanted)), replace(query, text="", containing=left)


def _by_rare(
    sets: RowSets, codec: Codec, query: Query, looked: Looked, rare: Sequence[Wanted], limit: int
) -> list[Row]:
    """By some of the words as the full text finds them; the others are looked for in the texts of the rows."""
    common, asked = [one for one in looked.wanted if one not in rare], _asked(codec.module, query, rare)
    if not common:
        return _rows(sets.connection, codec, numbers(sets, asked, limit))
    found, read = list[int](), 0

    def more() -> float:
        """How many texts there are to be read yet, as far as can be known by now."""
        return read * (limit / (len(found) or 1) - 1) if read else looked.texts(common, limit)

    for heap in heaps(sets, codec, asked, (int(max(limit, more())) for _ in repeat(None))):
        found, read = found + _with_all(codec, heap, common), read + len(heap)
        if len(found) >= limit:
            break
        if more() * TEXT > looked.matches(common, sets.many):
            return _by_rare(sets, codec, query, looked, looked.wanted, limit)
    return _rows(sets.connection, codec, found[:limit])


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
