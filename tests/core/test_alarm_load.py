"""When alarms are a flood, which of them chatter, and who is called when nobody takes one: without a window."""

from datetime import UTC, datetime, timedelta

from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Alarm
from citymanager.escalation import Escalation
from citymanager.norms import Norms

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def alarm(number: int, level: str = "high", turned: datetime = NOW) -> Alarm:
    return Alarm("reports", f"r{number}", "answer", "Ответ", level, turned, turned)  # type: ignore[arg-type]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_flood_begins_above_ten_in_ten_minutes_and_ends_below_five() -> None:
    load = AlarmLoad(lambda: 10)
    for number in range(10):
        load.heard([alarm(number, turned=after(number * 10))], after(number * 10))
    assert not load.flood(after(100)) and load.count(after(100)) == 10
    load.heard([alarm(10, turned=after(100))], after(100))
    assert load.flood(after(100))
    assert load.flood(after(600 + 55)) and load.count(after(600 + 55)) == 5
    assert not load.flood(after(600 + 65)) and load.count(after(600 + 65)) == 4
    assert not load.flood(after(600 + 5))


def test_what_turned_while_nobody_was_there_is_no_flood() -> None:
    load = AlarmLoad(lambda: 10)
    load.heard([alarm(number, turned=after(-3_600)) for number in range(500)], NOW)
    assert not load.flood(NOW)


def test_an_alarm_that_comes_three_times_a_minute_chatters_until_it_is_calm_again() -> None:
    load = AlarmLoad(lambda: 10)
    for seconds, chatters in ((0, False), (20, False), (40, True), (59, True)):
        load.heard([alarm(1)], after(seconds))
        assert load.chatters(alarm(1), after(seconds)) is chatters, seconds
    assert load.times(alarm(1)) == 4 and load.times(alarm(2)) == 0
    assert not load.chatters(alarm(2), after(59)) and not load.chatters(alarm(1), after(120))
    load.count(after(700))
    assert load.times(alarm(1)) == 0


def test_the_highest_calls_the_senior_after_a_minute_and_the_head_after_three() -> None:
    def stage(seconds: float, level: str = "high") -> int:
        return Escalation(Norms({}), after(seconds)).stage(alarm(1, level))

    assert [stage(seconds) for seconds in (0, 59.9, 60, 179, 180, 86_400)] == [0, 0, 1, 1, 2, 2]
    assert stage(86_400, "medium") == stage(86_400, "low") == 0


def test_how_soon_is_the_citys_norm() -> None:
    norm = {"key": "alarm.senior", "name": "Старший", "limit": 2, "unit": "minutes", "citation": "приказ"}
    norms = Norms({"n1": norm})
    assert [Escalation(norms, after(seconds)).stage(alarm(1)) for seconds in (119, 120, 180)] == [0, 1, 2]
    assert Escalation(Norms({"n1": {**norm, "unit": "metres"}}), after(61)).stage(alarm(1)) == 0


def test_the_next_step_of_many_is_found_from_the_moments_they_turned() -> None:
    highest = [alarm(number, turned=after(number)) for number in range(-1_000, 1)]
    assert Escalation(Norms({}), after(30)).next(highest) == after(31)  # number -29 has a minute, -149 three
    assert Escalation(Norms({}), after(3_000)).next(highest) is None
