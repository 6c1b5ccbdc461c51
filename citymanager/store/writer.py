"""Everything that is written to the cache, in one place and by one process."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from citymanager.errors import ReadOnly, Refused
from citymanager.failpoints import fp
from citymanager.schema import Module
from citymanager.store import outbox, raised
from citymanager.store.arriving import Arriving
from citymanager.store.connection import Connection
from citymanager.store.journal import Journal, tally
from citymanager.store.lock import WriterLock
from citymanager.store.opening import Opening
from citymanager.store.pending import Pending
from citymanager.store.raised import Raised
from citymanager.store.shelf import Shelf
from citymanager.store.spool import Spool, Spooled

log = logging.getLogger(__name__)


class Writer(Arriving):
    """The right to change the cache: edits, what the server says, and what an earlier cache or program has left."""

    opening = Opening()
    """What was found when this cache was opened."""

    def __init__(
        self,
        connection: Connection,
        modules: Sequence[Module],
        journal: Journal,
        spool: Spool,
        lock: WriterLock,
        station: str,
        shelf: Shelf,
    ) -> None:
        super().__init__(connection, modules, journal, station, shelf)
        self._spool = spool
        self._lock = lock

    @property
    def salvaged(self) -> int:
        """Operations brought over from a damaged or missing cache when this one was opened."""
        return self.opening.salvaged

    @property
    def whole(self) -> bool:
        """Whether what the journal held when this cache was new has been taken; a start may have died before."""
        return self.meta("salvaged") is not None

    def serve(self, station: str, *, anew: bool) -> None:
        """Which installation this cache is of; the number block of another one is not its own any more."""
        self._ledger.station, former = station, self.meta("station")
        if former != station:
            self.set_meta({"station": station, **({"block": ""} if former or anew else {})})

    def copy_to(self, file: Path) -> None:
        """The whole cache as it stands, in another file."""
        self._connection.backup(file)

    def close(self) -> None:
        super().close()
        self._lock.release()

    def keep_raised(self, waiting: Iterable[Raised], over: Iterable[str]) -> None:
        """Note alarms that wait to be taken, and strike out those, by their ids, that do not any more."""
        with self._connection.transaction():
            raised.keep(self._connection, waiting, over)

    def adopt(self, author: str) -> None:
        """Operations made before anybody had logged in on this profile become this person's."""
        with self._connection.transaction():
            self._connection.run("UPDATE _outbox SET author = ? WHERE author = ''", (author,))
            self.files.adopt(author)

    def adopt_operations(self, pending: Sequence[Pending], edits: int, taken: Mapping[str, int]) -> None:
        """Take operations salvaged for a cache, which is whole from then on: they are in the journal already.

        `edits`, `taken`: how many edits the journal knows of, and which numbers they took; these are not taken again.
        """
        with self._connection.transaction():
            for one in pending:
                standing = self.get(one.module, one.id)
                if standing is not None and standing.version and not standing.unsent:
                    outbox.keep_copy(self._connection, standing)
                outbox.append(self._connection, one)
                outbox.replay(self._connection, self._codecs[one.module], one.id)
                fp("salvage.adopting")
            self._due_times.keep()
            later = {key: str(number) for key, number in taken.items() if number > int(self.meta(key) or 0)}
            self._ledger.note({"salvaged": str(len(pending)), "edits": str(max(edits, self.edits)), **later})
        fp("salvage.committed")

    def knows(self, op: str) -> bool:
        """Whether an operation waits here, was acknowledged here or was decided here."""
        return self.pending(op) is not None or bool(
            self._connection.value(
                "SELECT EXISTS (SELECT 1 FROM _acknowledged WHERE op = ?)"
                " OR EXISTS (SELECT 1 FROM _quarantine WHERE raw LIKE ?)",
                (op, f'{{"op": "{op}"%'),
            )
        )

    def journal_again(self) -> None:
        """Write what waits into a journal that was cut, deleted or put back by an older one."""
        rows = self._connection.all("SELECT key, value FROM _meta WHERE key LIKE 'number:%'")
        waiting = map(outbox.whole, self.outbox())
        self._journal.add([*self.files.lines(), *waiting, tally(self.edits, {key: int(value) for key, value in rows})])
        fp("journal.again")

    def take_spooled(self) -> None:
        """Take the new records that programs without the writer's lock have left. A full disk leaves them there."""
        try:
            with self._spool.taking() as left:
                if left:
                    self._take(left)
                    fp("spool.taken")
        except ReadOnly as error:
            log.warning("spooled records stay where they are: %s", error)

    def _take(self, left: Sequence[Spooled]) -> None:
        with self._ledger.edit() as journal:
            for one in left:
                if one.module not in self.modules:
                    log.warning("a spooled record of an unknown module is passed over: %s", one.module)
                    continue
                taken = self._save_known(one.module, one.id, one.values, one.author, None, one.at, journal)
                if isinstance(taken, Refused):
                    log.warning("a spooled record is passed over: %s", taken)
