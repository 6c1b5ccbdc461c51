"""What the server says of an operation: it is acknowledged, or set aside for a person, and its row follows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from citymanager.changes import merged
from citymanager.store import outbox
from citymanager.store.absorb import lay_under
from citymanager.store.connection import Connection
from citymanager.store.reader import Pending
from citymanager.store.records import Codec, Record

MET = "Запись изменил другой сотрудник."


def take_verdict(
    connection: Connection, codec: Codec, pending: Pending, verdict: Mapping[str, Any], feed: str, now: str
) -> None:
    """Take a verdict (`sync.contract.Verdict`) on an operation of the outbox; called inside a transaction."""
    current = verdict.get("current")
    if verdict["result"] == "accepted":
        outbox.accept(connection, pending, verdict, feed, now)
        if not current:
            _stand_on(connection, pending, int(verdict["version"]))
    elif verdict["result"] == "conflict":
        outbox.mark(connection, pending.op, "conflict", MET, current, verdict.get("fields", ()))
    else:
        outbox.mark(connection, pending.op, "refused", str(verdict.get("reason", "")), current)
    if current:
        lay_under(connection, current)
    outbox.replay(connection, codec, pending.id)


def _stand_on(connection: Connection, pending: Pending, version: int) -> None:
    """The server's copy after an accepted operation that met nothing else: our change over the copy."""
    known = outbox.last_copy(connection, pending.module, pending.id)
    stand = known or Record(pending.module, pending.id, 0, {})
    if version > stand.version:
        data = merged(stand.data, pending.change)
        fresh = replace(stand, version=version, data=data, by=pending.author, at=pending.at)
        outbox.keep_copy(connection, fresh, deleted=pending.deleted, over=True)
