"""What comes from the server becomes rows: under unsent edits, never over them, and never backwards."""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from citymanager.store import outbox, spared
from citymanager.store.connection import Connection
from citymanager.store.records import Codec, Record, Sheet, add, dumps, point, put, remove, sheet

LONGEST_ASIDE = 100_000
"""Letters kept of what is set aside."""
ASIDE = 500
"""Malformed records that are kept at most, the latest ones: a server gone mad must not fill the disk."""
DECIDED = "решено:"
"""How the reason of what a person has decided begins: his words are not let go."""
Touched = dict[str, list[str]]
"""Module → ids of the records that have changed."""


def absorb(
    connection: Connection,
    codecs: Mapping[str, Codec],
    changes: Iterable[Any],
    *,
    now: str,
    reload: bool = False,
) -> Touched:
    """Take changes (`sync.contract.Change`) into the tables; called inside a transaction.

    A malformed one is kept aside and does not stop the others. `reload` lets versions go back: a new feed.
    """
    sound: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for change in changes:
        fault = _fault(change)
        if fault:
            keep_aside(connection, now, fault, change)
        elif change["module"] in codecs:  # of a module that this program does not know, a later program loads all
            sound[change["module"]][change["id"]] = change
    return {key: _absorb_module(connection, codecs[key], latest, reload) for key, latest in sound.items()}


def keep_aside(connection: Connection, now: str, reason: str, what: Any) -> None:
    """Keep what can't be taken, or is done with, for whoever looks into it later: as JSON where it can be."""
    try:
        raw = json.dumps(what)
    except RecursionError:
        raw = "вложено слишком глубоко"
    connection.run("INSERT INTO _quarantine (at, reason, raw) VALUES (?, ?, ?)", (now, reason, raw[:LONGEST_ASIDE]))
    connection.run(
        "DELETE FROM _quarantine WHERE seq <= (SELECT max(seq) FROM _quarantine) - ? AND reason NOT LIKE ?",
        (ASIDE, f"{DECIDED}%"),
    )


def _fault(change: Any) -> str | None:
    """Why a change can't be taken, or None."""
    if fault := _misshapen(change):
        return fault
    try:
        _encoded(change)
    except (UnicodeEncodeError, RecursionError):
        return "данные записи не сохранить: неверные знаки или слишком глубокая вложенность"
    return None


def _misshapen(change: Any) -> str | None:
    if not isinstance(change, dict):
        return "запись не является объектом"
    ident, version = change.get("id"), change.get("version")
    if not isinstance(change.get("module"), str) or not isinstance(ident, str) or not 0 < len(ident) <= 100:
        return "нет раздела или номера записи"
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version < 2**53:
        return "нет версии записи"
    if not isinstance(change.get("data"), dict):
        return "нет данных записи"
    return None


def _encoded(change: Mapping[str, Any]) -> None:
    """Raise what SQLite would: texts are tried as they are, only lists and objects by way of JSON."""
    data = change["data"]
    texts = [one for one in data.values() if one.__class__ is str]
    "".join((change["module"], change["id"], str(change.get("by")), str(change.get("at")), *data, *texts)).encode()
    nested = [one for one in data.values() if one.__class__ in (dict, list) and not point(one)]
    if nested:
        dumps(nested).encode()


def _absorb_module(
    connection: Connection, codec: Codec, changes: dict[str, Mapping[str, Any]], reload: bool
) -> list[str]:
    key, wanted = codec.module.key, dumps(list(changes))
    inside = "id IN (SELECT value FROM json_each(?))"
    versions: dict[str, int] = dict(connection.all(f'SELECT id, _version FROM "{key}" WHERE {inside}', (wanted,)))
    edited = {
        row[0]
        for row in connection.all(f"SELECT DISTINCT id FROM _outbox WHERE module = ? AND {inside}", (key, wanted))
    }
    fresh = {
        ident: change
        for ident, change in changes.items()
        if reload or ident in edited or change["version"] >= versions.get(ident, 0)
    }
    spared.withdraw(connection, key, [one for one in edited & fresh.keys() if not _away(fresh[one])])
    for ident in edited & fresh.keys():
        lay_under(connection, fresh[ident], reload=reload)
        outbox.replay(connection, codec, ident)
    plain = [change for ident, change in fresh.items() if ident not in edited]
    put(connection, codec, [record(one) for one in plain if not _away(one)])
    remove(connection, codec.module, [one["id"] for one in plain if _away(one)])
    return list(fresh)


def record(change: Mapping[str, Any]) -> Record:
    """The server's record of a change."""
    return Record(
        change["module"], change["id"], change["version"], change["data"], str(change.get("by", "")),
        str(change.get("at", "")),
    )  # fmt: skip


def _away(change: Mapping[str, Any]) -> bool:
    return bool(change.get("deleted") or change.get("gone"))


def lay_under(connection: Connection, change: Mapping[str, Any], *, reload: bool = False) -> None:
    """Put the server's state under the unsent edits of a record; a deleted one keeps its last data, for them.

    An older state than the one that is there is passed over, but for a `reload`.
    """
    arrived = record(change)
    place = (arrived.module, arrived.id)
    kept = connection.value("SELECT version FROM _server_copies WHERE module = ? AND id = ?", place)
    if kept is not None and kept > arrived.version and not reload:
        return
    if _away(change):
        connection.run(
            "UPDATE _server_copies SET deleted = 1, version = ?, by = ?, at = ? WHERE module = ? AND id = ?",
            (arrived.version, arrived.by, arrived.at, *place),
        )
    else:
        outbox.keep_copy(connection, arrived, over=True)


Span = tuple[str, str | None]
"""Ids after the first and up to the second; None: to the end."""


def laid_out(codec: Codec, changes: Sequence[Any], span: Span) -> Sheet | None:
    """A page of a module's whole state made ready for a table that has nothing there.

    None if it must be taken change by change. Needs no database: whoever has fetched the page does it, not the writer.
    """
    if not _in_order(codec.module.key, changes, span):
        return None
    try:
        return sheet(codec, [record(one) for one in changes])
    except (UnicodeEncodeError, RecursionError):
        return None


def load(
    connection: Connection,
    codecs: Mapping[str, Codec],
    key: str,
    changes: Sequence[Any],
    span: Span,
    ready: Sheet | None,
    *,
    now: str,
    restored: bool = False,
    spare_for: str = "",
) -> Touched:
    """A page of a module's whole state: as `absorb`, and what the server does not have in this span is forgotten.

    Unsent edits outlive their record. `ready`: the page as `laid_out` made it. `restored`: what stands here is of
    another feed. `spare_for`: whom what would be forgotten is kept for.
    """
    if ready is not None and not _standing(connection, key, span):
        add(connection, codecs[key], ready)
        return {key: [one["id"] for one in changes]}
    touched = absorb(connection, codecs, changes, now=now, reload=True)
    arrived = {one["id"] for one in changes if isinstance(one, dict) and isinstance(one.get("id"), str)}
    gone = _others(connection, key, span, arrived)
    if spare_for:
        spared.spare(connection, codecs[key], gone, spare_for, now)
    else:
        remove(connection, codecs[key].module, gone)
    gone += _forget_copies(connection, codecs[key], span, arrived, restored)
    touched.setdefault(key, []).extend(gone)
    return touched


def _standing(connection: Connection, key: str, span: Span) -> bool:
    """Whether this span of ids holds anything that the page must be brought together with."""
    inside, values = "id > ? AND (? IS NULL OR id <= ?)", (span[0], span[1], span[1])
    found = f'SELECT EXISTS (SELECT 1 FROM "{key}" WHERE {inside})'
    edited = f"SELECT EXISTS (SELECT 1 FROM _outbox WHERE module = ? AND {inside})"
    return bool(connection.value(found, values) or connection.value(edited, (key, *values)))


def _in_order(key: str, changes: Sequence[Any], span: Span) -> bool:
    """Whether every change has its shape, is whole, of this module, and after the one before it."""
    last = span[0]
    for one in changes:
        if _misshapen(one) or one["module"] != key or _away(one) or not last < one["id"]:
            return False
        last = one["id"]
    return span[1] is None or last <= span[1]


def _others(connection: Connection, key: str, span: Span, arrived: Container[Any]) -> list[str]:
    """What stands in a span of ids as the server's, without an edit, and has not arrived with it."""
    inside, values = "id > ? AND (? IS NULL OR id <= ?)", (span[0], span[1], span[1])
    standing = connection.all(f'SELECT id FROM "{key}" WHERE _unsent = 0 AND _version > 0 AND {inside}', values)
    return [row[0] for row in standing if row[0] not in arrived]


def _forget_copies(
    connection: Connection, codec: Codec, span: Span, arrived: Container[Any], restored: bool
) -> list[str]:
    """Edits stay, without a server's record. The ids of those that show nothing without it: deletions set aside."""
    key, inside, values = codec.module.key, "id > ? AND (? IS NULL OR id <= ?)", (span[0], span[1], span[1])
    edited = connection.all(f"SELECT id FROM _server_copies WHERE module = ? AND {inside}", (key, *values))
    gone = [row[0] for row in edited if row[0] not in arrived]
    for ident in gone:
        connection.run(
            "UPDATE _server_copies SET deleted = 1, version = iif(?1, 0, version), seen = iif(?1, 0, seen)"
            " WHERE module = ?2 AND id = ?3",
            (restored, key, ident),  # a version of another feed would outlive the record that comes back
        )
        outbox.replay(connection, codec, ident)
    shown = {row[0] for row in connection.all(f'SELECT id FROM "{key}" WHERE _unsent > 0')} if gone else set()
    return [ident for ident in gone if ident not in shown]
