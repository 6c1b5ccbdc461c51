"""The head of a list is the same in whichever way it is found, and by indexes alone; a known list is known to hold."""

import random
from array import array
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from throwaway import HOUSE, NOW

from citymanager.modules import BY_KEY
from citymanager.store import Profile, Query, Writer
from citymanager.store.due_order import DUE
from citymanager.store.heaps import numbers
from citymanager.store.planning import plan, plans
from citymanager.store.row_sets import RowSets
from citymanager.store.tables import indexes

REPORTS, MANY = BY_KEY["reports"], 600
WAYS = {"few": (10_000, 80, 0), "often": (0, 0, 0), "some": (25, 10_000, 40), "along": (0, 10_000, 0)}
"""What counts as few, how many of the first rows are often enough, and up to how many are counted: so each way is taken
by all that it can do."""
NARROWED: tuple[dict[str, Any], ...] = (
    {"among": {"category": ("snow",)}},
    {"among": {"category": ("snow", "pothole"), "status": ("new",)}},
    {"among": {"category": (None,)}},
    {"among": {"executor": ("o1",), "regime": ("112",)}},
    {"between": {"received": ("2026-03-01", "2026-08-01")}},
    {"between": {"rating": (2, 4)}, "among": {"status": ("new", "in_work")}},
    {"filled": ("rating",), "text": "яма"},
    {"text": "яма", "among": {"category": ("snow",)}},
    {"containing": {"address": "МИР"}, "among": {"status": ("new",)}},
    {"containing": {"text": "теп НЕТ"}, "among": {"status": ("new",)}},
    {"filled": ("photos",)},
    {"among": {"photos": (None,), "status": ("new",)}},
    {"among": {"registered": (None,), "category": ("snow",)}, "text": "снег"},
    {"box": (60.7, 56.0, 60.8, 56.1), "among": {"category": ("snow",)}},
    {"one_of": {"executor": "o1", "curator": "p1"}, "text": "снег"},
    {"due": ("overdue", "none"), "now": "2026-11-23T00:00:00Z", "among": {"category": ("snow",)}},
    {"unsent": True},
    {"text": "снег", "among": {"category": ("snow",), "status": ("new", "in_work"), "regime": ("112",)}},
    {"text": "яма", "containing": {"address": "мира, 1"}, "among": {"executor": ("o1",)}, "filled": ("rating",)},
    {"containing": {"number": "37"}, "among": {"category": ("snow", "pothole")}, "text": "снег"},
    {"among": {"rating": (None,), "status": ("new", "in_work")}, "text": "яма"},
)
SORTS = ("", "address", "-category", "executor", "-status", DUE, f"-{DUE}")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    writer, dice = Profile(tmp_path_factory.mktemp("planning")).writer(HOUSE), random.Random(11)
    some = [_change(number, dice) for number in range(MANY)]
    for start in range(0, MANY, 100):  # so many are judged at once
        writer.absorb(some[start : start + 100], NOW, {})
    writer.save("reports", "r7", {"text": "снег, правка"}, "x", None, NOW)
    yield writer
    writer.close()


def _change(number: int, dice: random.Random) -> dict[str, Any]:
    data = {
        "number": f"К1-{number:04}", "text": dice.choice(("яма", "снег", "Дома нет тепла")),
        "received": f"2026-{dice.randint(1, 11):02}-{dice.randint(1, 28):02}T01:00:00Z",
        "status": dice.choice([one.key for one in REPORTS.statuses]), "address": f"ул. Мира, {dice.randint(1, 60)}",
        "executor": dice.choice(("o1", "o2", None)), "curator": dice.choice(("p1", "p2", "p3")),
        "category": dice.choice(("snow", "pothole", None)), "regime": dice.choice(("112", "platform")),
        "rating": dice.choice((None, 1, 3, 5)), "photos": dice.choice((None, None, ["a" * 64])),
        "geometry": {"type": "Point", "coordinates": [dice.uniform(60.6, 60.9), dice.uniform(56.0, 56.2)]},
    }  # fmt: skip
    given = {key: value for key, value in data.items() if value is not None}
    return {
        "module": "reports",
        "id": f"r{number}",
        "version": 1,
        "data": given,
        "by": "",
        "at": "2026-11-22T00:00:00Z",
    }


def take(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few, often, counted = WAYS[way]
    monkeypatch.setattr("citymanager.store.planning.RARE", few)
    monkeypatch.setattr("citymanager.store.planning.OFTEN", often)
    monkeypatch.setattr("citymanager.store.planning.MANY", counted)
    monkeypatch.setattr("citymanager.store.row_sets.MANY", counted)


@pytest.mark.parametrize("narrowed", NARROWED, ids=range(len(NARROWED)))
def test_every_way_finds_the_same(city: Writer, monkeypatch: pytest.MonkeyPatch, narrowed: dict[str, Any]) -> None:
    for sort in SORTS:
        query, found = Query("reports", **narrowed, sort=sort), {}
        for way in WAYS:
            take(way, monkeypatch)
            found[way] = [list(city.lists.first_rows(query, 50)), list(city.rows(query)), city.count(query)]
        assert all(one == found["few"] for one in found.values())
        head, whole, count = found["few"]
        assert head == whole[:50] and len(whole) == len(set(whole)) == count > 0


@pytest.mark.parametrize("narrowed", NARROWED, ids=range(len(NARROWED)))
def test_however_many_are_wanted_and_whatever_is_known_already_they_are_the_first(
    city: Writer, monkeypatch: pytest.MonkeyPatch, narrowed: dict[str, Any]
) -> None:
    for way in WAYS:
        take(way, monkeypatch)
        sets = RowSets(city._connection, REPORTS)
        for sort, most in product(SORTS, (1, 40, 2_000)):
            query = Query("reports", **narrowed, sort=sort)
            assert numbers(sets, query, most) == list(city.rows(query))[:most], (way, sort, most)


@pytest.mark.parametrize("narrowed", [one for one in NARROWED if "containing" not in one], ids=str)
def test_along_an_order_no_row_is_sorted_and_none_fetched_for_its_value(
    city: Writer, monkeypatch: pytest.MonkeyPatch, narrowed: dict[str, Any]
) -> None:
    take("along", monkeypatch)
    for sort in ("", "address", DUE):
        for found in plans(RowSets(city._connection, REPORTS), Query("reports", **narrowed, sort=sort), most=40):
            if "[]" in found.values:  # none at all
                continue
            asked = f"EXPLAIN QUERY PLAN SELECT * FROM {found.tail}"
            steps = [row[-1] for row in city._connection.all(asked, found.values)]
            assert not any("TEMP B-TREE" in one or one == "SCAN reports" for one in steps), steps


@pytest.mark.parametrize(
    ("narrowed", "most", "signs"),
    [
        ({"category": ("snow",)}, 200, False),
        ({"category": ("snow",)}, 2_000, True),
        ({"category": ("snow",), "status": ("new",)}, 200, True),
        ({"category": ("snow",)}, None, True),
    ],
)
def test_what_the_first_rows_hold_often_is_seen_of_each_and_all_else_put_together(
    city: Writer, monkeypatch: pytest.MonkeyPatch, narrowed: dict[str, Any], most: int | None, signs: bool
) -> None:
    """A third of them are of the category; for as many rows as are wanted, that is too few to be looked at."""
    monkeypatch.setattr("citymanager.store.planning.RARE", 0)
    monkeypatch.setattr("citymanager.store.planning.MANY", 0)
    for query in (Query("reports", among=narrowed, sort="address"), Query("reports", among=narrowed, text="снег")):
        found = plan(RowSets(city._connection, REPORTS), query, most=most)
        assert any(isinstance(one, bytes) for one in found.values) is (signs or bool(query.text)), query


def test_each_index_is_gone_through_once_for_an_answer(city: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citymanager.store.planning.RARE", 0)
    monkeypatch.setattr("citymanager.store.planning.OFTEN", 10_000)
    read, value = list[str](), city._connection.value

    def noted(sql: str, values: Any = ()) -> Any:
        read.append(sql)
        return value(sql, values)

    monkeypatch.setattr(city._connection, "value", noted)
    sets = RowSets(city._connection, REPORTS)
    for _ in range(3):
        numbers(sets, Query("reports", among={"category": ("snow",)}, filled=("rating",), text="снег", sort=DUE), 40)
    whole = [one for one in read if "group_concat" in one and "LIMIT" not in one]
    assert len(whole) == len(set(whole)) == 4  # words, category, rating, and what has a due time


def test_a_reader_remembers_what_it_has_put_together_until_anybody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citymanager.store.planning.RARE", 0)
    profile, dice = Profile(tmp_path), random.Random(3)
    with closing(profile.writer(HOUSE)) as writer, closing(profile.reader(HOUSE)) as reader:
        writer.absorb([_change(number, dice) for number in range(100)], NOW, {})
        query = Query("reports", among={"category": ("snow",), "regime": ("112",)}, text="снег")
        for number in range(100):
            known = writer.lists.first_rows(query)
            assert reader.lists.first_rows(query) == reader.lists.first_rows(query) == known
            sets = reader.lists._sets("reports")
            assert reader.lists._sets("reports") is sets and writer.lists._sets("reports") is not sets
            if number % 3:
                fresh = _change(number, dice)["data"]
                change = {"text": f"{fresh['text']} {number}", "category": fresh.get("category")}
                writer.save("reports", f"r{number}", change, "x", None, NOW)
                assert reader.lists._sets("reports") is not sets


def test_another_file_in_the_place_of_the_former_is_known_as_another(tmp_path: Path) -> None:
    """Each counts its changes from the same number."""
    profile = Profile(tmp_path)
    profile.writer(HOUSE).close()
    with closing(profile.reader(HOUSE)) as reader:
        sets = reader.lists._sets("reports")
        assert reader.lists._sets("reports") is sets
        reader._connection.reopen()
        assert reader.lists._sets("reports") is not sets


def test_no_more_is_remembered_than_there_is_room_for(city: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("citymanager.store.row_sets.KEPT", 2)
    sets = RowSets(city._connection, REPORTS)
    for narrowed in (*NARROWED, *NARROWED):
        assert numbers(sets, Query("reports", **narrowed), 40) == list(city.rows(Query("reports", **narrowed)))[:40]
        assert len(sets._known) <= 2


def test_a_cache_of_an_older_program_gets_the_indexes_it_lacks_and_loses_the_others(writer: Writer) -> None:
    connection = writer._connection
    connection.run('DROP INDEX "_ix_reports_is_regime"')
    connection.run('CREATE INDEX "_ix_reports_district" ON "reports" ("district") WHERE "district" IS NOT NULL')
    while writer.furnish("reports"):
        pass
    names = connection.all("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'reports' AND sql > ''")
    assert {row[0] for row in names} == {f"_ix_reports_{one}" for one in (*indexes(REPORTS), "unsent")}


@pytest.mark.parametrize("sort", ["", "address", DUE])
@pytest.mark.parametrize("narrowed", [{}, NARROWED[0], NARROWED[7]], ids=["all", "category", "text"])
def test_a_known_list_holds_exactly_when_it_would_be_read_the_same(
    city: Writer, narrowed: dict[str, Any], sort: str
) -> None:
    dice, query, held = random.Random(f"{narrowed}{sort}"), Query("reports", **narrowed, sort=sort), []
    for version in range(2, 32):
        known = city.rows(query)
        idents = [f"r{dice.randrange(MANY)}" for _ in range(dice.randint(1, 3))]
        keys = dice.choice((("status",), ("address",), ("category",), ("text", "received"), ("curator",)))
        fresh = _change(0, dice)["data"]
        now = {one: {**city.get("reports", one).data, **{key: fresh.get(key) for key in keys}} for one in idents}
        city.absorb([
            {"module": "reports", "id": one, "version": version * 100 + dice.randint(0, 9), "data": data, "by": "",
             "at": "2026-11-22T00:00:00Z"} for one, data in now.items()
        ], NOW, {})  # fmt: skip
        held.append(city.lists.still(query, known, list(now)))
        assert held[-1] == (city.rows(query) == known)
    assert any(held) and not all(held)


def test_a_list_does_not_hold_where_a_record_is_gone_or_new(writer: Writer) -> None:
    first = [_change(number, random.Random(number)) for number in range(3)]
    writer.absorb(first, NOW, {})
    known = writer.rows(Query("reports"))
    assert writer.lists.still(Query("reports"), known, ["r1"])
    assert not writer.lists.still(Query("reports"), known, ["nobody"])
    assert not writer.lists.still(Query("reports"), array("q", known[1:]), ["r0", "r1", "r2"])
