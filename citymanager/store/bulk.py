"""Acts on many records at once, and how each is taken back: what was done is kept line by line, across restarts.

An operation that has never been offered to a server is withdrawn from the outbox, as if it had not been made. One that
has is answered by another edit, which brings the former values back where the workflow lets this person. Where somebody
has touched the record since, it stays as it is, and the line says why.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from citymanager.changes import difference, stamped
from citymanager.errors import Refused
from citymanager.roles import Role
from citymanager.schema import Values
from citymanager.store import outbox
from citymanager.store.absorb import DECIDED, keep_aside
from citymanager.store.bulk_acts import BulkAct, TakenBack
from citymanager.store.deciding import Deciding
from citymanager.store.edits import Saved
from citymanager.store.pending import Pending
from citymanager.store.records import dumps
from citymanager.values import moment

KEPT = 50
"""Acts that are remembered, the latest of them."""
WITHDRAWN = "withdrawn"
_LINES_OF_TIME = ("pauses", "also")
"""Fields whose lines nobody takes back: what stood still has stood still."""


class Bulk(Deciding):
    """Changes many records and takes that back: each is one operation of its own."""

    def change_many(
        self,
        act: BulkAct,
        idents: Sequence[str],
        change: Values,
        role: Role | None,
        now: datetime,
        fills: Values | None = None,
    ) -> list[Saved | Refused]:
        """A part of an act, in one transaction. Answers in the order of the ids; one does not stop the others.

        `fills`: what goes only into fields that are empty.
        """
        with self._ledger.edit() as journal:
            self._begin(act)
            return [self._change_one(act, ident, change, fills or {}, role, now, journal) for ident in idents]

    def take_back(self, act: BulkAct, most: int, role: Role | None, now: datetime) -> TakenBack:
        """Take back so many lines of an act that nobody has tried yet, in one transaction; none: it is over."""
        found, gone = TakenBack(), list[str]()
        with self._ledger.edit() as journal:
            for seq, op, ident, change, was in self._connection.all(
                "SELECT seq, op, id, change, was FROM _bulk_lines WHERE act = ? AND outcome = '' ORDER BY seq LIMIT ?",
                (act.act, most),
            ):
                try:
                    outcome = self._back(act, op, ident, json.loads(change), json.loads(was), role, now, journal)
                except Refused as refused:
                    outcome = str(refused)
                    found.kept.append((ident, outcome))
                else:
                    (found.withdrawn if outcome == WITHDRAWN else found.edited).append(ident)
                    gone += [op] if outcome == WITHDRAWN else []
                self._connection.run("UPDATE _bulk_lines SET outcome = ? WHERE seq = ?", (outcome, seq))
        self._journal.done(gone)
        return found

    def offer(self, ops: Sequence[str]) -> tuple[list[str], list[str]]:
        """Note that these operations leave now, on the disk before they do: from here on none can be withdrawn.

        Those that are still here, and of them those that had never been offered before.
        """
        wanted = dumps(list(ops))
        inside = "op IN (SELECT value FROM json_each(?))"
        there = {row[0] for row in self._connection.all(f"SELECT op FROM _outbox WHERE {inside}", (wanted,))}
        fresh = [row[0] for row in self._connection.all(
            f"SELECT op FROM _outbox WHERE offered = 0 AND {inside}", (wanted,))]  # fmt: skip
        self._mark_offered(fresh, 1)
        return [op for op in ops if op in there], fresh

    def never_left(self, ops: Sequence[str]) -> None:
        """No connection came about for what was offered first just now."""
        self._mark_offered(ops, 0)

    def _mark_offered(self, ops: Sequence[str], on: int) -> None:
        if ops:
            with self._connection.transaction():
                self._connection.run_many("UPDATE _outbox SET offered = ? WHERE op = ?", [(on, op) for op in ops])

    # inside

    def _begin(self, act: BulkAct) -> None:
        self._connection.run(
            "INSERT INTO _bulk VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (act.act, act.module, act.title, act.author, act.at),
        )
        old = "SELECT act FROM _bulk ORDER BY at DESC LIMIT -1 OFFSET ?"
        for table in ("_bulk_lines", "_bulk"):
            self._connection.run(f"DELETE FROM {table} WHERE act IN ({old})", (KEPT,))

    def _change_one(
        self,
        act: BulkAct,
        ident: str,
        change: Values,
        fills: Values,
        role: Role | None,
        now: datetime,
        journal: Callable[[Pending], None],
    ) -> Saved | Refused:
        try:
            before, declared = self._ledger.existing(act.module, ident), self.modules[act.module]
            change = {**{key: value for key, value in fills.items() if not before.data.get(key)}, **change}
            slim = stamped(declared, before.data, difference(before.data, change), now)
            if not self._ledger.changes(before, slim, act.author, role, now):
                return Saved("", ident, before.version)
        except Refused as refused:
            return refused
        saved = self._ledger.operate(before, slim, False, act.author, now, journal)
        was = {key: before.data[key] for key in slim if key in before.data}
        self._connection.run(
            "INSERT INTO _bulk_lines (act, op, id, change, was) VALUES (?, ?, ?, ?, ?)",
            (act.act, saved.op, ident, dumps(slim), dumps(was)),
        )
        return saved

    def _back(
        self,
        act: BulkAct,
        op: str,
        ident: str,
        change: Values,
        was: Values,
        role: Role | None,
        now: datetime,
        journal: Callable[[Pending], None],
    ) -> str:
        """What was done, in a word. Raises Refused with the reason why nothing was."""
        pending = self.pending(op)
        if pending is None:
            self._untouched(act.module, ident, op)
        else:
            self._last(pending)
            if not self._connection.value("SELECT offered FROM _outbox WHERE op = ?", (op,)):
                self._withdraw(pending, act.author, now)
                return WITHDRAWN
        before, declared = self._ledger.existing(act.module, ident), self.modules[act.module]
        back = {key: was.get(key) for key in change if declared.field(key).fill not in _LINES_OF_TIME}
        slim = stamped(declared, before.data, difference(before.data, back), now)
        if not self._ledger.changes(before, slim, act.author, role, now):
            raise Refused("Прежние значения уже стоят.")
        self._ledger.operate(before, slim, False, act.author, now, journal)
        return "edited"

    def _last(self, pending: Pending) -> None:
        if pending.state != "waiting":
            raise Refused("Правка ждёт решения в «Требует внимания».")
        later = "SELECT EXISTS (SELECT 1 FROM _outbox WHERE module = ? AND id = ? AND seq > ?)"
        place = outbox.place_of(self._connection, pending.op)
        if self._connection.value(later, (pending.module, pending.id, place)):
            raise Refused("После этого запись здесь правили ещё раз.")

    def _untouched(self, module: str, ident: str, op: str) -> None:
        """The server has the operation, and the record stands as it has left it."""
        row = self._connection.one("SELECT version, feed FROM _acknowledged WHERE op = ?", (op,))
        if row is None or row[1] != (self.meta("feed") or ""):
            raise Refused("Правка разобрана отдельно или сделана слишком давно.")
        record = self._ledger.existing(module, ident)
        if record.unsent or record.version != row[0]:
            raise Refused(f"Запись с тех пор изменил «{record.by or 'другой сотрудник'}».")

    def _withdraw(self, pending: Pending, author: str, now: datetime) -> None:
        """As if it had not been made: the record stands on its base again, and a salvage knows that it was given up."""
        outbox.close(self._connection, pending.op)
        outbox.replay(self._connection, self._codecs[pending.module], pending.id)
        keep_aside(self._connection, moment(now), f"{DECIDED} {author}, отменено", outbox.whole(pending))
