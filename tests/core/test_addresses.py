"""Addresses as people write them, and the houses that they mean."""

import time
from pathlib import Path

import pytest

from citymanager.address_words import key_of, split_flat
from citymanager.addresses import AddressBook
from layers.basemap.build import import_basemap
from layers.basemap.pack import read

STREETS = [
    ["улица Комсомольская", 60.74, 56.08], ["Комсомольская улица", 60.75, 56.08], ["Озёрная набережная", 60.73, 56.09],
    ["улица 40 лет Октября", 60.72, 56.09], ["проспект Мира", 60.71, 56.08], ["переулок Мира", 60.70, 56.08],
    ["улица Академика Забабахина", 60.76, 56.07], ["улица 8 Марта", 60.77, 56.07], ["2-я Полевая улица", 60.78, 56.07],
    ["улица № 10", 60.79, 56.07], ["Красная Мирная улица", 60.80, 56.07], ["Тихий переулок", 60.81, 56.07],
]  # fmt: skip
HOUSES = [
    [1, "13", 60.7501, 56.0801], [1, "13 с1", 60.7502, 56.0801], [1, "13А", 60.7503, 56.0801],
    [1, "131", 60.7504, 56.0801], [0, "7", 60.7505, 56.0801], [2, "5", 60.7301, 56.0901], [2, "5А", 60.7302, 56.0901],
    [3, "9", 60.7201, 56.0901], [4, "5", 60.7101, 56.0801], [5, "5", 60.7001, 56.0801], [6, "21", 60.7601, 56.0701],
    [7, "3", 60.7701, 56.0701], [8, "4", 60.7801, 56.0701], [9, "2", 60.7901, 56.0701], [4, "54-1", 60.7102, 56.0801],
    [4, "12 корп. 2", 60.7103, 56.0801], [-1, "99", 60.7000, 56.0900], [1, "13", 60.7600, 56.0900],
    [-1, "99А", 60.7111, 56.0801], [-1, "2-й км автодороги №3", 60.6900, 56.0500],
]  # fmt: skip
CROSSINGS = [[1, 4, 60.7105, 56.0805], [4, 5, 60.7051, 56.0800], [0, 7, 60.7702, 56.0702]]


@pytest.fixture(scope="module")
def book() -> AddressBook:
    return AddressBook(STREETS, HOUSES, CROSSINGS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("комс 13", "Комсомольская улица, 13"),
        ("Комсомольская улица 13", "Комсомольская улица, 13"),
        ("ул. Комсомольская, д. 13", "Комсомольская улица, 13"),
        ("улица комсомольская д13", "Комсомольская улица, 13"),
        ("камсомольская 13", "Комсомольская улица, 13"),
        ("на Комсомольской, 13", "Комсомольская улица, 13"),
        ("комсомольск13", "Комсомольская улица, 13"),
        ("rjvcjvjkmcrfz 13", "Комсомольская улица, 13"),
        ("комс 13с1", "Комсомольская улица, 13 с1"),
        ("комсомольская, 13 стр. 1", "Комсомольская улица, 13 с1"),
        ("комсомольская 13 строение 1", "Комсомольская улица, 13 с1"),
        ("комсомольская 13a", "Комсомольская улица, 13А"),
        ("комсомольская 7", "Комсомольская улица, 7"),
        ("Россия, 456770, Челябинская обл., г. Снежинск, ул. Комсомольская, 13, кв. 8", "Комсомольская улица, 13"),
        ("озер 5", "Озёрная набережная, 5"),
        ("озёрная наб 5 а", "Озёрная набережная, 5А"),
        ("40 лет октября 9", "улица 40 лет Октября, 9"),
        ("8 марта 3", "улица 8 Марта, 3"),
        ("2-ая полевая 4", "2-я Полевая улица, 4"),
        ("ул № 10, 2", "улица № 10, 2"),
        ("пр мира 5", "проспект Мира, 5"),
        ("переулок мира 5", "переулок Мира, 5"),
        ("мира 54/1", "проспект Мира, 54-1"),
        ("мира 12к2", "проспект Мира, 12 корп. 2"),
        ("забабахна 21", "улица Академика Забабахина, 21"),
        ("ул. Забабахина 21", "улица Академика Забабахина, 21"),
        ("академика забабахина 21", "улица Академика Забабахина, 21"),
        ("комс", "Комсомольская улица"),
        ("тихий пер", "Тихий переулок"),
    ],
)
def test_every_spelling_leads_first_to_what_is_meant(book: AddressBook, typed: str, meant: str) -> None:
    assert [one.text for one in book.suggest(typed)][:1] == [meant]


def test_houses_that_begin_alike_follow_the_one_that_was_typed(book: AddressBook) -> None:
    found = [one.text.removeprefix("Комсомольская улица, ") for one in book.suggest("комс 13")]
    assert found == ["13", "13 с1", "13А", "131"]


def test_a_comma_after_a_street_asks_for_its_houses(book: AddressBook) -> None:
    found = [one.text for one in book.suggest("Комсомольская улица, ")]
    assert found == [f"Комсомольская улица, {number}" for number in ("7", "13", "13 с1", "13А", "131")]
    assert [one.text for one in book.suggest("тихий пер, ")] == ["Тихий переулок"]


def test_two_streets_of_one_name_are_both_offered(book: AddressBook) -> None:
    assert [one.text for one in book.suggest("мира 5")][:2] == ["переулок Мира, 5", "проспект Мира, 5"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "13", "кв. 5", "несуществующая 5", "комсомольская 999", "🙂", "а" * 5_000]
)
def test_nothing_is_offered_for_what_the_city_does_not_have(book: AddressBook, typed: str) -> None:
    assert book.suggest(typed) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("99", ["дом 99 (улица не указана)", "дом 99А (рядом: проспект Мира)"]),
        ("дом 99а", ["дом 99А (рядом: проспект Мира)"]),
        ("мира 99а", ["дом 99А (рядом: проспект Мира)"]),
        ("комсомольская 99а", []),
        ("2-й км", ["2-й км автодороги №3 (улица не указана)"]),
        ("автодороги 3", ["2-й км автодороги №3 (улица не указана)"]),
        ("автодорога № 5", []),
    ],
)
def test_a_house_without_a_street_is_found_by_its_number_and_by_the_street_beside_it(
    book: AddressBook, typed: str, meant: list[str]
) -> None:
    found = book.suggest(typed)
    assert [one.text for one in found] == meant
    assert all(one.point is not None for one in found)


@pytest.mark.parametrize(
    "typed",
    [
        "Комсомольская / Мира", "мира / комсомольская", "угол Комсомольской и пр. Мира",
        "комсомольская и проспект мира",
        "перекрёсток Комсомольская — Мира", "на пересечении Комсомольской и Мира", "камсомольская/мира",
    ],
)  # fmt: skip
def test_two_streets_lead_to_where_they_meet(book: AddressBook, typed: str) -> None:
    found = book.suggest(typed)
    assert [one.point for one in found] == [(60.7105, 56.0805)]
    assert set(found[0].text.split(" / ")) == {"Комсомольская улица", "проспект Мира"}


def test_a_crossing_is_known_by_every_spelling_that_the_map_has_of_a_street(book: AddressBook) -> None:
    assert [one.text for one in book.suggest("8 Марта / Комсомольская")] == ["улица 8 Марта / Комсомольская улица"]


@pytest.mark.parametrize("typed", ["Комсомольская / 8", "Тихий / Мира", "мира 54/1", "Комсомольская / Мира / 8 Марта"])
def test_what_never_meets_has_no_crossing(book: AddressBook, typed: str) -> None:
    assert book.crossings(typed) == []


def test_whatever_is_typed_is_answered(book: AddressBook, blns: list[str]) -> None:
    for text in blns:
        assert len(book.suggest(text)) <= 10
        key_of(text)


def test_of_two_houses_with_one_address_the_first_is_meant(book: AddressBook) -> None:
    house = book.find("улица Комсомольская, 13")
    assert house is not None and house.point == (60.7501, 56.0801)


def test_the_nearest_house_is_found_with_its_distance(book: AddressBook) -> None:
    house, metres = book.nearest(60.7501, 56.0802) or (None, 0.0)
    assert house is not None and house.text == "Комсомольская улица, 13"
    assert metres == pytest.approx(11.1, abs=0.1)
    assert book.nearest(60.9, 56.2) is None
    assert AddressBook((), ()).nearest(60.75, 56.08) is None


@pytest.mark.parametrize(
    "text", ["улица Озёрная, 5А", "ул. Озерная, д. 5 а", "г. Снежинск, Озёрная улица, 5a, кв. 7", "озёрная 5А"]
)
def test_one_house_has_one_key(text: str) -> None:
    assert key_of(text) == key_of("Озёрная улица, 5А")


@pytest.mark.parametrize("text", ["Озёрная улица, 5", "Озёрная набережная, 5А", "улица Озёрная", "", "5А"])
def test_another_house_has_another_key(text: str) -> None:
    assert key_of(text) != key_of("Озёрная улица, 5А")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Мира, 5, кв. 12", ("Мира, 5", "кв. 12")),
        ("Мира 5 подъезд 2, этаж 3", ("Мира 5", "подъезд 2, этаж 3")),
        ("Мира, 5", ("Мира, 5", "")),
        ("кв. 5", ("кв. 5", "")),
    ],
)
def test_the_flat_is_kept_apart(text: str, parts: tuple[str, str]) -> None:
    assert split_flat(text) == parts


def test_the_real_city_is_searched_in_milliseconds_and_each_of_its_houses_is_found(
    shared: Path, tmp_path: Path
) -> None:
    import_basemap(sorted((shared / "snezhinsk_osm").glob("*.geojson")), tmp_path / "city.pack")
    table = read(tmp_path / "city.pack").addresses
    book = AddressBook(table["streets"], table["houses"], table["crossings"])
    assert book.suggest("камсомольск 12")[0].text == "Комсомольская улица, 12"
    assert book.suggest("ул. Широкая 37")[0].text == "Широкая улица, 37"
    assert book.suggest("Ленина / Свердлова")[0].point == pytest.approx((60.7325, 56.0853), abs=0.0005)
    lone = {number for street, number, *_ in table["houses"] if street < 0}
    assert len(lone) > 100 and [one for one in lone if one not in " ".join(x.text for x in book.suggest(one))] == []
    named = {f"{table['streets'][street][0]}, {number}" for street, number, *_ in table["houses"] if street >= 0}
    lost = [text for text in sorted(named) if (found := book.find(text)) is None or found.point is None]
    assert len(named) > 1_000 and lost == []
    slowest = 0.0
    for typed in ("к", "комсомольская улица 13", "академика забабахина 5", "бульвр свердлва 1"):
        for end in range(1, len(typed) + 1):
            begun = time.perf_counter()
            book.suggest(typed[:end])
            slowest = max(slowest, time.perf_counter() - begun)
    assert slowest < 0.5  # 1 ms on an idle machine, after the first


def test_a_city_of_sixty_thousand_houses_is_searched_at_typing_speed() -> None:
    streets = [
        [f"{'улица' if one % 3 else 'проспект'} Ряд{chr(1072 + one % 32)}{one}ский", 60.7, 56.0] for one in range(3_000)
    ]
    houses = [[one % 3_000, str(one // 3_000 + 1), 60.7, 56.0] for one in range(60_000)]
    book = AddressBook(streets, houses)
    book.suggest("ряда0ский 5")
    begun = time.perf_counter()
    for typed in ("р", "ряд", "рядб1", "рядк10ский 5", "рдк10скй 5"):
        book.suggest(typed)
    assert (time.perf_counter() - begun) / 5 < 0.5
