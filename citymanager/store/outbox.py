"""The outbox: operations that the server has not accepted. Each is a row, written in the transaction of its edit."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from citymanager.changes import merged
from citymanager.meeting import Made, laid
from citymanager.schema import STATUS, Values
from citymanager.store.connection import Connection
from citymanager.store.pending import Pending
from citymanager.store.records import Codec, Record, dumps, put, remove

TRIES = 5
"""How often an operation that the server fails on is offered before it is set aside."""
_RENAMED = uuid.UUID("6f0c7a52-3d0b-4c58-9a3e-6b1f6d0f2b7e")
"""The namespace of the names that operations are given by `next_name`."""


def append(connection: Connection, pending: Pending, place: int | None = None) -> None:
    """Put an operation at the outbox's end, or at a place of its own; one that is there already stays where it is."""
    connection.run(
        "INSERT INTO _outbox (op, module, id, base, change, deleted, after, author, at, was, feed, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op) DO NOTHING",
        (
            pending.op, pending.module, pending.id, pending.base, dumps(pending.change), int(pending.deleted),
            dumps(pending.after), pending.author, pending.at,
            dumps(pending.was) if pending.was is not None else None, pending.feed, place,
        ),
    )  # fmt: skip


def earlier(connection: Connection, module: str, ident: str, place: int | None = None) -> list[str]:
    """Operations of this record that wait already, or those before a place: a new one there is made after them.

    And after those that they stand on: these may be on the server since, but the new one has the same base.
    """
    rows = connection.all(
        "SELECT op, after FROM _outbox WHERE module = ? AND id = ? AND (? IS NULL OR seq < ?) ORDER BY seq",
        (module, ident, place, place),
    )
    return list(dict.fromkeys(one for op, after in rows for one in (*json.loads(after), op)))


def place_beside(
    connection: Connection, pending: Pending, place: int, fields: Collection[str], *, deleted: bool
) -> int | None:
    """The place for an operation on these fields (`deleted`: on all); the end, if one behind it changes them, too."""
    rows = connection.all(
        "SELECT change, deleted FROM _outbox WHERE module = ? AND id = ? AND seq > ?",
        (pending.module, pending.id, place),
    )
    met = any(deleted or drop or not json.loads(change).keys().isdisjoint(fields) for change, drop in rows)
    return None if met else place


def is_known(connection: Connection, op: str) -> bool:
    """Whether an operation of this name waits here or has been answered."""
    return bool(
        connection.value(
            "SELECT EXISTS (SELECT 1 FROM _outbox WHERE op = ?1)"
            " OR EXISTS (SELECT 1 FROM _acknowledged WHERE op = ?1)", (op,)
        )
    )  # fmt: skip


def place_of(connection: Connection, op: str) -> int:
    """Where an operation stands in the outbox."""
    return int(connection.value("SELECT seq FROM _outbox WHERE op = ?", (op,)))


Ground = tuple[int, str]
"""A version, and the feed in which it was counted."""


def ground(connection: Connection, module: str, ident: str, fields: Collection[str], feed: str) -> Ground | None:
    """What these fields (none: the whole record) stand on where what is seen is unsent; `feed` is the present one.

    What has come from the server under an unsent edit was not seen by whoever edits over it: they have to meet. Of each
    field the last edit counts, which was perhaps a decision on newer ground; of several fields the oldest ground.
    """
    waiting = connection.all(
        "SELECT op, base, feed, change, deleted FROM _outbox WHERE module = ? AND id = ?"
        " AND NOT (deleted AND state != 'waiting') ORDER BY seq",  # a deletion set aside hides nothing
        (module, ident),
    )
    overtaken = _overtaken(connection, module, ident) if waiting else {}
    last: dict[str, Ground] = {}
    for op, base, counted, change, deleted in waiting:
        last |= dict.fromkeys([""] if deleted else _shown(change, overtaken.get(op)), (base, counted))
    met = [last[key] for key in ("", *fields) if key in last] if fields else list(last.values())
    former = next((one for _, one in met if one != feed), feed)  # what was seen before a restore is the oldest
    return min((one for one in met if one[1] == former), default=None)


def keep_copy(connection: Connection, record: Record, *, deleted: bool = False, over: bool = False) -> None:
    """Keep the server's copy of a record that unsent edits stand on; `over` replaces the one that is kept.

    Its column `seen` is the version of its data: a deletion brings a newer version and no data.
    """
    connection.run(
        f"INSERT OR {'REPLACE' if over else 'IGNORE'} INTO _server_copies"
        " (module, id, version, seen, deleted, data, by, at) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)",
        (record.module, record.id, record.version, int(deleted), dumps(record.data), record.by, record.at),
    )


def last_copy(connection: Connection, module: str, ident: str) -> Record | None:
    """The server's copy of a record, also of one that is deleted there: its last data."""
    row = connection.one(
        "SELECT version, data, by, at FROM _server_copies WHERE module = ? AND id = ?", (module, ident)
    )
    return Record(module, ident, row[0], json.loads(row[1]), row[2], row[3]) if row else None


def replay(connection: Connection, codec: Codec, ident: str) -> None:
    """Make the visible row anew: the server's copy, and over it every outstanding operation in order."""
    key = codec.module.key
    found = connection.one(
        "SELECT iif(deleted, seen, version), deleted, data, by, at FROM _server_copies WHERE module = ? AND id = ?",
        (key, ident),
    )
    version, deleted, text, by, at = found or (0, 1, "{}", "", "")
    waiting = connection.all(
        "SELECT op, change, was, deleted, state, author, at FROM _outbox WHERE module = ? AND id = ? ORDER BY seq",
        (key, ident),
    )
    overtaken = _overtaken(connection, key, ident) if waiting else {}
    data: Values = json.loads(text)
    present = not deleted
    for op, change, was, drop, state, author, when in waiting:
        if drop and state != "waiting":  # a deletion that the server did not take: the record is there
            continue
        made = Made(_shown(change, overtaken.get(op)), json.loads(was) if was else None, author, when)
        data, present, by, at = merged(data, laid(codec.module, data, made)), not drop, author, when
    if present:
        put(connection, codec, [Record(key, ident, version, data, by, at, len(waiting))])
    else:
        remove(connection, codec.module, [ident])
    if not waiting:
        connection.run("DELETE FROM _server_copies WHERE module = ? AND id = ?", (key, ident))


def accept(connection: Connection, pending: Pending, verdict: Mapping[str, Any], feed: str, now: str) -> None:
    """The server has it: move the operation to the acknowledged ones, kept to be offered to a restored server."""
    connection.run(
        "INSERT OR REPLACE INTO _acknowledged VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            pending.op, pending.module, pending.id, dumps(whole(pending)), pending.author, feed,
            int(verdict.get("version", 0)), now,
        ),
    )  # fmt: skip
    close(connection, pending.op)


def _overtaken(connection: Connection, module: str, ident: str) -> dict[str, set[str]]:
    """Operations → what was written over them here and has arrived.

    An edit of somebody who has left may still wait when the next person's edit over it is on the server already.
    """
    found: dict[str, set[str]] = {}
    query = "SELECT operation FROM _acknowledged WHERE module = ? AND id = ?"
    for (text,) in connection.all(query, (module, ident)):
        sent = json.loads(text)
        for op in sent.get("after", ()):
            found.setdefault(op, set()).update(sent["set"])
    return found


def _shown(change: str, overtaken: Collection[str] | None) -> Values:
    """What an operation of the outbox shows; lists are joined, so nothing is written over them."""
    values: Values = json.loads(change)
    if overtaken:
        values = {key: value for key, value in values.items() if isinstance(value, list) or key not in overtaken}
    return values


def close(connection: Connection, op: str) -> None:
    connection.run("DELETE FROM _outbox WHERE op = ?", (op,))


def mark(
    connection: Connection, op: str, state: str, reason: str, current: Any = None, fields: Sequence[str] = ()
) -> None:
    """Set an operation aside for a person (or, with `waiting`, offer it again)."""
    connection.run(
        "UPDATE _outbox SET state = ?, reason = ?, current = ?, fields = ?, tries = 0 WHERE op = ?",
        (state, reason, dumps(current) if current is not None else None, dumps(list(fields)), op),
    )


def rename(connection: Connection, pending: Pending) -> None:
    """Give an operation its next name; later ones on its record go on standing on it."""
    fresh = next_name(pending.op)
    connection.run("UPDATE _outbox SET op = ? WHERE op = ?", (fresh, pending.op))
    stand_on(connection, pending, fresh)


def next_name(op: str) -> str:
    """What an operation is called when it is offered as a new one: told by its name, so that a salvage knows both."""
    return str(uuid.uuid5(_RENAMED, op))


def stand_on(connection: Connection, old: Pending, fresh: str) -> None:
    """What was made after an operation stands on the one that has taken its place."""
    connection.run(
        "UPDATE _outbox SET after = replace(after, ?, ?) WHERE module = ? AND id = ?",
        (dumps(old.op), dumps(fresh), old.module, old.id),
    )


def count_failure(connection: Connection, ops: Sequence[str], reason: str) -> None:
    """The server failed on these; after `TRIES` times they are set aside, and the others go on."""
    for op in ops:
        connection.run("UPDATE _outbox SET tries = tries + 1, reason = ? WHERE op = ?", (reason, op))
        connection.run(f"UPDATE _outbox SET state = 'failed' WHERE op = ? AND tries >= {TRIES}", (op,))


def whole(pending: Pending) -> dict[str, Any]:
    """The operation with all that is known of it: as it is journalled, and kept for a restored server."""
    return {**wire(pending), "author": pending.author, "was": pending.was}


def wire(pending: Pending) -> dict[str, Any]:
    """The operation as it is sent (`sync.contract.Operation`)."""
    sent: dict[str, Any] = {
        "op": pending.op, "module": pending.module, "id": pending.id, "base": pending.base, "set": pending.change,
        "at": pending.at,
    }  # fmt: skip
    if pending.deleted:
        sent["delete"] = True
    if pending.after:
        sent["after"] = pending.after
    if pending.feed:
        sent["feed"] = pending.feed
    if pending.was is not None and (pending.base or pending.after) and (was := _sets(pending.change, pending.was)):
        sent["was"] = was
    return sent


def _sets(change: Values, was: Values) -> Values:
    """What the lists and the status of a change held before it."""
    return {
        key: was.get(key)
        for key, value in change.items()
        if key == STATUS or isinstance(value, list) or isinstance(was.get(key), list)
    }
