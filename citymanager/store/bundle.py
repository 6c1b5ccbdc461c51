"""A module's table taken over whole from a file in which it was made ready: rows, indexes and full text as they stand.

SQLite copies tables of one and the same definition cell by cell, without making a record of any
(`xferOptimization` in its insert.c): a tenth of what it costs to lay a row. For that no trigger may stand on the table
meanwhile; what triggers keep is counted anew afterwards. A page of the file that is changed early in so long a
transaction and once more late in it makes SQLite go through the whole log again (`walRewriteChecksums` in its wal.c),
which took a third of all time: so nothing is emptied that is empty, and triggers are made in a transaction of their
own. Where a program dies before that, the next one sees that they are missing.
"""

import hashlib

from citymanager.schema import Module
from citymanager.store import nearest, tables
from citymanager.store.connection import Connection

GIVEN = "given"
"""What the file is called in SQL while it is open beside the cache."""
_TEXT = ("data", "idx", "docsize", "config")
_BOX = ("node", "rowid", "parent")


def shape(module: Module) -> str:
    """Which tables are meant: a bundle of another shape is of another version of the program."""
    made = "\n".join([tables.layout(module), *tables.definition(module), *tables.indexes(module).values()])
    return hashlib.sha256(made.encode()).hexdigest()


def untouched(connection: Connection, key: str) -> bool:
    """Whether nothing of a module is here yet, neither the server's nor one's own."""
    return not connection.value(
        f'SELECT EXISTS (SELECT 1 FROM "{key}") OR EXISTS (SELECT 1 FROM _outbox WHERE module = ?)'
        " OR EXISTS (SELECT 1 FROM _server_copies WHERE module = ?)",
        (key, key),
    )


def fits(connection: Connection, module: Module) -> bool:
    """Whether the given file has just the tables and indexes that this cache has of the module."""
    ours, theirs = (_definitions(connection, module, where) for where in ("main", GIVEN))
    return ours == theirs


def take(connection: Connection, module: Module) -> None:
    """Copy the module's tables out of the given file into a cache that has none of its records; in a transaction.

    `count` belongs behind it. The connection is to be opened anew after that: it remembers the pieces of an empty full
    text.
    """
    for (name,) in connection.all(
        "SELECT name FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (module.key,)
    ):
        connection.run(f'DROP TRIGGER main."{name}"')
    _copy(connection, module.key)
    parts = [f"_text_{module.key}_{part}" for part in _TEXT]
    parts += [f"_box_{module.key}_{part}" for part in _BOX] if tables.boxed(module) else []
    for part in parts:  # which are never quite empty
        connection.run(f'DELETE FROM main."{part}"')
        _copy(connection, part)
    nearest.forget(connection, module)


def count(connection: Connection, module: Module) -> None:
    """Counters and due times of a table that has come whole, with the triggers that keep them; in a transaction."""
    tables.count_anew(connection, module)
    nearest.install(connection, module)


def _copy(connection: Connection, table: str) -> None:
    connection.run(f'INSERT INTO main."{table}" SELECT * FROM {GIVEN}."{table}"')


def _definitions(connection: Connection, module: Module, where: str) -> list[tuple[object, ...]]:
    virtual = [f"_text_{module.key}", *([f"_box_{module.key}"] if tables.boxed(module) else [])]
    parts = [f"_text_{module.key}_{one}" for one in _TEXT] + [f"_box_{module.key}_{one}" for one in _BOX]
    names = [module.key, *virtual, *parts]
    return connection.all(
        f"SELECT type, name, tbl_name, sql FROM {where}.sqlite_master WHERE type != 'trigger'"
        f" AND tbl_name IN ({', '.join('?' * len(names))}) ORDER BY name",
        names,
    )
