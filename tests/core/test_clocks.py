"""Due times over the calendar's edges, held against dates counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays.countries.russia import RussiaStaticHolidays

from citymanager.calendar import WorkCalendar
from citymanager.changes import merged, stamped
from citymanager.clocks import dues, unjudged
from citymanager.limits import Limit, Unit
from citymanager.modules import BY_KEY, MODULES
from citymanager.norms import Norms
from citymanager.schema import Module
from citymanager.terms import due_time
from citymanager.values import CITY_ZONE

CALENDAR = WorkCalendar()
NORMS = Norms({})
REPORTS, EARTHWORKS, APPROVALS = BY_KEY["reports"], BY_KEY["earthworks"], BY_KEY["approvals"]
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


def limit(number: int, unit: Unit) -> Limit:
    return Limit("x", "x", number, unit, "")


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
        ("2026-11-02 12:00", 1, "working_days", "2026-11-04 00:00"),  # the eve of a holiday is a working day
        ("2026-11-03 12:00", 1, "working_days", "2026-11-06 00:00"),  # from the eve over the holiday
        ("2026-04-30 12:00", 5, "working_days", "2026-05-09 00:00"),
        ("2026-12-30 12:00", 1, "working_days", "2027-01-12 00:00"),  # 31 December 2026 is off, then the holidays
        ("2026-12-28 12:00", 5, "working_days", "2027-01-14 00:00"),  # from 31 December to 10 January everybody is off
        ("2027-02-19 12:00", 1, "working_days", "2027-02-21 00:00"),  # Saturday 20 February 2027 is worked
        ("2027-02-20 12:00", 1, "working_days", "2027-02-25 00:00"),  # for Monday the 22nd, the eve of the 23rd
        ("2027-12-30 12:00", 1, "working_days", "2028-01-11 00:00"),
        ("2028-02-28 12:00", 2, "working_days", "2028-03-02 00:00"),  # 29 February 2028 is a Tuesday
        ("2026-11-21 12:00", 10, "working_days", "2026-12-05 00:00"),  # begins on a Saturday
        ("2024-02-29 12:00", 3, "years", "2027-03-01 00:00"),  # 28 February 2027 is its last day
    ],
)
def test_a_due_time_is_what_a_clerk_would_count(start: str, number: int, unit: Unit, due: str) -> None:
    assert due_time(local(start), limit(number, unit), CALENDAR) == local(due)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-01-09", False), ("2026-01-12", True), ("2026-03-09", False), ("2026-05-11", False), ("2026-12-31", False),
     ("2027-02-20", True), ("2027-02-22", False), ("2027-05-03", False), ("2027-11-05", False), ("2027-12-31", False),
     ("2025-11-01", True), ("2025-11-03", False), ("2025-05-02", False), ("2026-11-23", True), ("2026-11-22", False)],
)  # fmt: skip
def test_working_days_are_the_official_ones(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


def test_a_year_without_a_decree_is_known_as_such() -> None:
    assert CALENDAR.official(2026) and not CALENDAR.official(2031)


def test_every_year_whose_decree_the_calendar_has_is_official() -> None:
    decreed = [year for year in RussiaStaticHolidays.special_public_holidays if year >= 2019]
    assert [year for year in range(2019, 2041) if CALENDAR.official(year)] == sorted(decreed)


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.key)
def test_every_clock_has_its_norm_with_a_citation_or_its_field(module: Module) -> None:
    for clock in module.clocks:
        found = NORMS.limit(clock.limit, NOW.date())
        assert clock.due or (found and found.citation and found.limit > 0), clock.key
        assert (found is not None) == bool(clock.limit), clock.key


def test_a_clock_turns_amber_at_four_fifths_and_red_at_the_end() -> None:
    received = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    data = {"received": "2026-11-23T04:00:00Z", "regime": "ads", "status": "new"}

    def states(after: timedelta) -> dict[str, str]:
        return {one.clock.key: one.state for one in dues(REPORTS, data, NORMS, CALENDAR, received + after)}

    assert states(timedelta(minutes=23)) == {"localise": "running", "tell": "running", "repair": "running"}
    assert states(timedelta(minutes=24))["localise"] == "amber"
    assert states(timedelta(minutes=30))["localise"] == "red"
    data["told_at"] = "2026-11-23T04:10:00Z"
    assert states(timedelta(minutes=30)) == {"localise": "red", "tell": "met", "repair": "running"}
    data["status"] = "in_work"
    assert states(timedelta(hours=5)) == {"localise": "met", "tell": "met", "repair": "running"}


def keys(data: dict[str, object], module: Module = REPORTS) -> list[str]:
    return [one.clock.key for one in dues(module, data, NORMS, CALENDAR, NOW)]


def test_the_nearest_due_time_stands_first_and_foreign_values_start_nothing() -> None:
    data = {"received": "2026-11-23T04:00:00Z", "registered": "2026-11-24T04:00:00Z", "regime": "59fz", "status": "new"}
    assert keys(data) == ["register", "forward", "answer"]
    for odd in ("soon", 5, "0001-01-01T00:00:00+05:00", "9999-12-31"):
        assert keys({**data, "received": odd, "registered": odd}) == []
    assert keys({**data, "regime": "unheard"}) == []


def local_dues(module: Module, data: dict[str, object]) -> dict[str, str]:
    found = dues(module, data, NORMS, CALENDAR, NOW)
    return {one.clock.key: one.at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M") for one in found}


def test_a_field_of_the_card_goes_before_the_norm() -> None:
    asked = {"asked_at": "2026-11-23T04:00:00Z", "status": "asked"}
    assert local_dues(APPROVALS, asked) == {"answer": "2026-11-27 00:00"}  # three working days
    assert local_dues(APPROVALS, {**asked, "due": "2026-12-01"}) == {"answer": "2026-12-02 00:00"}
    assert local_dues(APPROVALS, {**asked, "due": "9999-12-31"}) == {"answer": "2026-11-27 00:00"}


def test_a_date_begins_at_the_citys_midnight() -> None:
    works = {"start": "2026-10-01", "status": "open"}
    (due,) = dues(EARTHWORKS, works, NORMS, CALENDAR, NOW)
    assert due.start == local("2026-10-01 00:00") and due.at == local("2026-11-01 00:00")


def test_restoration_in_winter_has_more_time() -> None:
    def restored(moment: str) -> str:
        return local_dues(EARTHWORKS, {"backfilled_at": moment, "status": "backfilled"})["restoration"]

    assert restored("2026-10-31T18:59:59Z") == "2026-11-04 00:00"  # the last second of October in the city
    assert restored("2026-10-31T19:00:00Z") == "2026-11-07 00:00"


def test_an_order_that_was_filed_before_the_digging_needs_no_application() -> None:
    dug = {"opened_at": "2026-11-23T04:00:00Z", "status": "emergency"}
    assert local_dues(EARTHWORKS, dug) == {"application": "2026-11-26 00:00"}
    (filed,) = dues(EARTHWORKS, {**dug, "filed_at": "2026-11-23T05:00:00Z", "status": "open"}, NORMS, CALENDAR, NOW)[:1]
    assert (filed.clock.key, filed.state) == ("application", "met")
    assert "application" not in keys({**dug, "filed_at": "2026-11-20T05:00:00Z", "status": "open"}, EARTHWORKS)


def test_a_notice_extends_the_answer_once() -> None:
    data = {
        "received": "2026-10-01T04:00:00Z",
        "registered": "2026-10-01T04:00:00Z",
        "regime": "59fz",
        "status": "in_work",
    }
    assert local_dues(REPORTS, data)["answer"] == "2026-11-01 00:00"
    extended = {**data, "extension_notice": "2026-10-28"}
    assert local_dues(REPORTS, extended)["answer"] == "2026-12-01 00:00"
    told = {one.clock.key: one.extended for one in dues(REPORTS, extended, NORMS, CALENDAR, NOW)}
    assert told == {"register": False, "forward": False, "answer": True}


def test_a_clock_without_a_norm_is_named_and_stops_no_other() -> None:
    never = {"key": "ads.repair", "name": "x", "limit": 3, "unit": "days", "citation": "x", "valid_from": "2027-01-01"}
    norms = Norms({"x": never})
    data = {"received": "2026-11-23T04:00:00Z", "regime": "ads", "status": "new"}
    assert [one.key for one in unjudged(REPORTS, data, norms)] == ["repair"]
    assert [one.clock.key for one in dues(REPORTS, data, norms, CALENDAR, NOW)] == ["localise", "tell"]
    assert unjudged(REPORTS, {**data, "status": "done"}, norms) == [] == unjudged(REPORTS, data, NORMS)
    assert (
        unjudged(APPROVALS, {"asked_at": "2026-11-23T04:00:00Z", "due": "2026-12-01"}, without("earthworks.party"))
        == []
    )


def test_the_days_of_a_revision_are_not_those_of_the_approval() -> None:
    filed = {"filed_at": "2026-11-13T04:00:00Z", "status": "revision", "pauses": "revision 2026-11-16T04:00:00Z/"}
    (due,) = dues(EARTHWORKS, filed, NORMS, CALENDAR, NOW)
    assert (due.clock.key, due.state) == ("approval", "paused")
    back = {**filed, "status": "approval", "pauses": "revision 2026-11-16T04:00:00Z/2026-11-23T04:00:00Z"}
    assert local_dues(EARTHWORKS, back) == {"approval": "2026-11-28 00:00"}  # five working days and five more
    again = {**filed, "status": "approval", "pauses": "refused 2026-11-16T04:00:00Z/2026-11-23T04:00:00Z"}
    assert local_dues(EARTHWORKS, again) == {"approval": "2026-11-28 00:00"}


def test_what_is_restored_for_the_winter_is_waited_for_once_more() -> None:
    data = {
        "backfilled_at": "2026-11-16T04:00:00Z", "start": "2026-11-10", "restore_by": "2026-11-20",
        "restore_finally_by": "2027-05-31", "status": "restored_temporarily",
    }  # fmt: skip
    found = {one.clock.key: one.state for one in dues(EARTHWORKS, data, NORMS, CALENDAR, NOW)}
    assert (found["restoration"], found["restoration_term"], found["permanent"]) == ("met", "met", "running")
    assert local_dues(EARTHWORKS, data)["permanent"] == "2027-06-01 00:00"
    done = {one.clock.key: one.state for one in dues(EARTHWORKS, {**data, "status": "restored"}, NORMS, CALENDAR, NOW)}
    assert done["permanent"] == "met"


@pytest.mark.parametrize(
    ("module", "data", "target", "clock", "due"),
    [
        ("approvals", {"asked_at": "2026-10-01T04:00:00Z", "answered_at": "2026-10-05T04:00:00Z", "status": "remarks",
                       "due": "2026-10-06"}, "asked", "answer", "2026-11-27 00:00"),
        ("earthworks", {"restored_at": "2026-05-01T04:00:00Z", "status": "restored"}, "restored_temporarily", "", ""),
        ("earthworks", {"restored_at": "2026-05-01T04:00:00Z", "status": "guarantee"}, "restored_temporarily", "", ""),
        ("inspections", {"inspected_at": "2026-11-20T04:00:00Z", "fixed_at": "2026-11-21T04:00:00Z", "status": "fixed",
                         "fix_by": "2026-11-30"}, "remarks", "fix", "2026-12-01 00:00"),
    ],
)  # fmt: skip
def test_what_is_asked_for_once_more_is_counted_anew(
    module: str, data: dict[str, object], target: str, clock: str, due: str
) -> None:
    declared = BY_KEY[module]
    after = merged(data, stamped(declared, data, {"status": target}, NOW))
    assert {"answered_at", "restored_at", "fixed_at"}.isdisjoint(after)
    found = {key: at for key, at in local_dues(declared, after).items() if key in ("answer", "act", "fix")}
    assert found == ({clock: due} if clock else {})


def test_what_is_filled_in_with_the_move_stays() -> None:
    data = {"asked_at": "2026-10-01T04:00:00Z", "status": "declined", "due": "2026-10-06"}
    change = stamped(APPROVALS, data, {"status": "asked", "due": "2026-12-01"}, NOW)
    assert change == {"status": "asked", "due": "2026-12-01", "asked_at": "2026-11-23T05:00:00Z"}
    assert stamped(APPROVALS, data, {"condition": "ждём схему"}, NOW) == {"condition": "ждём схему"}


def without(key: str) -> Norms:
    return Norms({"x": {"key": key}})
