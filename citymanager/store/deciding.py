"""What was set aside is decided by a person: his change over the server's state, nothing at all, or another try."""

from collections.abc import Sequence
from datetime import datetime

from citymanager.changes import difference, judge_deletion, stamped
from citymanager.errors import Refused
from citymanager.failpoints import fp
from citymanager.roles import Role, may_decide
from citymanager.schema import Values
from citymanager.store import outbox
from citymanager.store.absorb import DECIDED, keep_aside
from citymanager.store.editing import Editing
from citymanager.store.edits import Saved
from citymanager.store.pending import Pending
from citymanager.store.records import Record
from citymanager.values import moment

ANSWERED = frozenset({"conflict", "refused"})
"""States of an operation that the server has answered; one that it failed on it may not even have read."""


class Deciding(Editing):
    """Closes operations that wait for a person, or offers them again: on the disk once a method has returned."""

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
        with self._ledger.edit() as journal:
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
                judge_deletion(declared, before.data, role, author)
            if stand is None if delete else not self._ledger.changes(before, slim, author, role, now):
                saved = Saved("", aside.id, before.version)
            else:
                if stand is None and last is not None:  # deleted there: the decision brings it back whole
                    outbox.keep_copy(self._connection, last, deleted=True)
                # what was written after it was before the eyes of who decides now; a new record is made first
                place = outbox.place_beside(self._connection, aside, stood, slim, deleted=delete) if last else stood
                saved = self._ledger.operate(before, slim, delete, author, now, lambda _: None, base, place)
                if place is not None:
                    outbox.stand_on(self._connection, aside, saved.op)
                self._ledger.journal_anew({(aside.module, aside.id)}, journal)
        fp("resolve.committed")
        self._journal.done([op])
        return saved

    def retry(self, ops: Sequence[str]) -> None:
        """Offer operations that were set aside once more.

        Those that were answered get new names: to the old ones the server would repeat its answers.
        """
        aside = [one for one in map(self.pending, ops) if one is not None]
        answered = [one for one in aside if one.state in ANSWERED]
        with self._ledger.edit() as journal:
            for op in ops:
                outbox.mark(self._connection, op, "waiting", "")
            for one in answered:
                outbox.rename(self._connection, one)
            fp("retry.renamed")
            self._ledger.show_anew(aside)
            self._ledger.journal_anew({(one.module, one.id) for one in answered}, journal)
        fp("retry.committed")
        self._journal.done(one.op for one in answered)

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
