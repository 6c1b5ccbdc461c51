"""A person's edits: each becomes a row, an operation of the outbox and a line of the journal, all or nothing."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from citymanager.changes import begun, dated, difference, judge, judge_deletion, stamped
from citymanager.errors import Refused
from citymanager.returning import comes_back, operation, put_off
from citymanager.roles import Role
from citymanager.schema import STATUS, Module, Values
from citymanager.store import outbox
from citymanager.store.connection import Connection
from citymanager.store.edits import Edit, Saved, Seen
from citymanager.store.file_queue import FileQueue
from citymanager.store.journal import Journal
from citymanager.store.ledger import Ledger
from citymanager.store.nearest import DueTimes
from citymanager.store.pending import Pending
from citymanager.store.reader import Reader
from citymanager.store.records import Record
from citymanager.store.shelf import Shelf


class Editing(Reader):
    """Makes, changes and deletes records: on the disk once a method has returned."""

    def __init__(
        self, connection: Connection, modules: Sequence[Module], journal: Journal, station: str, shelf: Shelf
    ) -> None:
        super().__init__(connection, modules)
        self.files: FileQueue = FileQueue(connection, shelf, journal, self.modules)
        self._journal = journal
        self._due_times = DueTimes(connection, self.modules, self.norms)
        self._ledger = Ledger(self, connection, self._codecs, journal, self.files, self._due_times, station)

    @property
    def edits(self) -> int:
        """How many edits have been made on this cache and those before it."""
        return self._ledger.edits

    def save(
        self,
        module: str,
        ident: str | None,
        change: Values,
        author: str,
        role: Role | None,
        now: datetime,
        seen: Seen | None = None,
        made_as: str = "",
    ) -> Saved:
        """Make a record (`ident` None) or change one: row, server's copy, outbox and journal together.

        `seen`: what the author has before him, if that may be older than what is here by now. `made_as`: the id of a
        record that is made, if the caller has chosen one (a UUID); one that is there already is changed.
        Raises Refused with every reason of the module's rules and workflow, or ReadOnly; then nothing has changed.
        """
        with self._ledger.edit() as journal:
            before = self._ledger.existing(module, ident) if ident else self.get(module, made_as)
            number = self._ledger.number(module) if before is None else ""
            declared = self.modules[module]
            stand = before or Record(module, made_as or str(uuid.uuid4()), 0, {})
            whole = difference(before.data, change) if before else begun(declared, number, change, now)
            slim = stamped(declared, stand.data, whole, now)
            if before and not self._ledger.changes(before, slim, author, role, now):
                return Saved("", before.id, before.version)
            if before is None:
                judge(declared, {}, slim, role, now, author)
            base, stood = (self._met(stand, slim, seen), seen.record.data) if seen else (None, None)
            return self._ledger.operate(stand, slim, False, author, now, journal, base, seen=stood)

    def save_many(
        self, module: str, changes: Sequence[tuple[str, Values]], author: str, role: Role | None, now: datetime
    ) -> list[Saved | Refused]:
        """Make or change up to 500 records whose ids the caller knows, in one transaction.

        Answers in the order of the changes: what was saved, or why it is refused; one does not stop the others.
        Raises ReadOnly; then nothing has changed.
        """
        with self._ledger.edit() as journal:
            return [self._save_known(module, ident, change, author, role, now, journal) for ident, change in changes]

    def bring_back(self, module: str, ident: str, author: str, role: Role | None, now: datetime) -> Saved:
        """Send a record that was put off until today or earlier on its way again; nothing if that has been done.

        The operation has one name on all workstations (`citymanager.returning`). Raises Refused or ReadOnly.
        """
        with self._ledger.edit() as journal:
            before, declared = self._ledger.existing(module, ident), self.modules[module]
            status, day = put_off(declared, before.data), comes_back(declared, before.data)
            op = operation(declared, ident, before.data)
            if status is None or day is None or day > now or outbox.is_known(self._connection, op):
                return Saved("", ident, before.version)
            change = stamped(declared, before.data, {STATUS: status.moves[0].target}, now)
            judge(declared, before.data, change, role, now, author)
            return self._ledger.operate(before, change, False, author, now, journal, op=op)

    def save_as(self, op: str, edit: Edit, author: str, role: Role | None, now: datetime) -> Saved:
        """Change a record by an operation that has one name on all workstations: the server does it once.

        Nothing if this one has made or sent it before. Raises Refused or ReadOnly.
        """
        with self._ledger.edit() as journal:
            before = self._ledger.existing(edit.module, edit.id)
            change = stamped(self.modules[edit.module], before.data, difference(before.data, edit.change), now)
            if outbox.is_known(self._connection, op) or not self._ledger.changes(before, change, author, role, now):
                return Saved("", before.id, before.version)
            return self._ledger.operate(before, change, False, author, now, journal, op=op)

    def save_together(self, edits: Sequence[Edit], author: str, role: Role | None, now: datetime) -> list[Saved]:
        """Make or change records that belong together, in one transaction: all or none of them.

        Raises Refused with the first reason, or ReadOnly; then nothing has changed.
        """
        with self._ledger.edit() as journal:
            return [self._saved_known(one, author, role, now, journal) for one in edits]

    def delete(self, module: str, ident: str, author: str, role: Role | None, now: datetime) -> Saved:
        """Take a record away. Raises Refused or ReadOnly."""
        with self._ledger.edit() as journal:
            before = self._ledger.existing(module, ident)
            judge_deletion(self.modules[module], before.data, role, author)
            return self._ledger.operate(before, {}, True, author, now, journal)

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Keep facts about the sync: feed, cursor, block, time of the last answer."""
        with self._connection.transaction():
            self._ledger.note(values)

    # inside

    def _saved_known(
        self, edit: Edit, author: str, role: Role | None, now: datetime, journal: Callable[[Pending], None]
    ) -> Saved:
        """One of those that belong together. Raises Refused."""
        saved = self._save_known(edit.module, edit.id, edit.change, author, role, now, journal)
        if isinstance(saved, Refused):
            raise saved
        return saved

    def _save_known(
        self,
        module: str,
        ident: str,
        change: Values,
        author: str,
        role: Role | None,
        now: datetime,
        journal: Callable[[Pending], None],
    ) -> Saved | Refused:
        """One of many; a number of the block is taken only for a record that is made."""
        declared, before = self.modules[module], self.get(module, ident)
        slim = dated(declared, difference(before.data, change) if before else begun(declared, "", change, now), now)
        try:
            if before and not self._ledger.changes(before, slim, author, role, now):
                return Saved("", before.id, before.version)
            if before is None:
                judge(declared, {}, slim, role, now, author)
        except Refused as refused:
            return refused
        if before is None:
            unnumbered = [one.key for one in declared.fields if one.fill == "number" and not slim[one.key]]
            slim |= {key: self._ledger.number(module) for key in unnumbered}
        stand = before or Record(module, ident, 0, {})
        return self._ledger.operate(stand, slim, False, author, now, journal)

    def _met(self, before: Record, change: Values, seen: Seen) -> tuple[int, str] | None:
        """The version that the author has before him, with its feed, if what he changes has become another since.

        None: it stands as he sees it, whoever has brought it here meanwhile, or it is unsent and stands on what is
        older still.
        """
        if all(seen.record.data.get(key) == before.data.get(key) for key in change):
            return None
        here = self.meta("feed") or ""
        unsent = outbox.ground(self._connection, before.module, before.id, change.keys(), here)
        if unsent and (unsent[1] != here or (seen.feed == here and unsent[0] <= seen.record.version)):
            return None
        older = seen.feed != here or seen.record.version < before.version
        return (seen.record.version, seen.feed) if older else None
