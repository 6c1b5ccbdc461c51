"""The SQL that answers a list fast at any size.

SQLite has no count of what an index holds of a value, so it can't know which way is short. The head of a list is found
in one of three, by what is counted and tried before, some milliseconds at most: what only a few rows hold, is fetched
and sorted; what stands in the first rows of the list's order often enough, is seen on the way along it; of anything
else the rows are put together from its index, and the order is walked through index and signs alone. For a million rows
of which none matches that takes 70 ms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from citymanager.clocks import over
from citymanager.errors import Refused
from citymanager.schema import STATUS, Module
from citymanager.store.due_order import DUE, NONE, UNDATED, states
from citymanager.store.narrowing import Part, due_parts, matching, parts
from citymanager.store.query import Query
from citymanager.store.records import dumps
from citymanager.store.row_sets import MANY, SIGNED, RowSets, Signs, how_many, numbers_of
from citymanager.store.tables import sort_column

RARE = 5_000
"""More rows than these are not fetched and sorted: 13 ms."""
TRIED = 2_000
"""Rows at the head of an order that are looked at to see how often a list is found among them: 3 ms."""
OFTEN, PAGE = 80, 200
"""Of these, so many are in a list of which so many rows are seen on the way as soon as they are put together."""
FETCHED = 25
"""To fetch a row takes as long as to pass by so many in an index."""
Told = tuple[str, tuple[Any, ...]]
"""A condition in SQL, and its values."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The SQL of a query: what follows FROM, and its values."""

    tail: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """An order that a list is found along, by its index."""

    source: str
    row: str
    """What names a row before anything of it is read."""
    begins: tuple[Part, ...]
    """What the index of the order answers, too."""
    order: str
    few: str = ""
    """What is read from instead where only a few rows matter: these have the place {0}."""


def plans(sets: RowSets, query: Query, *, ordered: bool = True, most: int | None = None) -> Iterator[Plan]:
    """The answer in pieces, one after another: by due times, first what has one, then the rest in its own order."""
    module = sets.module
    if not ordered or query.sort.lstrip("-") != DUE:
        yield plan(sets, query, ordered=ordered, most=most)
        return
    if not module.clocks:
        raise Refused(f"В разделе «{module.title}» нет сроков, по которым можно сортировать.")
    statuses, dated = set(query.among.get(STATUS, ())), tuple(one for one in query.due if one != NONE)
    if (dated or not query.due) and not (statuses and statuses <= set(over(module))):
        yield _by_due(sets, replace(query, due=dated), most=most)
    if NONE in query.due or not query.due:
        rest = replace(query, sort="", due=(NONE,) if query.due else (UNDATED,))
        yield plan(sets, rest, most=most)


def plan(sets: RowSets, query: Query, *, ordered: bool = True, most: int | None = None) -> Plan:
    """The best way to answer. `most`: only the first rows are wanted, so many, whatever the list's length."""
    module = sets.module
    found = [*parts(sets.connection, module, query), *matching(module, query), *due_parts(module, query)]
    if not ordered:
        return _unordered(f'"{module.key}"', found)
    return _along(sets, found, _way(module, query.sort, found), most=most)


def order(module: Module, sort: str) -> str:
    """ORDER BY of a table; the row number breaks ties, so that pages never overlap."""
    key = (sort or module.sort).lstrip("-")
    direction = "DESC" if (sort or module.sort).startswith("-") else "ASC"
    if not key:
        return " ORDER BY _row DESC"
    if key not in module.columns:
        raise Refused(f"В разделе «{module.title}» нет поля «{key}» для сортировки.")
    column = sort_column(module.field(key)) if key in module.table else key
    return f' ORDER BY "{column}" {direction}, _row {direction}'


def _way(module: Module, sort: str, found: Sequence[Part]) -> _Way:
    """Along the index of a column; that of the module's own order is there for each status, too."""
    table, key = f'"{module.key}"', (sort or module.sort).lstrip("-")
    leading = {key} if key in module.table and sort_column(module.field(key)) == key else set()
    if key and key == module.sort.lstrip("-"):
        leading.add(STATUS)
    begins = tuple(one for one in found if one.leads in leading and (one.leads != STATUS or " IN " in one.text))
    return _Way(table, f"{table}._row", begins, order(module, sort))


def _by_due(sets: RowSets, query: Query, *, most: int | None) -> Plan:
    """Along the index of due times."""
    module, table = sets.module, f'"{sets.module.key}"'
    found = [*parts(sets.connection, module, query), *matching(module, query)]
    text, moments = states(query.due, query.now) if query.due else ("_due IS NOT NULL", [])
    told = f"_module = ? AND {text}"
    begins = (Part(told, (module.key, *moments), told),)
    direction = "DESC" if query.sort.startswith("-") else "ASC"
    joined = f"CROSS JOIN {table} ON {table}._row = _of"
    few = f"(SELECT _row AS _own FROM {table} WHERE _row IN ({{0}})) CROSS JOIN _dues ON _of = _own {joined}"
    way = _Way(f"_dues {joined}", "_of", begins, f" ORDER BY _due {direction}, _of {direction}", few)
    return _along(sets, [*begins, *found], way, most=most)


def _unordered(source: str, found: Sequence[Part]) -> Plan:
    """By one index; what others know is looked up in the numbers that they have."""
    lead = next((one for one in found if one.rows), None)
    rest = [_held(one, f"{source}._row") for one in found if one is not lead]
    return _put(source, ([(lead.text, lead.values)] if lead else []) + rest, "")


def _along(sets: RowSets, found: Sequence[Part], way: _Way, *, most: int | None) -> Plan:
    few, rest = _fewest(sets, found), [one for one in found if one not in way.begins]
    if few in rest and not _is_short(sets, way, sets.size(few) * FETCHED):
        return _fetched(sets, sets.of(few), [one for one in rest if one is not few], way)
    signs, seen = _together(sets, rest, _first(sets, rest))
    is_few = few is not None or (signs is not None and how_many(signs) <= RARE)
    is_soon = all(_is_soon(sets, one) for one in seen)
    if not is_few and (is_soon or most is None or not _is_often(sets, signs, seen, way, most)):
        signs, seen = _together(sets, rest, rest)
    if signs is not None and how_many(signs) <= RARE and not _is_short(sets, way, RARE * FETCHED):
        return _fetched(sets, signs, seen, way)
    return _put(way.source, [*_begins(way), *_narrowed(sets, signs, seen, way.row)], way.order)


def _first(sets: RowSets, found: Sequence[Part]) -> list[Part]:
    """What is put together in any case: what can't be seen, as words, and beside it what is done soon."""
    unseen = [one for one in found if not one.seen]
    return unseen + [one for one in found if unseen and one.seen and _is_soon(sets, one)]


def _is_soon(sets: RowSets, part: Part) -> bool:
    """Whether its rows are put together sooner than some thousands are looked at."""
    return sets.knows(part) or (bool(part.rows) and sets.size(part) < MANY)


def _together(sets: RowSets, found: Sequence[Part], some: Sequence[Part]) -> tuple["Signs | None", list[Part]]:
    """The rows that hold what indexes know of some conditions, and those that are to be seen of each row: all others,
    and what is left when few are. None: no index knows any of it."""
    known = sorted((one for one in some if one.rows or one.but), key=sets.size)
    signs = None
    for place, one in enumerate(known):
        signs = sets.of(one) if signs is None else signs & sets.of(one)
        if how_many(signs) <= RARE:
            known = known[: place + 1]
            break
    return signs, [one for one in found if one not in known]


def _fewest(sets: RowSets, found: Sequence[Part]) -> Part | None:
    """The condition that the fewest rows hold, if these are few."""
    return min((one for one in found if one.rows and sets.are_few(one, RARE)), key=sets.size, default=None)


def _is_short(sets: RowSets, way: _Way, most: int) -> bool:
    """Whether the part of the order that is to be walked has fewer rows than this."""
    return any(sets.size(one, most) < most for one in way.begins if one.rows)


def _fetched(sets: RowSets, signs: "Signs", others: Sequence[Part], way: _Way) -> Plan:
    """A few rows, sorted: the sign + keeps SQLite off the index of the order."""
    given, rows = dumps(numbers_of(signs)), "SELECT value FROM json_each(?)"
    told = [*((one.seen, one.values) for one in way.begins), *_narrowed(sets, None, others, way.row)]
    if not way.few:
        return _put(way.source, [(f"{way.row} IN ({rows})", (given,)), *told], way.order.replace(' "', ' +"'))
    found = _put(way.few.format(rows), told, way.order)
    return Plan(found.tail, (given, *found.values))


def _is_often(sets: RowSets, signs: "Signs | None", seen: Sequence[Part], way: _Way, most: int) -> bool:
    """Whether the first rows of the order, of those that have the sign, hold so much of the list that so many of it are
    seen on the way."""
    tried = TRIED if signs is None else TRIED // 4
    often = OFTEN * tried * max(most, PAGE) // (TRIED * PAGE)
    if not seen or often > tried:
        return False
    table = way.source.rpartition("JOIN ")[2].partition(" ")[0]
    first = _put(way.source, [*_begins(way), *_narrowed(sets, signs, [], way.row)], way.order)
    told = [(one.seen, one.values) for one in seen]
    found = _put(f"(SELECT {table}.* FROM {first.tail} LIMIT {tried}) AS {table}", told, "")
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {found.tail} LIMIT {often})"
    return bool(sets.connection.value(asked, (*first.values, *found.values)) >= often)


def _begins(way: _Way) -> list[Told]:
    return [(one.text, one.values) for one in way.begins]


def _narrowed(sets: RowSets, signs: "Signs | None", others: Sequence[Part], row: str) -> list[Told]:
    """The rows that have the sign, and that hold the others: what can't be seen is put together, too. What can is asked
    of the rows only that have the sign, as these are read for it."""
    for one in others:
        if not one.seen:
            signs = sets.of(one) if signs is None else signs & sets.of(one)
    seen = [(one.seen, one.values) for one in others if one.seen]
    if signs is None:
        return seen
    return [(SIGNED.format(row), (signs.tobytes(),)), *seen]


def _held(part: Part, row: str) -> Told:
    """Looked up in the numbers of its rows; the sign + keeps SQLite on the index that leads."""
    return (f"+{row} IN ({part.rows})", part.values) if part.rows else (part.seen, part.values)


def _put(source: str, told: Sequence[Told], by: str) -> Plan:
    where = f" WHERE {' AND '.join(text for text, _ in told)}" if told else ""
    return Plan(source + where + by, tuple(value for _, values in told for value in values))
