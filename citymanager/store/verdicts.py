"""What the server says of an operation: it is acknowledged, or set aside for a person, and its row follows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from citymanager.changes import merged
from citymanager.meeting import laid
from citymanager.schema import Module
from citymanager.store import outbox
from citymanager.store.absorb import lay_under
from citymanager.store.connection import Connection
from citymanager.store.pending import Pending
from citymanager.store.records import Codec, Record

MET = "Запись изменил другой сотрудник."


def take_verdict(
    connection: Connection, codec: Codec | None, pending: Pending, verdict: Mapping[str, Any], feed: str, now: str
) -> None:
    """Take a verdict (`sync.contract.Verdict`) on an operation of the outbox; called inside a transaction.

    `codec` None: of a module that this program does not know, another version has made it: it has no row here.
    """
    current = verdict.get("current")
    if verdict["result"] == "accepted":
        outbox.accept(connection, pending, verdict, feed, now)
        if not current and codec is not None:
            _stand_on(connection, codec.module, pending, int(verdict["version"]))
    elif verdict["result"] == "conflict":
        outbox.mark(connection, pending.op, "conflict", MET, current, verdict.get("fields", ()))
    else:
        outbox.mark(connection, pending.op, "refused", str(verdict.get("reason", "")), current)
    if codec is None:
        return
    if current:
        lay_under(connection, current)
    outbox.replay(connection, codec, pending.id)


def _stand_on(connection: Connection, module: Module, pending: Pending, version: int) -> None:
    """The server's copy after an accepted operation that met nothing else: our change over the copy.

    Where there is none, the record is not in sight here: an edit alone does not make it, only its first operation does.
    """
    known = outbox.last_copy(connection, pending.module, pending.id)
    stand = known or Record(pending.module, pending.id, 0, {})
    if version > stand.version and (known is not None or not (pending.base or pending.after)):
        data = merged(stand.data, laid(module, stand.data, pending.made))
        fresh = replace(stand, version=version, data=data, by=pending.author, at=pending.at)
        outbox.keep_copy(connection, fresh, deleted=pending.deleted, over=True)
