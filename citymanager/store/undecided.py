"""An edit that the server has not taken, held against what the server has by now: what a person decides on.

The server's record may have gone on since its verdict; the decision is made on the newest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citymanager.meeting import Others, laid, meet
from citymanager.schema import STATUS, Module, Values
from citymanager.store.pending import Pending
from citymanager.store.reader import Reader
from citymanager.store.records import Record


@dataclass(frozen=True, slots=True)
class Undecided:
    """One operation of the outbox and the server's side of it."""

    pending: Pending
    seen: Record | None
    """The server's record, of a deleted one the last data; None: nothing is known of it."""
    gone: bool
    """It is deleted there."""
    fields: list[str]
    """Where both sides have made different things of it; of a deletion, what it would take away unseen."""
    mine: Values
    """What the edit sets if it is to stand: lists with what others have put into them meanwhile."""

    @property
    def server(self) -> Mapping[str, Any]:
        """The server's data now; nothing where the record is deleted or not known."""
        return {} if self.seen is None or self.gone else self.seen.data


def undecided(reader: Reader, module: Module, pending: Pending) -> Undecided:
    """An operation against the server's record as this workstation knows it."""
    seen, gone = _server_side(reader, pending)
    stand = seen.data if seen is not None else pending.was or {}
    effect = {**pending.change, **laid(module, stand, pending.made)}
    server = {} if gone else stand
    mine = {key: effect[key] for key in pending.change}
    return Undecided(pending, seen, gone, _fields(module, pending, server, gone=gone), mine)


def _server_side(reader: Reader, pending: Pending) -> tuple[Record | None, bool]:
    known = reader.server.of(pending.module, pending.id)
    current = pending.current or {}
    if known is not None or not current:
        return known or (None, False)
    data, by, at = dict(current.get("data") or {}), str(current.get("by", "")), str(current.get("at", ""))
    gone = bool(current.get("deleted") or current.get("gone"))
    return Record(pending.module, pending.id, int(current.get("version", 0)), data, by, at), gone


def _fields(module: Module, pending: Pending, server: Mapping[str, Any], *, gone: bool) -> list[str]:
    if gone or pending.was is None:
        return pending.fields
    if pending.deleted:
        return [key for key in {**pending.was, **server} if pending.was.get(key) != server.get(key)]
    changed = {key for key in pending.change if pending.was.get(key) != server.get(key)} | set(pending.fields)
    passed = (str(server.get(STATUS, "")),) if STATUS in changed else ()
    return meet(module, server, pending.made, Others(frozenset(changed), passed)).fields
