"""In which order the outbox leaves: what a shift can't wait for goes first, and nothing before what it refers to."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from citymanager.related import PEOPLE
from citymanager.schema import Module, Values
from citymanager.store.connection import Connection
from citymanager.store.records import dumps

_EARLIER = "SELECT 1 FROM _outbox AS first WHERE first.module = waits.module AND first.id = waits.id"
_TRIED = f"EXISTS ({_EARLIER} AND first.seq <= waits.seq AND first.tries > 0)"
HELD = (
    f"(waits.state = 'waiting' AND EXISTS ({_EARLIER} AND first.seq < waits.seq"
    " AND first.state IN ('refused', 'failed')) AND NOT EXISTS"
    " (SELECT 1 FROM _server_copies AS copy WHERE copy.module = waits.module AND copy.id = waits.id))"
)
"""Made on a new record that the server would not take."""
_OWN = "state = 'waiting' AND author IN (?, '')"
_MINE = f"+waits.state = 'waiting' AND waits.author IN (?, '') AND NOT {HELD} AND NOT {_TRIED}"
"""The plus keeps SQLite on the index of records: of an outage's backlog little is urgent."""
Found = tuple[int, str, str]
"""Place in the outbox, module and change of an operation."""


def order(connection: Connection, modules: Mapping[str, Module], author: str, limit: int) -> list[int]:
    """Places (`seq`) of this author's next operations, in the order in which they should go."""
    if not connection.value(f"SELECT EXISTS (SELECT 1 FROM _outbox AS waits WHERE {_OWN})", (author,)):
        return []  # as in most rounds
    places = _urgent(connection, modules, author, limit)
    for more in (f"NOT {_TRIED}", _TRIED):
        if len(places) < limit:
            rows = connection.all(
                f"SELECT seq FROM _outbox AS waits WHERE {_OWN} AND NOT {HELD}"
                f" AND {more} AND seq NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT ?",
                (author, dumps(places), limit - len(places)),
            )
            places += [row[0] for row in rows]
    return places[:limit]


def _urgent(connection: Connection, modules: Mapping[str, Module], author: str, limit: int) -> list[int]:
    """The urgent ones with all they stand on. In the outbox's own order what is referred to lies before."""
    keys = dumps([one.key for one in modules.values() if one.urgent])
    wave: list[Found] = connection.all(
        "SELECT seq, module, change FROM _outbox AS waits WHERE module IN (SELECT value FROM json_each(?))"
        f" AND {_MINE} ORDER BY seq LIMIT ?",
        (keys, author, limit),
    )
    found = {one[0] for one in wave}
    while wave:
        wave = [one for one in _grounds(connection, modules, author, wave) if one[0] not in found]
        found |= {one[0] for one in wave}
    return sorted(found)


def _grounds(
    connection: Connection, modules: Mapping[str, Module], author: str, wave: Iterable[Found]
) -> Iterator[Found]:
    """Operations that wait on records which these refer to, made before them."""
    for seq, module, change in wave:
        for place in _referred(modules[module], json.loads(change)) if module in modules else ():
            yield from connection.all(
                f"SELECT seq, module, change FROM _outbox AS waits WHERE module = ? AND id = ? AND {_MINE} AND seq < ?",
                (*place, author, seq),
            )


def _referred(module: Module, change: Values) -> Iterator[tuple[str, Any]]:
    """Module and id of each record that a change names."""
    for one in module.fields:
        to = PEOPLE if one.kind == "person" else one.to if one.kind == "reference" else ""
        value = change.get(one.key)
        for ident in value if isinstance(value, list) else [value]:
            if to and isinstance(ident, str):
                yield to, ident
