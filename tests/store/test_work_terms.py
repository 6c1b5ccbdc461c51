"""Works in time: what was planned, what was done, how long approvals take, out of a cache of any size."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from citymanager.calendar import WorkCalendar
from citymanager.limits import Limit
from citymanager.modules import MODULES
from citymanager.store import Profile, Writer
from citymanager.work_terms import Pace, approval_pace, lasting, pace_in_words, row_of, working_days

TODAY = date(2026, 6, 10)
NORM = Limit("earthworks.approval", "Согласование", 5, "working_days", "решение")


@pytest.fixture
def writer(profile: Profile) -> Iterator[Writer]:
    opened = profile.writer(MODULES, patience=0)
    yield opened
    opened.close()


def put(writer: Writer, rows: dict[str, dict[str, Any]]) -> None:
    changes = [
        {"module": "earthworks", "id": ident, "version": 1, "data": data, "by": "x", "at": "2026-05-01T00:00:00Z",
         "deleted": False}
        for ident, data in rows.items()
    ]  # fmt: skip
    for start in range(0, len(changes), 500):
        writer.absorb(changes[start : start + 500], datetime(2026, 6, 10, tzinfo=UTC), {})


@pytest.mark.parametrize(
    ("data", "planned", "actual"),
    [
        ({"status": "issued", "start": "2026-06-01", "end": "2026-06-09"}, ("06-01", "06-09"), None),
        ({"status": "open", "start": "2026-06-01", "end": "2026-06-05", "opened_at": "2026-06-01T20:00:00Z"},
         ("06-01", "06-05"), ("06-02", "06-10")),
        ({"status": "restored", "start": "2026-06-01", "restore_by": "2026-06-05", "opened_at": "2026-06-02T05:00:00Z",
          "backfilled_at": "2026-06-03T05:00:00Z", "restored_at": "2026-06-04T05:00:00Z"},
         ("06-01", "06-05"), ("06-02", "06-04")),
        ({"status": "emergency", "opened_at": "2026-06-08T05:00:00Z"}, None, ("06-08", "06-10")),
        ({"status": "issued", "start": "2026-06-09", "end": "2026-06-01"}, ("06-09", "06-09"), None),
    ],
)  # fmt: skip
def test_a_row_has_what_was_planned_and_what_was_done(data: Any, planned: Any, actual: Any) -> None:
    row = row_of("x", data, TODAY)
    assert row is not None
    shown = [span and tuple(day.isoformat()[5:] for day in span) for span in (row.planned, row.actual)]
    assert shown == [planned, actual]


def test_what_has_no_day_is_no_row_and_the_first_to_begin_stands_on_top(writer: Writer) -> None:
    put(writer, {
        "b": {"number": "2", "status": "issued", "start": "2026-06-03"}, "c": {"number": "3", "status": "draft"},
        "a": {"number": "1", "status": "issued", "start": "2026-06-01", "address": "Ленина, 1"},
    })  # fmt: skip
    found = lasting(writer, TODAY)
    assert [(one.ident, one.number, one.address) for one in found] == [("a", "1", "Ленина, 1"), ("b", "2", "")]


def test_the_median_counts_working_days_of_the_last_year() -> None:
    calendar = WorkCalendar()
    spans = [("2026-06-01", "2026-06-04"), ("2026-06-01", "2026-06-08"), ("2026-05-29", "2026-06-01"),
             ("2024-01-09", "2024-06-01")]  # fmt: skip
    rows = [
        row_of(str(n), {"status": "issued", "start": "2026-06-01", "filed_at": f"{filed}T05:00:00Z",
                        "issued_at": f"{issued}T05:00:00Z"}, TODAY)
        for n, (filed, issued) in enumerate(spans)
    ]  # fmt: skip
    pace = approval_pace([one for one in rows if one], calendar, TODAY)
    assert pace == Pace(3, 3.0)  # 3, 5 and, over a week-end, 1
    assert "медиана 3 раб. дн., ордеров за год: 3; норма 5 (не проверено): в норме" in pace_in_words(pace, NORM)
    assert "дольше нормы" in pace_in_words(Pace(2, 5.5), NORM)
    assert pace_in_words(approval_pace([], calendar, TODAY), NORM) == "Согласование: за год ордеров не выдано"
    assert working_days(calendar, TODAY, TODAY) == 0
