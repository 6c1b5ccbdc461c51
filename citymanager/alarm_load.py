"""How many alarms come to one seat: when they are a flood (IEC 62682), and which of them only chatter."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from citymanager.alarms import Alarm

SPAN = timedelta(minutes=10)
"""The norm's measure: alarms within ten minutes."""
CHATTER, WITHIN = 3, timedelta(minutes=1)
"""So many times in so long, and an alarm chatters."""
Source = tuple[str, str, str, str]


def source(alarm: Alarm) -> Source:
    """What an alarm comes from: one clock of one record. That it turns from amber to red is no chatter."""
    return alarm.module, alarm.record, alarm.clock, alarm.level


class AlarmLoad:
    """Counts by the moments that alarms turned: what had turned before the program was started is no flood."""

    def __init__(self, begins: Callable[[], int]) -> None:
        """`begins`: more in ten minutes are a flood; it is over when there are fewer than half of that."""
        self._begins = begins
        self._turned: deque[datetime] = deque()
        self._raised: deque[tuple[datetime, Source]] = deque()
        self._times: Counter[Source] = Counter()
        self._flood = False

    def heard(self, alarms: Iterable[Alarm], now: datetime) -> None:
        """These are new to the seat."""
        for one in alarms:
            self._raised.append((now, source(one)))
            self._times[source(one)] += 1
            if one.turned > now - SPAN:
                self._turned.append(now)
        self._pass(now)

    def flood(self, now: datetime) -> bool:
        self._pass(now)
        self._flood = len(self._turned) > self._begins() or (self._flood and len(self._turned) >= self._begins() / 2)
        return self._flood

    def count(self, now: datetime) -> int:
        """New alarms of the last ten minutes."""
        self._pass(now)
        return len(self._turned)

    def times(self, alarm: Alarm) -> int:
        """How often it was raised within the last ten minutes."""
        return self._times[source(alarm)]

    def chatters(self, alarm: Alarm, now: datetime) -> bool:
        """Whether it comes and goes so often that its sound says nothing."""
        if self.times(alarm) < CHATTER:
            return False
        lately = sum(when > now - WITHIN and one == source(alarm) for when, one in self._raised)
        return lately >= CHATTER

    def _pass(self, now: datetime) -> None:
        while self._turned and self._turned[0] <= now - SPAN:
            self._turned.popleft()
        while self._raised and self._raised[0][0] <= now - SPAN:
            _, gone = self._raised.popleft()
            self._times[gone] -= 1
            if not self._times[gone]:
                del self._times[gone]
