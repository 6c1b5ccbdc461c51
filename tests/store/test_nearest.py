"""The nearest due time of every open record: kept with it, the same as the alarms judge by, what lists go by."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bench.city import changes
from empty_cache import with_tables
from throwaway import HOUSE

from citymanager.alarms import Judge
from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues, over
from citymanager.modules import BY_KEY
from citymanager.modules.rules import RULES
from citymanager.roles import role
from citymanager.store import Profile, Query, Writer
from citymanager.store.due_order import DUE, STATES
from citymanager.store.nearest import Nearest
from citymanager.store.planning import plans
from citymanager.store.row_sets import RowSets
from citymanager.values import moment

REPORTS = BY_KEY["reports"]
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
EVER = NOW - timedelta(days=20_000)
OPEN = {"text": "Яма", "status": "in_work", "regime": "ads", "received": moment(NOW)}
MODERATOR = role("moderator")


def change(ident: str, data: dict[str, Any], version: int = 1, module: str = "reports", **more: Any) -> dict[str, Any]:
    return {"module": module, "id": ident, "version": version, "data": data, "by": "b", "at": moment(NOW), **more}


def known(writer: Writer, ident: str) -> Nearest | None:
    number = writer.row_number("reports", ident)
    return None if number is None else writer.lists.due_marks("reports", [number]).get(number)


def judged(writer: Writer) -> None:
    while writer.judge_due_times(500):
        pass


def expected(writer: Writer, data: dict[str, Any]) -> str | None:
    """What the clocks themselves say; None of a record that is closed."""
    if data.get("status") in over(REPORTS):
        return None
    found = dues(REPORTS, data, writer.norms(), WorkCalendar(), NOW)
    return next((moment(one.at) for one in found if one.state not in ("met", "paused")), "")


def load(writer: Writer) -> Writer:
    """Reports as a first load brings them."""
    found, last = sorted(changes(1_000, NOW), key=lambda one: str(one["id"])), ""
    for start in range(0, 1_000, 100):
        page = found[start : start + 100]
        writer.load_page("reports", page, (last, page[-1]["id"]), NOW, {})
        last = page[-1]["id"]
    return writer


@pytest.fixture
def city(writer: Writer) -> Writer:
    return load(writer)


@pytest.fixture(scope="module")
def lasting_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """A loaded city that has been judged, for all lists: they only read it."""
    writer = load(with_tables(Profile(tmp_path_factory.mktemp("city")), HOUSE).writer(HOUSE, patience=0))
    judged(writer)
    yield writer
    writer.close()


@pytest.fixture(scope="module")
def by_clocks(lasting_city: Writer) -> dict[str, str | None]:
    """What the clocks say of each record, in the module's own order."""
    return {one.id: expected(lasting_city, one.data) for one in lasting_city.each(Query("reports"))}


def test_every_open_record_has_the_due_time_that_its_clocks_say(city: Writer) -> None:
    waiting = city.lists.unjudged("reports")
    records = list(city.each(Query("reports")))
    still = [one for one in records if one.data["status"] not in over(REPORTS)]
    assert waiting == len(still) > 50, "a first load judges nothing, and notes what is open"
    assert all(known(city, one.id) == Nearest("", "", "", judged=False) for one in still)
    judged(city)
    assert city.lists.unjudged("reports") == 0
    for one in records:
        found = known(city, one.id)
        assert (found and found.due) == expected(city, one.data), one


def test_the_alarms_judge_the_same(city: Writer) -> None:
    judged(city)
    judge = Judge(city.norms(), WorkCalendar(), NOW, EVER, timedelta(days=1))
    found = judge.heap(city, REPORTS, judge.open(city, REPORTS))
    red = {one.record for one in found for alarm in one.alarms if alarm.due <= NOW}
    assert red
    assert set(city.ids(Query("reports", due=("overdue",), now=moment(NOW)))) == red


@pytest.mark.parametrize("edit", range(4))
def test_an_edit_and_its_due_time_come_together(writer: Writer, edit: int) -> None:
    writer.absorb([change("r1", OPEN)], NOW, {})
    before = known(writer, "r1")
    assert before is not None and before.due and before.judged
    if edit == 0:  # other start
        writer.save("reports", "r1", {"received": moment(NOW - timedelta(hours=5))}, "i", MODERATOR, NOW)
    elif edit == 1:  # the server brings another regime
        writer.absorb([change("r1", {**OPEN, "regime": "59fz", "registered": moment(NOW)}, 2)], NOW, {})
    elif edit == 2:  # nothing that a clock looks at
        writer.save("reports", "r1", {"text": "Большая яма"}, "i", MODERATOR, NOW)
    else:  # an operation that the server refuses still lies over the row
        op = writer.save("reports", "r1", {"received": moment(NOW - timedelta(hours=9))}, "i", MODERATOR, NOW).op
        writer.settle([{"op": op, "result": "refused", "reason": "нет"}], "f", NOW)
    after, record = known(writer, "r1"), writer.get("reports", "r1")
    assert after is not None and record is not None
    assert after.judged and after.due == expected(writer, record.data)
    assert (after == before) == (edit == 2)


def test_a_closed_or_deleted_record_has_no_line(writer: Writer) -> None:
    writer.absorb([change("r1", OPEN), change("r2", OPEN), change("r3", {**OPEN, "status": "solved"})], NOW, {})
    writer.absorb([change("r1", {**OPEN, "status": "solved"}, 2), change("r2", {}, 2, deleted=True)], NOW, {})
    assert [known(writer, one) for one in ("r1", "r2", "r3")] == [None] * 3
    assert writer._connection.all("SELECT * FROM _dues") == writer._connection.all("SELECT * FROM _unjudged") == []


def test_a_paused_record_is_open_without_a_due_time(writer: Writer) -> None:
    data = {**OPEN, "regime": "platform", "status": "postponed", "postponed_until": "2026-12-20"}
    writer.absorb([change("r1", data)], NOW, {})
    assert known(writer, "r1") == Nearest("", "", "", judged=True)
    assert writer.ids(Query("reports", due=("none",), now=moment(NOW))) == ["r1"]


def test_another_norm_is_told_as_not_judged_until_it_is(city: Writer) -> None:
    judged(city)
    hurry = {"key": "platform.solve", "name": "Решение", "limit": 1, "unit": "hours", "citation": "Испытание"}
    before = {one.id: known(city, one.id) for one in city.each(Query("reports"))}
    city.load_page(RULES.key, [change("n1", hurry, module=RULES.key)], ("", None), NOW, {})
    still = {ident for ident, one in before.items() if one is not None}
    assert city.lists.unjudged("reports") == len(still)
    assert not any(one.judged for ident in still if (one := known(city, ident)))
    judged(city)
    after = {one.id: known(city, one.id) for one in city.each(Query("reports"))}
    assert after != before
    assert all((found and found.due) == expected(city, one.data)
               for one in city.each(Query("reports")) for found in [after[one.id]])  # fmt: skip


def test_many_norms_of_one_page_are_taken_and_noted_once(city: Writer) -> None:
    judged(city)
    for version in (1, 2):
        norms = [change(f"n{number}", {"key": f"x{number}", "value": version}, version, "rules") for number in range(3)]
        assert len(city.absorb(norms, NOW, {})["rules"]) == 3
        assert city.judge_due_times(0) is not None and city.lists.unjudged("reports") > 0
        judged(city)


def test_a_cache_of_an_earlier_program_gets_its_due_times(profile: Profile, city: Writer) -> None:
    for table in ("_dues", "_unjudged"):
        city._connection.run(f"DELETE FROM {table}")
    city._connection.run("DELETE FROM _meta WHERE key LIKE 'due times:%'")
    city.close()
    again = profile.writer(HOUSE, patience=0)
    try:
        assert again.lists.unjudged("reports") > 50
        judged(again)
        assert all((found := known(again, one.id)) is None or found.due == expected(again, one.data)
                   for one in again.each(Query("reports")))  # fmt: skip
    finally:
        again.close()


def _by_hand(writer: Writer, query: Query, at: dict[str, str | None]) -> list[str]:
    """The ids of a list by due time, worked out from the records alone."""
    wanted = list(writer.each(Query("reports")))  # the module's own order
    if query.among:
        wanted = [one for one in wanted if one.data.get("status") in query.among["status"]]
    numbers = {one.id: writer.row_number("reports", one.id) or 0 for one in wanted}
    dated = sorted((one.id for one in wanted if at[one.id]), key=lambda one: (at[one], numbers[one]))
    if query.sort.startswith("-"):
        dated.reverse()
    return dated + [one.id for one in wanted if not at[one.id]]


@pytest.mark.parametrize("sort", [DUE, f"-{DUE}"])
@pytest.mark.parametrize("statuses", [(), ("in_work", "assigned"), ("solved",), ("postponed", "solved")])
def test_a_list_by_due_time_is_in_order(
    lasting_city: Writer, by_clocks: dict[str, str | None], sort: str, statuses: Sequence[str]
) -> None:
    city, query = lasting_city, Query("reports", among={"status": tuple(statuses)} if statuses else {}, sort=sort)
    whole = _by_hand(city, query, by_clocks)
    assert [one.id for one in city.each(query)] == whole
    assert [one.id for one in city.first_page(query, 40)] == whole[:40]
    assert [one.id for one in city.page("reports", city.rows(query)) if one] == whole
    assert city.count(query) == len(whole)


@pytest.mark.parametrize("sort", ["", DUE])
@pytest.mark.parametrize("states", [(one,) for one in STATES] + [("overdue", "none"), ("soon", "today")])
def test_a_list_of_states_has_those_and_no_others(
    lasting_city: Writer, by_clocks: dict[str, str | None], states: tuple[str, ...], sort: str
) -> None:
    city, found = lasting_city, {one: set[str]() for one in STATES}
    for ident, at in by_clocks.items():
        if at == "":
            found["none"].add(ident)
        elif at:
            mark = known(city, ident)
            assert mark is not None
            found["overdue"] |= {ident} if at <= moment(NOW) else set()
            found["soon"] |= {ident} if mark.amber <= moment(NOW) < at else set()
            found["today"] |= {ident} if "2026-11-22T19:00:00Z" < at <= "2026-11-23T19:00:00Z" else set()
    query = Query("reports", due=states, now=moment(NOW), sort=sort)
    wanted = set.union(*(found[one] for one in states))
    assert {one.id for one in city.each(query)} == set(city.ids(query)) == wanted
    assert len(city.rows(query)) == city.count(query) == len(wanted)


def test_the_head_of_a_list_by_due_time_is_never_sorted(city: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a few: here nothing counts as few."""
    monkeypatch.setattr("citymanager.store.planning.RARE", 0)
    judged(city)
    for query in (Query("reports", sort=DUE), Query("reports", sort=f"-{DUE}", among={"status": ("in_work",)})):
        for found in plans(RowSets(city._connection, REPORTS), query, most=200):
            asked = f"EXPLAIN QUERY PLAN SELECT * FROM {found.tail}"
            steps = [row[-1] for row in city._connection.all(asked, found.values)]
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_after_any_changes_what_is_kept_is_what_the_clocks_say(writer: Writer) -> None:
    dice = random.Random(5)
    stories = [one["data"] for one in changes(200, NOW)]
    for version in range(1, 30):
        some = [change(f"r{dice.randrange(30)}", dice.choice(stories), version, deleted=dice.random() < 0.1)
                for _ in range(5)]  # fmt: skip
        writer.absorb(some, NOW, {})
    for one in writer.each(Query("reports")):
        found = known(writer, one.id)
        assert (found and found.due) == expected(writer, one.data)
        assert found is None or found.judged
    rows = {row[0] for row in writer._connection.all("SELECT _of FROM _dues")}
    assert rows <= set(writer.rows(Query("reports")))
