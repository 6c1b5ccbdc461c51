"""Works in time: from when to when each was meant to last and did, and how many working days its approval took."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from citymanager.calendar import WorkCalendar
from citymanager.clashes.sides import DUG, WORKS, day_of
from citymanager.limits import Limit
from citymanager.schema import STATUS, Values
from citymanager.store import Query, Reader

APPROVAL = "earthworks.approval"
YEAR = timedelta(days=365)
HEAP = 1_000
KEYS = ("number", "address", STATUS, "start", "end", "restore_by", "opened_at", "backfilled_at", "restored_at",
        "filed_at", "issued_at")  # fmt: skip
OVER = ("restored", "accepted", "guarantee", "closed", "refused", "cancelled")
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Lasting:
    """One order as a row of the timeline."""

    ident: str
    number: str
    address: str
    status: str
    planned: Span | None
    actual: Span | None
    """From the opening to the restoration, or to today while the ground is open."""
    approved: Span | None
    """From the application to the leave to dig."""

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def first(self) -> date:
        return min(span[0] for span in (self.planned, self.actual) if span is not None)

    @property
    def last(self) -> date:
        return max(span[1] for span in (self.planned, self.actual) if span is not None)


def lasting(reader: Reader, today: date) -> list[Lasting]:
    """Every order that has a day, the one that begins first on top; read without what the timeline does not show."""
    numbers = reader.rows(Query(WORKS))
    found = [
        one for start in range(0, len(numbers), HEAP) for one in _read(reader, numbers[start : start + HEAP], today)
    ]
    return sorted(found, key=lambda one: (one.first, one.number))


def _read(reader: Reader, numbers: Sequence[int], today: date) -> Iterator[Lasting]:
    names, facts = reader.features.outlines(WORKS, numbers), reader.columns.by_row(WORKS, numbers, KEYS)
    for number, data in facts.items():
        if number in names and (row := row_of(names[number].id, data, today)) is not None:
            yield row


def row_of(ident: str, data: Values, today: date) -> Lasting | None:
    """An order as a row; None while nobody knows a day of it."""
    status = str(data.get(STATUS) or "")
    planned = _span(data.get("start"), data.get("end") or data.get("restore_by"))
    until = data.get("restored_at") or (None if status in DUG else data.get("backfilled_at"))
    actual = _span(data.get("opened_at"), until or (today.isoformat() if status in DUG else None))
    if planned is None and actual is None:
        return None
    number, address = str(data.get("number") or ""), str(data.get("address") or "")
    approved = _both(data.get("filed_at"), data.get("issued_at"))
    return Lasting(ident, number, address, status, planned, actual, approved)


def _span(begin: object, end: object) -> Span | None:
    first, last = day_of(begin), day_of(end)
    return None if first is None else (first, max(first, last or first))


def _both(begin: object, end: object) -> Span | None:
    first, last = day_of(begin), day_of(end)
    return (first, last) if first is not None and last is not None and first <= last else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long approvals take."""

    orders: int
    days: float
    """The median, working days."""


def approval_pace(rows: Iterable[Lasting], calendar: WorkCalendar, today: date) -> Pace | None:
    """Over the orders whose leave was given within a year up to today; None without any."""
    spans = [one.approved for one in rows if one.approved is not None and today - YEAR < one.approved[1] <= today]
    taken = [working_days(calendar, *span) for span in spans]
    return Pace(len(taken), float(median(taken))) if taken else None


def working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Working days after the first day, up to the last."""
    return sum(calendar.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def pace_in_words(pace: Pace | None, norm: Limit | None) -> str:
    """«Согласование: медиана 4 рабочих дня за год (23 ордера), норма 5 — укладываемся»."""
    if pace is None:
        return "Согласование: за год ордеров не выдано"
    told = f"Согласование: медиана {f'{pace.days:g}'.replace('.', ',')} раб. дн., ордеров за год: {pace.orders}"
    if norm is None:
        return told
    kept = "в норме" if pace.days <= norm.limit else "дольше нормы"
    return f"{told}; норма {norm.limit}{'' if norm.verified else ' (не проверено)'}: {kept}"
