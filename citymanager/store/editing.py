"""A person's edits: each becomes a row, an operation of the outbox and a line of the journal, all or nothing."""

import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citymanager.changes import defaults, difference, judge, judge_deletion, stamped
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.meeting import Made, laid
from citymanager.returning import comes_back, operation, put_off
from citymanager.roles import Role, may_decide
from citymanager.schema import STATUS, Module, Values
from citymanager.store import numbers, outbox
from citymanager.store.absorb import DECIDED, keep_aside
from citymanager.store.connection import Connection
from citymanager.store.file_queue import FileQueue
from citymanager.store.journal import Journal, tally
from citymanager.store.nearest import DueTimes
from citymanager.store.pending import Pending
from citymanager.store.reader import Reader
from citymanager.store.records import Record
from citymanager.store.shelf import Shelf
from citymanager.values import moment

ANSWERED = frozenset({"conflict", "refused"})
"""States of an operation that the server has answered; one that it failed on it may not even have read."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved edit is called; `op` is empty if it changed nothing."""

    op: str
    id: str
    version: int
    """The server's version that it stands on; 0 for a record that the server has not seen."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a record, or a new one under an id that the caller has chosen."""

    module: str
    id: str
    change: Values


@dataclass(frozen=True, slots=True)
class Seen:
    """What the author of an edit has before him."""

    record: Record
    feed: str
    """Of the server, as `Reader.feed` told it with the record: in it the version is counted."""


class Editing(Reader):
    """Makes, changes and deletes records, decides what was set aside: on the disk once a method has returned."""

    def __init__(
        self, connection: Connection, modules: Sequence[Module], journal: Journal, station: str, shelf: Shelf
    ) -> None:
        super().__init__(connection, modules)
        self.files: FileQueue = FileQueue(connection, shelf, journal, self.modules)
        self._journal = journal
        self._station = station
        self._due_times = DueTimes(connection, self.modules, self.norms)
        self._taken: dict[str, int] = {}
        """Numbers that the edit under way has taken, by counter."""

    @property
    def edits(self) -> int:
        """How many edits have been made on this cache and those before it."""
        return int(self.meta("edits") or 0)

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
        with self._edit() as journal:
            before = self._existing(module, ident) if ident else self.get(module, made_as)
            number = self._number(module) if before is None else ""
            declared = self.modules[module]
            whole = change if before else {**defaults(declared, number, now), **change}
            stand = before or Record(module, made_as or str(uuid.uuid4()), 0, {})
            slim = stamped(declared, stand.data, difference(stand.data, whole), now)
            if before and not self._changes(before, slim, author, role, now):
                return Saved("", before.id, before.version)
            if before is None:
                judge(declared, {}, slim, role, now)
            base, stood = (self._met(stand, slim, seen), seen.record.data) if seen else (None, None)
            return self._operate(stand, slim, False, author, now, journal, base, seen=stood)

    def save_many(
        self, module: str, changes: Sequence[tuple[str, Values]], author: str, role: Role | None, now: datetime
    ) -> list[Saved | Refused]:
        """Make or change up to 500 records whose ids the caller knows, in one transaction.

        Answers in the order of the changes: what was saved, or why it is refused; one does not stop the others.
        Raises ReadOnly; then nothing has changed.
        """
        with self._edit() as journal:
            return [self._save_known(module, ident, change, author, role, now, journal) for ident, change in changes]

    def bring_back(self, module: str, ident: str, author: str, role: Role | None, now: datetime) -> Saved:
        """Send a record that was put off until today or earlier on its way again; nothing if that has been done.

        The operation has one name on all workstations (`citymanager.returning`). Raises Refused or ReadOnly.
        """
        with self._edit() as journal:
            before, declared = self._existing(module, ident), self.modules[module]
            status, day = put_off(declared, before.data), comes_back(declared, before.data)
            op = operation(declared, ident, before.data)
            if status is None or day is None or day > now or outbox.is_known(self._connection, op):
                return Saved("", ident, before.version)
            change = stamped(declared, before.data, {STATUS: status.moves[0].target}, now)
            judge(declared, before.data, change, role, now)
            return self._operate(before, change, False, author, now, journal, op=op)

    def save_together(self, edits: Sequence[Edit], author: str, role: Role | None, now: datetime) -> list[Saved]:
        """Make or change records that belong together, in one transaction: all or none of them.

        Raises Refused with the first reason, or ReadOnly; then nothing has changed.
        """
        with self._edit() as journal:
            return [self._saved_known(one, author, role, now, journal) for one in edits]

    def delete(self, module: str, ident: str, author: str, role: Role | None, now: datetime) -> Saved:
        """Take a record away. Raises Refused or ReadOnly."""
        with self._edit() as journal:
            before = self._existing(module, ident)
            judge_deletion(self.modules[module], role)
            return self._operate(before, {}, True, author, now, journal)

    def resolve(
        self,
        op: str,
        change: Values,
        author: str,
        role: Role | None,
        now: datetime,
        *,
        delete: bool = False,
        seen: Record | None = None,
    ) -> Saved:
        """Decide an operation that was set aside: `change` over the server's state, or nothing if it is empty.

        The old operation is closed, a new one made in its place, or after later ones that it meets: mine is its own
        change, theirs is {}, edited is a third. `delete`: the record is to go after all. `seen` is what of the server
        the decision was made on (None: what is here now); if it has gone on since, the server judges the decision as it
        does any edit.
        """
        with self._edit() as journal:
            aside = self._undecided(op, author, role)
            last = outbox.last_copy(self._connection, aside.module, aside.id)
            stood = outbox.place_of(self._connection, op)
            outbox.close(self._connection, op)
            outbox.replay(self._connection, self._codecs[aside.module], aside.id)
            fp("resolve.closed")
            keep_aside(self._connection, moment(now), f"{DECIDED} {author}", outbox.whole(aside))
            stand = self.get(aside.module, aside.id)
            before = stand or last or Record(aside.module, aside.id, 0, {})
            base = ((seen or before).version, self.meta("feed") or "")
            declared = self.modules[aside.module]
            slim = {} if delete else stamped(declared, before.data, difference(before.data, change), now)
            if delete:
                judge_deletion(declared, role)
            if stand is None if delete else not self._changes(before, slim, author, role, now):
                saved = Saved("", aside.id, before.version)
            else:
                if stand is None and last is not None:  # deleted there: the decision brings it back whole
                    outbox.keep_copy(self._connection, last, deleted=True)
                # what was written after it was before the eyes of who decides now; a new record is made first
                place = outbox.place_beside(self._connection, aside, stood, slim, deleted=delete) if last else stood
                saved = self._operate(before, slim, delete, author, now, lambda _: None, base, place)
                if place is not None:
                    outbox.stand_on(self._connection, aside, saved.op)
                self._journal_anew({(aside.module, aside.id)}, journal)
        fp("resolve.committed")
        self._journal.done([op])
        return saved

    def retry(self, ops: Sequence[str]) -> None:
        """Offer operations that were set aside once more.

        Those that were answered get new names: to the old ones the server would repeat its answers.
        """
        aside = [one for one in map(self.pending, ops) if one is not None]
        answered = [one for one in aside if one.state in ANSWERED]
        with self._edit() as journal:
            for op in ops:
                outbox.mark(self._connection, op, "waiting", "")
            for one in answered:
                outbox.rename(self._connection, one)
            fp("retry.renamed")
            self._show_anew(aside)
            self._journal_anew({(one.module, one.id) for one in answered}, journal)
        fp("retry.committed")
        self._journal.done(one.op for one in answered)

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Keep facts about the sync: feed, cursor, block, time of the last answer."""
        with self._connection.transaction():
            self._set_meta(values)

    # inside

    @contextmanager
    def _edit(self) -> Iterator[Callable[[Pending], None]]:
        """A transaction whose operations, with the files that they name, are in the journal before it is committed, and
        out of it if it is undone.
        """
        mark, self._taken = self._journal.mark(), {}
        try:
            with self._connection.transaction():
                made: list[Pending] = []
                yield made.append
                self._due_times.keep()
                fp("edit.made")
                if made:
                    lines = [line for one in made for line in self.files.claim(one)]
                    lines += map(outbox.whole, made)
                    edits = self.edits + 1
                    self._set_meta({"edits": str(edits)})
                    self._journal.add([*lines, tally(edits, self._taken)])
                fp("edit.journalled")
        except BaseException:
            fp("edit.undone")
            self._journal.back_to(mark)
            raise
        fp("edit.committed")

    def _journal_anew(self, places: Container[tuple[str, str]], journal: Callable[[Pending], None]) -> None:
        """The operations on these records as they stand in the outbox now: a salvage goes by the journal's order."""
        for one in self.outbox():
            if (one.module, one.id) in places:
                journal(one)

    def _show_anew(self, pending: Iterable[Pending]) -> None:
        """The rows that these operations lie over: a deletion that is set aside does not hide its record."""
        for one in pending:
            if one.module in self._codecs:
                outbox.replay(self._connection, self._codecs[one.module], one.id)

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
        whole = change if before else {**defaults(declared, "", now), **change}
        slim = difference(before.data if before else {}, whole)
        try:
            if before and not self._changes(before, slim, author, role, now):
                return Saved("", before.id, before.version)
            if before is None:
                judge(declared, {}, slim, role, now)
        except Refused as refused:
            return refused
        if before is None:
            unnumbered = [one.key for one in declared.fields if one.fill == "number" and one.key not in slim]
            slim |= {key: self._number(module) for key in unnumbered}
        stand = before or Record(module, ident, 0, {})
        return self._operate(stand, slim, False, author, now, journal)

    def _undecided(self, op: str, author: str, role: Role | None) -> Pending:
        """An operation that was set aside and that this person may decide."""
        aside = self.pending(op)
        if aside is None:
            raise Refused("Эта правка уже разобрана.")
        if aside.module not in self.modules:
            raise Refused("Эта программа не знает раздела правки: обновите программу.")
        if not may_decide(role, author, aside.author):
            raise Refused(f"Это правка «{aside.author}»: её разберёт он сам, модератор или администратор.")
        return aside

    def _changes(self, before: Record, slim: Values, author: str, role: Role | None, now: datetime) -> bool:
        """Whether a lawful edit changes anything of what stands here. Raises Refused."""
        declared = self.modules[before.module]
        effect = difference(before.data, laid(declared, before.data, Made(slim, before.data, author, moment(now))))
        if effect:
            judge(declared, before.data, effect, role, now)
        return bool(effect)

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

    def _existing(self, module: str, ident: str) -> Record:
        found = self.get(module, ident)
        if found is None:
            raise Refused(f"Записи {ident} нет в разделе «{self.modules[module].title}» на этом рабочем месте.")
        return found

    def _operate(
        self,
        before: Record,
        change: Values,
        deleted: bool,
        author: str,
        now: datetime,
        journal: Callable[[Pending], None],
        base: tuple[int, str] | None = None,
        place: int | None = None,
        seen: Mapping[str, Any] | None = None,
        op: str = "",
    ) -> Saved:
        """One operation: into the journal, the outbox and the visible row.

        `base`: the version, and its feed, that its author has really seen, where that is known better than from what is
        unsent here; `seen`: the values. `place` None: it goes to the outbox's end. `op`: its name, if it has one.
        """
        if before.version and not before.unsent:
            outbox.keep_copy(self._connection, before)
        after = outbox.earlier(self._connection, before.module, before.id, place)
        here = self.meta("feed") or ""
        unsent = outbox.ground(self._connection, before.module, before.id, change.keys(), here)
        version, feed = base or unsent or (before.version, here)
        stood = before.data if seen is None else seen
        was = before.data if deleted else {key: stood[key] for key in change if key in stood}
        pending = Pending(
            op or str(uuid.uuid4()), before.module, before.id, version, change, deleted, after, author, moment(now),
            "waiting", 0, "", None, [], was, feed,
        )  # fmt: skip
        journal(pending)
        outbox.append(self._connection, pending, place)
        outbox.replay(self._connection, self._codecs[before.module], before.id)
        return Saved(pending.op, before.id, before.version)

    def _number(self, module: str) -> str:
        """The next number of this station's block, without gaps: it is taken in the transaction that uses it."""
        block = self.meta("block") or f"В{self._station[:4].upper()}"
        key = numbers.counter(module, block)
        number = max(int(self.meta(key) or 0), numbers.highest(self._connection, self.modules[module], block)) + 1
        self._set_meta({key: str(number)})
        self._taken[key] = number
        return f"{block}-{number:04}"

    def _set_meta(self, values: Mapping[str, str]) -> None:
        self._connection.run_many("INSERT OR REPLACE INTO _meta VALUES (?, ?)", list(values.items()))
