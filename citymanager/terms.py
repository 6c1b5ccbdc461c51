"""When a term is up: by its unit, the calendar and the time that it stood still. Every moment is UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.values import CITY_ZONE

Stay = tuple[datetime, datetime]
"""From when to when a clock stood still."""
YEARS = range(1900, 2400)
"""What lies outside is a slip of the pen, and terms counted from it would leave the calendar."""


def due_time(
    start: datetime, limit: Limit, calendar: WorkCalendar, zone: ZoneInfo = CITY_ZONE, more: int = 0
) -> datetime:
    """When the time is up, UTC; of a term in days, so many of them later.

    Days are counted from the day after the event to the end of the last one (ГК РФ, ст. 191, 194), in the city's zone.
    """
    day = start.astimezone(zone).date()
    match limit.unit:
        case "days":
            return _end(day + timedelta(days=limit.limit + more), zone)
        case "working_days":
            return _end(calendar.after(day, limit.limit + more), zone)
        case "years":
            return _end(_same_day(day, limit.limit) + timedelta(days=more), zone)
    return start.astimezone(UTC) + timedelta(**{limit.unit: limit.limit})  # in a zone it would add hours of the wall


def _same_day(day: date, years: int) -> date:
    """The day of the same name; a term that began on 29 February ends on 28 February (ГК РФ, ст. 192)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def moved(
    start: datetime, limit: Limit, stays: list[Stay], calendar: WorkCalendar, zone: ZoneInfo = CITY_ZONE
) -> tuple[datetime, int]:
    """When the time is up if it stood still meanwhile, UTC, and by how many days that is later.

    A pause takes from a term in days as it is counted itself: the days after the one that it began on, up to the one
    that it ended on, of a term in working days the working ones. What stops after the term is over moves nothing.
    """
    at, days = due_time(start, limit, calendar, zone), 0
    for begun, ended in stays:
        if begun >= at:
            break
        first, last = begun.astimezone(zone).date(), ended.astimezone(zone).date()
        match limit.unit:
            case "working_days":
                days += calendar.between(first, last)
            case "days" | "years":
                days += (last - first).days
            case _:
                at += ended - begun
                continue
        at = due_time(start, limit, calendar, zone, days)
    return at, days


def named_time(value: Any, zone: ZoneInfo = CITY_ZONE) -> datetime | None:
    """The due time that a field names, UTC: a date is up at its end in the city; None if the field is empty."""
    begun = event(value, zone)
    is_date = isinstance(value, str) and len(value) == len("2026-11-23")
    return _end(begun.astimezone(zone).date(), zone) if begun is not None and is_date else begun


def event(value: Any, zone: ZoneInfo) -> datetime | None:
    """An event, a date being its first moment in the city; None while it has not happened, or for what is no time."""
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if when is None or when.year not in YEARS:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)


def _end(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
