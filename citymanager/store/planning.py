"""The SQL that answers a list fast at any size.

SQLite has no count of what an index holds of a value, so it can't know which way is short. The head of a list is found
in one of three, by what is counted and tried before, some milliseconds at most: what only a few rows hold, is fetched
and sorted; what stands in the first rows of the list's order often enough, is seen on the way along it; of anything
else the row numbers are put together from its index, and the order is walked through index and numbers alone. For a
million rows of which none matches that takes 50 ms, for 130,000 numbers 17 ms more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from citymanager.clocks import over
from citymanager.errors import Refused
from citymanager.schema import STATUS, Module
from citymanager.store.connection import Connection
from citymanager.store.due_order import DUE, NONE, UNDATED, states
from citymanager.store.narrowing import Part, due_parts, matching, parts
from citymanager.store.query import Query
from citymanager.store.tables import sort_column

RARE = 5_000
"""More rows than these are not fetched and sorted: 13 ms."""
TRIED = 2_000
"""Rows at the head of an order that are looked at to see how often a list is found among them: 3 ms."""
OFTEN = 80
"""Of these, so many are a page of a table."""
MANY = 40_000
"""Rows that a condition is counted up to, to know which has the fewest: 1.5 ms. What words find is kept as fast as half
as many of these, because it comes in the order of its numbers."""
KEPT = 100_000
"""Numbers that were put together and are given back as they are: more are put together again."""
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
class Known:
    """What the first texts of a searched list have told of it."""

    few: int | None = None
    """What words find is fetched and sorted if it is no more than this; 0: it is more. None: as of all else."""
    often: bool | None = None
    """Whether all else is better seen on the way along the order; None: that is tried."""


NOTHING = Known()


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


def plans(
    connection: Connection, module: Module, query: Query, *, ordered: bool = True, head: bool = False,
    known: Known = NOTHING,
) -> Iterator[Plan]:  # fmt: skip
    """The answer in pieces, one after another: by due times, first what has one, then the rest in its own order."""
    if not ordered or query.sort.lstrip("-") != DUE:
        yield plan(connection, module, query, ordered=ordered, head=head, known=known)
        return
    if not module.clocks:
        raise Refused(f"В разделе «{module.title}» нет сроков, по которым можно сортировать.")
    statuses, dated = set(query.among.get(STATUS, ())), tuple(one for one in query.due if one != NONE)
    if (dated or not query.due) and not (statuses and statuses <= set(over(module))):
        yield _by_due(connection, module, replace(query, due=dated), head=head, known=known)
    if NONE in query.due or not query.due:
        rest = replace(query, sort="", due=(NONE,) if query.due else (UNDATED,))
        yield plan(connection, module, rest, head=head, known=known)


def plan(
    connection: Connection,
    module: Module,
    query: Query,
    *,
    ordered: bool = True,
    head: bool = False,
    known: Known = NOTHING,
) -> Plan:
    """The best way to answer. `head`: only the first rows are wanted, whatever the list's length."""
    found = [*parts(connection, module, query), *matching(module, query), *due_parts(module, query)]
    if not ordered:
        return _unordered(f'"{module.key}"', found)
    return _along(connection, found, _way(module, query.sort, found), head=head, known=known)


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


def _by_due(connection: Connection, module: Module, query: Query, *, head: bool, known: Known) -> Plan:
    """Along the index of due times."""
    table = f'"{module.key}"'
    found = [*parts(connection, module, query), *matching(module, query)]
    text, moments = states(query.due, query.now) if query.due else ("_due IS NOT NULL", [])
    told = f"_module = ? AND {text}"
    begins = (Part(told, (module.key, *moments), told),)
    direction = "DESC" if query.sort.startswith("-") else "ASC"
    joined = f"CROSS JOIN {table} ON {table}._row = _of"
    few = f"(SELECT _row AS _own FROM {table} WHERE _row IN ({{0}})) CROSS JOIN _dues ON _of = _own {joined}"
    way = _Way(f"_dues {joined}", "_of", begins, f" ORDER BY _due {direction}, _of {direction}", few)
    return _along(connection, [*begins, *found], way, head=head, known=known)


def _unordered(source: str, found: Sequence[Part]) -> Plan:
    """By one index; what others know is looked up in the numbers that they have."""
    lead = next((one for one in found if one.rows), None)
    rest = [_held(one, f"{source}._row") for one in found if one is not lead]
    return _put(source, ([(lead.text, lead.values)] if lead else []) + rest, "")


def _along(connection: Connection, found: Sequence[Part], way: _Way, *, head: bool, known: Known = NOTHING) -> Plan:
    few, numbers = _fewest(connection, found, known.few)
    rest = [one for one in found if one not in way.begins]
    if few in rest and not _is_short(connection, way, _count(numbers) * FETCHED):
        return _fetched(numbers, [one for one in found if one is not few], way)
    begins = [(one.text, one.values) for one in way.begins]
    if few in way.begins or (few is None and head and _is_often(connection, begins, rest, way, known)):
        return _put(way.source, begins + [_seen(one, way.row) for one in rest], way.order)
    numbers, rest = _together(connection, rest)
    if numbers and not _is_short(connection, way, RARE * FETCHED):
        return _fetched(numbers, [*way.begins, *rest[1:]], way)
    return _put(way.source, begins + _by_numbers_first(rest, way.row), way.order)


def _by_numbers_first(found: Sequence[Part], row: str) -> list[Told]:
    """What is bare is asked of the rows only that hold all else: these are read for it, and SQLite would read more."""
    known, bare = ([_held(one, row) for one in found if bool(one.rows) is there] for there in (True, False))
    if not known or not bare:
        return known + bare
    first, then = (" AND ".join(text for text, _ in some) for some in (known, bare))
    return [(f"CASE WHEN {first} THEN {then} END", tuple(value for _, values in known + bare for value in values))]


def _together(connection: Connection, found: Sequence[Part]) -> tuple[str, list[Part]]:
    """The numbers of the rows that hold what indexes know, as JSON if they are few, and all that is to be looked up: a
    condition of these numbers, and behind it what they were not put together by.

    One index after another is gone through, first that of the fewest rows, and only what the ones before have is kept:
    to look a number up costs a third of keeping it. Where few are left, the rest is seen of their rows; very many are
    not counted before the last.
    """
    order, numbers = _by_size(connection, found), ""
    while len(order) > 1 and not numbers:
        (size, kept), (_, one), *left = order
        rows = f"WITH these(_row) AS ({one.rows}) SELECT _row FROM these WHERE +_row IN ({kept.rows})"
        both = (MANY, Part("", (*one.values, *kept.values), "", rows))
        if (size < MANY or not left) and (given := _numbers(connection, both[1], KEPT)):
            both = (_count(given), Part("", (given,), "", "SELECT value FROM json_each(?)"))
            numbers = given if both[0] <= RARE else ""
        order = [both, *left]
    return numbers, [*(one for _, one in order), *(one for one in found if not one.rows)]


def _by_size(connection: Connection, found: Sequence[Part]) -> list[tuple[int, Part]]:
    """What indexes know, that of the fewest rows first: to count what words find would take as long as to find it."""
    known = [one for one in found if one.rows]
    if len(known) < 2:
        return [(MANY, one) for one in known]
    sized = [(MANY // 2 if one.words else _up_to(connection, one, MANY), one) for one in known]
    return sorted(sized, key=lambda one: one[0])


def _fewest(connection: Connection, found: Sequence[Part], words: int | None) -> tuple[Part | None, str]:
    """The condition that the fewest rows hold, if these are few; and their numbers, as JSON."""
    limits = [(one, words if one.words and words is not None else RARE) for one in found if one.rows]
    known = [(one, numbers) for one, most in limits if most and (numbers := _numbers(connection, one, most))]
    return min(known, key=lambda one: _count(one[1]), default=(None, ""))


def _numbers(connection: Connection, part: Part, most: int) -> str:
    """Of the rows that hold it, as JSON; empty: they are more. An index may have been gone through for them: once."""
    asked = f"SELECT json_group_array(_row) FROM (SELECT _row FROM these LIMIT {most + 1})"
    found = str(connection.value(f"WITH these(_row) AS ({part.rows}) {asked}", part.values))
    return found if _count(found) <= most else ""


def _count(numbers: str) -> int:
    return numbers.count(",") + 1 if len(numbers) > 2 else 0


def _is_short(connection: Connection, way: _Way, most: int) -> bool:
    """Whether the part of the order that is to be walked has fewer rows than this."""
    return any(_up_to(connection, one, most) < most for one in way.begins if one.rows)


def _up_to(connection: Connection, part: Part, most: int) -> int:
    """How many rows hold it; of very many, only that they are."""
    return int(connection.value(f"SELECT count(*) FROM ({part.rows} LIMIT {most})", part.values))


def _fetched(numbers: str, others: Sequence[Part], way: _Way) -> Plan:
    """The sign keeps SQLite off the index of the order."""
    seen, rows = [_seen(one, way.row) for one in others], "SELECT value FROM json_each(?)"
    if not way.few:
        return _put(way.source, [(f"{way.row} IN ({rows})", (numbers,)), *seen], way.order.replace(' "', ' +"'))
    found = _put(way.few.format(rows), seen, way.order)
    return Plan(found.tail, (numbers, *found.values))


def _is_often(connection: Connection, begins: list[Told], rest: Sequence[Part], way: _Way, known: Known) -> bool:
    """Whether the first rows of the order hold a page of the list: of what can be seen of them."""
    if known.often is not None and not _is_short(connection, way, RARE * FETCHED):
        return known.often
    seen = [(one.seen, one.values) for one in rest if one.seen]
    if not seen:
        return False
    table = way.source.rpartition("JOIN ")[2].partition(" ")[0]
    tried = _put(way.source, begins, way.order)
    found = _put(f"(SELECT {table}.* FROM {tried.tail} LIMIT {TRIED}) AS {table}", seen, "")
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {found.tail} LIMIT {OFTEN})"
    return bool(connection.value(asked, (*tried.values, *found.values)) >= OFTEN)


def _seen(part: Part, row: str) -> Told:
    return (part.seen, part.values) if part.seen else _held(part, row)


def _held(part: Part, row: str) -> Told:
    """Looked up in the numbers of its rows; the sign keeps SQLite on the index of the order."""
    return (f"+{row} IN ({part.rows})", part.values) if part.rows else (part.seen, part.values)


def _put(source: str, told: Sequence[Told], by: str) -> Plan:
    where = f" WHERE {' AND '.join(text for text, _ in told)}" if told else ""
    return Plan(source + where + by, tuple(value for _, values in told for value in values))
