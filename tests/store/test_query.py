"""Lists: what they let through and their order, held against plain Python over the same records."""

import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from empty_cache import with_tables
from throwaway import HOUSE, NOW, SQUARE

from citymanager.errors import Refused
from citymanager.modules import BY_KEY
from citymanager.store import Profile, Query, Record, Writer, heaps, search, weighing
from citymanager.store.due_order import DUE
from citymanager.store.planning import RARE
from citymanager.text import fold, sort_key, words

STREETS = ("ул. Комсомольская", "улица Ёлочная", "пр. Мира", "Комсомольск 13с1", "переулок Ельцова")
TEXTS = ("Яма на дороге", "Не горит ФОНАРЬ", "снег не убран у подъезда", "Мусор; мусор!", "ёлка упала", "100% <b>")


def fill(writer: Writer) -> Writer:
    """With two thousand reports in a mix, loaded as from a server."""
    chance = random.Random(20261123)
    statuses = [one.key for one in BY_KEY["reports"].statuses]
    changes = [_change(number, chance, statuses) for number in range(2000)]
    for start in range(0, len(changes), 500):
        writer.absorb(changes[start : start + 500], NOW, {})
    return writer


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """For all tests that only read it."""
    writer = fill(with_tables(Profile(tmp_path_factory.mktemp("full")), HOUSE).writer(HOUSE, patience=0))
    yield writer
    writer.close()


def _change(number: int, chance: random.Random, statuses: list[str]) -> dict[str, Any]:
    day = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    place = [round(chance.uniform(60.6, 60.9), 6), round(chance.uniform(56, 56.2), 6)]
    data = {
        "number": f"К1-{number:04}", "received": f"{day}T01:00:00Z",
        "status": chance.choice(statuses), "text": chance.choice(TEXTS),
        "address": f"{chance.choice(STREETS)}, {chance.randint(1, 120)}",
        "geometry": {"type": "Point", "coordinates": place},
        "author_phone": chance.choice(("+7 (351) 46-7-12-01", "83514671202", "8 912 467-12-03")),
    }  # fmt: skip
    if number % 400 == 7:
        del data["text"]
    if number % 300 == 5:
        data["postponed_reason"] = "ждём весны"
    if chance.random() < 0.7:
        data["category"] = chance.choice(["pothole", "snow"])
    if chance.random() < 0.2:
        del data["geometry"]
    if chance.random() < 0.3:
        data["rating"] = chance.randint(1, 5)
    return {
        "seq": number, "module": "reports", "id": f"r{number}", "version": 1, "deleted": False, "data": data, "by": "x",
        "at": "2026-11-22T00:00:00Z",
    }  # fmt: skip


def inside(record: Record, west: float, south: float, east: float, north: float) -> bool:
    lon, lat = record.data.get("geometry", {}).get("coordinates", (0, 0))
    return west <= lon <= east and south <= lat <= north


def has_words(record: Record, text: str) -> bool:
    there = words(" ".join(str(record.data.get(key, "")) for key in BY_KEY["reports"].text_keys))
    return all(any(word.startswith(wanted) for word in there) for wanted in words(text))


def phone(record: Record) -> str:
    return "".join(filter(str.isdigit, record.data["author_phone"]))


CASES: list[tuple[Query, Callable[[Record], bool]]] = [
    (Query("reports"), lambda one: True),
    (Query("reports", text="елк"), lambda one: has_words(one, "елк")),
    (Query("reports", text="КОМСОМ яма"), lambda one: has_words(one, "комсом яма")),
    (Query("reports", text="13с1"), lambda one: has_words(one, "13с1")),
    (Query("reports", text='" OR * NEAR('), lambda one: has_words(one, "or near")),
    (Query("reports", among={"status": ("new", "solved")}), lambda one: one.data["status"] in ("new", "solved")),
    (Query("reports", among={"category": (None, "snow")}), lambda one: one.data.get("category") in (None, "snow")),
    (Query("reports", between={"rating": (2, 4)}), lambda one: 2 <= one.data.get("rating", 0) <= 4),
    (
        Query("reports", between={"received": ("2026-06-01T00:00:00Z", None)}),
        lambda one: one.data["received"] >= "2026-06-01T00:00:00Z",
    ),
    (Query("reports", containing={"address": "ЁЛОЧН"}), lambda one: "елочн" in fold(one.data["address"])),
    (Query("reports", containing={"text": "%"}), lambda one: "%" in one.data.get("text", "")),
    (Query("reports", containing={"text": "дорог Яма"}), lambda one: "Яма" in one.data.get("text", "")),
    (Query("reports", containing={"author_phone": "8 (351) 46"}), lambda one: "35146" in phone(one)),
    (Query("reports", containing={"author_phone": "467-12"}), lambda one: "46712" in phone(one)),
    (Query("reports", among={"rating": (None,)}), lambda one: "rating" not in one.data),
    (Query("reports", among={"text": (None,)}), lambda one: "text" not in one.data),
    (Query("reports", filled=("postponed_reason",)), lambda one: "postponed_reason" in one.data),
    (Query("reports", among={"postponed_reason": (None,)}), lambda one: "postponed_reason" not in one.data),
    (Query("reports", box=(60.7, 56.05, 60.8, 56.1)), lambda one: inside(one, 60.7, 56.05, 60.8, 56.1)),
    (
        Query("reports", text="снег", among={"status": ("new",)}, box=(60.6, 56.0, 60.75, 56.2)),
        lambda one: has_words(one, "снег") and one.data["status"] == "new" and inside(one, 60.6, 56.0, 60.75, 56.2),
    ),
    (Query("reports", unsent=True), lambda one: False),
]


@pytest.mark.parametrize(("query", "fits"), CASES, ids=range(len(CASES)))
def test_a_list_lets_through_what_plain_python_would(
    full: Writer, query: Query, fits: Callable[[Record], bool]
) -> None:
    everything = list(full.each(Query("reports")))
    expected = {one.id for one in everything if fits(one)}
    assert set(full.ids(query)) == expected
    assert full.count(query) == len(expected) == len(full.rows(query))
    assert {one.id for one in full.first_page(query, 100_000)} == expected
    assert expected or query.unsent or query.text.startswith('"'), "a case that nothing meets proves nothing"


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("number", lambda one: sort_key(one.data["number"])),
        ("-received", lambda one: one.data["received"]),
        ("address", lambda one: sort_key(one.data["address"])),
        ("status", lambda one: [s.key for s in BY_KEY["reports"].statuses].index(one.data["status"])),
        ("rating", lambda one: one.data.get("rating", 0)),
    ],
)
def test_the_order_is_the_readers(full: Writer, sort: str, key: Callable[[Record], Any]) -> None:
    page = [key(one) for one in full.first_page(Query("reports", sort=sort), 2000)]
    assert page == sorted(page, reverse=sort.startswith("-"))
    numbers = full.rows(Query("reports", sort=sort))
    assert [one.id for one in full.page("reports", numbers[:300])] == [
        one.id for one in full.first_page(Query("reports", sort=sort), 300)
    ]


def test_a_page_says_which_rows_are_gone(full: Writer) -> None:
    numbers = list(full.rows(Query("reports"))[:3])
    assert [one is None for one in full.page("reports", [numbers[0], 10**9, numbers[2]])] == [False, True, False]


def test_house_nine_stands_before_house_thirteen(writer: Writer) -> None:
    for house in ("13", "9", "13 с1", "2"):
        writer.save("reports", None, {"text": "я", "address": f"ул. Мира, {house}"}, "x", None, NOW)
    page = writer.first_page(Query("reports", sort="address"))
    assert [one.data["address"].rpartition(", ")[2] for one in page] == ["2", "9", "13", "13 с1"]


def test_common_and_rare_words_give_the_same_kind_of_answer(writer: Writer) -> None:
    """A page of a common word's list is found another way than its whole list: both must agree."""
    full = fill(writer)
    everywhere = [{**_change(number, random.Random(number), ["new"]), "id": f"c{number}"} for number in range(RARE)]
    for change in everywhere:
        change["data"]["text"] = "повсюду"
    full.absorb([*everywhere, {**everywhere[0], "id": "one more"}], NOW, {})
    query = Query("reports", text="повс", sort="address")
    page = full.first_page(query, 200)
    assert [one.id for one in page] == [one.id for one in full.page("reports", full.rows(query)[:200])]
    assert full.count(query) == RARE + 1


SEARCHED = (
    "сирень",
    "сирень растёт",
    "ольха",
    "сирень ольха",
    "клен",
    "ива сирень",
    "дуб",
    "дуб клён",
    "нигде",
    "иренью",
    "",
)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """Words that stand everywhere, here and there, at one end or the other; one text that its column can't hold."""
    writer, many = Profile(tmp_path_factory.mktemp("letters")).writer(HOUSE, patience=0), 1_500
    changes = []
    for number in range(many):
        trees = {
            "Сирень-растет": number % 3 == 0,
            "ольха": number % 100 == 0,
            "клён": number < 300,
            "Ива": number > 1_490,
        }
        text = " ".join(tree for tree, there in trees.items() if there) + (" дуб" if number in (7, 1_400) else "")
        change = _change(number, random.Random(number), ["new", "in_work"])
        change["data"] |= {"text": f"о {text}", "number": f"К1-{number:05}"}
        changes.append(change)
    changes[many // 2]["data"]["text"] = "ольха\x00дуб"
    for start in range(0, many, 500):
        writer.absorb(changes[start : start + 500], NOW, {})
    yield writer
    writer.close()


@pytest.mark.parametrize(
    "query",
    [
        Query("reports"), Query("reports", sort="number"), Query("reports", sort="-number"),
        Query("reports", among={"status": ("in_work",)}), Query("reports", among={"status": ("new", "in_work")}),
        Query("reports", containing={"text": "о"}), Query("reports", containing={"text": "оль", "address": "мир"}),
        Query("reports", among={"category": ("snow",)}, containing={"text": "сирень"}, sort="address"),
        Query("reports", among={"category": ("snow",), "status": ("in_work",)}, containing={"address": "мир"}),
        Query("reports", among={"category": ("snow",)}, sort=DUE),
        Query("reports", between={"rating": (1, 5)}, sort=DUE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rare", [RARE, 0])
@pytest.mark.parametrize("text", [search.TEXT, 0, 1, 1_000])
def test_the_head_of_a_search_is_the_beginning_of_its_whole_list(
    letters: Writer, query: Query, text: int, rare: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However common the words are, and wherever in the list they stand: the head is found in three ways.

    A million's ways are gone here by other figures: by texts alone, by both, by the full text alone.
    """
    monkeypatch.setattr(search, "TEXT", text)
    monkeypatch.setattr("citymanager.store.planning.RARE", rare)
    everything = list(letters.each(query))
    for typed in SEARCHED:
        asked = replace(query, text=typed)
        whole = letters.page("reports", letters.rows(asked))
        assert {one.id for one in whole if one} == {one.id for one in everything if has_words(one, typed)}, typed
        assert list(letters.lists.first_rows(asked, 50).values()) == whole[:50], typed


@pytest.mark.parametrize("sort", ["", "address", DUE, f"-{DUE}"])
def test_a_search_begins_where_no_text_tells_how_common_its_words_are(writer: Writer, sort: str) -> None:
    query = Query("reports", text="яма", among={"category": ("pothole",)}, sort=sort)
    assert writer.first_page(query) == []
    data = {"number": "К1-1", "text": "яма", "category": "pothole", "status": "solved"}
    writer.absorb([{**_change(1, random.Random(1), ["solved"]), "data": data}], NOW, {})
    assert [one.id for one in writer.first_page(query)] == ["r1"]
    assert not writer.first_page(replace(query, text="снег"))


def test_texts_are_read_only_where_the_words_are_common() -> None:
    """Else a word of a few old letters would have a million texts read; the full text puts together what is rare."""
    looked = _looked(
        ["снег", "крыша", "льда", "дом"],
        [f"снег {'на крыше дома' if n % 3 else ''} {'крыша' * (n % 20 == 0)} № {n}" for n in range(240)],
    )
    assert looked.seen == 240 and not looked.found
    assert _rare(looked, 5, 1_000_000) == ["льда"]
    assert _rare(looked, 200, 1_000_000) == ["крыша", "льда"]
    assert _rare(looked, 200, 2_000) == ["снег", "дом", "крыша", "льда"]
    for wanted, rare in ((["снег"], []), (["дом", "снег"], []), (["крыша"], []), (["льда"], ["льда"])):
        one = _looked(wanted, [f"снег на крыше дома {'крыша' * (n % 20 == 0)}" for n in range(240)])
        assert _rare(one, 5, 1_000_000) == rare


def _looked(typed: list[str], texts: list[str]) -> weighing.Looked:
    wanted = [heaps.Wanted(word) for word in typed]
    looked = weighing.Looked(wanted, search.TEXT)
    looked.take((n, frozenset(one for one in wanted if one.begin.search(text))) for n, text in enumerate(texts))
    return looked


def _rare(looked: weighing.Looked, limit: int, many: int) -> list[str]:
    return [one.word for one in looked.rare(limit, many)]


@pytest.mark.parametrize("typed", ["орог", "мир"], ids=["the middle of a word", "what another field holds"])
def test_a_long_text_is_searched_by_the_beginnings_of_its_own_words(full: Writer, typed: str) -> None:
    assert full.count(Query("reports", text="яма")) and full.count(Query("reports", text="мир"))
    query = Query("reports", containing={"text": typed})
    assert full.count(query) == 0 and not full.first_page(query, 10)


def test_an_unknown_field_is_refused_in_words(writer: Writer) -> None:
    with pytest.raises(Refused, match="нет поля «x; DROP TABLE reports»"):
        writer.count(Query("reports", among={"x; DROP TABLE reports": (1,)}))
    for key in ("photos", "rating"):
        with pytest.raises(Refused, match="не текстовое"):
            writer.first_page(Query("reports", containing={key: "яма"}))
    with pytest.raises(Refused, match="для сортировки"):
        writer.first_page(Query("reports", sort="nonsense"))


def test_a_box_with_very_many_records_is_answered_as_one_with_few(writer: Writer) -> None:
    full = fill(writer)
    many = [{**_change(number, random.Random(number), ["new"]), "id": f"m{number}"} for number in range(RARE * 4 // 3)]
    for start in range(0, len(many), 500):
        full.absorb(many[start : start + 500], NOW, {})
    whole = (60.59, 55.99, 60.91, 56.21)
    expected = [one for one in full.each(Query("reports")) if inside(one, *whole)]
    assert len(expected) > RARE
    query = Query("reports", box=whole)
    assert [one.id for one in full.first_page(query)] == [one.id for one in expected[:200]]
    numbers = full.rows(query)
    assert [one.id for one in full.page("reports", numbers[-50:]) if one] == [one.id for one in expected[-50:]]
    assert len(numbers) == full.count(query) == len(expected)
    new = replace(query, among={"status": ("new",)}, sort="number")
    wanted = sorted(
        (one for one in expected if one.data["status"] == "new"), key=lambda one: sort_key(one.data["number"])
    )
    assert [one.data["number"] for one in full.first_page(new)] == [one.data["number"] for one in wanted[:200]]


def test_polygons_are_found_by_their_box_and_drawn(writer: Writer) -> None:
    saved = writer.save("benches", None, {"name": "a", "geometry": SQUARE}, "x", None, NOW)
    assert writer.ids(Query("benches", box=(60.705, 56.081, 60.706, 56.082))) == [saved.id]
    assert writer.ids(Query("benches", box=(61, 57, 62, 58))) == []
    small = {**SQUARE, "coordinates": [[[60.7, 56.08], [60.701, 56.08], [60.701, 56.081], [60.7, 56.08]]]}
    less = writer.save("benches", None, {"name": "b", "geometry": small}, "x", None, NOW)
    number = {one: writer.row_number("benches", one) for one in (saved.id, less.id)}
    numbers, sizes = writer.features.lying("benches", (60, 56, 61, 57))
    assert set(numbers) == set(number.values())
    assert dict(zip(numbers, sizes, strict=True))[number[less.id]] == pytest.approx(0.001, abs=1e-5)
    assert (
        writer.features.lying("benches", (60, 56, 61, 57), ["planned"])
        == writer.features.lying("benches", (61, 57, 62, 58))
        == ([], [])
    )
    assert len(writer.features.lying("benches", (60, 56, 61, 57), ["broken", ""])[0]) == 2
    told = writer.features.outlines("benches", numbers, "name")
    assert told == {number[saved.id]: (saved.id, "planned", "a"), number[less.id]: (less.id, "planned", "b")}
    assert json.loads(writer.features.geometries("benches", [saved.id, "nobody"])[saved.id]) == SQUARE
    writer.save("benches", less.id, {"geometry": None}, "x", None, NOW)
    (point,) = writer.features.points("benches")
    assert point == next(writer.features.points("benches", [saved.id]))
    assert (point.number, point.id, point.value) == (writer.row_number("benches", saved.id), saved.id, "planned")
    assert 60.70 < point.lon < 60.71
    writer.save("benches", saved.id, {"geometry": None}, "x", None, NOW)
    assert writer.ids(Query("benches", box=(60, 56, 61, 57))) == [] and not list(writer.features.points("benches"))


@pytest.mark.fault("F30")
def test_readers_see_whole_transactions_only(writer: Writer, profile: Profile) -> None:
    full = fill(writer)
    reader = profile.reader(tuple(full.modules.values()))
    with full._connection.transaction():
        full._connection.run("DELETE FROM reports")
        assert reader.count(Query("reports")) == 2000
    assert reader.count(Query("reports")) == 0
    reader.close()


def test_a_first_page_takes_no_longer_for_the_many_than_for_the_few(full: Writer) -> None:
    """An index serves it: the time of a page must not follow the number of rows."""
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        full.first_page(Query("reports"), 50)
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 0.15
    scan = full._connection.all(
        "EXPLAIN QUERY PLAN SELECT _row FROM reports ORDER BY received DESC, _row DESC LIMIT 50"
    )
    assert "USING COVERING INDEX" in str(scan) and "TEMP B-TREE" not in str(scan)


def test_of_fields_that_say_whose_a_record_is_one_is_enough(writer: Writer) -> None:
    rows = {
        "mine": {"curator": "p1", "executor": "o2"}, "ours": {"executor": "o1"},
        "both": {"curator": "p1", "executor": "o1"}, "theirs": {"curator": "p2", "executor": "o2"}, "nobody": {},
    }  # fmt: skip
    writer.absorb([
        {"module": "reports", "id": key, "version": 1, "data": {"number": key, "status": "new", **data}, "by": "x",
         "at": "2026-11-22T00:00:00Z"} for key, data in rows.items()
    ], NOW, {})  # fmt: skip
    for sort in ("", DUE):
        query = Query("reports", one_of={"curator": "p1", "executor": "o1"}, sort=sort)
        assert {one.id for one in writer.first_page(query)} == {"mine", "ours", "both"} == set(writer.ids(query))
        assert len(writer.rows(query)) == 3
    assert writer.ids(Query("reports", one_of={"curator": "", "executor": ""})) == []
    narrowed = Query("reports", among={"status": ("solved",)}, one_of={"executor": "o1"})
    assert writer.ids(narrowed) == []


def test_a_login_is_found_letter_by_letter_in_a_column_and_outside_of_the_table(writer: Writer) -> None:
    logins = ("ivanova", "Ivanova", "ivanova2", "иванова " + "ы" * 100, "иванова " + "ы" * 101)
    for module, key in (("alarm_log", "login"), ("replies", "prepared_by")):
        writer.absorb([
            {"module": module, "id": f"{module}{number}", "version": 1, "data": {key: login}, "by": "x",
             "at": "2026-11-22T00:00:00Z"} for number, login in enumerate(logins)
        ], NOW, {})  # fmt: skip
        for number, login in enumerate(logins):
            assert writer.ids(Query(module, one_of={key: login})) == [f"{module}{number}"]
