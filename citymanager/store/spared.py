"""Records that a restored server does not know and this station does: they wait for a person, neither deleted nor sent.

Whoever made them may still come and offer them again; a record that arrives is no question any more.
"""

import uuid
from collections.abc import Sequence

from citymanager.changes import as_it_stands
from citymanager.store import outbox
from citymanager.store.connection import Connection
from citymanager.store.pending import Pending
from citymanager.store.records import Codec, dumps

REASON = (
    "Сервер восстановлен из резервной копии и этой записи не знает. Она цела здесь: верните её («Отправить снова») или"
    " согласитесь с сервером («Принять серверное»), тогда её не станет и здесь."
)


def spare(connection: Connection, codec: Codec, idents: Sequence[str], author: str, now: str) -> None:
    """Keep these records of the server as new ones of ours, set aside; called inside a transaction."""
    key = codec.module.key
    rows = connection.all(f"{codec.select} WHERE id IN (SELECT value FROM json_each(?))", (dumps(list(idents)),))
    for record in map(codec.record, rows):
        op, whole = str(uuid.uuid4()), as_it_stands(codec.module, record.data)
        kept = Pending(
            op, key, record.id, 0, whole, False, [], author, now, "waiting", 0, "", None, [], {}
        )  # fmt: skip
        outbox.append(connection, kept)
        outbox.mark(connection, op, "refused", REASON)
        outbox.replay(connection, codec, record.id)


def withdraw(connection: Connection, key: str, idents: Sequence[str]) -> None:
    """The server has these records, after all; called inside a transaction."""
    connection.run(
        "DELETE FROM _outbox WHERE module = ? AND state = 'refused' AND reason = ?"
        " AND id IN (SELECT value FROM json_each(?))",
        (key, REASON, dumps(list(idents))),
    )
