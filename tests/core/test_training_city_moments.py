"""On any day and at any hour the training city shows every status and every state of every clock, by sound records."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from citymanager.calendar import WorkCalendar
from citymanager.changes import judge
from citymanager.clocks import dues
from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.norms import Norms
from citymanager.roles import role
from citymanager.schema import STATUS, Clock, Module, Values
from citymanager.terms import due_time
from citymanager.training_city import Item, records
from citymanager.values import parse_moment
from citymanager.workflow import closed

MOMENTS = [
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),  # a working Monday
    datetime(2026, 7, 25, 12, 30, 15, tzinfo=UTC),  # a Saturday in summer
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),  # the New Year's holidays
    datetime(2028, 2, 29, 19, 30, tzinfo=UTC),  # 1 March in the city, 29 February in UTC
    datetime(2027, 5, 9, 22, 59, 59, 999_999, tzinfo=UTC),
    datetime(2027, 1, 9, 14, 14, 53, tzinfo=UTC),  # what began before the holidays is long overdue
]
STATES = ("running", "amber", "red", "met")
NORMS, CALENDAR = Norms({}), WorkCalendar()
BEFORE = {
    "reports": ("received", "registered"), "replies": ("prepared_at", "sent_at"),
    "telephonograms": ("date", "sent_at", "received_at"), "receipts": ("sent_at", "received_at", "read_at", "done_at"),
    "approvals": ("asked_at", "answered_at"),
    "inspections": ("inspected_at", "fixed_at"),
    "earthworks": ("filed_at", "issued_at", "backfilled_at", "restored_at", "accepted_at"),
}  # fmt: skip
"""Moments that follow one another and are never ahead."""


@cache
def city(now: datetime) -> tuple[Item, ...]:
    return tuple(records(now, 2_000 if now == MOMENTS[0] else 600))


def times(found: Callable[..., None]) -> Callable[..., None]:
    return pytest.mark.parametrize("now", MOMENTS, ids=lambda now: now.isoformat())(found)


@times
def test_an_administrator_may_bring_in_every_record(now: datetime) -> None:
    refused = []
    for module, ident, data in city(now):
        try:
            judge(BY_KEY[module], {}, data, role("admin"), now)
        except Refused as error:
            refused.append((module, ident, str(error)))
    assert refused == []


@times
def test_every_status_occurs(now: datetime) -> None:
    seen = {(module, data.get(STATUS)) for module, _, data in city(now)}
    wanted = {(module.key, status.key) for module in BY_KEY.values() for status in module.statuses}
    assert wanted - seen == set()


@times
def test_every_clock_stands_in_every_state_that_it_can_have_now(now: datetime) -> None:
    seen = {
        (module, due.clock.key, due.state)
        for module, _, data in city(now)
        for due in dues(BY_KEY[module], data, NORMS, CALENDAR, now)
    }
    missing = {
        (module.key, clock.key, state)
        for module in BY_KEY.values()
        for clock in module.clocks
        for state in STATES
        if (module.key, clock.key, state) not in seen and not (state == "amber" and amber_is_impossible(clock, now))
    }
    assert missing == set()


def amber_is_impossible(clock: Clock, now: datetime) -> bool:
    """Whether no start at all brings the clock between 80 and 100 %: short terms in days end at midnight only."""
    if not clock.limit or clock.due:
        return False
    for minutes in range(1, 45 * 24 * 60, 13):
        start = now - timedelta(minutes=minutes)
        limit = NORMS.limit(clock.limit, start.date())
        assert limit is not None
        if limit.unit not in ("days", "working_days") or limit.limit > 10:
            return False
        if 0.8 <= (now - start) / (due_time(start, limit, CALENDAR) - start) < 1:
            return False
    return True


def test_at_noon_of_a_working_day_no_state_is_missing() -> None:
    now = MOMENTS[0]
    assert not [one.key for module in BY_KEY.values() for one in module.clocks if amber_is_impossible(one, now)]


@times
def test_what_led_to_a_status_had_what_it_requires(now: datetime) -> None:
    assert list(bare_moves(now)) == []


def bare_moves(now: datetime) -> Iterator[tuple[str, Values]]:
    """Records in a status whose every way in asks for a field that they don't have."""
    for key, _, data in city(now):
        module = BY_KEY[key]
        if module.statuses and data[STATUS] != module.statuses[0].key and not reachable(module, data):
            yield key, data


def reachable(module: Module, data: Values) -> bool:
    starts = [one.key for one in module.statuses if data[STATUS] in {move.target for move in one.moves}]
    return any(closed(module, {**data, STATUS: start}, data, role("admin")) is None for start in starts)


@times
def test_moments_stand_in_the_order_of_the_workflow(now: datetime) -> None:
    for module, _, data in city(now):
        told = [parse_moment(data[key]) for key in BEFORE.get(module, ()) if key in data]
        assert told == sorted(told), data
        assert all(when <= now for when in told), data


@times
def test_the_queue_reaches_back_eighteen_months_and_up_to_now(now: datetime) -> None:
    received = [parse_moment(data["received"]) for module, _, data in city(now) if module == "reports"]
    assert received == sorted(received)
    assert now - received[-1] < timedelta(minutes=1)
    assert timedelta(days=500) < now - received[0] < timedelta(days=560)


@times
def test_numbers_are_given_once_and_without_gaps(now: datetime) -> None:
    for module, letters in (("reports", "У"), ("telephonograms", "УТ"), ("earthworks", "УЗ")):
        numbers = [data["number"] for key, _, data in city(now) if key == module]
        assert numbers == [f"{letters}-{n:04}" for n in range(1, len(numbers) + 1)]
