"""Due times of a record: from a start event, a norm's limit and the calendar. Needs no server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.norms import Norms
from citymanager.pauses import Pause, pause_field, pauses
from citymanager.schema import STATUS, Clock, Module
from citymanager.terms import Stay, due_time, event, moved, named_time
from citymanager.values import CITY_ZONE

State = Literal["running", "amber", "red", "paused", "met"]
AMBER = 0.8
"""From this share of its time on a clock is amber; from all of it, red."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due time of a record, with the norm that makes it."""

    clock: Clock
    limit: Limit | None
    """The norm that makes it; None: the record itself names the time."""
    start: datetime
    amber: datetime
    """When it becomes amber."""
    at: datetime
    state: State
    extended: bool = False
    """The norm's extension is in it."""
    late: bool = False
    """The notice of an extension came after the term, so it extends nothing."""
    moved: int = 0
    """By how many days, working ones for a norm in working days, pauses have moved it."""

    @property
    def turns(self) -> datetime | None:
        """When it becomes amber or red next, if nobody does anything; None: it will not."""
        return {"running": self.amber, "amber": self.at}.get(self.state)


def dues(
    module: Module,
    data: Mapping[str, Any],
    norms: Norms,
    calendar: WorkCalendar,
    now: datetime,
    zone: ZoneInfo = CITY_ZONE,
) -> list[Due]:
    """The due times of all clocks that this record has started, nearest first; those without a norm are left out."""
    stood = pauses(data.get(field.key)) if (field := pause_field(module)) else []
    found = []
    for clock, start in _started(module, data, zone):
        stays = _stays(clock, stood, data, start, now)
        named = named_time(data.get(clock.due), zone)
        if named is not None:
            found.append(_due(clock, None, start, named, named, data, stays, now))
        elif limit := _limit(clock, start, data, norms, zone):
            found.append(_judged(clock, limit, start, data, stays, calendar, now, zone))
    return sorted(found, key=lambda due: due.at)


def _judged(
    clock: Clock,
    limit: Limit,
    start: datetime,
    data: Mapping[str, Any],
    stays: list[Stay],
    calendar: WorkCalendar,
    now: datetime,
    zone: ZoneInfo,
) -> Due:
    """A due time by its norm, with the extension and the pauses."""
    at, days = moved(start, limit, stays, calendar, zone)
    noticed = bool(clock.extended and data.get(clock.extended))
    late = noticed and (event(data.get(clock.extended), zone) or start) >= at
    extended = noticed and not late
    if extended:
        limit = limit.prolonged()
        at, days = moved(start, limit, stays, calendar, zone)
    due = _due(clock, limit, start, due_time(start, limit, calendar, zone), at, data, stays, now)
    return replace(due, extended=extended, late=late, moved=days)


def _due(
    clock: Clock,
    limit: Limit | None,
    start: datetime,
    plain: datetime,
    at: datetime,
    data: Mapping[str, Any],
    stays: list[Stay],
    now: datetime,
) -> Due:
    """`plain`: when it would be due without pauses, which a fifth of the time is counted of."""
    amber = at - (plain - start) * (1 - AMBER)
    if _met(clock, data):
        state: State = "met"
    elif data.get(STATUS) in clock.pauses and (not stays or stays[-1][0] < at):
        state = "paused"
    else:
        state = "red" if now >= at else "amber" if now >= amber else "running"
    return Due(clock, limit, start, amber, at, state)


def _stays(clock: Clock, stood: list[Pause], data: Mapping[str, Any], start: datetime, now: datetime) -> list[Stay]:
    """When this clock stood still, in order and without overlaps; one that was never ended counts while it lasts."""
    found: list[Stay] = []
    for one in stood:
        end = one.ended or (now if data.get(STATUS) == one.status else None)
        begun = max(one.begun, start, found[-1][1] if found else start)
        if one.status in clock.pauses and end is not None and end > begun:
            found.append((begun, end))
    return found


def unjudged(module: Module, data: Mapping[str, Any], norms: Norms, zone: ZoneInfo = CITY_ZONE) -> list[Clock]:
    """The clocks that run on this record without a norm: none of their key was in force on the day they began."""
    return [
        clock
        for clock, start in _started(module, data, zone)
        if clock.limit
        and not _met(clock, data)
        and named_time(data.get(clock.due), zone) is None
        and _limit(clock, start, data, norms, zone) is None
    ]


def asked(module: Module) -> tuple[str, ...]:
    """The fields that the module's clocks look at."""
    noted = pause_field(module)
    named = [
        key
        for one in module.clocks
        for key in (one.starts, one.stops, one.due, one.extended, one.regime_field, one.special_field, one.by)
    ]
    return tuple(sorted({STATUS, noted.key if noted else STATUS, *named} & module.columns.keys()))


def over(module: Module) -> tuple[str, ...]:
    """Statuses in which no clock of the module is waited for, and that nothing leads out of by itself."""
    return tuple(
        one.key for one in module.statuses if not one.until and all(one.key in clock.ends for clock in module.clocks)
    )


def still(module: Module) -> tuple[str, ...]:
    """The other statuses; none of a module without clocks."""
    ended = over(module)
    return tuple(one.key for one in module.statuses if module.clocks and one.key not in ended)


def _started(module: Module, data: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[Clock, datetime]]:
    """The clocks of this record with their start events, whether they still run or have done their work."""
    for clock in module.clocks:
        start, stop = event(data.get(clock.starts), zone), event(data.get(clock.stops), zone)
        meant = not clock.when or data.get(clock.regime_field) in clock.when
        meant = meant and (not clock.special or (data.get(clock.special_field) or "") in clock.special)
        if meant and start is not None and (stop is None or stop >= start):
            yield clock, start


def _met(clock: Clock, data: Mapping[str, Any]) -> bool:
    return data.get(STATUS) in clock.ends or bool(clock.stops and data.get(clock.stops))


def _limit(clock: Clock, start: datetime, data: Mapping[str, Any], norms: Norms, zone: ZoneInfo) -> Limit | None:
    if not clock.limit:
        return None
    day, value = start.astimezone(zone).date(), data.get(clock.by)
    own = norms.limit(f"{clock.limit}.{value}", day) if isinstance(value, str) else None
    found = own or norms.limit(clock.limit, day)
    return None if found is not None and found.unit == "metres" else found  # an administrator's slip: no term
