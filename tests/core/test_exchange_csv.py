"""CSV in all its dialects: what is a table is read right, what is none is refused in Russian."""

import json
from pathlib import Path

import pytest
from exchanging import Station
from hypothesis import given
from hypothesis import strategies as st

from citymanager.errors import Refused
from citymanager.exchange import csv_files

SPECTRUM = (
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
    "quotes_and_newlines", "simple", "simple_crlf", "utf8",
)  # fmt: skip


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "profile")


@given(st.text(st.sampled_from("'=+-@\t\r\na ＝"), max_size=6))
def test_the_guard_is_undone_exactly_and_no_cell_begins_as_a_formula(text: str) -> None:
    written = csv_files.guarded(text)
    assert csv_files.unguarded(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_foreign_text_in_apostrophes_keeps_them() -> None:
    assert csv_files.unguarded("'так' сказали") == "'так' сказали"
    assert csv_files.guarded("'так' сказали") == "'так' сказали"


@pytest.mark.parametrize("name", SPECTRUM)
def test_the_spectrum_of_csv_is_parsed_right(shared: Path, tmp_path: Path, name: str) -> None:
    content = (shared / f"bad/csv-spectrum/csvs/{name}.csv").read_bytes()
    if name.endswith("_crlf") and b"\r" not in content:  # a checkout may have changed the line ends of these
        content = content.replace(b"\n", b"\r\n")
    (tmp_path / "a.csv").write_bytes(content)
    wanted = json.loads((shared / f"bad/csv-spectrum/json/{name}.json").read_text(encoding="utf-8"))
    assert [dict(row.cells) for row in csv_files.read(tmp_path / "a.csv").rows] == wanted


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters_are_told_apart(station: Station, tmp_path: Path, code: str, delimiter: str) -> None:
    file = tmp_path / "письма.csv"
    text = f'Текст сообщения{delimiter}Адрес\r\n"Яма, глубокая; ""очень""\nи широкая"{delimiter}Рябиновая улица, 5\r\n'
    file.write_bytes(text.replace("Рябиновая улица, 5", '"Рябиновая улица, 5"').encode(code))
    assert station.take("reports", file).count == {"read": 1, "taken": 1, "unchanged": 0, "refused": 0}
    (data,) = station.records("reports").values()
    assert data["text"] == 'Яма, глубокая; "очень"\nи широкая'
    assert data["address"] == "Рябиновая улица, 5"
    assert data["status"] == "new"
    assert data["number"]


def test_the_encoding_that_is_named_is_held_to(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("Текст сообщения\nЯма\n".encode("cp1251"))
    wrong = station.take("reports", file, encoding="utf-8")
    assert wrong.code == 2
    assert "не в кодировке utf-8" in wrong.errors
    assert "Кодировки «клинопись» нет" in station.take("reports", file, encoding="клинопись").errors
    assert "Кодировки «base64» нет" in station.take("reports", file, encoding="base64").errors
    assert station.take("reports", file, encoding="cp1251").code == 0


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", b"", "пуст"),
        ("a.csv", b"\n\n", "нет названий столбцов"),
        ("a.csv", b"text\n", "нет ни одной записи"),
        ("a.csv", b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe\xfa" * 50, "не текст"),
        ("a.csv", b"text\nfine\n\x00\n", "не текст"),
        ("a.csv", bytes(range(256)), "не текст"),
        ("a.csv", b'text,address\n"open,x\n', "кавычки"),
        ("a.csv", b"colour,taste\nred,sour\n", "нет ни одного столбца"),
        ("a.csv", b"text,text\na,b\n", "дважды"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "не таблица XLSX"),
        ("a.xlsx", b"text\nplain\n", "не таблица XLSX"),
        ("a.gpkg", b"text\nplain\n", "не GeoPackage"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, "не GeoPackage"),
        ("a.txt", b"text\nplain\n", "окончание"),
        ("a", b"text\nplain\n", "окончание"),
    ],
)
def test_a_wrong_file_is_refused_whole(station: Station, tmp_path: Path, name: str, content: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    told = station.take("reports", tmp_path / name)
    assert told.code == 2
    assert word in told.errors
    assert station.records("reports") == {}


def test_a_missing_file_a_folder_and_an_unknown_module_are_refused(station: Station, tmp_path: Path) -> None:
    assert "нет. Проверьте путь" in station.take("reports", tmp_path / "нет.csv").errors
    assert "папка" in station.take("reports", tmp_path).errors
    (tmp_path / "a.csv").write_text("text\nя\n", encoding="utf-8")
    told = station.take("potholes", tmp_path / "a.csv")
    assert told.code == 2
    assert "Нет раздела «potholes»" in told.errors


def test_bad_rows_are_refused_by_name_and_the_others_taken(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(
        "text,rating,status,Лишний\nодин,5,Решено,x\nдва,9,,\n,1,,\nтри,много,,\nчетыре,,Неведомо,\nпять,2\nшесть,,,\n",
        encoding="utf-8",
    )
    told = station.take("reports", file)
    assert told.code == 1
    assert told.count == {"read": 7, "taken": 2, "unchanged": 0, "refused": 5}
    assert set(told.reasons) == {3, 4, 5, 6, 7}
    assert "от 1 до 5" in told.reasons[3]
    assert "Заполните «Текст сообщения»" in told.reasons[4]
    assert "ячеек 2, а столбцов 4" in told.reasons[7]
    assert "Лишний" in told.errors
    assert {one["text"]: one["status"] for one in station.records("reports").values()} == {
        "один": "solved",
        "шесть": "new",
    }


def test_a_file_of_bad_rows_only_does_nothing(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text,rating\nодин,7\n", encoding="utf-8")
    told = station.take("reports", file)
    assert told.code == 2
    assert told.count["refused"] == 1
    assert "Ни одна строка" in told.errors


def test_importing_again_doubles_nothing_and_equal_rows_are_several_records(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text\nямы\nямы\nлужи\n", encoding="utf-8")
    station.take("reports", file)
    again = station.take("reports", file)
    assert again.count == {"read": 3, "taken": 3, "unchanged": 3, "refused": 0}
    assert sorted(one["text"] for one in station.records("reports").values()) == ["лужи", "ямы", "ямы"]


def test_a_long_text_is_read_and_a_cut_off_quote_far_below_takes_nothing(station: Station, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text\n" + "щ" * 900_000 + "\n", encoding="utf-8")
    assert station.take("reports", file).code == 0
    file.write_text("text\n" + "строка\n" * 2_000 + '"открыта\n', encoding="utf-8")
    told = station.take("reports", file)
    assert told.code == 2
    assert "строка 2002" in told.errors
    assert len(station.records("reports")) == 1


def test_a_reader_raises_in_russian(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\x00b")
    with pytest.raises(Refused, match="Ничего не загружено"):
        csv_files.read(tmp_path / "a.csv")
