"""A module's tables in the cache, as its declaration makes them."""

import json

from citymanager.failpoints import fp
from citymanager.schema import STATUS, TEXT_KINDS, Field, Module
from citymanager.store import blanks, digit_spans
from citymanager.store.connection import Connection
from citymanager.store.full_text import BEGINNINGS

SHAPE = 6
"""Counts the ways in which tables have been made of a declaration: another one makes them anew."""
OFTEN, SELDOM = (4, 16), (64, 64)
"""How soon the full text brings its pieces together: while it is searched, and during a first load, when each time is
a copy of all before it."""
MERGED_AT_ONCE = 2_000
"""Pages of the full text that one transaction of `furnish` brings together."""
_BETWEEN = " \t\u00a0-–()+./"
"""What people write between the digits of a phone."""
_TYPES = {"number": "NUMERIC", "flag": "INTEGER"}
_ONE_OF = ("choice", "flag", "reference", "person")
"""Kinds that are filtered by their value, empty ones as well."""
_SPANS = ("number", "date", "moment")
"""Kinds that are filtered by a span: a record without one is in none."""


def layout(module: Module) -> str:
    """What of a declaration the table depends on, as JSON: another layout, another table."""
    columns = [[one.key, one.kind, one.many, [choice.key for choice in one.choices]] for one in module.columns.values()]
    people = [[one.key, one.identifies] for one in module.fields if one.identifies]
    told = {"columns": columns, "table": module.table, "geometry": module.geometry, "people": people, "shape": SHAPE}
    return json.dumps(told | ({"owners": owners} if (owners := _owner_texts(module)) else {}))


def _owner_texts(module: Module) -> list[str]:
    """Texts that say whose a record is, and have no index as a column of the table."""
    return [key for key in module.mine if module.field(key).kind in TEXT_KINDS and key not in module.table]


def sort_column(field: Field) -> str:
    """The column that a table is sorted by this field: folded text, order of choices, or the value itself."""
    return f"_s_{field.key}" if field.kind in TEXT_KINDS or field.kind == "choice" else field.key


def column_type(field: Field) -> str:
    """What the column of a field is declared as: values are compared by that."""
    return _TYPES.get(field.kind, "TEXT")


def spelling(field: Field, told: str) -> str:
    """SQL: what identifies a person, without how it is spelt; `told` is a column or the place of a value.

    Of a phone the last ten digits: some write +7 before them, some 8.
    """
    if field.identifies == "email":
        return f"lower(trim({told}))"
    for sign in _BETWEEN:
        told = f"replace({told}, '{sign}', '')"
    return f"substr({told}, -10)"


def sorted_keys(module: Module) -> list[str]:
    return [key for key in module.table if sort_column(module.field(key)) != key]


def definition(module: Module) -> list[str]:
    """The statements that make a module's table, full text, counters, and the R*Tree of shapes; not its indexes."""
    table = module.key
    fields = [f'"{one.key}" {column_type(one)}' for one in module.columns.values()]
    fields += [f'"_s_{key}" TEXT' for key in sorted_keys(module)]
    made = [
        f'CREATE TABLE "{table}" (_row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, _version INTEGER NOT NULL,'
        f" _by TEXT NOT NULL, _at TEXT NOT NULL, _unsent INTEGER NOT NULL DEFAULT 0, _extra TEXT,"
        f" _lon REAL, _lat REAL, {', '.join(fields)})",
        f'CREATE INDEX "_ix_{table}_unsent" ON "{table}" (_row) WHERE _unsent > 0',
        f'CREATE VIRTUAL TABLE "_text_{table}" USING fts5(body, content="", contentless_delete=1,'
        f' prefix="{BEGINNINGS}", detail=none, tokenize="ascii")',
    ]
    if boxed(module):
        made.append(f'CREATE VIRTUAL TABLE "_box_{table}" USING rtree(id, west, east, south, north)')
    return made + _counter_triggers(module)


def boxed(module: Module) -> bool:
    """Whether its shapes lie in an R*Tree. Points have an index instead, which is written at a sixth of the cost."""
    return module.geometry not in ("", "point")


def indexes(module: Module) -> dict[str, str]:
    """What a table is sorted, narrowed and what a record is found by: a key, and the statement that makes its index."""
    table = module.key
    columns = {key: f'"{sort_column(module.field(key))}", _row' for key in module.table}
    single = [one.key for one in module.fields if _is_one_of(one) and not _by_itself(module, one)]
    columns |= {f"is_{key}": f'"{key}"' for key in single}
    if module.geometry == "point":
        columns["point"] = "_lon, _lat"
    if keys := blank_keys(module):
        columns["blank"] = blanks.bits(keys)
    if module.statuses:
        columns["by_status"] = f'"{STATUS}", "{sort_column(module.field(module.sort.lstrip("-")))}", _row'
    spans = [one.key for one in module.fields if one.kind in _SPANS and not _by_itself(module, one)]
    bare = {key: f'"{key}"' for key in (*spans, *_owner_texts(module))}
    made = {key: f'CREATE INDEX "_ix_{table}_{key}" ON "{table}" ({column})' for key, column in columns.items()}
    return made | {
        key: f'CREATE INDEX "_ix_{table}_{key}" ON "{table}" ({column}) WHERE {column} IS NOT NULL'
        for key, column in bare.items()
    } | _special_indexes(module)  # fmt: skip


def indexed(module: Module, key: str, *, empty: bool) -> bool:
    """Whether an index knows the rows by this column's value. `empty`: also those that have none."""
    field = module.field(key)
    spans = field.kind in _SPANS and not empty
    return key == STATUS or _is_one_of(field) or spans or _by_itself(module, field)


def blank_keys(module: Module) -> list[str]:
    """Fields of which one index for all tells where they are empty."""
    return [key for key in module.columns if not indexed(module, key, empty=True)]


def _is_one_of(field: Field) -> bool:
    return field.kind in _ONE_OF and not field.many


def _by_itself(module: Module, field: Field) -> bool:
    """Whether the table is sorted by the value itself: there is an index already."""
    return field.key in module.table and sort_column(field) == field.key


def _special_indexes(module: Module) -> dict[str, str]:
    """Of phones and addresses however they are spelt, and of numbers that are spelt otherwise than ours."""
    found = {}
    for one in module.fields:
        if one.identifies:
            column = f'"{one.key}"'
            found[f"of_{one.key}"] = f"({spelling(one, column)}) WHERE {column} IS NOT NULL"
        if one.fill == "number" and one.key in module.table:
            column = sort_column(one)
            found[f"odd_{one.key}"] = f'("{column}") WHERE {digit_spans.odd(column)}'
    return {key: f'CREATE INDEX "_ix_{module.key}_{key}" ON "{module.key}" {told}' for key, told in found.items()}


def lighten(connection: Connection, module: Module) -> None:
    """Take the indexes off an empty table, but for that of its own order: a full one gets them at a fifth the cost."""
    if connection.value(f'SELECT EXISTS (SELECT 1 FROM "{module.key}")'):
        return
    for key in indexes(module):
        if key != module.sort.lstrip("-"):
            connection.run(f'DROP INDEX IF EXISTS "_ix_{module.key}_{key}"')
    merge_text(connection, module, SELDOM)


def furnish(connection: Connection, module: Module) -> bool:
    """Make the first index that the table lacks, take away one that an older program has made, or bring together some
    of its full text; whether there was such."""
    there = {row[0] for row in connection.all("SELECT name FROM sqlite_master WHERE tbl_name = ?", (module.key,))}
    wanted = {f"_ix_{module.key}_{key}": statement for key, statement in indexes(module).items()}
    for name, statement in wanted.items():
        if name not in there:
            connection.run(statement)
            fp("furnish.made")
            return True
    for name in there - wanted.keys() - {f"_ix_{module.key}_unsent"}:
        if name.startswith(f"_ix_{module.key}_"):
            connection.run(f'DROP INDEX "{name}"')
            return True
    return _bring_text_together(connection, module)


def merge_text(connection: Connection, module: Module, when: tuple[int, int]) -> None:
    """Set how soon the full text brings its pieces together: `OFTEN` or `SELDOM`."""
    text = f'"_text_{module.key}"'
    for word, pieces in zip(("automerge", "crisismerge"), when, strict=True):
        connection.run(f"INSERT INTO {text} ({text}, rank) VALUES (?, ?)", (word, pieces))


def _bring_text_together(connection: Connection, module: Module) -> bool:
    """A part of what a first load has left undone; whether there was any."""
    text = f"_text_{module.key}"
    if connection.value(f"SELECT v FROM \"{text}_config\" WHERE k = 'automerge'") != SELDOM[0]:
        return False
    before = connection.value("SELECT total_changes()")
    connection.run(f'INSERT INTO "{text}" ("{text}", rank) VALUES (?, ?)', ("merge", -MERGED_AT_ONCE))
    if connection.value("SELECT total_changes()") - before < 2:  # so SQLite says that it is all one piece
        merge_text(connection, module, OFTEN)
    return True


def counted(connection: Connection, module: Module) -> bool:
    """Whether the table's counters are kept: not, if a program died when a table had come whole."""
    named = f"{module.key}_in"
    return bool(connection.value("SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = ?)", (named,)))


def count_anew(connection: Connection, module: Module) -> None:
    """The counters of a table that was filled without its triggers; these are made anew, too."""
    status = "coalesce(status, '')" if module.statuses else "''"
    connection.run("DELETE FROM _counters WHERE module = ?", (module.key,))
    connection.run(
        f"INSERT INTO _counters SELECT '{module.key}', {status}, count(*) FROM main.\"{module.key}\" GROUP BY 2"
    )
    for statement in _counter_triggers(module):
        connection.run(statement)


def _counter_triggers(module: Module) -> list[str]:
    status = "coalesce({row}.status, '')" if module.statuses else "''"
    plus = (
        f"INSERT INTO _counters VALUES ('{module.key}', {status.format(row='new')}, 1)"
        " ON CONFLICT DO UPDATE SET count = count + 1;"
    )
    minus = (
        f"UPDATE _counters SET count = count - 1 WHERE module = '{module.key}' AND status = {status.format(row='old')};"
    )
    made = [
        f'CREATE TRIGGER "{module.key}_in" AFTER INSERT ON "{module.key}" BEGIN {plus} END',
        f'CREATE TRIGGER "{module.key}_out" AFTER DELETE ON "{module.key}" BEGIN {minus} END',
    ]
    if module.statuses:
        made.append(
            f'CREATE TRIGGER "{module.key}_over" AFTER UPDATE OF status ON "{module.key}"'
            f" WHEN old.status IS NOT new.status BEGIN {minus} {plus} END"
        )
    return made
