"""Column maps, and real reports of another city taken by one."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from exchanging import Station

MAPS = Path(__file__).parents[2] / "resources" / "column_maps"


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "profile")


@pytest.fixture
def take(station: Station, tmp_path: Path) -> Any:
    """`take(map, table)`: import a table into reports by a map."""

    def run(mapping: str, table: str) -> Any:
        (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
        (tmp_path / "a.csv").write_text(table, encoding="utf-8")
        return station.take("reports", tmp_path / "a.csv", map_file=tmp_path / "m.toml")

    return run


@pytest.mark.campaign
def test_another_citys_reports_are_taken_or_refused_one_by_one(station: Station, shared: Path) -> None:
    file = shared / "reports" / "nyc_publicstuff_2010-2018.csv"
    told = station.take("reports", file, map_file=MAPS / "nyc_publicstuff.toml")
    count = told.count
    assert count["read"] == 8_739
    assert len(told.reasons) == count["refused"]
    assert all("Повторяет строку" in reason for reason in told.reasons.values())
    found = station.records("reports")
    assert len(found) == count["taken"] == 8_289
    statuses = Counter(one["status"] for one in found.values())
    assert set(statuses) == {"new", "accepted", "in_work", "solved", "moderation"}
    assert all(one["geometry"]["coordinates"] and one["received"] < "2019" for one in found.values())
    assert {one["category"] for one in found.values()} >= {"pothole", "lighting", "garbage", "abandoned_car"}
    with closing(station.writer()) as writer:
        assert writer.unsent() == count["taken"]
    again = station.take("reports", file, map_file=MAPS / "nyc_publicstuff.toml")
    assert again.count["unchanged"] == again.count["taken"] == 8_289


def test_a_map_translates_joins_fills_and_places(take: Any, station: Station) -> None:
    mapping = """
        id = "№"
        [constants]
        channel = "Электронная почта"
        [columns]
        address = "Где"
        [columns.text]
        from = ["Тема", "Суть"]
        join = " — "
        [columns.status]
        from = "Состояние"
        default = "На модерации"
        values = { open = "В работе", closed = "solved" }
        [columns.received]
        from = "Когда"
        epoch = "milliseconds"
        [geometry]
        latitude = "Ш"
        longitude = "Д"
    """
    table = (
        "№;Тема;Суть;Состояние;Где;Когда;Ш;Д\n"
        "1;Яма;глубокая;OPEN;Рябиновая, 5;1517065554000;56,085;60.732\n"
        "2;Свет;;;Рябиновая, 7;;;\n"
        "3;Снег;;странное;;;56.1;\n"
        ";Снег;;;;;;\n"
        "1;Яма;повтор;;;;;\n"
    )
    told = take(mapping, table)
    assert told.count == {"read": 5, "taken": 2, "unchanged": 0, "refused": 3}
    assert "не удалось прочесть значение «странное»" in told.reasons[4]
    assert "Нет номера записи" in told.reasons[5]
    assert "Повторяет строку 2" in told.reasons[6]
    first, second = sorted(station.records("reports").values(), key=lambda one: str(one["address"]))
    assert first["text"] == "Яма — глубокая"
    assert first["status"] == "in_work"
    assert first["received"] == "2018-01-27T15:05:54Z"
    assert first["geometry"] == {"type": "Point", "coordinates": [60.732, 56.085]}
    assert first["channel"] == second["channel"] == "email"
    assert (second["text"], second["status"]) == ("Свет", "moderation")
    assert "geometry" not in second
    assert second["received"]


def test_importing_again_updates_what_has_changed(take: Any, station: Station) -> None:
    mapping = 'id = "№"\n[columns]\ntext = "Суть"\naddress = "Где"\n'
    take(mapping, "№,Суть,Где\n1,яма,Садовая\n2,снег,Лесная\n")
    told = take(mapping, "№,Суть,Где\n1,яма,Полевая\n2,снег,Лесная\n3,свет,\n")
    assert told.count == {"read": 3, "taken": 3, "unchanged": 1, "refused": 0}
    assert {one["text"]: one.get("address") for one in station.records("reports").values()} == {
        "яма": "Полевая", "снег": "Лесная", "свет": None,
    }  # fmt: skip


def test_what_people_have_moved_on_is_not_moved_back(take: Any, station: Station) -> None:
    mapping = 'id = "№"\n[columns]\ntext = "Суть"\n[columns.status]\nfrom = "Статус"\n'
    take(mapping, "№,Суть,Статус\n1,яма,Новое\n2,свет,Новое\n")
    (ident,) = [key for key, one in station.records("reports").items() if one["text"] == "яма"]
    with closing(station.writer()) as writer:
        from throwaway import NOW

        writer.save("reports", ident, {"status": "moderation"}, "тест", None, NOW)
        writer.save("reports", ident, {"status": "accepted"}, "тест", None, NOW)
    told = take(mapping, "№,Суть,Статус\n1,яма,Новое\n2,свет,Новое\n")
    assert "нельзя перейти в «Новое»" in told.reasons[2]
    assert station.records("reports")[ident]["status"] == "accepted"


@pytest.mark.parametrize(
    ("mapping", "word"),
    [
        ("это не toml", "не прочитана"),
        ("[columns]\nwidth = 'a'", "нет поля width"),
        ("colums = 1", "неизвестные ключи: colums"),
        ("module = 'people'", "для раздела «people»"),
        ("[columns.status]\nfrom = 'a'\nvalues = { x = 'Никакое' }", "не удалось прочесть"),
        ("[columns.status]\nform = 'a'", "неизвестные ключи: form"),
        ("[columns.received]\nfrom = 'a'\nepoch = 'years'", "epoch"),
        ("[columns]\ntext = 'Нет такого'", "нет столбцов из карты: «Нет такого»"),
        ("[geometry]\nlatitude = 'a'", "latitude и longitude"),
        ("columns = 'a'", "таблицей"),
        ("[columns]\ntext = true", "нужна строка"),
    ],
)
def test_a_wrong_map_is_told_and_nothing_taken(take: Any, station: Station, mapping: str, word: str) -> None:
    told = take(mapping, "a,b\n1,2\n")
    assert told.code == 2
    assert word in told.errors
    assert station.records("reports") == {}


def test_the_maps_we_ship_fit_their_modules(station: Station, tmp_path: Path) -> None:
    shipped = sorted(MAPS.glob("*.toml"))
    assert shipped
    for one in shipped:
        (tmp_path / "a.csv").write_text("столбец\nзначение\n", encoding="utf-8")
        assert "нет столбцов из карты" in station.take("reports", tmp_path / "a.csv", map_file=one).errors


def test_coordinates_in_columns_are_known_by_their_names(station: Station, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,Широта,Долгота\nяма,56.085,60.732\n", encoding="utf-8")
    assert station.take("reports", tmp_path / "a.csv").code == 0
    (data,) = station.records("reports").values()
    assert data["geometry"]["coordinates"] == [60.732, 56.085]


@pytest.mark.campaign
def test_a_disk_that_fills_leaves_whole_chunks_and_the_journal_agrees(station: Station, tmp_path: Path) -> None:
    import resource

    file = tmp_path / "a.csv"
    file.write_text("text\n" + "".join(f"яма {n} {'щ' * 1_000}\n" for n in range(2_000)), encoding="utf-8")
    station.writer().close()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (9_000_000, hard))  # about two chunks
    try:
        told = station.take("reports", file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    kept = station.records("reports")
    assert told.code == 1
    assert told.count["taken"] == len(kept)
    assert 0 < len(kept) < 2_000
    assert len(kept) % 500 == 0
    again = station.take("reports", file)
    assert again.count == {"read": 2_000, "taken": 2_000, "unchanged": len(kept), "refused": 0}
    lines = (station.profile.folder / "operations.journal").read_bytes().split(b"\n")
    entries = [json.loads(one.partition(b" ")[2]) for one in lines if one]
    assert len([one for one in entries if "op" in one]) == 2_000
