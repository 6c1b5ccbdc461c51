"""What can be saved from a cache that is damaged, missing or older than its journal: its unsent operations.

They come from the journal and from the damaged file; what the cache knows already is not taken twice.
"""

import json
import logging
from collections.abc import Container
from pathlib import Path
from typing import Any

from citymanager.errors import CityError
from citymanager.failpoints import fp
from citymanager.store.connection import Connection, Row
from citymanager.store.journal import Journal
from citymanager.store.outbox import next_name
from citymanager.store.pending import Pending
from citymanager.store.writer import Writer

FARTHEST = 100_000
"""Places of a damaged outbox that are looked at: a garbled number must not make the search endless."""
log = logging.getLogger(__name__)


_SHAPE = {
    "op": str, "module": str, "id": str, "base": int, "set": dict, "after": list, "author": str, "at": str, "feed": str,
}  # fmt: skip


def settle(writer: Writer, journal: Journal, aside: Path | None, *, left_open: bool) -> int:
    """Bring cache and journal to the same past; how many operations the cache got back.

    `aside`: the damaged file in whose place this cache is; `left_open`: nobody had closed it.
    """
    here, there = writer.edits, journal.edits()
    if not writer.whole or left_open or here < there:
        return salvage(writer, aside, journal)
    if here > there:
        writer.journal_again()
    return 0


def salvage(writer: Writer, aside: Path | None, journal: Journal) -> int:
    """Bring unsent operations over into a cache that lacks them; how many. The rest is loaded from the server again."""
    found = {entry["op"]: entry for entry in journal.unfinished()}
    for entry in _from_file(aside) if aside else ():
        found.setdefault(entry["op"], entry)
    pending = [one for one in map(_pending, found.values()) if one.module in writer.modules]
    renamed = {next_name(one.op) for one in writer.outbox()}  # perhaps only in the journal: the cache went back
    lost = [
        one for one in pending
        if not (one.op in renamed or writer.knows(one.op) or _lives_on(one.op, found, writer))
    ]  # fmt: skip
    edits = journal.edits() if len(pending) == len(found) else 0  # a later program takes those of its modules
    fp("salvage.found")
    writer.adopt_operations(lost, edits, journal.numbers())
    if lost:
        log.warning("%d operations salvaged", len(lost))
    return len(lost)


def _lives_on(op: str, found: Container[str], writer: Writer) -> bool:
    """Whether an operation was offered again under its next name: a kill came before the journal was told so."""
    name = next_name(op)
    return name in found or writer.knows(name)


def _from_file(path: Path) -> list[dict[str, Any]]:
    """What the damaged file still gives of its outbox; a row that can't be read is passed over."""
    try:
        connection = Connection(path, read_only=True)
    except CityError:
        return []
    found: list[dict[str, Any]] = []
    try:
        first, last = connection.one("SELECT min(seq), max(seq) FROM _outbox") or (None, None)
        for seq in range(first or 1, min(last or 0, (first or 1) + FARTHEST) + 1):
            found += _row(connection, seq)
    except CityError as error:
        log.warning("outbox of the damaged cache can't be read: %s", error)
    finally:
        connection.close()
    return found


def _row(connection: Connection, seq: int) -> list[dict[str, Any]]:
    try:
        row = connection.one(
            "SELECT op, module, id, base, change, deleted, after, author, at, feed, was FROM _outbox WHERE seq = ?",
            (seq,),
        )
        return [_entry(row)] if row else []
    except (CityError, ValueError, TypeError):
        return []


def _entry(row: Row) -> dict[str, Any]:
    """The row as the journal has it. Raises ValueError or TypeError where it makes no sense."""
    op, module, ident, base, change, deleted, after, author, at, feed, was = row
    entry = {
        "op": op, "module": module, "id": ident, "base": base, "set": json.loads(change), "delete": bool(deleted),
        "after": json.loads(after), "author": author, "at": at, "feed": feed, "was": json.loads(was) if was else None,
    }  # fmt: skip
    if not all(isinstance(entry[key], kind) for key, kind in _SHAPE.items()):
        raise ValueError(f"a garbled operation: {op!r}")
    return entry


def _pending(entry: dict[str, Any]) -> Pending:
    return Pending(
        entry["op"], entry["module"], entry["id"], entry["base"], entry["set"], bool(entry.get("delete")),
        entry.get("after", []), entry.get("author", ""), entry["at"], "waiting", 0, "", None, [],
        entry.get("was"), entry.get("feed", ""),
    )  # fmt: skip
