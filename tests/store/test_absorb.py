"""What comes from the server: with its cursor in one transaction, under unsent edits, never backwards."""

import random
from typing import Any

import pytest
from throwaway import NOW

from citymanager.errors import CityError
from citymanager.store import Query, Writer


def change(ident: str, version: int, **more: Any) -> dict[str, Any]:
    data = {"text": f"версия {version}", "status": "new", **more.pop("data", {})}
    return {
        "seq": version, "module": "reports", "id": ident, "version": version, "deleted": False, "data": data,
        "by": "petrov", "at": "2026-11-22T00:00:00Z", **more,
    }  # fmt: skip


def test_rows_and_cursor_arrive_together(writer: Writer) -> None:
    assert writer.absorb([change("r1", 1)], NOW, {"cursor": "1"}) == {"reports": ["r1"]}
    assert writer.cursor() == 1 and writer.get("reports", "r1").version == 1


@pytest.mark.fault("F12")
def test_an_older_answer_never_replaces_a_newer_one(writer: Writer) -> None:
    writer.absorb([change("r1", 5)], NOW, {})
    writer.absorb([change("r1", 3)], NOW, {})
    assert writer.get("reports", "r1").data["text"] == "версия 5"
    writer.absorb([change("r1", 3)], NOW, {}, reload=True)
    assert writer.get("reports", "r1").data["text"] == "версия 3"


def test_a_change_lies_under_unsent_edits(writer: Writer) -> None:
    writer.absorb([change("r1", 1)], NOW, {})
    writer.save("reports", "r1", {"address": "моё"}, "ivanov", None, NOW)
    writer.absorb([change("r1", 2, data={"executor": "o1"})], NOW, {})
    found = writer.get("reports", "r1")
    assert (found.version, found.data["address"], found.data["executor"], found.unsent) == (2, "моё", "o1", 1)


def test_a_record_deleted_there_stays_while_it_holds_an_edit_of_ours(writer: Writer) -> None:
    writer.absorb([change("r1", 1), change("r2", 1)], NOW, {})
    writer.save("reports", "r1", {"address": "моё"}, "ivanov", None, NOW)
    writer.absorb([change("r1", 2, deleted=True), change("r2", 2, deleted=True)], NOW, {})
    assert writer.get("reports", "r1").data["address"] == "моё"
    assert writer.get("reports", "r1").data["text"] == "версия 1"
    assert writer.get("reports", "r2") is None


def test_a_record_out_of_sight_is_forgotten_not_its_edit(writer: Writer) -> None:
    writer.absorb([change("r1", 1), change("r2", 1)], NOW, {})
    writer.save("reports", "r1", {"address": "моё"}, "ivanov", None, NOW)
    writer.absorb([change("r1", 2, gone=True, data={}), change("r2", 2, gone=True)], NOW, {})
    assert len(writer.outbox()) == 1 and writer.get("reports", "r2") is None


def nested(depth: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


BROKEN = [
    None, 5, [], "text", {}, {"module": "reports"}, {**change("r1", 1), "id": ""}, {**change("r1", 1), "id": 5},
    {**change("r1", 1), "version": 2**60}, {**change("r1", 1), "version": True}, {**change("r1", 1), "data": []},
    {**change("r1", 1), "data": {"text": "\ud800"}}, {**change("r1", 1), "version": -1},
    {**change("r1", 1), "id": ["r1"]}, {**change("r1", 1), "data": {"text": nested(2_000)}},
]  # fmt: skip


@pytest.mark.fault("F21")
@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_change_is_kept_aside_and_the_others_are_taken(writer: Writer, broken: Any) -> None:
    writer.absorb([change("a", 1), broken, change("b", 1)], NOW, {"cursor": "9"})
    assert sorted(writer.ids(Query("reports"))) == ["a", "b"] and writer.cursor() == 9
    assert writer._connection.value("SELECT count(*) FROM _quarantine") == 1


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_record_does_not_stop_a_load(writer: Writer, broken: Any) -> None:
    writer.load_page("reports", [change("a", 1), broken, change("b", 1)], ("", None), NOW, {"at": "done"})
    assert sorted(writer.ids(Query("reports"))) == ["a", "b"] and writer.meta("at") == "done"


def test_values_that_no_column_holds_survive(writer: Writer) -> None:
    odd = {
        "text": {"deep": [1]}, "rating": 2**70, "status": "from_the_future", "photos": "?", "address": "\x00",
        "new_field": [None, {"x": 1.5}], "category": 7,
    }  # fmt: skip
    writer.absorb([change("r1", 1, data=odd)], NOW, {})
    assert writer.get("reports", "r1").data == odd
    writer.save("reports", "r1", {"channel": "edds"}, "ivanov", None, NOW)
    assert writer.get("reports", "r1").data == {**odd, "channel": "edds"}


def test_an_unknown_module_is_passed_over(writer: Writer) -> None:
    assert writer.absorb([{**change("r1", 1), "module": "spaceports"}], NOW, {"cursor": "1"}) == {}
    assert writer.cursor() == 1


def test_counters_are_kept_not_counted(writer: Writer) -> None:
    chance = random.Random(7)
    ids = [f"r{number}" for number in range(60)]
    for version in range(1, 200):
        status = chance.choice(["new", "accepted", "solved", "??"])
        deleted = chance.random() < 0.3
        writer.absorb([change(chance.choice(ids), version, deleted=deleted, data={"status": status})], NOW, {})
    counted: dict[str, int] = {}
    for one in writer.each(Query("reports")):
        counted[one.data["status"]] = counted.get(one.data["status"], 0) + 1
    assert writer.lists.counters("reports") == counted


def test_a_page_of_a_load_forgets_what_the_server_does_not_have_in_its_span(writer: Writer) -> None:
    writer.absorb([change(ident, 2) for ident in "abcdz"], NOW, {})
    writer.save("reports", "b", {"address": "моё"}, "ivanov", None, NOW)
    fresh = writer.save("reports", None, {"text": "новое"}, "ivanov", None, NOW)
    touched = writer.load_page("reports", [change("a", 1), change("d", 1)], ("", "d"), NOW, {"at": "d"})
    assert sorted(touched["reports"]) == ["a", "c", "d"] and writer.meta("at") == "d"
    assert sorted(writer.ids(Query("reports"))) == sorted(["a", "b", "d", "z", fresh.id])
    assert writer.get("reports", "a").version == 1, "a load lets versions go back"
    assert writer.server.copy("reports", "b") is None and writer.get("reports", "b").data["text"] == "версия 2"
    writer.load_page("reports", [], ("d", None), NOW, {})
    assert sorted(writer.ids(Query("reports"))) == sorted(["a", "b", "d", fresh.id])


def test_an_undone_transaction_moves_no_cursor(writer: Writer) -> None:
    writer.absorb([change("a", 1)], NOW, {"cursor": "1"})
    pages = writer._connection.value("PRAGMA page_count")
    writer._connection.run(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(CityError, match="нет места"):
        writer.absorb([change(f"b{n}", 1, data={"text": "я" * 9000}) for n in range(200)], NOW, {"cursor": "2"})
    assert writer.cursor() == 1 and writer.ids(Query("reports")) == ["a"]
    writer._connection.run("PRAGMA max_page_count = 1000000")
    writer.absorb([change("b", 1)], NOW, {"cursor": "2"})
    assert writer.cursor() == 2
