"""The outside ledger: what a process has said to be saved, on the disk of somebody else before the next is asked.

It knows nothing of store and sync: where an edit is, it looks up in the files and in the database by plain SQL.
"""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from central_server import Central


@dataclass(frozen=True)
class Line:
    """An edit that was said to be saved; its mark is a word that it has put into the record, and nothing else has."""

    op: str
    id: str
    mark: str


@dataclass
class Ledger:
    """Append-only and fsynced; `tried` are the marks of all edits that were begun, said to be saved or not."""

    path: Path
    lines: list[Line] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def write(self, line: Line) -> None:
        self.lines.append(line)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line)) + "\n")
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def cache_of(profile: Path) -> Iterator[sqlite3.Connection]:
    """A copy of a profile's cache as it lies on the disk, opened by another SQLite than the program's."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cache.db", "cache.db-wal"):
            if (profile / name).exists():
                shutil.copyfile(profile / name, Path(folder) / name)
        with closing(sqlite3.connect(Path(folder) / "cache.db")) as cache:
            yield cache


@dataclass(frozen=True)
class Places:
    """Where edits can be: the operations' names and all that they say, in the cache and on the server."""

    waiting: dict[str, str]
    aside: dict[str, str]
    decided: str
    remembered: str
    """What another feed than the server's has acknowledged: it will be offered to the restored one."""
    taken: set[str]

    @classmethod
    def of(cls, profile: Path, central: Central) -> "Places":
        with cache_of(profile) as cache:
            outbox = cache.execute("SELECT op, change, state FROM _outbox").fetchall()
            answered = cache.execute("SELECT operation, feed FROM _acknowledged").fetchall()
            decided = cache.execute("SELECT raw FROM _quarantine WHERE reason LIKE 'решено%'").fetchall()
        ((now,),) = central.sql("SELECT feed::text FROM meta")
        return cls(
            {op: change for op, change, state in outbox if state == "waiting"},
            {op: change for op, change, state in outbox if state != "waiting"},
            " ".join(raw for (raw,) in decided),
            " ".join(told for told, feed in answered if feed != now),
            {op for (op,) in central.sql("SELECT op FROM answered WHERE verdict::jsonb ->> 'result' = 'accepted'")},
        )

    def hold(self, line: Line) -> bool:
        """Whether the edit is somewhere: under its own name, or under a new one that says the same."""
        named = {*self.waiting, *self.aside, *self.taken}
        return line.op in named or any(
            line.mark in told for told in (*self.waiting.values(), *self.aside.values(), self.remembered)
        )

    def closed(self, line: Line) -> bool:
        """Whether a person has decided that it shall not be."""
        return line.op in self.decided


def effects(central: Central, mark: str) -> int:
    """How often an edit has changed something on the server."""
    return int(central.sql("SELECT count(*) FROM history WHERE set::text LIKE %s", f"%{mark}%")[0][0])


def lost(ledger: Ledger, profile: Path, central: Central) -> list[Line]:
    """I1: said to be saved, and nowhere."""
    places = Places.of(profile, central)
    return [one for one in ledger.lines if not places.hold(one) and not places.closed(one)]


def doubled(ledger: Ledger, central: Central) -> list[str]:
    """I2: marks that have had more than one effect."""
    return [mark for mark in ledger.tried if effects(central, mark) > 1]


def unsettled(ledger: Ledger, profile: Path, central: Central) -> list[Line]:
    """After a whole round: edits that are neither on the server, once, nor set aside for a person."""
    places = Places.of(profile, central)
    aside = " ".join(places.aside.values())
    there = [one for one in ledger.lines if one.mark not in aside and not places.closed(one)]
    return [one for one in there if effects(central, one.mark) != 1]


def divergence(profile: Path, central: Central) -> set[tuple[str, str, int]]:
    """I4: records and versions that only one of the cache and the server has; of somebody who sees all."""
    with cache_of(profile) as cache:
        assert cache.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        modules = [name for (name,) in cache.execute("SELECT module FROM _layouts")]
        here = {(name, *row) for name in modules for row in cache.execute(f'SELECT id, _version FROM "{name}"')}
    there = set(central.sql("SELECT module, id, version FROM records WHERE NOT deleted"))
    return {one for one in here if one[0] != "access_log"} ^ {one for one in there if one[0] != "access_log"}
