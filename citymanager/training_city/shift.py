"""The alarms that the training city's shift has taken: who sits down there finds few, as after an hour's good work."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from citymanager.alarms import Alarm, Judge, Level, record_of, watched
from citymanager.modules import BY_KEY
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.training_city.clock_states import calendar, norms
from citymanager.training_city.plan import dice
from citymanager.training_city.registers import Item
from citymanager.values import moment

LEFT: Mapping[Level, int] = {"high": 2, "medium": 2, "low": 5}
"""How many of each level, the latest ones, nobody has taken yet."""
DAY = timedelta(days=1)
LOGIN, STATION = "operator", "ЕДДС-1"
QUICKLY = 8, 50
"""Within so many seconds the shift takes an alarm."""


def taken(now: datetime, items: Iterable[Item]) -> Iterator[Item]:
    """The log of alarms of the last day, as these records at this moment make it."""
    judge = Judge(norms(), calendar(), now, now - DAY, DAY)
    alarms = [alarm for module, ident, data in items if watched(BY_KEY[module])
              for alarm in judge.said(BY_KEY[module], ident, data).alarms]  # fmt: skip
    for number, alarm in enumerate(_older(alarms)):
        at = min(alarm.turned + timedelta(seconds=dice(40_000 + number).randint(*QUICKLY)), now)
        yield ALARM_LOG.key, alarm.id, record_of(alarm, "taken", LOGIN, STATION, moment(at), moment(alarm.due))


def _older(alarms: Iterable[Alarm]) -> Iterator[Alarm]:
    left = dict(LEFT)
    for one in sorted(alarms, key=lambda one: (one.turned, one.id), reverse=True):
        left[one.level] -= 1
        if left[one.level] < 0:
            yield one
