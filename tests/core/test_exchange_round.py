"""What our export writes, our import reads back the same: every field, every naughty string, every kind of file."""

import csv
import json
import tracemalloc
from contextlib import closing
from html import unescape
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pytest
from exchanging import Station
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from throwaway import NOW, SQUARE, WHOLE

from citymanager.commands.author import Author
from citymanager.exchange import xlsx_files
from citymanager.roles import Role, role
from citymanager.schema import Values

ENDINGS = ("csv", "xlsx", "geojson", "gpkg")

POINT = {"type": "Point", "coordinates": [60.732001234567, 56.0850000001]}
SHAPES: list[Any] = [
    SQUARE, {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], SQUARE["coordinates"]]},
    {"type": "Polygon", "coordinates": [[[60.7, 56.0, 1.5], [60.8, 56.0, 1.5], [60.8, 56.1, 2.0], [60.7, 56.0, 1.5]]]},
]  # fmt: skip


@pytest.fixture
def first(tmp_path: Path) -> Station:
    return Station(tmp_path / "first")


@pytest.fixture
def second(tmp_path: Path) -> Station:
    return Station(tmp_path / "second")


def filled(station: Station, module: str, records: list[Values]) -> dict[str, Values]:
    with closing(station.writer()) as writer:
        for start in range(0, len(records), 500):
            batch = [(f"запись-{start + n}", one) for n, one in enumerate(records[start : start + 500])]
            assert all(getattr(one, "op", "") for one in writer.save_many(module, batch, "тест", None, NOW))
    return station.records(module)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_kind_of_field_comes_back(first: Station, second: Station, tmp_path: Path, ending: str) -> None:
    numbers = [0, -1, 7, 0.1, 1e-9, 99.99999999999]
    records = [
        WHOLE,
        *({"name": f"длина {one}", "length": abs(one)} for one in numbers),
        *({"name": "контур", "geometry": shape} for shape in SHAPES),
        {"name": "пустая", "public": None, "checked": None, "status": "broken", "story": "1"},
        {"name": "давняя", "built": "0001-01-01", "checked": "1899-12-31T23:59:59Z"},
        {"name": "поздняя", "built": "9999-12-31", "checked": "2026-11-23T04:05:06Z"},
    ]
    before = filled(first, "benches", records)
    assert first.give("benches", tmp_path / f"скамейки.{ending}").lines[0]["written"] == len(before)
    told = second.take("benches", tmp_path / f"скамейки.{ending}")
    assert told.reasons == {}
    assert told.code == 0
    assert second.records("benches") == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_naughty_strings_come_back_from_every_text_field(
    first: Station, second: Station, tmp_path: Path, blns: list[str], ending: str
) -> None:
    odd = ["'", "''=1", "=1+1", "+7", "-", "@x", "\tтаб", "\rв", "в\r", "\nв\n", "a\r\nb",
           " край ", "   ", "\x0b\x1f\x7f",
           "_x0041_", "_x005F_", "_x005f_x0041_", "__x0041__", "#N/A", "#ДЕЛ/0!", "\ufeffбом", "\u2028", "\ufffe\uffff",
           "да", "1e5", "2026-11-23", "null", "NaN", "'так'", "я" * 2_000]  # fmt: skip
    texts = [one for one in [*odd, *blns] if _storable(one)]
    before = filled(
        first,
        "benches",
        [{"name": one, "story": one, "address": one[:2000], "donor": one, "regime": one} for one in texts],
    )
    first.give("benches", tmp_path / f"a.{ending}")
    told = second.take("benches", tmp_path / f"a.{ending}")
    assert told.reasons == {}
    assert second.records("benches") == before


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(text) <= 2_000 and "\x00" not in text


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_point_comes_back_to_the_last_digit(first: Station, second: Station, tmp_path: Path, ending: str) -> None:
    points = [
        POINT,
        {"type": "Point", "coordinates": [-0.1, -1e-7]},
        {"type": "Point", "coordinates": [60.7, 56.1, 250.5]},
    ]
    before = filled(first, "reports", [{"text": "яма", "geometry": one} for one in points])
    first.give("reports", tmp_path / f"a.{ending}")
    assert second.take("reports", tmp_path / f"a.{ending}").code == 0
    assert second.records("reports") == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_module_makes_a_file_without_records(first: Station, tmp_path: Path, ending: str) -> None:
    first.writer().close()
    assert first.give("reports", tmp_path / f"a.{ending}").lines[0]["written"] == 0
    assert "нет ни одной записи" in first.take("reports", tmp_path / f"a.{ending}").errors


def test_tables_speak_to_people(first: Station, tmp_path: Path) -> None:
    filled(first, "organisations", [{"name": "Горсвет"}])
    record = {"text": "=темно", "status": "in_work", "executor": "запись-0", "received": "2026-11-23T04:05:06Z"}
    filled(first, "reports", [{**record, "geometry": POINT}])
    first.give("reports", tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["Статус"] == "В работе"
    assert row["Исполнитель"] == "Горсвет"
    assert row["Исполнитель (id)"] == "запись-0"
    assert row["Поступило"] == "2026-11-23T09:05:06+05:00"
    assert row["Текст сообщения"] == "'=темно"
    assert row["Точка на карте"] == "56.0850000001, 60.732001234567"


def test_a_name_stands_for_its_record_where_only_one_bears_it(first: Station, tmp_path: Path) -> None:
    filled(first, "organisations", [{"name": "Горсвет"}, {"name": "Двойник"}, {"name": "двойник"}])
    file = tmp_path / "a.csv"
    file.write_text("Текст сообщения;Исполнитель\nтемно;горсвет\nтемно;Двойник\nтемно;Никто\n", encoding="utf-8")
    told = first.take("reports", file)
    assert "несколько записей" in told.reasons[3]
    assert "записи «Никто» нет" in told.reasons[4]
    assert [one["executor"] for one in first.records("reports").values()] == ["запись-0"]


def test_cells_of_a_sheet_are_typed_strings_and_never_formulas(first: Station, tmp_path: Path) -> None:
    filled(first, "benches", [{"name": "=1+1", "length": 2.5, "story": "\x01_x0041_"}])
    first.give("benches", tmp_path / "a.xlsx")
    sheet = load_workbook(tmp_path / "a.xlsx").active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["Название"].data_type, cells["Название"].value) == ("s", "=1+1")
    assert (cells["Длина"].data_type, cells["Длина"].value) == ("n", 2.5)
    assert not any(cell.data_type == "f" for cell in cells.values())
    with ZipFile(tmp_path / "a.xlsx") as book:
        assert "_x0001__x005F_x0041_" in book.read("xl/worksheets/sheet1.xml").decode()


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("_x0045F", max_size=12))
def test_escapes_of_a_sheet_are_undone_exactly(text: str) -> None:
    assert xlsx_files.unescaped(xlsx_files.escaped(text)) == text


def test_what_a_sheet_cannot_hold_is_told_and_no_file_is_left(first: Station, tmp_path: Path) -> None:
    filled(first, "benches", [{"name": "длинная", "story": "щ" * 40_000}])
    folder = tmp_path / "out"
    folder.mkdir()
    told = first.give("benches", folder / "a.xlsx")
    assert told.code == 2
    assert "Выгрузите раздел в CSV" in told.errors
    assert list(folder.iterdir()) == []


def test_an_export_replaces_its_file_whole_or_leaves_the_old_one(first: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_text("старый", encoding="utf-8")
    filled(first, "benches", [{"name": "длинная", "story": "щ" * 40_000}])
    assert first.give("benches", file).code == 2
    assert file.read_text(encoding="utf-8") == "старый"


@pytest.mark.parametrize("name", ["a.doc", "a", "a.csv.gz"])
def test_an_unknown_ending_names_the_known_ones(first: Station, tmp_path: Path, name: str) -> None:
    first.writer().close()
    told = first.give("reports", tmp_path / name)
    assert told.code == 2
    assert ".csv, .xlsx, .geojson или .gpkg" in told.errors


def test_an_export_that_cannot_be_written_is_told(first: Station, tmp_path: Path) -> None:
    first.writer().close()
    assert first.give("reports", tmp_path / "нет" / "a.csv").code == 2
    (tmp_path / "dir.csv").mkdir()
    assert "папка" in first.give("reports", tmp_path / "dir.csv").errors
    assert "Нет раздела" in first.give("potholes", tmp_path / "a.csv").errors


@pytest.mark.parametrize("ending", ENDINGS)
def test_personal_data_leave_only_for_roles_that_see_them(first: Station, tmp_path: Path, ending: str) -> None:
    filled(first, "reports", [{"text": "яма", "author_name": "Секретов"}])
    for person in (Role("clerk", "Делопроизводитель"), role("head")):
        first.give("reports", tmp_path / f"{person.key}.{ending}", author=Author("ivanov", person))
    shown = {name: _content(tmp_path / f"{name}.{ending}") for name in ("clerk", "head")}
    assert "Секретов" in shown["head"]
    assert "Секретов" not in shown["clerk"] and "Автор" not in shown["clerk"]


def _content(file: Path) -> str:
    if file.suffix == ".xlsx":
        with ZipFile(file) as book:
            return unescape(book.read("xl/worksheets/sheet1.xml").decode())
    return file.read_bytes().decode("utf-8", "replace")


def test_a_feature_has_keys_and_json_values(first: Station, tmp_path: Path) -> None:
    filled(first, "benches", [WHOLE])
    first.give("benches", tmp_path / "a.geojson")
    (feature,) = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))["features"]
    assert feature["geometry"] == SQUARE
    assert feature["properties"]["paints"] == ["red", "blue"]
    assert feature["properties"]["checked"] == "2026-11-23T04:05:06Z"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_file_is_refused_or_read_but_never_breaks_the_program(
    first: Station, tmp_path: Path, ending: str
) -> None:
    filled(first, "benches", [{**WHOLE, "name": f"скамейка {n}"} for n in range(20)])
    whole = tmp_path / f"a.{ending}"
    first.give("benches", whole)
    random, content = Random(2026), whole.read_bytes()
    for number in range(40):
        damaged = bytearray(content[: random.randrange(len(content)) if number % 4 == 0 else len(content)])
        for _ in range(random.choice((1, 5, 50))):
            if damaged:
                damaged[random.randrange(len(damaged))] = random.randrange(256)
        (tmp_path / f"b.{ending}").write_bytes(bytes(damaged))
        told = Station(tmp_path / f"p{number}").take("benches", tmp_path / f"b.{ending}")
        assert told.code in (0, 1, 2)
        assert told.code == 2 or told.count["taken"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson"])
@pytest.mark.campaign
def test_an_export_does_not_fill_the_memory(first: Station, tmp_path: Path, ending: str) -> None:
    with closing(first.writer()) as writer:
        for start in range(0, 2_000, 500):
            changes = [
                {"module": "benches", "id": f"r{start + n}", "version": 1, "data": {"name": "я", "story": "щ" * 3_000}}
                for n in range(500)
            ]
            writer.absorb(changes, NOW, {})
    first.give("benches", tmp_path / f"warm.{ending}")
    tracemalloc.start()
    try:
        first.give("benches", tmp_path / f"a.{ending}")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000  # the texts alone are 12 MB
