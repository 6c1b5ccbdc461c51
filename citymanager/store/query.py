"""What a list asks of the cache, and the SQL that answers it fast at any size."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from citymanager.clocks import over
from citymanager.errors import Refused
from citymanager.schema import STATUS, TEXT_KINDS, Module
from citymanager.store.connection import Connection
from citymanager.store.due_order import DUE, NONE, UNDATED, in_states, states
from citymanager.store.ownership import crowded, holding, own_rows
from citymanager.store.records import dumps
from citymanager.store.sharing import match_sharing
from citymanager.store.tables import boxed, sort_column, spelling
from citymanager.text import fold, words

RARE = 5_000
"""A word with more matches than this is common."""

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True)
class Query:
    """A list of a module's records: what they must hold, and their order."""

    module: str
    text: str = ""
    """Every word, in any order, by prefix, over all text fields and the address."""
    among: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Choice, reference, person, flag: the value is one of these; None among them stands for an empty field."""
    between: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Number, date, moment: from … to, ends included; None is open."""
    filled: tuple[str, ...] = ()
    """Fields that hold anything."""
    containing: Mapping[str, str] = field(default_factory=dict)
    """Text fields: the folded text occurs in them."""
    sharing: str = ""
    """Records that share rare words with this text."""
    person: Mapping[str, str] = field(default_factory=dict)
    """Fields that identify somebody: one of them tells of the same person, however it is spelt."""
    one_of: Mapping[str, str] = field(default_factory=dict)
    """Fields that say whose a record is: one of them at least holds its value; an empty one is held by none."""
    box: Box | None = None
    idents: tuple[str, ...] = ()
    """Only these records; empty: all."""
    unsent: bool = False
    """Only records that hold operations not yet sent."""
    due: tuple[str, ...] = ()
    """Only records whose nearest due time is in one of these states (`due_order.STATES`) at the moment `now`."""
    now: str = ""
    sort: str = ""
    """A field's key or `DUE`, with a leading minus for descending; empty: the module's own order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The SQL of a query: what follows FROM, and its values."""

    tail: str
    values: tuple[Any, ...]


def plans(
    connection: Connection, module: Module, query: Query, *, ordered: bool = True, head: bool = False,
    few: int = RARE,
) -> list[Plan]:  # fmt: skip
    """The answer in pieces, one after another: by due times, first what has one, then the rest in its own order."""
    if not ordered or query.sort.lstrip("-") != DUE:
        return [plan(connection, module, query, ordered=ordered, head=head, few=few)]
    if not module.clocks:
        raise Refused(f"В разделе «{module.title}» нет сроков, по которым можно сортировать.")
    statuses, dated = set(query.among.get(STATUS, ())), tuple(one for one in query.due if one != NONE)
    found: list[Plan] = []
    if (dated or not query.due) and not (statuses and statuses <= set(over(module))):
        found.append(_by_due(connection, module, replace(query, due=dated), head=head))
    if NONE in query.due or not query.due:
        rest = replace(query, sort="", due=(NONE,) if query.due else (UNDATED,))
        found.append(plan(connection, module, rest, head=head))
    return found


def _by_due(connection: Connection, module: Module, query: Query, *, head: bool) -> Plan:
    """Along the index of due times, unless something else narrows the list: then SQLite chooses."""
    source = "_dues"
    own: list[Any] = []
    if few := bool(query.one_of) and not crowded(connection, module, query.one_of):
        rows, own = own_rows(module, query.one_of)
        source, query = f"{rows} CROSS JOIN _dues ON _of = _own", replace(query, one_of={})
    conditions, values = _conditions(module, query, walks=True)
    more, added = _matches(connection, module, query, head=head)
    text, moments = states(query.due, query.now) if query.due else ("_due IS NOT NULL", [])
    whole = " AND ".join(["_module = ?", text, *conditions, *more])
    narrowed = (
        query.between or query.filled or query.containing or query.idents or query.unsent or set(query.among) - {STATUS}
    )
    direction = "DESC" if query.sort.startswith("-") else "ASC"
    return Plan(
        f'{source} {"" if narrowed and not few else "CROSS "}JOIN "{module.key}" ON "{module.key}"._row = _of'
        f" WHERE {whole} ORDER BY _due {direction}, _of {direction}",
        (*own, module.key, *moments, *values, *added),
    )


def plan(
    connection: Connection, module: Module, query: Query, *, ordered: bool = True, head: bool = False, few: int = RARE
) -> Plan:
    """The best way to answer. `head`: only the first rows are wanted, whatever the list's length.

    The rows of a word that has so `few` are fetched and sorted (0: it is known to have more). Behind a common one the
    head of the list walks the sort index and looks each row up in the matches, put together once: 50 ms for 100,000 of
    them (`search.head` finds what is more common).
    """
    own = bool(query.one_of) and not crowded(connection, module, query.one_of)
    conditions, values = _conditions(module, query, walks=own or (head and _walks(connection, module, query)))
    more, added = _matches(connection, module, query, head=head, few=few)
    conditions, values = conditions + more, values + added
    if query.due:
        text, due = in_states(connection, module, query.due, query.now, head=head)
        conditions.append(text)
        values += due
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return Plan(f'"{module.key}"' + where + (order(module, query.sort) if ordered else ""), tuple(values))


def _matches(
    connection: Connection, module: Module, query: Query, *, head: bool, few: int = RARE
) -> tuple[list[str], list[Any]]:
    """What is looked up in an index of its own: the box, the words."""
    conditions: list[str] = []
    values: list[Any] = []
    if query.box and not boxed(module):
        text, more = _in_box(connection, module, query.box, head)
        conditions.append(text)
        values += more
    match = _match(query.text)
    if match:
        found, row = f'"_text_{module.key}"', f'"{module.key}"._row'
        matches = f"(SELECT rowid FROM {found} WHERE {found} MATCH ?)"
        if not head or (few and _rare(connection, found, match, few)):
            conditions.append(f"{row} IN {matches}")
        else:
            conditions.append(f"+{row} IN {matches}")  # the plus keeps SQLite on the sort index
        values.append(match)
    if query.one_of:
        along = head and crowded(connection, module, query.one_of)
        text, held = holding(module, query.one_of, along=along)
        conditions.append(text)
        values += held
    if query.sharing:
        text, shared = _sharing(connection, module, query.sharing)
        conditions.append(text)
        values += shared
    return conditions, values


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


def _sharing(connection: Connection, module: Module, text: str) -> tuple[str, list[str]]:
    """A text without rare words shares nothing with anything."""
    found, match = f'"_text_{module.key}"', match_sharing(connection, module, text)
    if not match:
        return "0", []
    return f'"{module.key}"._row IN (SELECT rowid FROM {found} WHERE {found} MATCH ?)', [match]


def _match(text: str) -> str:
    return " AND ".join(f'"{word}" *' for word in words(text))


def _rare(connection: Connection, table: str, match: str, few: int) -> bool:
    found = connection.value(
        f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {few + 1})", (match,)
    )
    return bool(found <= few)


def _walks(connection: Connection, module: Module, query: Query) -> bool:
    """Whether the head of a list by status, in another order than the module's own, is found sooner along that order.

    In its own order it has an index; sorting the 110,000 reports in work of a million takes half a second.
    """
    wanted = query.among.get(STATUS, ())
    if not wanted or query.sort in ("", module.sort):
        return False
    places = ", ".join("?" * len(wanted))
    found = f'SELECT 1 FROM "{module.key}" WHERE "{STATUS}" IN ({places}) LIMIT {RARE + 1}'
    return bool(connection.value(f"SELECT count(*) FROM ({found})", wanted) > RARE)


def _conditions(module: Module, query: Query, *, walks: bool = False) -> tuple[list[str], list[Any]]:
    """`walks`: the index by status is not to be used."""
    conditions: list[str] = []
    values: list[Any] = []
    for key, wanted in query.among.items():
        text, more = _among(module, key, wanted)
        conditions.append(f"+{text}" if walks and key == STATUS and None not in wanted else text)
        values += more
    for key, (low, high) in query.between.items():
        column = f'"{_known(module, key)}"'
        conditions += [f"{column} {sign} ?" for sign, end in ((">=", low), ("<=", high)) if end is not None]
        values += [end for end in (low, high) if end is not None]
    conditions += [f'"{_known(module, key)}" IS NOT NULL' for key in query.filled]
    for key, text in query.containing.items():
        if module.field(_known(module, key)).kind not in TEXT_KINDS:
            raise Refused(f"Поле «{module.field(key).title}» не текстовое: в нём нельзя искать часть слова.")
        conditions.append(f'instr(fold("{key}"), ?) > 0')
        values.append(fold(text))
    if query.box and boxed(module):
        west, south, east, north = query.box
        conditions.append(
            f'"{module.key}"._row IN (SELECT id FROM "_box_{module.key}"'
            " WHERE west <= ? AND east >= ? AND south <= ? AND north >= ?)"
        )
        values += [east, west, north, south]
    if query.person:
        table = module.key
        told = [(module.field(_known(module, key)), f'"{key}"') for key in query.person]
        found = (
            f'SELECT _row FROM "{table}" WHERE {column} IS NOT NULL AND {spelling(one, column)} = {spelling(one, "?")}'
            for one, column in told
        )
        conditions.append(f'"{table}"._row IN ({" UNION ".join(found)})')
        values += query.person.values()
    if query.idents:
        conditions.append(f'"{module.key}".id IN (SELECT value FROM json_each(?))')
        values.append(dumps(query.idents))
    if query.unsent:
        conditions.append("_unsent > 0")
    return conditions, values


def _in_box(connection: Connection, module: Module, box: Box, head: bool) -> tuple[str, list[float]]:
    """The points in a box.

    A few are fetched and sorted. The head of many walks the list's own order and looks at each row's place; a whole
    long list looks its rows up in them, which are read from the index by place alone.
    """
    west, south, east, north = box
    values = [west, east, south, north]
    inside = f'FROM "{module.key}" WHERE _lon BETWEEN ? AND ? AND _lat BETWEEN ? AND ?'
    crowded = connection.value(f"SELECT count(*) FROM (SELECT 1 {inside} LIMIT {RARE + 1})", tuple(values)) > RARE
    if crowded and head:
        return "+_lon BETWEEN ? AND ? AND +_lat BETWEEN ? AND ?", values
    return f'{"+" if crowded else ""}"{module.key}"._row IN (SELECT _row {inside})', values


def _among(module: Module, key: str, wanted: tuple[Any, ...]) -> tuple[str, list[Any]]:
    column = f'"{_known(module, key)}"'
    given = [int(one) if isinstance(one, bool) else one for one in wanted if one is not None]
    if module.field(key).many:
        inside = (
            f"EXISTS (SELECT 1 FROM json_each({column}) AS one WHERE one.value IN (SELECT value FROM json_each(?)))"
        )
        values: list[Any] = [dumps(given)]
    else:  # spelt out: of a list in JSON, SQLite would not see how short it is
        inside, values = f"{column} IN ({', '.join('?' * len(given))})", given
    if None in wanted:
        inside = f"({inside} OR {column} IS NULL)"
    return inside, values


def _known(module: Module, key: str) -> str:
    if key not in module.columns:
        raise Refused(f"В разделе «{module.title}» нет поля «{key}».")
    return key
