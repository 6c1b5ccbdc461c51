"""The outside ledger: what a process has said to be saved, on the disk of somebody else before the next is asked.

It knows nothing of store and sync: where an edit is, it looks up in the files and in the database by plain SQL.
"""

import json
import os
import re
import shutil
import sqlite3
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from central_server import Central

MARK = re.compile("знак[0-9a-f]{16}")


def mark() -> str:
    """A word that stands nowhere else."""
    return f"знак{uuid.uuid4().hex[:16]}"


@dataclass(frozen=True)
class Line:
    """An edit that was said to be saved; its mark is a word that it has put into the record, and nothing else has."""

    op: str
    id: str
    mark: str


@dataclass
class Ledger:
    """Append-only and fsynced."""

    path: Path
    lines: list[Line] = field(default_factory=list)

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
    """Where edits can be: names of operations, marks of what they say, and how often the server has each mark."""

    names: set[str]
    waiting: set[str]
    aside: set[str]
    remembered: set[str]
    """Of what another feed than the server's has acknowledged: it will be offered to the restored one."""
    decided: str
    effects: Counter[str]

    @classmethod
    def of(cls, profile: Path, central: Central) -> "Places":
        ((feed,),) = central.sql("SELECT feed::text FROM meta")
        with cache_of(profile) as cache:
            outbox = cache.execute("SELECT op, change, state FROM _outbox").fetchall()
            answered = cache.execute("SELECT operation FROM _acknowledged WHERE feed != ?", (feed,)).fetchall()
            decided = cache.execute("SELECT raw FROM _quarantine WHERE reason LIKE 'решено%'").fetchall()
        taken = central.sql("SELECT op FROM answered WHERE verdict::jsonb ->> 'result' = 'accepted'")
        return cls(
            {op for op, *_ in (*outbox, *taken)},
            marks(change for _, change, state in outbox if state == "waiting"),
            marks(change for _, change, state in outbox if state != "waiting"),
            marks(told for (told,) in answered),
            " ".join(raw for (raw,) in decided),
            effects(central),
        )

    def hold(self, line: Line) -> bool:
        """Whether the edit is somewhere, under its own name or under one that says the same; or was decided against."""
        said = line.mark in self.waiting | self.aside | self.remembered | self.effects.keys()
        return said or line.op in self.names or line.op in self.decided

    def settled(self, line: Line) -> bool:
        """Whether it is on the server, once, or waits for a person, or one has decided."""
        return self.effects[line.mark] == 1 or line.mark in self.aside or line.op in self.decided


def marks(texts: Iterable[str]) -> set[str]:
    return {found for text in texts for found in MARK.findall(text)}


def effects(central: Central) -> Counter[str]:
    """Mark → how often an edit with it has changed something on the server."""
    return Counter(found for (text,) in central.sql("SELECT set::text FROM history") for found in MARK.findall(text))


def lost(ledger: Ledger, profile: Path, central: Central) -> list[Line]:
    """I1: said to be saved, and nowhere."""
    places = Places.of(profile, central)
    return [one for one in ledger.lines if not places.hold(one)]


def doubled(central: Central) -> list[object]:
    """I2: edits that have had more than one effect, said to be saved or not, with all that the server knows of them."""
    found = [mark for mark, count in effects(central).items() if count > 1]
    told = "SELECT module, id, version, by, at::text, set::text FROM history WHERE set::text LIKE %s ORDER BY seq"
    return [row for mark in found for row in central.sql(told, f"%{mark}%")]


def unsettled(ledger: Ledger, profile: Path, central: Central) -> list[Line]:
    """After a whole round: neither on the server, once, nor set aside for a person."""
    places = Places.of(profile, central)
    assert not places.waiting
    return [one for one in ledger.lines if not places.settled(one)]


def divergence(profile: Path, central: Central) -> set[tuple[str, str, int]]:
    """I4: records and versions that only one of the cache and the server has; of somebody who sees all."""
    with cache_of(profile) as cache:
        assert cache.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        modules = [name for (name,) in cache.execute("SELECT module FROM _layouts")]
        here = {(name, *row) for name in modules for row in cache.execute(f'SELECT id, _version FROM "{name}"')}
    there = set(central.sql("SELECT module, id, version FROM records WHERE NOT deleted"))
    return {one for one in here if one[0] != "access_log"} ^ {one for one in there if one[0] != "access_log"}
