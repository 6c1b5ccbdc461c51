"""Who is called when nobody takes a highest alarm: the shift's senior, then the head; how soon is the city's norm."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from citymanager.alarms import SWIFT, Alarm
from citymanager.norms import Norms
from citymanager.values import CITY_ZONE

Stage = Literal[0, 1, 2]
"""0: it calls those whom its module concerns; 1: loudly, and the shift's senior; 2: the head's desk, too."""
AGAIN, SENIOR, HEAD = "alarm.again", "alarm.senior", "alarm.head"


class Escalation:
    """Counted from the moment that an alarm turned, so that all workstations agree without a word between them."""

    def __init__(self, norms: Norms, now: datetime) -> None:
        self._now = now
        self.again = _span(norms, AGAIN, now)
        """After so long a highest alarm sounds again; None: no norm says so."""
        self._steps = sorted(one for key in (SENIOR, HEAD) if (one := _span(norms, key, now)) is not None)

    def stage(self, alarm: Alarm) -> Stage:
        if alarm.level != "high":
            return 0
        passed = self._now - alarm.turned
        return (0, 1, 2)[sum(passed >= one for one in self._steps)]

    def next(self, highest: Sequence[Alarm]) -> datetime | None:
        """When the first of these is called louder; they are in the order in which they turned."""
        coming = [alarm.turned + step for step in self._steps for alarm in self._first_within(highest, step)]
        return min(coming, default=None)

    def _first_within(self, highest: Sequence[Alarm], step: timedelta) -> Sequence[Alarm]:
        at = bisect_right(highest, self._now - step, key=lambda one: one.turned)
        return highest[at : at + 1]


def _span(norms: Norms, key: str, now: datetime) -> timedelta | None:
    found = norms.limit(key, now.astimezone(CITY_ZONE).date())
    return timedelta(**{found.unit: found.limit}) if found is not None and found.unit in SWIFT else None
