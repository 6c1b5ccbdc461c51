"""Due times of a record: from a start event, a norm's limit and the calendar. Needs no server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.norms import Norms
from citymanager.schema import STATUS, Clock, Module
from citymanager.values import CITY_ZONE

State = Literal["running", "amber", "red", "met"]
AMBER = 0.8
"""From this share of its time on a clock is amber; from all of it, red."""
YEARS = range(1900, 2400)
"""What lies outside is a slip of the pen, and terms counted from it would leave the calendar."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due time of a record, with the norm that makes it."""

    clock: Clock
    limit: Limit | None
    """The norm that makes it; None: the record itself names the time."""
    start: datetime
    at: datetime
    state: State
    extended: bool = False
    """The norm's extension is in it."""


def dues(
    module: Module,
    data: Mapping[str, Any],
    norms: Norms,
    calendar: WorkCalendar,
    now: datetime,
    zone: ZoneInfo = CITY_ZONE,
) -> list[Due]:
    """The due times of all clocks that this record has started, nearest first; those without a norm are left out."""
    found = []
    for clock, start in _started(module, data, zone):
        extended = bool(clock.extended and data.get(clock.extended))
        at, limit = named_time(data.get(clock.due), zone), None
        if at is None and (limit := _limit(clock, start, norms, zone)):
            at = due_time(start, limit.prolonged() if extended else limit, calendar, zone)
        if at is not None:
            state = _state(start, at, now, _met(clock, data))
            found.append(Due(clock, limit, start, at, state, extended and limit is not None))
    return sorted(found, key=lambda due: due.at)


def unjudged(module: Module, data: Mapping[str, Any], norms: Norms, zone: ZoneInfo = CITY_ZONE) -> list[Clock]:
    """The clocks that run on this record without a norm: none of their key was in force on the day they began."""
    return [
        clock
        for clock, start in _started(module, data, zone)
        if clock.limit
        and not _met(clock, data)
        and named_time(data.get(clock.due), zone) is None
        and _limit(clock, start, norms, zone) is None
    ]


def _started(module: Module, data: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[Clock, datetime]]:
    """The clocks of this record with their start events, whether they still run or have done their work."""
    for clock in module.clocks:
        start, stop = _moment(data.get(clock.starts), zone), _moment(data.get(clock.stops), zone)
        meant = not clock.when or data.get(clock.regime_field) in clock.when
        if meant and start is not None and (stop is None or stop >= start):
            yield clock, start


def _met(clock: Clock, data: Mapping[str, Any]) -> bool:
    return data.get(STATUS) in clock.ends or bool(clock.stops and data.get(clock.stops))


def _limit(clock: Clock, start: datetime, norms: Norms, zone: ZoneInfo) -> Limit | None:
    return norms.limit(clock.limit, start.astimezone(zone).date()) if clock.limit else None


def due_time(start: datetime, limit: Limit, calendar: WorkCalendar, zone: ZoneInfo = CITY_ZONE) -> datetime:
    """When the time is up, UTC.

    Days are counted from the day after the event to the end of the last one (ГК РФ, ст. 191, 194), in the city's zone.
    """
    day = start.astimezone(zone).date()
    match limit.unit:
        case "days":
            return _end(day + timedelta(days=limit.limit), zone)
        case "working_days":
            return _end(calendar.after(day, limit.limit), zone)
        case "years":
            return _end(_same_day(day, limit.limit), zone)
    return start.astimezone(UTC) + timedelta(**{limit.unit: limit.limit})  # in a zone it would add hours of the wall


def _same_day(day: date, years: int) -> date:
    """The day of the same name; a term that began on 29 February ends on 28 February (ГК РФ, ст. 192)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def named_time(value: Any, zone: ZoneInfo = CITY_ZONE) -> datetime | None:
    """The due time that a field names, UTC: a date is up at its end in the city; None if the field is empty."""
    begun = _moment(value, zone)
    is_date = isinstance(value, str) and len(value) == len("2026-11-23")
    return _end(begun.astimezone(zone).date(), zone) if begun is not None and is_date else begun


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """An event, a date being its first moment in the city; None while it has not happened, or for what is no time."""
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if when is None or when.year not in YEARS:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def _state(start: datetime, at: datetime, now: datetime, met: bool) -> State:
    if met:
        return "met"
    if now >= at:
        return "red"
    return "amber" if now >= start + (at - start) * AMBER else "running"
