"""The queue of files for the server, as it is read: which wait, whose they are, how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from citymanager.store.connection import Connection
from citymanager.store.records import dumps


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """One person's file on its way to the server."""

    sha256: str
    author: str
    name: str
    size: int
    state: str
    """waiting, refused, failed or sent."""
    received: int
    """Bytes that the server has said to have."""
    tries: int
    reason: str


class QueuedFiles:
    """What is known of the files that were attached here; belongs to one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, sha256: str) -> QueuedFile | None:
        """How a file stands: the row that is farthest if several people have attached it; None: none has."""
        found = self._found("WHERE sha256 = ? ORDER BY state = 'sent' DESC, received DESC LIMIT 1", sha256)
        return found[0] if found else None

    def unsent(self, limit: int) -> list[QueuedFile]:
        """Those that the server does not have, those that need a person first."""
        return self._found("WHERE state != 'sent' ORDER BY state = 'waiting', seq LIMIT ?", limit)

    def count(self) -> tuple[int, int]:
        """How many wait for the server, and how many of them wait for a person first."""
        rows = self._connection.one(
            "SELECT coalesce(sum(state = 'waiting'), 0), coalesce(sum(state IN ('refused', 'failed')), 0) FROM _files"
        )
        waiting, aside = rows or (0, 0)
        return int(waiting + aside), int(aside)

    def next(self, author: str, passed: Collection[str] = ()) -> QueuedFile | None:
        """The next one of this author that waits, but for these; those that the server failed on come last.

        Those of others stay for their own login.
        """
        found = self._found(
            "WHERE state = 'waiting' AND author IN (?, '') AND sha256 NOT IN (SELECT value FROM json_each(?))"
            " ORDER BY tries, seq LIMIT 1",
            author, dumps(list(passed)),
        )  # fmt: skip
        return found[0] if found else None

    def sent(self) -> set[str]:
        """The sums of those that were attached here and are on the server."""
        return {row[0] for row in self._connection.all("SELECT sha256 FROM _files WHERE state = 'sent'")}

    def _found(self, tail: str, *values: Any) -> list[QueuedFile]:
        rows = self._connection.all(
            f"SELECT sha256, author, name, size, state, received, tries, reason FROM _files {tail}", values
        )
        return [QueuedFile(*row) for row in rows]
