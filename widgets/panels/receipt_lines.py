"""What the table of addressees shows: each with his receipt, who is rung up there now, and how late he is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due
from citymanager.delivery import ORDER, late
from citymanager.modules.receipts import RECEIPTS
from citymanager.norms import Norms
from citymanager.on_duty import Officer, answers_for, on_duty, self_at_desk
from citymanager.schema import STATUS
from citymanager.store import Query, Reader, Record
from citymanager.values import CITY_ZONE

IN_CHARGE = ("responsible", "senior", "edds")
"""Posts that are told of an addressee who stays silent, the first that is manned."""


@dataclass(frozen=True)
class Line:
    """One addressee."""

    addressee: str
    name: str
    receipt: str = ""
    """The id of his receipt; empty: there is none yet."""
    data: Mapping[str, Any] = field(default_factory=dict)
    officer: Officer | None = None
    """Who is to be rung up there now."""

    @property
    def status(self) -> str:
        return str(self.data.get(STATUS) or ORDER[0])

    @property
    def phone(self) -> str:
        return self.officer.phone if self.officer else ""

    def time(self, key: str, now: datetime) -> str:
        """When it was, as short as the day allows."""
        return short(self.data.get(key), now)


@dataclass(frozen=True)
class Call:
    """Who has to be rung up next, and why."""

    line: Line
    stage: int
    due: Due
    officer: Officer | None


@dataclass(frozen=True)
class Delivery:
    """All addressees of one telephonogram, in their order."""

    telephonogram: str
    lines: Sequence[Line] = ()
    in_charge: Officer | None = None
    sender: Officer = field(default_factory=Officer)
    """Who sits at this desk."""

    def next_call(self, norms: Norms, calendar: WorkCalendar, now: datetime) -> Call | None:
        """The addressee whose silence is worst: escalated before late, then the longest over."""
        found = list(self._calls(norms, calendar, now))
        return min(found, key=lambda one: (-one.stage, one.due.at), default=None)

    def _calls(self, norms: Norms, calendar: WorkCalendar, now: datetime) -> Iterable[Call]:
        for line in self.lines:
            stage, due = late(line.data, norms, calendar, now)
            if stage and due is not None:
                yield Call(line, stage, due, self.in_charge if stage > 1 else line.officer)


def delivery(reader: Reader, record: Record, login: str, name: str, now: datetime) -> Delivery:
    """Read on a reader's thread."""
    receipts = reader.each(Query(RECEIPTS.key, among={"telephonogram": (record.id,)}))
    kept: dict[str, Record] = {}
    for one in sorted(receipts, key=lambda each: each.id):
        kept[str(one.data.get("addressee"))] = _farther(kept.get(str(one.data.get("addressee"))), one)
    asked = [str(one) for one in record.data.get("addressees") or []]
    names = {ident: _name(reader, ident) for ident in [*asked, *kept]}
    lines = [
        Line(
            ident, names[ident], kept[ident].id if ident in kept else "",
            kept[ident].data if ident in kept else {}, answers_for(reader, now, ident),
        )
        for ident in dict.fromkeys([*asked, *kept])
    ]  # fmt: skip
    posts = (on_duty(reader, now, post=post) for post in IN_CHARGE)
    return Delivery(record.id, lines, next(filter(None, posts), None), self_at_desk(reader, login, name))


def _name(reader: Reader, organisation: str) -> str:
    """As short as the register has it."""
    known = reader.get("organisations", organisation)
    return str(known.data.get("short_name") or known.data.get("name")) if known else organisation


def _farther(one: Record | None, other: Record) -> Record:
    """Of two receipts of one addressee the one that has come farther."""
    rank = {key: place for place, key in enumerate(("prepared", "unreached", *ORDER[1:]))}
    if one is None or rank.get(str(other.data.get(STATUS)), 0) > rank.get(str(one.data.get(STATUS)), 0):
        return other
    return one


def short(value: Any, now: datetime) -> str:
    """A moment of today by its hour, another one with its day."""
    try:
        when = datetime.fromisoformat(str(value)).astimezone(CITY_ZONE)
    except ValueError:
        return ""
    same = when.date() == now.astimezone(CITY_ZONE).date()
    return f"{when:%H:%M}" if same else f"{when:%d.%m %H:%M}"
