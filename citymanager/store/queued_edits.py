"""The queue of edits for the server, as it is read: which wait, whose they are, which need a person."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from citymanager.schema import Module
from citymanager.store.bulk_acts import BulkAct, acts
from citymanager.store.connection import Connection
from citymanager.store.pending import Pending
from citymanager.store.records import dumps
from citymanager.store.sending import HELD, order

_PENDING = (
    "SELECT op, module, id, base, change, deleted, after, author, at, state, tries, reason, current, fields,"
    " was, feed FROM _outbox"
)
_TYPED = "module NOT IN (SELECT value FROM json_each(?))"


class QueuedEdits:
    """What is known of the operations that the server has not accepted; belongs to one connection."""

    def __init__(self, connection: Connection, modules: Mapping[str, Module]) -> None:
        self._connection = connection
        self._modules = modules
        self._journals = dumps([key for key, one in modules.items() if one.journal])

    def all(self) -> list[Pending]:
        """All of them, oldest first."""
        return self._found("ORDER BY seq")

    def of(self, op: str) -> Pending | None:
        """An operation by its name."""
        found = self._found("WHERE op = ?", op)
        return found[0] if found else None

    def set_aside(self, limit: int) -> list[Pending]:
        """Operations that wait for a person, oldest first."""
        return self._found("WHERE state != 'waiting' ORDER BY seq LIMIT ?", limit)

    def waiting(self, limit: int) -> list[Pending]:
        """Edits that wait for the server, oldest first; not the lines of journals, which nobody has typed."""
        return self._found(f"WHERE state = 'waiting' AND {_TYPED} ORDER BY seq LIMIT ?", self._journals, limit)

    def to_send(self, author: str, limit: int) -> list[Pending]:
        """The next operations of this author that wait, what is urgent first; others' stay for their own login.

        What the server has failed on goes last, with all that was made after it on the same record. What was made on a
        new record that the server would not take waits until somebody has decided about that.
        """
        places = order(self._connection, self._modules, author, limit)
        return self._found(
            "JOIN (SELECT key AS place, value AS there FROM json_each(?)) ON seq = there ORDER BY place", dumps(places)
        )

    def held_back(self) -> set[str]:
        """Names of the operations that wait for a decision about the new record that they were made on."""
        return {row[0] for row in self._connection.all(f"SELECT op FROM _outbox AS waits WHERE {HELD}")}

    def among(self, module: str, idents: Sequence[str]) -> frozenset[str]:
        """Which of these records have edits that the server has not yet taken."""
        rows = self._connection.all(
            f'SELECT id FROM "{module}" WHERE id IN (SELECT value FROM json_each(?)) AND _unsent > 0',
            (dumps(list(idents)),),
        )
        return frozenset(row[0] for row in rows)

    def count(self) -> int:
        """How many edits wait for the server, as in `waiting`."""
        return int(
            self._connection.value(
                f"SELECT count(*) FROM _outbox WHERE state = 'waiting' AND {_TYPED}", (self._journals,)
            )
        )

    def by_module(self) -> dict[str, int]:
        """How many edits of each module's records the server has not accepted; those without any are absent."""
        return dict(self._connection.all("SELECT module, count(*) FROM _outbox GROUP BY module"))

    def count_aside(self) -> int:
        """How many operations wait for a person: conflicts, refused and failed ones."""
        return int(self._connection.value("SELECT count(*) FROM _outbox WHERE state != 'waiting'"))

    def aside_on(self, module: str, ident: str) -> int:
        """How many edits of this record wait for a person."""
        return int(
            self._connection.value(
                "SELECT count(*) FROM _outbox WHERE module = ? AND id = ? AND state != 'waiting'", (module, ident)
            )
        )

    def bulk_acts(self, module: str, author: str, limit: int) -> list[BulkAct]:
        """The last acts of a person on many records of a module that can be taken back, the latest first."""
        return acts(self._connection, module, author, limit)

    def _found(self, tail: str, *values: Any) -> list[Pending]:
        return [_pending(row) for row in self._connection.all(f"{_PENDING} {tail}", values)]


def _pending(row: Sequence[Any]) -> Pending:
    op, module, ident, base, change, deleted, after, author, at, state, tries, reason, current, fields, was, feed = row
    return Pending(
        op, module, ident, base, json.loads(change), bool(deleted), json.loads(after), author, at, state, tries, reason,
        json.loads(current) if current else None, json.loads(fields) if fields else [],
        json.loads(was) if was else None, feed,
    )  # fmt: skip
