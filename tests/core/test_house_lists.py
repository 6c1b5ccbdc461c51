"""Houses as a dispatcher lists them, and the zone that follows from them and they from it."""

import pytest

from citymanager.addresses import AddressBook
from citymanager.house_lists import NO_MAP, listed
from citymanager.outage_zone import Extent, followed, left_out, zone_around
from citymanager.territory import covers

STREETS = [["улица Ленина", 60.7, 56.08], ["улица 40 лет Октября", 60.71, 56.08], ["проспект Мира", 60.72, 56.08],
           ["переулок Мира", 60.73, 56.08], ["2-я Полевая улица", 60.74, 56.08]]  # fmt: skip
NUMBERS = [*map(str, range(1, 21)), "7А", "13 с1"]
HOUSES = [
    *([0, number, 60.70 + at / 1_000, 56.08] for at, number in enumerate(NUMBERS)),
    [1, "1", 60.7101, 56.09], [1, "9", 60.7102, 56.09], [2, "5", 60.7201, 56.08], [3, "5", 60.7301, 56.08],
    [4, "4", 60.7401, 56.08], [2, "54-1", 60.7202, 56.08],
]  # fmt: skip
BOOK = AddressBook(STREETS, HOUSES)
RING = [[60.6995, 56.079], [60.7025, 56.079], [60.7025, 56.081], [60.6995, 56.081], [60.6995, 56.079]]
ZONE = {"type": "Polygon", "coordinates": [RING]}


def numbers(typed: str) -> list[str]:
    found = listed(typed, BOOK)
    assert found.troubles == []
    return [text.rsplit(", ", 1)[1] for text in found.houses]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ленина 1-7 нечётные, 20", ["1", "3", "5", "7", "7А", "20"]),
        ("ул. Ленина, 1–5 (чет), 13с1; 40 лет октября 1, 9", ["2", "4", "13 с1", "1", "9"]),
        ("ленина 3, пр. мира 5, 54/1, 2 полевая 4", ["3", "5", "54-1", "4"]),
        ("нечётные", None), ("Ленина с 18 по 30", ["18", "19", "20"]),
        ("Ленина, дома 7, 7а, д. 13 стр. 1", ["7", "7А", "13 с1"]),
        ("пер Мира все\n40 лет Октября нечётные", ["5", "1", "9"]),
        ("Ленина 5; ленина, 5", ["5"]), ("100 м от Ленина 1", ["1", "2"]), ("", []),
    ],
)  # fmt: skip
def test_a_list_is_read_as_it_is_spoken(typed: str, meant: list[str] | None) -> None:
    if meant is not None:
        assert numbers(typed) == meant
    else:
        assert listed(typed, BOOK).troubles == ["«нечётные»: сначала улица, потом дома."]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Лесная 5, 7", "Улицы «Лесная» на карте нет"), ("Мира 5", "какая улица: проспект Мира или переулок Мира?"),
        ("Ленина", "улица Ленина: укажите дома"), ("Ленина 99", "дома «99» на карте нет. Есть: 20, 19, 18."),
        ("Ленина 9-3", "сначала меньший номер"), ("Ленина 40-50", "домов 40-50 на карте нет"),
        ("Ленина 7 нечётные", "бывают в промежутке"), ("9000 м от Ленина 1", "слишком далеко"),
        ("50 м от Лесной 1", "такого дома на карте нет"), ("5, 7", "сначала улица"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_and_the_rest_is_taken(typed: str, told: str) -> None:
    found = listed(f"{typed}; Ленина 1", BOOK)
    assert any(told in one for one in found.troubles), found.troubles
    assert "улица Ленина, 1" in found.houses
    assert len(found.troubles) == len(set(found.troubles))


def test_without_a_map_and_with_any_text_at_all_it_answers(blns: list[str]) -> None:
    assert listed("Ленина 5", AddressBook((), ())).troubles == [NO_MAP]
    for text in blns:
        listed(text, BOOK)
        listed(f"Ленина {text}", BOOK)


def test_houses_follow_a_drawn_zone_and_the_zone_typed_houses() -> None:
    drawn = followed(BOOK, Extent(), Extent(ZONE))
    assert drawn.houses == "улица Ленина, 1\nулица Ленина, 2\nулица Ленина, 3"
    typed = followed(BOOK, Extent(), Extent(None, drawn.houses))
    assert typed.zone == zone_around([BOOK.find(line) for line in drawn.houses.splitlines()])
    assert all(covers(typed.zone, *BOOK.find(line).point) for line in drawn.houses.splitlines())
    fewer = followed(BOOK, typed, Extent(typed.zone, "улица Ленина, 1"))
    assert not covers(fewer.zone, 60.702, 56.08) and covers(fewer.zone, 60.70, 56.08)
    assert followed(BOOK, fewer, Extent(fewer.zone, "")).zone is None


def test_what_a_person_has_drawn_or_listed_stays() -> None:
    drawn = followed(BOOK, Extent(), Extent(ZONE))
    shorter = Extent(ZONE, "улица Ленина, 1")
    assert followed(BOOK, drawn, shorter) == shorter, "a zone drawn by hand"
    other = {"type": "Polygon", "coordinates": [[[x + 0.01, y] for x, y in RING]]}
    assert followed(BOOK, shorter, Extent(other, shorter.houses)).houses == shorter.houses, "houses listed by hand"
    assert [one.number for one in left_out(BOOK, Extent(ZONE, "ул. Ленина 2"))] == ["1", "3"]
    new = followed(BOOK, Extent(ZONE, drawn.houses + "\nЛенина, 1000"), Extent(other, drawn.houses + "\nЛенина, 1000"))
    assert new.houses.endswith("\nЛенина, 1000"), "a house that the map does not know yet"
