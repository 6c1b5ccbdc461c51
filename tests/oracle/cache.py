"""A station's file as it lies on the disk, read by SQL that knows nothing of the store's code.

By the same SQLite library as the program's: two libraries in one process break each other's locks.
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from citymanager.schema import Module
from oracle.meeting import laid_over

Place = tuple[str, str]
"""Module and id of a record."""
HEAD = 48
"""Bytes of the head of the log's index: each commit counts on in it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An operation of the outbox."""

    op: str
    seq: int
    module: str
    id: str
    change: dict[str, Any]
    deleted: bool
    author: str
    at: str
    state: str
    reason: str
    current: Any
    was: dict[str, Any] | None

    @property
    def place(self) -> Place:
        return self.module, self.id


@dataclass(frozen=True, slots=True)
class Row:
    """A record: what is seen, or the server's copy under unsent edits."""

    version: int
    data: dict[str, Any]
    deleted: bool = False
    unsent: int = 0


def written(folder: Path) -> bytes:
    """What SQLite itself looks at to see that somebody has written; nothing where no program has the file open."""
    try:
        with (folder / "cache.db-shm").open("rb") as index:
            return index.read(HEAD)
    except FileNotFoundError:
        return b""


class Eye:
    """Looks at one station's file, which stays open between two looks: to open it takes longer than to read it."""

    def __init__(self, folder: Path, modules: Sequence[Module]) -> None:
        self._path, self._modules = folder / "cache.db", modules
        self._file: dbapi2.Connection | None = None

    @contextmanager
    def look(self) -> Iterator["Cache"]:
        if self._file is None:
            self._file = dbapi2.connect(f"file:{self._path}?mode=ro", uri=True)
            self._file.execute("PRAGMA busy_timeout = 5000")
        self._file.execute("BEGIN")  # all that follows is of one moment
        try:
            yield Cache(self._file, self._modules)
        finally:
            self._file.execute("ROLLBACK")

    def shut(self) -> None:
        """Before the station's program lets go of its file: whoever does so last brings it into order."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def looked_at(folder: Path, modules: Sequence[Module]) -> Iterator["Cache"]:
    """One look, of any thread, at a file that may be another one the next time."""
    eye = Eye(folder, modules)
    try:
        with eye.look() as cache:
            yield cache
    finally:
        eye.shut()


class Cache:
    """One station's file at one moment; what was read of it stays."""

    def __init__(self, file: dbapi2.Connection, modules: Sequence[Module]) -> None:
        self._file, self._modules = file, {one.key: one for one in modules}

    @cached_property
    def outbox(self) -> dict[str, Waiting]:
        return {one.op: one for one in self._outbox()}

    @cached_property
    def feed(self) -> str:
        """Of the rows that are being shown."""
        return self._meta("arriving") or self._meta("feed")

    @cached_property
    def mixed(self) -> bool:
        """Whether rows of two feeds stand side by side: the registers of a restored server are still arriving."""
        return bool(self._meta("arriving"))

    def stand(self, place: Place) -> dict[str, Any]:
        """What is seen of a record; of one that is not shown, nothing."""
        found = self.row(*place)
        return found.data if found else {}

    @cached_property
    def acknowledged(self) -> dict[str, str]:
        """Operations that a server has taken → its feed."""
        return dict(self._file.execute("SELECT op, feed FROM _acknowledged").fetchall())

    def overtaken(self, edits: Sequence[Waiting]) -> dict[str, set[str]]:
        """Of operations that wait: the fields that a later edit of this station has replaced, and the server has it."""
        found: dict[str, set[str]] = {}
        for module, ident in {one.place for one in edits}:
            for (text,) in self._file.execute(
                "SELECT operation FROM _acknowledged WHERE module = ? AND id = ?", (module, ident)
            ).fetchall():
                sent = json.loads(text)
                for op in sent.get("after", ()):
                    found.setdefault(op, set()).update(sent["set"])
        return found

    def copies(self) -> dict[Place, Row]:
        """The server's records that lie under unsent edits."""
        found = self._file.execute("SELECT module, id, version, data, deleted FROM _server_copies").fetchall()
        return {
            (module, ident): Row(version, json.loads(data), bool(gone)) for module, ident, version, data, gone in found
        }

    def put_away(self) -> set[str]:
        """Operations that lie among what a person is done with."""
        found = self._file.execute("SELECT raw FROM _quarantine WHERE reason LIKE 'решено:%'").fetchall()
        return {json.loads(raw)["op"] for (raw,) in found}

    def counters(self, module: str) -> dict[str, int]:
        found = self._file.execute("SELECT status, count FROM _counters WHERE module = ? AND count != 0", (module,))
        return dict(found.fetchall())

    def versions(self, module: str, idents: Sequence[str]) -> dict[str, int]:
        found = self._file.execute(
            f'SELECT id, _version FROM "{module}" WHERE id IN (SELECT value FROM json_each(?))', (json.dumps(idents),)
        )
        return dict(found.fetchall())

    def rows(self, module: str, *, unsent: bool = False) -> dict[str, Row]:
        """What a list shows; `unsent`: only what has unsent edits."""
        return dict(self._rows(self._modules[module], "WHERE _unsent > 0" if unsent else ""))

    def row(self, module: str, ident: str) -> Row | None:
        return dict(self._rows(self._modules[module], "WHERE id = ?", ident)).get(ident)

    def _rows(self, module: Module, where: str, *values: Any) -> Iterator[tuple[str, Row]]:
        with closing(self._file.execute(f'SELECT * FROM "{module.key}" {where}', values)) as found:
            names = [one[0] for one in found.description]
            for values in found:
                cells = dict(zip(names, values, strict=True))
                data = {
                    key: _value(one.kind, one.many, cells[key])
                    for key, one in module.columns.items()
                    if cells[key] is not None
                }
                data |= json.loads(cells["_extra"] or "{}")
                yield cells["id"], Row(cells["_version"], data, unsent=cells["_unsent"])

    def _outbox(self) -> Iterator[Waiting]:
        found = self._file.execute(
            "SELECT op, seq, module, id, change, deleted, author, at, state, reason, current, was"
            " FROM _outbox ORDER BY seq"
        )
        for op, seq, module, ident, change, deleted, author, at, state, reason, current, was in found.fetchall():
            yield Waiting(
                op, seq, module, ident, json.loads(change), bool(deleted), author, at, state, reason,
                json.loads(current) if current else None, json.loads(was) if was else None,
            )  # fmt: skip

    def _meta(self, key: str) -> str:
        found = self._file.execute("SELECT value FROM _meta WHERE key = ?", (key,)).fetchone()
        return found[0] or "" if found else ""


def _value(kind: str, many: bool, cell: Any) -> Any:
    """A cell as the value that it stands for."""
    if many or kind in ("geometry", "files"):
        return json.loads(cell)
    return bool(cell) if kind == "flag" else cell


def replayed(
    copy: Row | None,
    edits: Iterable[Waiting],
    module: Module | None = None,
    overtaken: Mapping[str, Container[str]] | None = None,
) -> dict[str, Any] | None:
    """What must be seen: what the server has, and over it what was done here; None: nothing.

    A deletion that the server did not take leaves the record in sight; a value that was replaced later by one that the
    server has does not come back.
    """
    data = dict(copy.data) if copy else {}
    present = copy is not None and not copy.deleted
    for one in edits:
        if one.deleted and one.state != "waiting":
            continue
        hidden = (overtaken or {}).get(one.op, ())
        change = {key: value for key, value in one.change.items() if isinstance(value, list) or key not in hidden}
        data = laid_over(module, data, change, one.was, one.at)
        present = not one.deleted
    return data if present else None
