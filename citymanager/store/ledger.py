"""What is written of every edit: a row, an operation of the outbox and a line of the journal, all or nothing."""

import uuid
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from citymanager.changes import difference, judge
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.meeting import Made, laid
from citymanager.roles import Role
from citymanager.schema import Values
from citymanager.store import numbers, outbox
from citymanager.store.connection import Connection
from citymanager.store.edits import Saved
from citymanager.store.file_queue import FileQueue
from citymanager.store.journal import Journal, tally
from citymanager.store.nearest import DueTimes
from citymanager.store.pending import Pending
from citymanager.store.reader import Reader
from citymanager.store.records import Codec, Record
from citymanager.values import moment


class Ledger:
    """Makes operations on the records of a cache: on the disk once the transaction of `edit` is over."""

    def __init__(
        self,
        cache: Reader,
        connection: Connection,
        codecs: Mapping[str, Codec],
        journal: Journal,
        files: FileQueue,
        due_times: DueTimes,
        station: str,
    ) -> None:
        self._cache, self._connection, self._codecs = cache, connection, codecs
        self._journal, self._files, self._due_times = journal, files, due_times
        self.station = station
        """Which installation this cache is of."""
        self._taken: dict[str, int] = {}
        """Numbers that the edit under way has taken, by counter."""

    @property
    def edits(self) -> int:
        """How many edits have been made on this cache and those before it."""
        return int(self._cache.meta("edits") or 0)

    @contextmanager
    def edit(self) -> Iterator[Callable[[Pending], None]]:
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
                    lines = [line for one in made for line in self._files.claim(one)]
                    lines += map(outbox.whole, made)
                    edits = self.edits + 1
                    self.note({"edits": str(edits)})
                    self._journal.add([*lines, tally(edits, self._taken)])
                fp("edit.journalled")
        except BaseException:
            fp("edit.undone")
            self._journal.back_to(mark)
            raise
        fp("edit.committed")

    def operate(
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
        here = self._cache.meta("feed") or ""
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

    def existing(self, module: str, ident: str) -> Record:
        """A record that must be there. Raises Refused."""
        found = self._cache.get(module, ident)
        if found is None:
            raise Refused(f"Записи {ident} нет в разделе «{self._cache.modules[module].title}» на этом рабочем месте.")
        return found

    def changes(self, before: Record, slim: Values, author: str, role: Role | None, now: datetime) -> bool:
        """Whether a lawful edit changes anything of what stands here. Raises Refused."""
        declared = self._cache.modules[before.module]
        effect = difference(before.data, laid(declared, before.data, Made(slim, before.data, author, moment(now))))
        if effect:
            judge(declared, before.data, effect, role, now, author)
        return bool(effect)

    def number(self, module: str) -> str:
        """The next number of this station's block, without gaps: it is taken in the transaction that uses it."""
        block = self._cache.meta("block") or f"В{self.station[:4].upper()}"
        key = numbers.counter(module, block)
        known = numbers.highest(self._connection, self._cache.modules[module], block)
        number = max(int(self._cache.meta(key) or 0), known) + 1
        self.note({key: str(number)})
        self._taken[key] = number
        return f"{block}-{number:04}"

    def journal_anew(self, places: Container[tuple[str, str]], journal: Callable[[Pending], None]) -> None:
        """The operations on these records as they stand in the outbox now: a salvage goes by the journal's order."""
        for one in self._cache.outbox():
            if (one.module, one.id) in places:
                journal(one)

    def show_anew(self, pending: Iterable[Pending]) -> None:
        """The rows that these operations lie over: a deletion that is set aside does not hide its record."""
        for one in pending:
            if one.module in self._codecs:
                outbox.replay(self._connection, self._codecs[one.module], one.id)

    def note(self, values: Mapping[str, str]) -> None:
        """Keep facts about the cache, in the transaction that is under way."""
        self._connection.run_many("INSERT OR REPLACE INTO _meta VALUES (?, ?)", list(values.items()))
