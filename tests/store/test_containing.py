"""«Содержит» in the short texts that a table is sorted by: what its index tells, held against plain Python."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from empty_cache import with_tables
from throwaway import HOUSE, NOW

from citymanager.store import Profile, Query, Writer, stepping
from citymanager.store.due_order import DUE
from citymanager.store.narrowing import parts
from citymanager.store.records import SORTED
from citymanager.text import fold, in_sort_keys, sort_key

MANY = 1_200
SHORT = "и\u0306"  # one letter, folded
STREETS = ("ул. Ёлочная", "улица елочная", "Пр. 50-летия ВЛКСМ", "50% скидка_", "ул. 0012-я", "Ёж", "Й", "1007")
ASKED = (
    "нигде", "ЁЛОЧ", "елоч", "14", "014", "0014", "4", "0", "00", "50%", "%", "_", "50-лет", "пр. 50-л", "я, 14",
    ", 14 б", " б", "007", "12-я", "конец", "к5 б", "ё", "\U0001d7ce", "", " ",
)  # fmt: skip


def few(number: int, dice: random.Random) -> str | None:
    """Some dozens of different texts, and none, and empty ones."""
    if number % 50 == 3:
        return None
    if number % 50 == 4:
        return ""
    street = dice.choice(STREETS)
    return street if number % 9 == 0 else f"{street}, {dice.choice(('14', '014', '0014', '114', '140', '5'))}"


def different(number: int, dice: random.Random) -> str | None:
    """Nearly no two the same; some have their end behind what the index has, some shrink when they are folded."""
    told = few(number, dice)
    if told is None or number % 7 == 0:
        return told
    if number % 13 == 0:
        return f"{'0' * 90} конец {number}"
    if number % 11 == 0:
        return f"{told} {SHORT * 45} конец {number}"
    return f"{told} б, к{number} {'б' * dice.choice((0, 5, 30, 90))} конец"


@pytest.fixture(scope="module", params=[few, different])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    writer, dice = with_tables(Profile(tmp_path_factory.mktemp("containing")), HOUSE).writer(HOUSE), random.Random(7)
    for start in range(0, MANY, 400):
        writer.absorb([_report(number, request.param(number, dice)) for number in range(start, start + 400)], NOW, {})
    yield writer
    writer.close()


def _report(number: int, address: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "number": f"К{number % 3}-{number * 7:06}", "status": ("new", "in_work", "solved")[number % 3],
        "received": f"2026-03-{number % 28 + 1:02}T01:00:00Z", "text": f"яма {number}",
        "author_phone": f"+7 (351) {number:03}-46-{number % 100:02}",
    }  # fmt: skip
    if address is not None:
        data["address"] = address
    return {
        "module": "reports", "id": f"r{number}", "version": 1, "data": data, "by": "", "at": "2026-11-22T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("most", [1, 7, 40, stepping.MOST])
@pytest.mark.parametrize("rare", [0, 30, 5_000])
@pytest.mark.parametrize("key", ["address", "number"])
def test_it_lets_through_what_plain_python_would(
    city: Writer, key: str, rare: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "MOST", most)
    monkeypatch.setattr("citymanager.store.planning.RARE", rare)
    everything = list(city.each(Query("reports")))
    for text in ASKED:
        wanted = [one.id for one in everything if key in one.data and fold(text) in fold(one.data[key])]
        query = Query("reports", containing={key: text})
        assert [one.id for one in city.first_page(query, 50)] == wanted[:50], text
        assert [one.id for one in city.page("reports", city.rows(query)) if one] == wanted, text
        assert sorted(city.ids(query)) == sorted(wanted) and city.count(query) == len(wanted), text


@pytest.mark.parametrize("sort", ["", "address", "-number", DUE])
@pytest.mark.parametrize("rare", [0, 5_000])
@pytest.mark.parametrize("text", ["", "яма"])
def test_it_goes_with_whatever_else_narrows_the_list(
    city: Writer, sort: str, rare: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "MOST", 20)
    monkeypatch.setattr("citymanager.store.planning.RARE", rare)
    narrowed = {"among": {"status": ("in_work",)}, "sort": sort, "text": text}
    everything = list(city.each(Query("reports", among={"status": ("in_work",)}, sort=sort)))
    for asked in ASKED:
        wanted = [one.id for one in everything if "address" in one.data and fold(asked) in fold(one.data["address"])]
        query = Query("reports", containing={"address": asked, "author_phone": "46"}, **narrowed)
        assert [one.id for one in city.first_page(query, 50)] == wanted[:50], asked
        assert [one.id for one in city.page("reports", city.rows(query)) if one] == wanted, asked


def test_values_are_looked_at_once_each_and_no_row_is_read_for_them(city: Writer) -> None:
    for most in (1, stepping.MOST):
        asked = stepping.rows("reports", '"_s_address"', "instr({0}, letters) > 0", ["letters"])
        steps = [row[-1] for row in city._connection.all(f"EXPLAIN QUERY PLAN {asked}", ("нигде",))]
        read = [one for one in steps if " reports" in one]
        assert read and all("COVERING INDEX" in one and one.startswith("SEARCH") for one in read), (most, steps)


def test_only_of_a_text_with_more_behind_its_beginning_the_row_is_read(city: Writer) -> None:
    """However long the texts of the index are."""
    (asked, *_) = parts(city._connection, city.modules["reports"], Query("reports", containing={"address": "нигде"}))[
        1:
    ]
    perhaps = {row for (row,) in city._connection.all(asked.rows, asked.values)}
    known = city._connection.all("SELECT _row, address FROM reports WHERE address IS NOT NULL")
    assert perhaps == {row for row, address in known if len(address) > SORTED}


def test_a_sort_key_has_all_that_is_looked_for_in_it() -> None:
    """Of random texts: each holds what each part of it is looked for by."""
    dice, letters, met = random.Random(3), "аёЁи\u0306 ,0012345٣½", 0
    for _ in range(20_000):
        text = "".join(dice.choices(letters, k=dice.randint(1, 20)))
        start, end = sorted(dice.choices(range(len(text) + 1), k=2))
        if fold(text[start:end]) in fold(text) and len(key := sort_key(text)) < 200:
            assert all(one in key for one in in_sort_keys(text[start:end])), (text, text[start:end])
            met += 1
    assert met > 15_000
    assert in_sort_keys("ул. 50-летия, 14") == ["ул. 0000000050-летия, ", "14"]
    assert in_sort_keys("014") == ["14"] and in_sort_keys("00") == in_sort_keys("") == []
    assert in_sort_keys("5 к. 007") == ["5", " к. ", "7"]
