"""Due times of a record: from a start event, a norm's limit and the calendar. Needs no server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.schema import STATUS, Clock, Module
from citymanager.values import CITY_ZONE

State = Literal["running", "amber", "red", "met"]
AMBER = 0.8
"""From this share of its time on a clock is amber; from all of it, red."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due time of a record, with the norm that makes it."""

    clock: Clock
    limit: Limit | None
    """The norm that makes it; None: the record itself names the time."""
    start: datetime
    at: datetime
    state: State


def dues(
    module: Module,
    data: Mapping[str, Any],
    limits: Mapping[str, Limit],
    calendar: WorkCalendar,
    now: datetime,
    zone: ZoneInfo = CITY_ZONE,
) -> list[Due]:
    """The due times of all clocks that this record has started, nearest first."""
    return sorted(_dues(module, data, limits, calendar, now, zone), key=lambda due: due.at)


def _dues(
    module: Module,
    data: Mapping[str, Any],
    limits: Mapping[str, Limit],
    calendar: WorkCalendar,
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[Due]:
    for clock in module.clocks:
        start = _start(data.get(clock.starts))
        if start is None or (clock.when and data.get(clock.regime_field) not in clock.when):
            continue
        limit = limits[clock.limit] if clock.limit else None
        at = due_time(start, limit, calendar, zone) if limit else named_time(data.get(clock.due), zone)
        if at is not None:
            yield Due(clock, limit, start, at, _state(start, at, now, data.get(STATUS) in clock.ends))


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
    return start + timedelta(**{limit.unit: limit.limit})


def _same_day(day: date, years: int) -> date:
    """The day of the same name; a term that began on 29 February ends on 28 February (ГК РФ, ст. 192)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def named_time(value: Any, zone: ZoneInfo = CITY_ZONE) -> datetime | None:
    """The due time that a field names, UTC: a date is up at its end in the city; None if the field is empty."""
    if isinstance(value, str) and len(value) == len("2026-11-23"):
        try:
            return _end(date.fromisoformat(value), zone)
        except ValueError:
            return None
    return _start(value)


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def _start(value: Any) -> datetime | None:
    """The start event; None while it has not happened, or if a newer server wrote what we can't read."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) else None
    except ValueError:
        return None


def _state(start: datetime, at: datetime, now: datetime, met: bool) -> State:
    if met:
        return "met"
    if now >= at:
        return "red"
    return "amber" if now >= start + (at - start) * AMBER else "running"
