"""Who opens the training city finds a shift's few alarms, on any day and at any hour; no flood in its first hours."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from citymanager.alarm_book import AlarmBook
from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Alarm, Judge, watched
from citymanager.calendar import WorkCalendar
from citymanager.modules import BY_KEY
from citymanager.norms import Norms
from citymanager.training_city import Item, records
from citymanager.training_city.shift import BEFORE
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
HOURS = [datetime(2026, 12, 4, hour, 23, 7, tzinfo=UTC) for hour in (3, 8, 13, 18)]
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


@pytest.mark.parametrize("minutes", [0, 4])
@pytest.mark.parametrize("now", [*MOMENTS, *HOURS], ids=lambda now: now.isoformat())
def test_whenever_it_is_opened_there_is_no_flood_for_two_hours(now: datetime, minutes: int) -> None:
    """By the engine itself: what a desk's book wakes for, judged at that moment, counted by its load."""
    opened = now + timedelta(minutes=minutes)
    first, *later = list(alarms_of_a_desk(city(now), now, opened, AlarmLoad(lambda: 10)))
    assert 5 <= len(first[1]) <= 12
    times = [at for at, fresh in later for _ in fresh]
    assert len(times) > 8, "and it is not silent either"
    busiest = max(sum(at <= one < at + timedelta(minutes=10) for one in times) for at in times)
    assert busiest <= 5, [f"{at:%H:%M:%S} {one.clock} {one.level}" for at, fresh in later for one in fresh]


def alarms_of_a_desk(
    items: tuple[Item, ...], first_start: datetime, opened: datetime, load: AlarmLoad
) -> Iterator[tuple[datetime, list[Alarm]]]:
    """The new alarms of each moment from the opening on, over two hours."""
    book, at = AlarmBook(), opened
    book.silence({ident for module, ident, _ in items if module == "alarm_log"})
    known = {(module, ident): data for module, ident, data in items if watched(BY_KEY[module])}
    waking = known.keys()
    while at <= opened + timedelta(hours=2):
        judge, fresh = Judge(Norms({}), WorkCalendar(), at, first_start - DAY, DAY), []
        for module, ident in waking:
            fresh += book.take(module, [judge.said(BY_KEY[module], ident, known[module, ident])])
        load.heard(fresh, at)
        assert not load.flood(at), f"a flood at {at}: {load.count(at)}"
        yield at, fresh
        at = book.next or datetime.max.replace(tzinfo=UTC)
        waking = {(module, ident) for module, idents in book.turned(at).items() for ident in idents}


def test_the_log_tells_of_alarms_that_were_there_and_when_they_were_taken() -> None:
    now = MOMENTS[0]
    alarms = {one.id: one for one in raised(city(now), now, now)}
    log = {ident: data for module, ident, data in city(now) if module == "alarm_log"}
    there = log.keys() & alarms.keys()
    assert len(there) > 20 and len(there) < len(alarms)
    for ident in there:
        assert timedelta(0) <= parse_moment(log[ident]["at"]) - alarms[ident].turned < timedelta(minutes=1)
        assert (log[ident]["record"], log[ident]["act"]) == (alarms[ident].record, "taken")
    for ident in log.keys() - there:
        assert log[ident]["remark"] == BEFORE and parse_moment(log[ident]["due"]) > now >= parse_moment(
            log[ident]["at"]
        )
