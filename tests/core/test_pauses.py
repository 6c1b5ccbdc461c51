"""Time that stands still: what moves note of it, how two stations' notes meet, and what it does to a due time."""

from datetime import UTC, datetime, timedelta

import pytest

from citymanager.calendar import WorkCalendar
from citymanager.changes import judge, merged, stamped
from citymanager.clocks import Due, dues
from citymanager.errors import Refused
from citymanager.limits import Limit, Unit
from citymanager.meeting import Made, Others, meet
from citymanager.modules import BY_KEY
from citymanager.norms import Norms
from citymanager.pauses import goes_on, joined, noted, pauses
from citymanager.roles import role
from citymanager.schema import STATUS, Module, Values
from citymanager.terms import moved
from citymanager.values import CITY_ZONE, moment, show

CALENDAR, NORMS = WorkCalendar(), Norms({})
REPORTS, EARTHWORKS = BY_KEY["reports"], BY_KEY["earthworks"]
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE)


def utc(text: str) -> str:
    return moment(local(text))


def day(at: datetime) -> str:
    return at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "number", "unit", "stays", "due", "days"),
    [
        # Friday evening to Monday morning: one working day, three of the calendar, 62 hours of the clock
        ("2026-11-16 09:00", 10, "working_days", ["2026-11-20 19:00 2026-11-23 09:00"], "2026-12-02 00:00", 1),
        ("2026-11-16 09:00", 10, "days", ["2026-11-20 19:00 2026-11-23 09:00"], "2026-11-30 00:00", 3),
        ("2026-11-20 18:00", 2, "hours", ["2026-11-20 19:00 2026-11-23 09:00"], "2026-11-23 10:00", 0),
        ("2026-11-20 18:00", 2, "hours", ["2026-11-20 21:00 2026-11-23 09:00"], "2026-11-20 20:00", 0),  # over before
        # within a week-end, and within a day, nothing is taken from a term in days
        ("2026-11-16 09:00", 10, "working_days", ["2026-11-21 09:00 2026-11-22 20:00"], "2026-12-01 00:00", 0),
        ("2026-11-16 09:00", 10, "days", ["2026-11-20 09:00 2026-11-20 18:00"], "2026-11-27 00:00", 0),
        # two pauses that meet on one day count it once
        ("2026-11-16 09:00", 10, "working_days", ["2026-11-17 10:00 2026-11-18 10:00",
                                                  "2026-11-18 12:00 2026-11-19 10:00"], "2026-12-03 00:00", 2),
        # over the New Year's holidays, that are no working days anyhow; 31 December 2026 is off
        ("2026-12-28 09:00", 3, "working_days", ["2026-12-29 10:00 2027-01-11 10:00"], "2027-01-14 00:00", 2),
        ("2026-12-28 09:00", 3, "days", ["2026-12-29 10:00 2027-01-11 10:00"], "2027-01-14 00:00", 13),
        # the worked Saturday of 1 November 2025, and the days off in exchange
        ("2025-10-30 09:00", 3, "working_days", ["2025-10-31 18:00 2025-11-05 09:00"], "2025-11-08 00:00", 2),
        # over 29 February
        ("2028-02-20 09:00", 10, "days", ["2028-02-28 09:00 2028-03-01 09:00"], "2028-03-04 00:00", 2),
        ("2025-02-28 09:00", 3, "years", ["2026-02-28 09:00 2026-03-02 09:00"], "2028-03-02 00:00", 2),
        # what stops after the last day changes nothing any more, and the second pause meets the moved term
        ("2026-11-16 09:00", 3, "days", ["2026-11-20 00:00 2026-11-25 00:00"], "2026-11-20 00:00", 0),
        ("2026-11-16 09:00", 3, "days", ["2026-11-19 09:00 2026-11-21 09:00",
                                         "2026-11-21 12:00 2026-11-23 12:00"], "2026-11-24 00:00", 4),
    ],
)  # fmt: skip
def test_a_pause_moves_the_term_in_its_own_unit(
    start: str, number: int, unit: Unit, stays: list[str], due: str, days: int
) -> None:
    spans = [(local(one[:16]), local(one[17:])) for one in stays]
    assert moved(local(start), Limit("x", "x", number, unit, ""), spans, CALENDAR) == (local(due), days)


def report(**more: str) -> Values:
    return {"received": utc("2026-11-02 09:00"), "regime": "platform", "status": "in_work", **more}


def the(key: str, data: Values, now: str, module: Module = REPORTS) -> Due:
    return next(one for one in dues(module, data, NORMS, CALENDAR, local(now)) if one.clock.key == key)


def test_a_postponed_report_stands_still_and_goes_on_later() -> None:
    begun = f"postponed {utc('2026-11-10 12:00')}/"
    plain = the("solve", report(), "2026-11-20 10:00")
    assert (day(plain.at), plain.state, plain.turns) == ("2026-12-03 00:00", "running", plain.amber)
    paused = the("solve", report(status="postponed", pauses=begun), "2026-11-20 10:00")
    assert (day(paused.at), paused.state, paused.moved, paused.turns) == ("2026-12-13 00:00", "paused", 10, None)
    after = the("solve", report(pauses=begun + utc("2026-11-25 12:00")), "2026-12-10 10:00")
    assert (day(after.at), after.state, after.moved) == ("2026-12-18 00:00", "running", 15)
    assert the("solve", report(pauses=begun + utc("2026-11-25 12:00")), "2026-12-12 10:00").state == "amber"


def test_what_was_overdue_before_stays_overdue() -> None:
    late = report(status="postponed", pauses=f"postponed {utc('2026-12-10 12:00')}/")
    assert (the("solve", late, "2026-12-20 10:00").state, the("solve", late, "2026-12-20 10:00").moved) == ("red", 0)


def test_a_pause_that_another_program_has_not_noted_holds_while_it_lasts() -> None:
    assert the("solve", report(status="postponed"), "2026-12-20 10:00").state == "paused"
    forgotten = report(pauses=f"postponed {utc('2026-11-10 12:00')}/")  # it is back at work: how long is not known
    assert day(the("solve", forgotten, "2026-11-20 10:00").at) == "2026-12-03 00:00"


def test_a_legal_term_is_not_stopped_by_putting_the_card_off() -> None:
    data = report(
        regime="59fz", status="postponed", registered=utc("2026-11-02 09:00"),
        pauses=f"postponed {utc('2026-11-10 12:00')}/",
    )  # fmt: skip
    due = the("answer", data, "2026-12-05 10:00")
    assert (day(due.at), due.state) == ("2026-12-03 00:00", "red")


def test_a_suspended_order_is_held_but_its_named_day_is_not_moved() -> None:
    works = {"start": "2026-11-01", "end": "2026-11-20", "status": "suspended",
             "pauses": f"suspended {utc('2026-11-10 12:00')}/"}  # fmt: skip
    assert the("digging", works, "2026-11-25 10:00", EARTHWORKS).state == "paused"
    resumed = {**works, "status": "open", "pauses": works["pauses"] + utc("2026-11-24 12:00")}
    due = the("digging", resumed, "2026-11-25 10:00", EARTHWORKS)
    assert (day(due.at), due.state) == ("2026-11-21 00:00", "red")
    by_norm = {key: value for key, value in resumed.items() if key != "end"}
    assert day(the("digging", by_norm, "2026-11-25 10:00", EARTHWORKS).at) == "2026-12-16 00:00"  # 30 days and 14


@pytest.mark.parametrize(
    ("notice", "at", "extended", "late"),
    [
        ("", "2026-12-03 00:00", False, False),
        ("2026-12-02", "2027-01-02 00:00", True, False),  # the last day, the term ends over the New Year
        ("2026-12-03", "2026-12-03 00:00", False, True),  # a day after it
    ],
)
def test_a_notice_extends_once_and_only_while_the_term_runs(notice: str, at: str, extended: bool, late: bool) -> None:
    data = report(regime="59fz", registered=utc("2026-11-02 09:00"), extension_notice=notice)
    due = the("answer", data, "2026-12-10 10:00")
    assert (day(due.at), due.extended, due.late) == (at, extended, late)


def test_special_terms_and_a_norm_for_one_category() -> None:
    def keys(**more: str) -> list[str]:
        return sorted(one.clock.key for one in dues(REPORTS, report(**more), NORMS, CALENDAR, NOW))

    assert (keys(), keys(special="fast")) == (["solve"], ["fast"])
    assert keys(regime="ads") == ["localise", "repair", "tell"]
    assert keys(regime="ads", special="sewer") == ["localise", "repair", "sewer", "tell"]
    assert keys(regime="112") == ["confirm", "open", "record"]
    own = {"key": "platform.solve.pothole", "name": "Яма", "limit": 7, "unit": "days", "citation": "регламент"}
    norms = Norms({"own": own})

    def at(category: str) -> str:
        (due,) = dues(REPORTS, report(category=category), norms, CALENDAR, NOW)
        return day(due.at)

    assert (at("pothole"), at("snow")) == ("2026-11-10 00:00", "2026-12-03 00:00")


# what moves note


def step(data: Values, target: str, now: datetime, **more: str) -> Values:
    change = stamped(REPORTS, data, {STATUS: target, **more}, now)
    judge(REPORTS, data, change, role("admin"), now)
    return merged(data, change)


OFF = {"postponed_until": "2026-12-01", "postponed_reason": "до поставки"}


def test_moves_note_when_the_time_stood_still() -> None:
    data = step({"text": "Яма", "status": "in_work"}, "postponed", NOW, **OFF)
    assert data["pauses"] == "postponed 2026-11-23T04:00:00Z/"
    data = step(data, "in_work", NOW + timedelta(hours=5))
    data = step(data, "postponed", NOW + timedelta(days=1), **OFF)
    data = step(data, "in_work", NOW + timedelta(days=2))
    assert [(one.begun, one.ended) for one in pauses(data["pauses"])] == [
        (NOW, NOW + timedelta(hours=5)), (NOW + timedelta(days=1), NOW + timedelta(days=2)),
    ]  # fmt: skip
    assert show(REPORTS.field("pauses"), data["pauses"]).splitlines()[0] == "23.11.2026 09:00 – 23.11.2026 14:00"
    assert "pauses" not in stamped(REPORTS, data, {STATUS: "done"}, NOW)


@pytest.mark.parametrize("forged", [None, "", "postponed 2026-01-01T00:00:00Z/", "нет"])
def test_nobody_takes_back_what_was_noted(forged: str | None) -> None:
    data = {"text": "Яма", "status": "in_work", "pauses": "postponed 2026-11-20T04:00:00Z/2026-11-21T04:00:00Z"}
    with pytest.raises(Refused, match="Приостановки срока"):
        judge(REPORTS, data, {"pauses": forged}, role("admin"), NOW)
    assert not goes_on(data["pauses"], "postponed 2026-11-20T04:00:00Z/2026-11-29T04:00:00Z")


def test_garbage_is_no_pause() -> None:
    assert pauses("вчера\npostponed 2026/\npostponed 2026-11-21T04:00:00Z/2026-11-20T04:00:00Z") == [] == pauses(5)
    assert noted(BY_KEY["events"], {STATUS: "planned"}, {STATUS: "over"}, NOW) == {STATUS: "over"}


A, B = "postponed 2026-11-20T04:00:00Z", "postponed 2026-11-20T05:00:00Z"


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (f"{A}/", f"{B}/", f"{A}/"),  # both put it off: it began with the first
        (f"{A}/2026-11-21T04:00:00Z", f"{A}/2026-11-22T04:00:00Z", f"{A}/2026-11-21T04:00:00Z"),
        (f"{A}/2026-11-21T04:00:00Z", f"{A}/", f"{A}/2026-11-21T04:00:00Z"),
        (f"{A}/", f"{B}/2026-11-21T04:00:00Z", f"{A}/2026-11-21T04:00:00Z\n{B}/2026-11-21T04:00:00Z"),
        (f"{A}/", None, f"{A}/"),
        (None, None, None),
    ],
)
def test_two_stations_notes_become_one(mine: str | None, theirs: str | None, both: str | None) -> None:
    assert joined(mine, theirs) == both == joined(theirs, mine) == joined(both, both)


def test_the_same_pause_noted_twice_is_no_conflict() -> None:
    base = {"status": "in_work", "text": "Яма", **OFF}
    hers = stamped(REPORTS, base, {STATUS: "postponed"}, NOW)
    his = stamped(REPORTS, base, {STATUS: "postponed"}, NOW + timedelta(hours=1))
    made = Made(his, {STATUS: "in_work"}, "petrov", moment(NOW + timedelta(hours=1)))
    found = meet(REPORTS, merged(base, hers), made, Others(frozenset(hers), ("postponed",)))
    assert found.fields == [] and merged(merged(base, hers), found.change)["pauses"] == hers["pauses"]
