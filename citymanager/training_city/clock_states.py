"""When something must have begun for its clock to stand, at this moment, in a given state."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.norms import Norms
from citymanager.terms import due_time
from citymanager.values import CITY_ZONE

GOALS: Mapping[str, tuple[float, float, float]] = {
    "running": (0.05, 0.79, 0.35), "amber": (0.8, 0.99, 0.82), "red": (1.0, math.inf, 1.3),
}  # fmt: skip
"""By state: the least and the most share of its time that has passed, and the share to aim at."""
_LONGEST: Mapping[str, timedelta] = {
    "seconds": timedelta(seconds=1), "minutes": timedelta(minutes=1), "hours": timedelta(hours=1),
    "days": timedelta(days=1), "working_days": timedelta(days=2), "years": timedelta(days=366),
}  # fmt: skip
_HOLIDAYS = timedelta(days=12)
_STEPS = 240


@cache
def norms() -> Norms:
    """Those that the program comes with."""
    return Norms({})


@cache
def calendar() -> WorkCalendar:
    return WorkCalendar()


def begun(norm: str, state: str, now: datetime) -> datetime | None:
    """The start that puts the clock of this norm into this state; None if no start does.

    Terms in days end at midnight, so that on some days and hours the last fifth of a short one can't be now.
    """
    limit = norms().limit(norm, now.date())
    if limit is None:
        return None
    least, most, goal = GOALS[state]
    found = ((start, _share(norm, start, now)) for start in _candidates(limit, now))
    fitting = [(abs(share - goal), start) for start, share in found if least <= share <= most]
    return min(fitting)[1] if fitting else None


def _candidates(limit: Limit, now: datetime) -> Iterator[datetime]:
    """Moments to try, evenly spread; for terms in days the first ones of each day too, which have the most time."""
    reach = _LONGEST[limit.unit] * limit.limit * 1.5
    in_days = limit.unit in ("days", "working_days")
    if in_days:
        reach += _HOLIDAYS
        midnight = now.astimezone(CITY_ZONE).replace(hour=0, minute=0, second=20, microsecond=0)
        yield from (midnight - timedelta(days=n) for n in range(1, reach.days))
    yield from ((now - reach * n / _STEPS).replace(microsecond=0) for n in range(1, _STEPS + 1))


def near(norm: str, state: str, now: datetime) -> datetime:
    """The same, or a start that has just been if none fits."""
    return begun(norm, state, now) or now - timedelta(seconds=10)


def _share(norm: str, start: datetime, now: datetime) -> float:
    """How much of its time has passed; none of it, if no norm was in force then."""
    limit = norms().limit(norm, start.astimezone(CITY_ZONE).date())
    return (now - start) / (due_time(start, limit, calendar()) - start) if limit else 0.0
