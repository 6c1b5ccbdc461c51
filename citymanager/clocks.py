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
    limit: Limit
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
        limit = limits[clock.limit]
        at = due_time(start, limit, calendar, zone)
        yield Due(clock, limit, start, at, _state(start, at, now, data.get(STATUS) in clock.ends))


def due_time(start: datetime, limit: Limit, calendar: WorkCalendar, zone: ZoneInfo = CITY_ZONE) -> datetime:
    """When the time is up, UTC.

    Days are counted from the day after the event to the end of the last one (ГК РФ, ст. 191, 194), in the city's zone.
    """
    if limit.unit not in ("days", "working_days"):
        return start + timedelta(**{limit.unit: limit.limit})
    day = start.astimezone(zone).date()
    last = day + timedelta(days=limit.limit) if limit.unit == "days" else calendar.after(day, limit.limit)
    return _end(last, zone)


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
