"""Houses from tables: a row is the record of the same house, however either spells it, on every desk."""

from contextlib import closing
from pathlib import Path

import pytest
from exchanging import Station
from throwaway import NOW

from citymanager.schema import Values

HEAD = "Адрес;Тип дома;Управляющая компания;Год постройки;Этажей;Помещений;Площадь;Жителей;Широта;Долгота\n"
ROWS = (
    HEAD
    + "456770, Челябинская обл, г Снежинск, ул Ленина, д. 5, корп. 2;многоквартирный;УК «Запад»;1974;9;"
    + "126;6023,2;368;56,085;60,732\n"
    + "Мира, 7;Жилой дом;;1999;2;1;120;3;;\n"
)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    made = Station(tmp_path / "profile")
    keep(made, "organisations", "o1", {"name": "УК «Запад»", "kind": "management"})
    return made


def keep(station: Station, module: str, ident: str, data: Values) -> None:
    """A record that somebody has made by hand."""
    with closing(station.writer()) as writer:
        writer.save(module, None, data, "тест", None, NOW, made_as=ident)


def take(station: Station, folder: Path, text: str) -> dict[str, int]:
    file = folder / "дома.csv"
    file.write_text(text, encoding="utf-8")
    told = station.take("houses", file)
    assert not told.reasons, told.reasons
    return told.count


def test_a_table_of_houses_is_taken_and_taken_again(station: Station, tmp_path: Path) -> None:
    assert take(station, tmp_path, ROWS) == {"read": 2, "taken": 2, "unchanged": 0, "refused": 0}
    known = station.records("houses")
    assert {one["residents"] for one in known.values()} == {368, 3}
    first = next(one for one in known.values() if one["residents"] == 368)
    assert first == {
        "address": "456770, Челябинская обл, г Снежинск, ул Ленина, д. 5, корп. 2", "kind": "apartments",
        "company": "o1", "built": 1974, "floors": 9, "flats": 126, "area": 6023.2, "residents": 368,
        "geometry": {"type": "Point", "coordinates": [60.732, 56.085]},
    }  # fmt: skip
    assert take(station, tmp_path, ROWS)["unchanged"] == 2
    assert station.records("houses") == known


def test_a_house_that_is_there_is_found_by_its_address(station: Station, tmp_path: Path) -> None:
    keep(station, "houses", "mine", {"address": "улица Ленина, 5к2", "floors": 9})
    take(station, tmp_path, "Адрес;Жителей\nЛенина ул., дом 5 корпус 2;371\nСторожка у пруда;2\n")
    known = station.records("houses")
    assert known["mine"] == {"address": "Ленина ул., дом 5 корпус 2", "floors": 9, "residents": 371}
    take(station, tmp_path, "Адрес;Жителей\nсторожка У ПРУДА;3\n")
    assert len(station.records("houses")) == len(known) == 2


def test_two_desks_make_one_record_of_one_house(station: Station, tmp_path: Path) -> None:
    other = Station(tmp_path / "other")
    take(station, tmp_path, "Адрес;Жителей\nМира, 7;3\n")
    take(other, tmp_path, "Адрес;Жителей\nул. Мира, д. 7;4\n")
    assert list(station.records("houses")) == list(other.records("houses"))


def test_a_house_twice_in_the_file_or_in_the_register_is_told(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "дома.csv"
    file.write_text("Адрес;Жителей\nМира, 7;3\nул. Мира, 7;4\n;5\n", encoding="utf-8")
    told = station.take("houses", file)
    assert told.reasons == {3: "Повторяет строку 2: это та же запись.", 4: "Заполните «Адрес»."}
    keep(station, "houses", "twin", {"address": "Мира, д. 7"})
    again = station.take("houses", file)
    assert again.reasons[2] == "Этот дом записан в разделе «Дома» дважды: удалите лишнюю запись."


def test_an_exported_table_comes_back_by_its_ids(station: Station, tmp_path: Path) -> None:
    take(station, tmp_path, ROWS)
    file = tmp_path / "назад.xlsx"
    assert station.give("houses", file).code == 0
    again = station.take("houses", file)
    assert again.count["unchanged"] == 2
