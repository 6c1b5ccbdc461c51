"""Two desks without a line may each tell of one outage's end: one telephonogram stays in force, the other one says so.

Nothing is dropped: the second keeps its number, its text and its receipts. Which one stays follows from the two records
alone, and the operation's name from the second, so that all desks agree and the server does it once.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from citymanager.errors import Refused
from citymanager.outages import TELEPHONOGRAMS
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.store import Edit, Query, Reader, Record, Writer
from citymanager.values import moment

LATELY = timedelta(days=30)
"""An older telephonogram is looked at only when it changes."""
_NAMES = uuid.UUID("5b0a7c58-8c1d-4a55-9d0e-2f6a3a0c9b14")
_OUT = ("received", "read", "done")
"""Somebody has taken it: it can't be withdrawn any more."""


def told_of(first: Record) -> str:
    """What the second one says of the first."""
    return f"Завершение уже передано: № {first.data.get('number') or 'без номера'}."


def endings(reader: Reader, outages: Sequence[str]) -> dict[str, list[Record]]:
    """The telephonograms about the end of each outage that have not been cancelled, the one in force first."""
    found: dict[str, list[Record]] = {}
    for one in reader.each(Query(TELEPHONOGRAMS, among={"type": ("ending",), "ends": tuple(outages)})):
        if one.data.get(STATUS) != "cancelled":
            found.setdefault(str(one.data["ends"]), []).append(one)
    return {outage: sorted(told, key=_rank) for outage, told in found.items()}


def _rank(one: Record) -> tuple[bool, str, str]:
    return _cancellable(one), str(one.data.get("date") or ""), one.id


def seconds(reader: Reader, idents: Iterable[str] | None, now: datetime) -> list[tuple[Record, Record]]:
    """Second telephonograms that do not say so yet, each with the one in force, among these; None: among the latest.

    Only when the server has both as they stand here, and of two stations: whoever makes a second one beside his own
    has his reasons.
    """
    known = _latest(reader, now) if idents is None else (reader.get(TELEPHONOGRAMS, one) for one in idents)
    outages = {str(one.data["ends"]) for one in known if one and one.data.get("ends")}
    return [
        (one, first)
        for first, *others in (endings(reader, sorted(outages)) if outages else {}).values()
        for one in others
        if _sent(first) and _sent(one) and _block(one) != _block(first) and told_of(first) not in _remark(one)
    ]


def give_way(
    writer: Writer, idents: Iterable[str], author: str, role: Role | None, now: datetime
) -> list[tuple[Record, Record]]:
    """Withdraw second telephonograms among these, or note it on those that somebody has taken; each with the first."""
    done = []
    for one, first in seconds(writer, idents, now):
        op = str(uuid.uuid5(_NAMES, f"{one.id} {first.id} {_cancellable(one)}"))
        try:
            if writer.save_as(op, Edit(TELEPHONOGRAMS, one.id, _change(one, first)), author, role, now).op:
                done.append((one, first))
        except Refused:  # it stays as it is for a person; the others do not wait for it
            continue
    return done


def _change(one: Record, first: Record) -> Values:
    remark = {"remark": f"{_remark(one)}\n{told_of(first)}".strip()}
    return {**remark, STATUS: "cancelled"} if _cancellable(one) else remark


def _cancellable(one: Record) -> bool:
    return one.data.get(STATUS) not in _OUT


def _latest(reader: Reader, now: datetime) -> Iterable[Record]:
    since = (moment(now - LATELY), None)
    return reader.each(Query(TELEPHONOGRAMS, among={"type": ("ending",)}, between={"date": since}))


def _sent(one: Record) -> bool:
    return bool(one.version) and not one.unsent


def _block(one: Record) -> str:
    """Of the station that gave its number."""
    return str(one.data.get("number") or "").rpartition("-")[0]


def _remark(one: Record) -> str:
    return str(one.data.get("remark") or "")
