"""Who opens the training city finds a shift's few alarms, on any day and at any hour; what is amber turns red soon."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from citymanager.alarms import Alarm, Judge, watched
from citymanager.calendar import WorkCalendar
from citymanager.modules import BY_KEY
from citymanager.norms import Norms
from citymanager.training_city import Item, records
from citymanager.values import parse_moment

DAY = timedelta(days=1)
MOMENTS = [
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),  # a working Monday
    datetime(2026, 11, 29, 23, 50, tzinfo=UTC),  # before dawn
    datetime(2026, 7, 25, 12, 30, 15, tzinfo=UTC),  # a Saturday in summer
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),  # the New Year's holidays
    datetime(2027, 1, 9, 14, 14, 53, tzinfo=UTC),
    datetime(2026, 12, 2, 18, 59, 59, tzinfo=UTC),  # a second before midnight in the city
    datetime(2026, 12, 2, 19, 0, tzinfo=UTC),
]
BOUNDS = {"high": (1, 2), "medium": (0, 2), "low": (2, 5)}


@cache
def city(now: datetime) -> tuple[Item, ...]:
    return tuple(records(now, 600))


def raised(items: tuple[Item, ...], first_start: datetime, now: datetime) -> list[Alarm]:
    """As a workstation that was started first at `first_start` judges them at `now`."""
    judge = Judge(Norms({}), WorkCalendar(), now, first_start - DAY, DAY)
    return [alarm for module, ident, data in items if watched(BY_KEY[module])
            for alarm in judge.said(BY_KEY[module], ident, data).alarms]  # fmt: skip


def standing(items: tuple[Item, ...], first_start: datetime, now: datetime) -> list[Alarm]:
    log = {ident for module, ident, _ in items if module == "alarm_log"}
    return [one for one in raised(items, first_start, now) if one.id not in log]


@pytest.mark.parametrize("now", MOMENTS, ids=lambda now: now.isoformat())
def test_a_shift_begins_with_a_few_alarms_and_few_of_the_highest(now: datetime) -> None:
    levels = Counter(one.level for one in standing(city(now), now, now))
    assert 5 <= levels.total() <= 12, levels
    for level, (least, most) in BOUNDS.items():
        assert least <= levels[level] <= most, levels  # type: ignore[index]


@pytest.mark.parametrize("now", MOMENTS[:3], ids=lambda now: now.isoformat())
def test_once_what_was_amber_has_turned_there_is_no_flood(now: datetime) -> None:
    """Every amber clock that is shown turns within minutes: those ten minutes are the busiest."""
    items, known = city(now), {one.id for one in standing(city(now), now, now)}
    for minute in range(10, 61, 10):
        fresh = {one.id for one in standing(items, now, now + timedelta(minutes=minute))} - known
        known |= fresh
        assert len(fresh) <= (20 if minute == 10 else 10), f"{len(fresh)} within ten minutes up to minute {minute}"


def test_the_log_tells_of_alarms_that_were_there_and_when_they_were_taken() -> None:
    now = MOMENTS[0]
    alarms = {one.id: one for one in raised(city(now), now, now)}
    log = {ident: data for module, ident, data in city(now) if module == "alarm_log"}
    assert set(log) < set(alarms) and len(log) > 20
    for ident, data in log.items():
        assert timedelta(0) <= parse_moment(data["at"]) - alarms[ident].turned < timedelta(minutes=1)
        assert (data["record"], data["act"]) == (alarms[ident].record, "taken")
