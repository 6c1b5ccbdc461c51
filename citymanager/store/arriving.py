"""What the server says: its records come under the edits that wait here, its verdicts settle them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.store import bundle, outbox, tables
from citymanager.store.absorb import Span, Touched, absorb, laid_out, load
from citymanager.store.bulk import Bulk
from citymanager.store.offered_again import acknowledged, put_back
from citymanager.store.records import Sheet
from citymanager.store.verdicts import take_verdict
from citymanager.values import moment


class Arriving(Bulk):
    """Takes changes, verdicts and first loads, each with what it brings the sync to, in one transaction.

    Only what `absorb` has taken may wait for the next that is written: the server has it.
    """

    def absorb(
        self, changes: Sequence[Any], now: datetime, meta: Mapping[str, str], *, reload: bool = False
    ) -> Touched:
        """Take changes and, in the same transaction, what they bring the sync to (`meta`: cursor, feed, …)."""
        with self._connection.relaxed(), self._connection.transaction():
            touched = absorb(self._connection, self._codecs, changes, now=moment(now), reload=reload)
            self._due_times.keep()
            fp("absorb.rows")
            self._ledger.note(meta)
            fp("absorb.cursor")
        fp("absorb.committed")
        return touched

    def settle(self, verdicts: Iterable[Mapping[str, Any]], feed: str, now: datetime) -> Touched:
        """Take the server's verdicts (`sync.contract.Verdict`) on operations; answers to unknown ones are ignored."""
        touched: Touched = {}
        closed: list[str] = []
        with self._connection.transaction():
            for verdict in verdicts:
                pending = self.pending(str(verdict.get("op")))
                if pending is None:
                    continue
                take_verdict(self._connection, self._codecs.get(pending.module), pending, verdict, feed, moment(now))
                touched.setdefault(pending.module, []).append(pending.id)
                if verdict["result"] == "accepted":
                    closed.append(pending.op)
            self._due_times.keep()
            fp("settle.taken")
        fp("settle.committed")
        self._journal.done(closed)
        return touched

    def failed(self, ops: Sequence[str], reason: str) -> None:
        """The server failed on these operations (5xx, timeout); after five times they are set aside."""
        with self._connection.transaction():
            outbox.count_failure(self._connection, ops, reason)
            self._ledger.show_anew(one for one in map(self.pending, ops) if one is not None and one.deleted)
            self._due_times.keep()
        fp("failed.counted")

    def load_page(
        self,
        module: str,
        changes: Sequence[Any],
        span: Span,
        now: datetime,
        meta: Mapping[str, str],
        spare_for: str = "",
        ready: Sheet | None = None,
    ) -> Touched:
        """A page of a module's whole state: as `absorb`, and what the server does not have in this span is forgotten.

        `span`: ids after the first and up to the second (None: to the end). Unsent edits outlive their record. An empty
        table is filled without the indexes that `furnish` makes in the end, and sooner if the page is `ready`. What a
        power failure takes of it is asked for again: rows and `meta` go together. `spare_for`: whom what would be
        forgotten is set aside for instead.
        """
        more, ready = span[1] is not None, ready or laid_out(self._codecs[module], changes, span)
        with self._connection.relaxed(), self._connection.transaction():
            if more and not span[0]:
                tables.lighten(self._connection, self.modules[module])
                fp("load.lightened")
            touched = load(
                self._connection, self._codecs, module, changes, span, ready,
                now=moment(now), restored=bool(self.meta("arriving")), spare_for=spare_for,
            )  # fmt: skip
            self._due_times.keep(0)
            fp("load.rows")
            self._ledger.note(meta)
        fp("load.committed")
        return touched

    def untouched(self, module: str) -> bool:
        """Whether nothing of a module is here yet: it may be taken whole."""
        return bundle.untouched(self._connection, module)

    def take_bundle(
        self, module: str, file: Path, meta: Mapping[str, str], wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Take a module's table whole, as the server has made it ready in this file (`bundle.shape`).

        Refused, with nothing changed, if it does not fit or something came here meanwhile; Damaged (not `DamagedCache`)
        if the file is; Interrupted when it is not `wanted` any more. A million records take some twenty seconds, in
        which nothing else is written.
        """
        declared = self.modules[module]
        with self._connection.beside(file, bundle.GIVEN):
            with self._connection.while_wanted(wanted), self._connection.relaxed(), self._connection.transaction():
                if not (self.untouched(module) and bundle.fits(self._connection, declared)):
                    raise Refused("Готовый пакет сервера не подходит к базе этого рабочего места.")
                bundle.take(self._connection, declared)
                fp("bundle.rows")
                self._ledger.note(meta)
            fp("bundle.committed")
        with self._connection.relaxed(), self._connection.transaction():
            bundle.count(self._connection, declared)
        fp("bundle.counted")
        self._connection.reopen()
        self._connection.shorten_log()

    def furnish(self, module: str) -> bool:
        """Make one of the indexes that the first load did without; whether there was one to make."""
        with self._connection.sorting(), self._connection.transaction():
            return tables.furnish(self._connection, self.modules[module])

    def judge_due_times(self, most: int) -> set[str]:
        """Judge so many of the records whose due times are not known yet; the modules that they are of."""
        with self._connection.relaxed(), self._connection.transaction():
            return self._due_times.keep(most)

    def sent_elsewhere(self, feed: str) -> bool:
        """Whether anything is kept here that the server has accepted under another feed than this one."""
        return bool(self._connection.value("SELECT EXISTS (SELECT 1 FROM _acknowledged WHERE feed != ?)", (feed,)))

    def offer_again(self, feed: str) -> int:
        """A restored server: operations that another feed acknowledged go back to the outbox. How many."""
        with self._ledger.edit() as journal:
            again = acknowledged(self._connection, feed)
            self.files.offer_again()
            places = {(one.module, one.id) for one in again}
            put_back(self._connection, again, self.outbox())
            self._connection.run("DELETE FROM _acknowledged WHERE feed != ?", (feed,))
            self._ledger.journal_anew(places, journal)
            for module, ident in places:
                if module in self._codecs:
                    standing = self.get(module, ident)  # none: it had left the sight of whoever sits here
                    if standing is not None and not standing.unsent:
                        outbox.keep_copy(self._connection, standing)
                    outbox.replay(self._connection, self._codecs[module], ident)
            fp("again.prepended")
        fp("again.committed")
        return len(again)

    def forget_acknowledged(self, before: datetime) -> None:
        """Let go of acknowledged operations older than the term that they are kept for."""
        with self._connection.transaction():
            self._connection.run("DELETE FROM _acknowledged WHERE answered < ?", (moment(before),))
            self.files.forget_sent(before)
