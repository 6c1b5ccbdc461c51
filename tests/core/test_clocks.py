"""Due times over the calendar's edges, held against dates counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from citymanager.calendar import WorkCalendar
from citymanager.clocks import due_time, dues
from citymanager.limits import Limit, limits
from citymanager.modules import BY_KEY, MODULES
from citymanager.values import CITY_ZONE

CALENDAR = WorkCalendar()
REPORTS = BY_KEY["reports"]


def limit(number: int, unit: str) -> Limit:
    return Limit("x", "x", number, unit, "", True)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE)


@pytest.mark.parametrize(
    ("start", "number", "unit", "due"),
    [
        ("2026-11-23 09:00", 30, "seconds", "2026-11-23 09:00:30"),
        ("2026-11-23 23:50", 30, "minutes", "2026-11-24 00:20"),
        ("2026-12-31 23:00", 2, "hours", "2027-01-01 01:00"),
        ("2026-11-23 09:00", 3, "days", "2026-11-27 00:00"),
        ("2024-01-31 10:00", 30, "days", "2024-03-02 00:00"),  # 29 February is counted
        ("2025-01-31 10:00", 30, "days", "2025-03-03 00:00"),
        ("2026-11-24 00:30", 3, "days", "2026-11-28 00:00"),  # still 23 November in Greenwich
        ("2026-11-20 17:00", 1, "working_days", "2026-11-24 00:00"),  # Friday → Monday
        ("2025-10-31 12:00", 1, "working_days", "2025-11-02 00:00"),  # Saturday 1 November 2025 was worked
        ("2025-11-01 12:00", 1, "working_days", "2025-11-06 00:00"),  # 2–4 November were off
        ("2026-04-30 12:00", 5, "working_days", "2026-05-09 00:00"),
        ("2026-12-30 12:00", 1, "working_days", "2027-01-12 00:00"),  # 31 December 2026 is off, then the holidays
        ("2026-11-21 12:00", 10, "working_days", "2026-12-05 00:00"),  # begins on a Saturday
    ],
)
def test_a_due_time_is_what_a_clerk_would_count(start: str, number: int, unit: str, due: str) -> None:
    assert due_time(local(start), limit(number, unit), CALENDAR) == local(due)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-01-09", False), ("2026-01-12", True), ("2026-03-09", False), ("2026-05-11", False), ("2026-12-31", False),
     ("2025-11-01", True), ("2025-11-03", False), ("2025-05-02", False), ("2026-11-23", True), ("2026-11-22", False)],
)  # fmt: skip
def test_working_days_are_the_official_ones(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


def test_a_year_without_a_decree_is_known_as_such() -> None:
    assert CALENDAR.official(2026) and not CALENDAR.official(2031)


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.key)
def test_every_clock_has_its_limit_with_a_citation(module: object) -> None:
    known = limits()
    for clock in module.clocks:
        assert known[clock.limit].citation and known[clock.limit].limit > 0


def test_a_clock_turns_amber_at_four_fifths_and_red_at_the_end() -> None:
    received = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    data = {"received": "2026-11-23T04:00:00Z", "regime": "ads", "status": "new"}

    def states(after: timedelta) -> dict[str, str]:
        return {one.clock.key: one.state for one in dues(REPORTS, data, limits(), CALENDAR, received + after)}

    assert states(timedelta(minutes=23)) == {"localise": "running", "repair": "running"}
    assert states(timedelta(minutes=24))["localise"] == "amber"
    assert states(timedelta(minutes=30))["localise"] == "red"
    data["status"] = "in_work"
    assert states(timedelta(hours=5)) == {"localise": "met", "repair": "running"}


def test_the_nearest_due_time_stands_first_and_foreign_values_start_nothing() -> None:
    data = {"received": "2026-11-23T04:00:00Z", "registered": "2026-11-24T04:00:00Z", "regime": "59fz", "status": "new"}
    now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert [one.clock.key for one in dues(REPORTS, data, limits(), CALENDAR, now)] == ["register", "answer"]
    assert dues(REPORTS, {**data, "received": "soon", "registered": 5}, limits(), CALENDAR, now) == []
    assert dues(REPORTS, {**data, "regime": "unheard"}, limits(), CALENDAR, now) == []
