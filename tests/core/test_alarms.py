"""Alarms without a window: which clock calls how loudly, the index of what turns next, and a clock that nobody sets."""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from worn_clocks import NOW, Worn

from citymanager.alarm_book import AlarmBook
from citymanager.alarms import Alarm, Judge, Judged
from citymanager.calendar import WorkCalendar
from citymanager.modules import BY_KEY, MODULES
from citymanager.norms import Norms
from citymanager.roles import role
from citymanager.schema import Values
from citymanager.steady import Steady
from citymanager.store import Profile
from citymanager.sync_state import SyncState
from citymanager.values import moment

REPORTS = BY_KEY["reports"]
DAY = timedelta(days=1)


def judge(now: datetime, since: datetime = NOW - DAY) -> Judge:
    return Judge(Norms({}), WorkCalendar(), now, since, DAY)


def judged(data: Values, now: datetime, tmp_path: Path, since: datetime = NOW - DAY) -> Judged:
    profile = Profile(tmp_path)
    writer = profile.writer(MODULES, patience=0)
    try:
        change = {"module": "reports", "id": "r1", "version": 1, "data": {"text": "Яма", **data}, "by": "x",
                  "at": moment(NOW), "deleted": False}  # fmt: skip
        writer.absorb([change], NOW, {})
        (one,) = judge(now, since).of(writer, REPORTS, ["r1"])
        heap = judge(now, since).heap(writer, REPORTS, Judge.open(writer, REPORTS))
        assert heap == ([] if one.silent else [one])
        return one
    finally:
        writer.close()


def utc(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


ADS = {"received": moment(NOW), "regime": "ads", "status": "new", "told_at": moment(NOW)}


@pytest.mark.parametrize(
    ("data", "minutes", "calls", "turns"),
    [
        (ADS, 0, {}, utc(24)),
        (ADS, 24, {"localise": "low"}, utc(30)),
        (ADS, 30, {"localise": "high"}, None),
        ({**ADS, "status": "in_work"}, 30, {}, None),  # localised; the repair has its day yet, but not today
        ({**ADS, "regime": "112"}, 0.45, {}, utc(0.5)),  # no warning of six seconds
        ({**ADS, "regime": "112"}, 1, {"confirm": "high", "open": "high"}, utc(2.4)),
        ({**ADS, "regime": "59fz", "received": "2026-11-19T04:00:00Z"}, 0, {"register": "medium"}, None),
        ({**ADS, "status": "solved", "regime": "platform"}, 0, {}, None),
    ],
)
def test_who_calls_how_loudly_and_what_turns_next(
    data: Values, minutes: float, calls: dict[str, str], turns: datetime | None, tmp_path: Path
) -> None:
    found = judged(data, utc(minutes), tmp_path)
    assert {one.clock: one.level for one in found.alarms} == calls and found.turns == turns


def test_what_turned_before_this_workstation_was_is_history(tmp_path: Path) -> None:
    assert judged(ADS, utc(40), tmp_path, since=utc(31)).alarms == ()


def test_a_card_is_to_come_back_on_its_day_in_the_city(tmp_path: Path) -> None:
    off = {"status": "postponed", "postponed_until": "2026-11-24", "regime": "platform", "received": moment(NOW)}
    midnight = datetime(2026, 11, 23, 19, tzinfo=UTC)
    before = judged(off, midnight - timedelta(seconds=1), tmp_path)
    assert (before.returns, before.turns) == (False, midnight)
    assert judged(off, midnight, tmp_path / "later").returns


def test_another_due_time_is_another_alarm_and_the_same_has_one_name_everywhere() -> None:
    one = Alarm("reports", "r1", "answer", "Ответ", "medium", NOW, NOW)
    again = Alarm("reports", "r1", "answer", "Ответ", "medium", NOW, NOW)
    later = Alarm("reports", "r1", "answer", "Ответ", "medium", NOW, NOW + DAY)
    assert one.id == again.id != later.id


# the return


def test_a_card_comes_back_once_under_one_name_on_all_stations(tmp_path: Path) -> None:
    names = set()
    for station in ("a", "b"):
        writer = Profile(tmp_path / station).writer(MODULES, patience=0)
        data = {"text": "Яма", "status": "postponed", "postponed_until": "2026-11-23", "postponed_reason": "—",
                "pauses": "postponed 2026-11-20T04:00:00Z/"}  # fmt: skip
        change = {"module": "reports", "id": "r1", "version": 3, "data": data, "by": "x", "at": moment(NOW),
                  "deleted": False}  # fmt: skip
        writer.absorb([change], NOW, {})
        early = writer.bring_back("reports", "r1", "petrov", role("operator"), datetime(2026, 11, 22, 18, tzinfo=UTC))
        assert early.op == ""
        saved = writer.bring_back("reports", "r1", "petrov", role("operator"), NOW)
        names.add(saved.op)
        record = writer.get("reports", "r1")
        assert record is not None and record.data["status"] == "in_work"
        assert record.data["pauses"] == f"postponed 2026-11-20T04:00:00Z/{moment(NOW)}"
        assert writer.bring_back("reports", "r1", "petrov", role("operator"), NOW).op == ""
        writer.close()
    assert len(names) == 1 and "" not in names


# the index


def alarm(number: int, level: str = "low") -> Alarm:
    return Alarm("reports", f"r{number}", "answer", "Ответ", level, NOW, NOW + timedelta(seconds=number))  # type: ignore[arg-type]


def says(number: int, turns: datetime | None = None, *alarms: Alarm) -> Judged:
    return Judged(f"r{number}", alarms, turns, False)


def test_the_book_forgets_what_has_changed_and_raises_nothing_twice() -> None:
    book = AlarmBook()
    assert book.take("reports", [says(1, utc(5)), says(2, utc(3), alarm(2))]) == [alarm(2)]
    assert book.take("reports", [says(2, utc(4), alarm(2))]) == [] and book.next == utc(4)
    assert book.turned(utc(4)) == {"reports": ["r2"]} and book.next == utc(5)
    book.take("reports", [says(1)])
    assert book.next is None and book.turned(utc(9)) == {}
    book.silence({alarm(2).id})
    assert book.standing == [] and book.take("reports", [says(2, None, alarm(2))]) == []
    book.take("reports", [says(3, None, alarm(3)), says(4, utc(1), alarm(4, "high"))])
    assert book.standing == [alarm(4, "high"), alarm(3)]
    book.sweep("reports", {"r3"})
    assert book.standing == [alarm(3)] and book.next is None


def test_the_next_moment_of_a_hundred_thousand_is_found_without_looking_at_them() -> None:
    book, dice = AlarmBook(), random.Random(1)
    book.take("reports", [says(n, utc(dice.uniform(1, 1_440))) for n in range(100_000)])
    started = time.process_time()
    for minute in range(1, 101):
        book.turned(utc(minute / 10))
        assert book.next is not None
    assert time.process_time() - started < 0.2


# the clock


@pytest.mark.fault("F09")
@pytest.mark.parametrize("jump", [timedelta(hours=5), timedelta(days=-1_100), timedelta(days=20_000)])
def test_setting_the_wall_clock_changes_no_duration(jump: timedelta) -> None:
    worn = Worn()
    steady = Steady(lambda: worn.wall, lambda: worn.seconds)
    worn.run(60)
    worn.wall += jump
    worn.run(60)
    assert steady() == NOW + timedelta(minutes=2)
    steady.hear(SyncState("online", confirmed=NOW, skew=jump.total_seconds()))  # the server knows better
    assert steady() == NOW + timedelta(minutes=2)


def test_a_clock_that_was_wrong_from_the_start_is_set_by_the_server_and_by_no_stale_word_of_it() -> None:
    worn = Worn()
    worn.wall += timedelta(days=365)
    steady = Steady(lambda: worn.wall, lambda: worn.seconds)
    assert steady() == NOW + timedelta(days=365)
    heard = SyncState("online", confirmed=NOW, skew=365 * 86_400.0)
    steady.hear(heard)
    assert steady() == NOW
    worn.wall -= timedelta(days=900)  # set again, and the link tells something else before it has asked anew
    steady.hear(heard)
    steady.hear(SyncState("offline", confirmed=NOW, skew=0.0))
    assert steady() == NOW
