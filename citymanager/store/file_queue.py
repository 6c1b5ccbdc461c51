"""The queue of files for the server, as it changes: a row is written in the transaction of the edit that names a file.

A row outlives the answer to its edit, until the server has the file itself; then it is kept as long as acknowledged
operations are, to be offered to a restored server again.
"""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from citymanager.attachments import Named, named
from citymanager.failpoints import fp
from citymanager.schema import Module
from citymanager.store.connection import Connection
from citymanager.store.journal import Journal
from citymanager.store.pending import Pending
from citymanager.store.queued_files import QueuedFile, QueuedFiles
from citymanager.store.shelf import Shelf
from citymanager.values import moment

TRIES = 5
"""How often the server may fail on a file, without taking a byte of it, before it is set aside."""
UNSAVED = 30 * 86_400.0
"""Seconds that a file which was attached and not saved is kept for whoever comes back to its card."""
ASKED = "files_named"


class FileQueue(QueuedFiles):
    """What a method has returned from is on the disk."""

    def __init__(self, connection: Connection, shelf: Shelf, journal: Journal, modules: Mapping[str, Module]) -> None:
        super().__init__(connection)
        self._shelf, self._journal, self._modules = shelf, journal, modules

    # with the edit that names them, inside its transaction

    def claim(self, pending: Pending) -> list[dict[str, Any]]:
        """Queue what this operation names for the first time, as far as it lies here; their lines for the journal."""
        fresh = [one for one in self._fresh(pending) if self._shelf.keep(one.sha256)]
        for one in fresh:
            self._add(one, pending.author, pending.at)
            fp("files.claimed")
        return [_line(one, pending) for one in fresh]

    def offer_again(self) -> None:
        """A restored server may have lost them: all that are still here are asked about and sent again."""
        for name in self.sent():
            if self._shelf.keep(name):
                self._connection.run("UPDATE _files SET state = 'waiting', received = 0 WHERE sha256 = ?", (name,))

    def adopt(self, author: str) -> None:
        """Those attached before anybody had logged in become this person's."""
        self._connection.run("UPDATE OR IGNORE _files SET author = ? WHERE author = ''", (author,))
        self._connection.run("DELETE FROM _files WHERE author = ''")

    # what the server says

    def progress(self, file: QueuedFile, received: int) -> None:
        """So much has arrived there; whatever went wrong before is forgotten."""
        self._change(file, "received = ?, tries = 0, reason = ''", received)

    def arrived(self, file: QueuedFile, now: datetime) -> None:
        """The server has it whole. It stays here as long as there is room."""
        with self._connection.transaction():
            self._set(file, "state = 'sent', received = size, tries = 0, reason = '', at = ?", moment(now))
        fp("files.arrived")
        self._journal.sent(file.sha256, file.author)
        fp("files.noted")
        self._let_go(file.sha256)

    def set_aside(self, file: QueuedFile, state: str, reason: str) -> None:
        """It can't be sent as it is: a person must see to it."""
        self._change(file, "state = ?, reason = ?", state, reason)

    def failed(self, file: QueuedFile, reason: str) -> None:
        """The server has failed on it while it was well otherwise; after `TRIES` times it is set aside."""
        self._change(file, f"tries = tries + 1, reason = ?, state = iif(tries + 1 >= {TRIES}, 'failed', state)", reason)

    def retry(self, files: Sequence[QueuedFile]) -> None:
        """Offer those that were set aside once more."""
        with self._connection.transaction():
            for one in files:
                self._set(one, "state = 'waiting', tries = 0, reason = ''")

    def forget_sent(self, before: datetime) -> None:
        """They need not be offered to a restored server any more."""
        self._connection.run("DELETE FROM _files WHERE state = 'sent' AND at < ?", (moment(before),))

    # after a crash, a lost cache, an older copy of it

    def mend(self) -> list[str]:
        """Bring queue and folder together; the files that nothing is known of, as those of a draft are.

        A file that the server has may be thrown away; one that the queue does not know is looked for in the journal.
        """
        kept = self._shelf.kept()
        known = {row[0] for row in self._connection.all("SELECT DISTINCT sha256 FROM _files")}
        for name in known & kept.keys():
            self._let_go(name)
        lost = kept.keys() - known
        lines = [one for one in self._saved() if one["file"] in lost] if lost else []
        if lines:
            with self._connection.transaction():
                for one in lines:
                    self._add(Named(one["file"], one["name"], one["size"]), one["author"], one["at"])
        strays = lost - {one["file"] for one in lines}
        self._forget({name: kept[name] for name in strays})
        return sorted(strays)

    @property
    def asked(self) -> bool:
        """Whether the records of this cache were asked for files that nothing else knows of (`claim_named`)."""
        return self._connection.value("SELECT value FROM _meta WHERE key = ?", (ASKED,)) is not None

    def lines(self) -> list[dict[str, Any]]:
        """What a journal that was lost must know of the files that the server does not have."""
        rows = self._connection.all("SELECT sha256, name, size, author, at FROM _files WHERE state != 'sent'")
        return [dict(zip(("file", "name", "size", "author", "at"), row, strict=True)) | {"for": ""} for row in rows]

    def _forget(self, strays: Mapping[str, float]) -> None:
        """What was attached and never saved may be thrown away after a time; a draft that names it keeps it again.

        Not before the records were asked whether they name it: they are, once they are loaded whole.
        """
        if self.asked:
            for name, since in strays.items():
                if time.time() - since > UNSAVED:
                    self._shelf.release(name)

    def claim_named(self, strays: Collection[str], author: str, now: datetime) -> int:
        """Queue those of these files that records name, where even the journal was lost; how many."""
        found = {one.sha256: one for one in self._of_records() if one.sha256 in strays} if strays else {}
        with self._connection.transaction():
            for one in found.values():
                self._add(one, author, moment(now))
            self._connection.run("INSERT OR REPLACE INTO _meta VALUES (?, ?)", (ASKED, moment(now)))
        return len(found)

    # inside

    def _fresh(self, pending: Pending) -> list[Named]:
        found: list[Named] = []
        for key in self._modules[pending.module].file_keys & pending.change.keys():
            before = {one.sha256 for one in named((pending.was or {}).get(key))}
            found += [one for one in named(pending.change[key]) if one.sha256 not in before]
        return found

    def _saved(self) -> list[dict[str, Any]]:
        """Files of edits that were saved: a crash may have left the lines of one that was not committed."""
        there = {row[0] for row in self._connection.all("SELECT op FROM _outbox")}
        undone = {one["op"] for one in self._journal.unfinished()} - there
        return [one for one in self._journal.files() if one["for"] not in undone]

    def _add(self, file: Named, author: str, at: str) -> None:
        """A new row; one that was set aside waits again, because somebody has attached the file again."""
        path = self._shelf.find(file.sha256)
        size = path.stat().st_size if path else file.size
        self._connection.run(
            "INSERT INTO _files (sha256, author, name, size, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256, author)"
            " DO UPDATE SET state = 'waiting', tries = 0, reason = '' WHERE state IN ('refused', 'failed')",
            (file.sha256, author, file.name, size, at),
        )

    def _let_go(self, sha256: str) -> None:
        if not self._connection.value(
            "SELECT EXISTS (SELECT 1 FROM _files WHERE sha256 = ? AND state != 'sent')", (sha256,)
        ):
            self._shelf.release(sha256)

    def _change(self, file: QueuedFile, what: str, *values: Any) -> None:
        with self._connection.transaction():
            self._set(file, what, *values)

    def _set(self, file: QueuedFile, what: str, *values: Any) -> None:
        self._connection.run(
            f"UPDATE _files SET {what} WHERE sha256 = ? AND author = ?", (*values, file.sha256, file.author)
        )

    def _of_records(self) -> Iterator[Named]:
        """Every file that a record of the cache names."""
        for module in self._modules.values():
            for key in sorted(module.file_keys):
                for row in self._connection.each(f'SELECT "{key}" FROM "{module.key}" WHERE "{key}" IS NOT NULL'):
                    yield from named(json.loads(row[0]))


def _line(file: Named, pending: Pending) -> dict[str, Any]:
    return {
        "file": file.sha256, "name": file.name, "size": file.size, "author": pending.author, "at": pending.at,
        "for": pending.op,
    }  # fmt: skip
