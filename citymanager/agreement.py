"""Who has agreed to an order, who is still waited for and until when, who is against: before anybody issues it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due, dues
from citymanager.modules.approvals import APPROVALS
from citymanager.norms import Norms
from citymanager.schema import STATUS
from citymanager.store import Query, Reader, Record

AGREED, ASKED = "agreed", "asked"
BEFORE_ISSUE = ("filed", "approval", "revision")
"""Statuses of an order in which this is of interest."""


@dataclass(frozen=True, slots=True)
class Party:
    """One that was asked."""

    name: str
    status: str
    answer: str
    """Its status in words."""
    due: Due | None
    """Until when it is waited for."""


def agreement(reader: Reader, order: str, norms: Norms, calendar: WorkCalendar, now: datetime) -> list[Party]:
    """All that were asked; of those waited for, who is due first stands first."""
    found = reader.each(Query(APPROVALS.key, among={"earthworks": (order,)}))
    parties = [_party(reader, one, norms, calendar, now) for one in found]
    return sorted(parties, key=lambda one: (one.due is None, one.due.at if one.due else now, one.name))


def _party(reader: Reader, record: Record, norms: Norms, calendar: WorkCalendar, now: datetime) -> Party:
    known = reader.get("organisations", str(record.data.get("party") or ""))
    name = str(known.data.get("short_name") or known.data.get("name")) if known else "организация не указана"
    key = str(record.data.get(STATUS) or "")
    status = APPROVALS.status(key)
    waited = [one for one in dues(APPROVALS, record.data, norms, calendar, now) if one.state != "met"]
    return Party(name, key, status.title if status else key, waited[0] if waited else None)


def agreed(parties: Sequence[Party]) -> bool:
    """Whether all that were asked have agreed, and somebody was asked."""
    return bool(parties) and all(one.status == AGREED for one in parties)
