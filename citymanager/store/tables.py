"""The cache's tables: those of every profile by numbered migrations, those of the modules from their declarations.

Migrations are plain SQL under PRAGMA user_version: sqlite-utils takes half a second to import (it pulls pandas in),
which is more than a whole command of ours may take.
"""

import json
from collections.abc import Callable, Sequence

from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.schema import STATUS, TEXT_KINDS, Field, Module
from citymanager.store import nearest, raised
from citymanager.store.connection import Connection

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE _layouts (module TEXT PRIMARY KEY, layout TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE _outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, op TEXT NOT NULL UNIQUE, module TEXT NOT NULL, id TEXT NOT NULL,
        base INTEGER NOT NULL, change TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
        after TEXT NOT NULL DEFAULT '[]',
        author TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', tries INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '', current TEXT, fields TEXT);
    CREATE INDEX _outbox_record ON _outbox (module, id);
    CREATE INDEX _outbox_state ON _outbox (state, seq);
    CREATE TABLE _acknowledged (
        op TEXT PRIMARY KEY, module TEXT NOT NULL, id TEXT NOT NULL, operation TEXT NOT NULL, author TEXT NOT NULL,
        feed TEXT NOT NULL, version INTEGER NOT NULL, answered TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE _server_copies (
        module TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL, data TEXT NOT NULL,
        by TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (module, id)) WITHOUT ROWID;
    CREATE TABLE _quarantine (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, reason TEXT NOT NULL, raw TEXT NOT NULL);
    CREATE TABLE _counters (module TEXT NOT NULL, status TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (module, status)) WITHOUT ROWID;
    """,
    "ALTER TABLE _outbox ADD COLUMN was TEXT",
    "ALTER TABLE _outbox ADD COLUMN feed TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE _files (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, author TEXT NOT NULL, name TEXT NOT NULL,
        size INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
        received INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
        UNIQUE (sha256, author));
    CREATE INDEX _files_state ON _files (state, author, seq);
    """,
    """
    CREATE INDEX _acknowledged_record ON _acknowledged (module, id);
    ALTER TABLE _server_copies ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
    UPDATE _server_copies SET seen = version;
    """,
    nearest.TABLES,
    """
    ALTER TABLE _outbox ADD COLUMN offered INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE _bulk (act TEXT PRIMARY KEY, module TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL,
        at TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE _bulk_lines (seq INTEGER PRIMARY KEY, act TEXT NOT NULL, op TEXT NOT NULL, id TEXT NOT NULL,
        change TEXT NOT NULL, was TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '');
    CREATE INDEX _bulk_lines_act ON _bulk_lines (act, outcome, seq);
    CREATE INDEX _bulk_author ON _bulk (module, author, at);
    """,
    raised.TABLES,
)

SHAPE = 5
"""Counts the ways in which tables have been made of a declaration: another one makes them anew."""
NEWER = (
    "База этого рабочего места создана более новой версией программы, эта её не изменит и не испортит. Обновите"
    " программу; неотправленные правки целы и дождутся её."
)
OFTEN, SELDOM = (4, 16), (64, 64)
"""How soon the full text brings its pieces together: while it is searched, and during a first load, when each time is
a copy of all before it."""
MERGED_AT_ONCE = 2_000
"""Pages of the full text that one transaction of `furnish` brings together."""
_BETWEEN = " \t\u00a0-–()+./"
"""What people write between the digits of a phone."""
_TYPES = {"number": "NUMERIC", "flag": "INTEGER"}


Told = Callable[[str, int, int], None]
"""How far a long change of tables is: the module's title, records done, records in all."""


def prepare(connection: Connection, modules: Sequence[Module], told: Told = lambda *_: None) -> None:
    """Bring the cache to this program's shape. Whole or not at all: a crash in the middle changes nothing.

    `told`: after each page of a table that is made anew, some two minutes for a million records. Raises Refused for a
    cache that a newer program has made: it is left as it is.
    """
    with connection.sorting(), connection.transaction():
        done = connection.value("PRAGMA user_version")
        if done > len(MIGRATIONS):
            raise Refused(NEWER)
        for number, script in enumerate(MIGRATIONS[done:], done + 1):
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.run(statement)
            connection.run(f"PRAGMA user_version = {number}")
            fp("migrate.step")
        known: dict[str, str] = dict(connection.all("SELECT module, layout FROM _layouts"))
        if any(json.loads(one).get("shape", 0) > SHAPE for one in known.values()):
            raise Refused(NEWER)
        for module in modules:
            if known.get(module.key) != layout(module):
                _shape(connection, module, known.get(module.key), told)
                nearest.forget(connection, module)
            nearest.install(connection, module)
    fp("prepare.committed")


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
    fields = [f'"{one.key}" {_TYPES.get(one.kind, "TEXT")}' for one in module.columns.values()]
    fields += [f'"_s_{key}" TEXT' for key in sorted_keys(module)]
    made = [
        f'CREATE TABLE "{table}" (_row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, _version INTEGER NOT NULL,'
        f" _by TEXT NOT NULL, _at TEXT NOT NULL, _unsent INTEGER NOT NULL DEFAULT 0, _extra TEXT,"
        f" _lon REAL, _lat REAL, {', '.join(fields)})",
        f'CREATE INDEX "_ix_{table}_unsent" ON "{table}" (_row) WHERE _unsent > 0',
        f'CREATE VIRTUAL TABLE "_text_{table}" USING fts5(body, content="", contentless_delete=1, prefix="1 2 3",'
        ' detail=none, tokenize="ascii")',
    ]
    if boxed(module):
        made.append(f'CREATE VIRTUAL TABLE "_box_{table}" USING rtree(id, west, east, south, north)')
    return made + _counter_triggers(module)


def boxed(module: Module) -> bool:
    """Whether its shapes lie in an R*Tree. Points have an index instead, which is written at a sixth of the cost."""
    return module.geometry not in ("", "point")


def indexes(module: Module) -> dict[str, str]:
    """What a table is sorted and what a record is found by: the field's key and the statement that makes its index."""
    table = module.key
    columns = {key: f'"{sort_column(module.field(key))}", _row' for key in module.table}
    links = [one.key for one in module.fields if one.kind in ("reference", "person") and not one.many]
    bare = {key: f'"{key}"' for key in [*links, *_owner_texts(module)] if key not in module.table}
    if module.geometry == "point":
        columns["point"] = "_lon, _lat"
    if module.statuses and module.sort:
        columns["by_status"] = f'"{STATUS}", "{sort_column(module.field(module.sort.lstrip("-")))}", _row'
    made = {key: f'CREATE INDEX "_ix_{table}_{key}" ON "{table}" ({column})' for key, column in columns.items()}
    return made | {
        key: f'CREATE INDEX "_ix_{table}_{key}" ON "{table}" ({column}) WHERE {column} IS NOT NULL'
        for key, column in bare.items()
    } | {f"of_{one.key}": _index_of_people(module, one) for one in module.fields if one.identifies}  # fmt: skip


def _index_of_people(module: Module, field: Field) -> str:
    column = f'"{field.key}"'
    return (
        f'CREATE INDEX "_ix_{module.key}_of_{field.key}" ON "{module.key}" ({spelling(field, column)})'
        f" WHERE {column} IS NOT NULL"
    )


def lighten(connection: Connection, module: Module) -> None:
    """Take the indexes off an empty table, but for that of its own order: a full one gets them at a fifth the cost."""
    if connection.value(f'SELECT EXISTS (SELECT 1 FROM "{module.key}")'):
        return
    for key in indexes(module):
        if key != module.sort.lstrip("-"):
            connection.run(f'DROP INDEX IF EXISTS "_ix_{module.key}_{key}"')
    _merge_text(connection, module, SELDOM)


def furnish(connection: Connection, module: Module) -> bool:
    """Make the first index that the table lacks, or bring together some of its full text; whether there was such."""
    there = {row[0] for row in connection.all("SELECT name FROM sqlite_master WHERE tbl_name = ?", (module.key,))}
    for key, statement in indexes(module).items():
        if f"_ix_{module.key}_{key}" not in there:
            connection.run(statement)
            fp("furnish.made")
            return True
    return _bring_text_together(connection, module)


def _merge_text(connection: Connection, module: Module, when: tuple[int, int]) -> None:
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
        _merge_text(connection, module, OFTEN)
    return True


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


def _shape(connection: Connection, module: Module, old: str | None, told: Told) -> None:
    """Make a module's table, or make it anew from the old one when its declaration has changed."""
    if old is not None:
        _put_away(connection, module.key)
        fp("shape.renamed")
    for statement in definition(module):
        connection.run(statement)
    if old is not None:
        _refill(connection, module, old, told)
        fp("shape.rewritten")
        connection.run(f'DROP TABLE "{module.key}_old"')
    for statement in indexes(module).values():  # of a full table at a fifth of the cost
        connection.run(statement)
    connection.run("INSERT OR REPLACE INTO _layouts VALUES (?, ?)", (module.key, layout(module)))


def _refill(connection: Connection, module: Module, old: str, told: Told) -> None:
    from citymanager.store.records import rewrite  # records build on tables

    many = connection.value(f'SELECT count(*) FROM "{module.key}_old"')
    _merge_text(connection, module, SELDOM)
    for done in rewrite(connection, module, json.loads(old)):
        told(module.title, done, many)
    _merge_text(connection, module, OFTEN)


def _put_away(connection: Connection, key: str) -> None:
    for name, kind in connection.all(
        "SELECT name, type FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (key,),
    ):
        connection.run(f'DROP {kind} "{name}"')
    connection.run(f'DROP TABLE IF EXISTS "_text_{key}"')
    connection.run(f'DROP TABLE IF EXISTS "_box_{key}"')
    connection.run("DELETE FROM _counters WHERE module = ?", (key,))
    connection.run(f'ALTER TABLE "{key}" RENAME TO "{key}_old"')
