"""The alarms that the training city's shift has taken: who sits down there finds few, as after an hour's good work.

Every state of every clock is on the screen, so far more clocks come due in the next minutes than in a real city. Of
those the shift has taken most ahead of time: a flood of alarms would be the city's doing, and not a lesson.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from citymanager.alarms import Alarm, Judge, Level, record_of, watched
from citymanager.modules import BY_KEY
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.schema import Values
from citymanager.training_city.clock_states import calendar, norms
from citymanager.training_city.plan import dice
from citymanager.training_city.registers import Item
from citymanager.values import moment

LEFT: Mapping[Level, int] = {"high": 2, "medium": 2, "low": 5}
"""How many of each level, the latest ones, nobody has taken yet."""
DAY = timedelta(days=1)
AHEAD = timedelta(hours=2, minutes=10)
"""So far ahead it is looked which alarms will come."""
APART = timedelta(minutes=2, seconds=31)
"""So far from each other lie the alarms that nobody has taken: no more than four in ten minutes."""
LOGIN, STATION = "operator", "ЕДДС-1"
BEFORE = "Смена взялась за дело до срока."
QUICKLY, EARLY = timedelta(seconds=50), timedelta(minutes=20)
"""How soon the shift takes an alarm, and how long ago it has taken those that have not come yet."""


def taken(now: datetime, items: Iterable[Item]) -> Iterator[Item]:
    """The log of alarms of the last day, as these records at this moment make it."""
    alarms = sorted({one.id: one for item in items for one in _alarms(now, *item)}.values(), key=_latest, reverse=True)
    left = _left(one for one in alarms if one.turned <= now)
    left |= _come((one for one in reversed(alarms) if one.turned > now), now)
    for number, alarm in enumerate(one for one in alarms if one.id not in left):
        ahead, random = alarm.turned > now, dice(40_000 + number)
        at = now - EARLY * random.random() if ahead else min(alarm.turned + QUICKLY * random.uniform(0.2, 1), now)
        told = record_of(alarm, "taken", LOGIN, STATION, moment(at), moment(alarm.due))
        yield ALARM_LOG.key, alarm.id, told | ({"remark": BEFORE} if ahead else {})


def _alarms(now: datetime, module: str, ident: str, data: Values) -> Iterator[Alarm]:
    """Those that stand now and those that will come, if nobody touches the record."""
    at: datetime | None = now
    while at is not None and at <= now + AHEAD and watched(BY_KEY[module]):
        judged = Judge(norms(), calendar(), at, now - DAY, DAY).said(BY_KEY[module], ident, data)
        yield from judged.alarms
        at = judged.turns


def _latest(alarm: Alarm) -> tuple[datetime, str]:
    return alarm.turned, alarm.id


def _left(alarms: Iterable[Alarm]) -> set[str]:
    """Of those that stand, the latest first, as many of each level as may be left, and each apart from the others."""
    room, last, found = dict(LEFT), datetime.max.replace(tzinfo=UTC), set[str]()
    for one in alarms:
        if room[one.level] and last - one.turned >= APART:
            room[one.level] -= 1
            found.add(one.id)
            last = one.turned
    return found


def _come(alarms: Iterable[Alarm], now: datetime) -> set[str]:
    """Of those that will come, the first one first, as many as somebody can follow."""
    last, found = now, set[str]()
    for one in alarms:
        if one.turned - last >= APART:
            found.add(one.id)
            last = one.turned
    return found
