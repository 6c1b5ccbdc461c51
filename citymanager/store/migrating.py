"""The cache brought to this program's shape: by numbered migrations what every profile has, by declarations the rest.

Migrations are plain SQL under PRAGMA user_version: sqlite-utils takes half a second to import (it pulls pandas in),
which is more than a whole command of ours may take.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.schema import Field, Module
from citymanager.store import nearest, raised
from citymanager.store.connection import Connection
from citymanager.store.records import Codec, Record, add, decoded, sheet
from citymanager.store.tables import (
    OFTEN,
    SELDOM,
    SHAPE,
    count_anew,
    counted,
    definition,
    indexes,
    layout,
    merge_text,
)

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
    "UPDATE _meta SET value = 'laid' WHERE key LIKE 'load:%' AND value = 'done'",  # a round of sync makes new indexes
)

NEWER = (
    "База этого рабочего места создана более новой версией программы, эта её не изменит и не испортит. Обновите"
    " программу; неотправленные правки целы и дождутся её."
)

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
            elif not counted(connection, module):
                count_anew(connection, module)
            nearest.install(connection, module)
    fp("prepare.committed")


def _shape(connection: Connection, module: Module, old: str | None, told: Told) -> None:
    """Make a module's table, or make it anew from the old one when its declaration has changed."""
    if old is not None:
        _put_away(connection, module.key)
        fp("shape.renamed")
    for statement in definition(module):
        connection.run(statement)
    if old is not None:
        _refill(connection, module, json.loads(old), told)
        fp("shape.rewritten")
        connection.run(f'DROP TABLE "{module.key}_old"')
    for statement in indexes(module).values():  # of a full table at a fifth of the cost
        connection.run(statement)
    connection.run("INSERT OR REPLACE INTO _layouts VALUES (?, ?)", (module.key, layout(module)))


def _refill(connection: Connection, module: Module, old: Mapping[str, Any], told: Told) -> None:
    """Fill a module's new table from `KEY_old`, whose layout was `old`: no value is lost, known or not any more."""
    many = connection.value(f'SELECT count(*) FROM "{module.key}_old"')
    merge_text(connection, module, SELDOM)
    for done in _rewrite(connection, module, old):
        told(module.title, done, many)
    merge_text(connection, module, OFTEN)


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


def _rewrite(connection: Connection, module: Module, old: Mapping[str, Any]) -> Iterator[int]:
    """Page by page; how many records are done."""
    fields = [Field(key, key, kind, many=many) for key, kind, many, _ in old["columns"]]
    names = ", ".join(f'"{one.key}"' for one in fields)
    made, last, done = Codec(module), 0, 0
    while True:
        rows = connection.all(
            f'SELECT _row, id, _version, _by, _at, _unsent, _extra, {names} FROM "{module.key}_old"'
            " WHERE _row > ? ORDER BY _row LIMIT 500",
            (last,),
        )
        if not rows:
            return
        add(connection, made, sheet(made, [_old_record(module.key, fields, row) for row in rows]))
        last, done = rows[-1][0], done + len(rows)
        yield done


def _old_record(key: str, fields: Sequence[Field], row: Sequence[Any]) -> Record:
    _, ident, version, by, at, unsent, extra = row[:7]
    data = {one.key: decoded(one, value) for one, value in zip(fields, row[7:], strict=True) if value is not None}
    return Record(key, ident, version, {**data, **(json.loads(extra) if extra else {})}, by, at, unsent)
