"""`import`, `export`, `import-basemap`: the command line hands them what they need; they have tests of their own."""

import json
from pathlib import Path
from typing import Any

import pytest


def test_what_is_exported_is_imported_again(command: Any, tmp_path: Path) -> None:
    command("new", "reports", "text==1+1", "category=Яма", "geometry=56.085, 60.732")
    before = command("query", "reports").line["data"]
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        file = tmp_path / f"out.{ending}"
        assert command("export", "Сообщения жителей", str(file)).line["written"] == 1
        again = command("import", "reports", str(file))
        assert again.code == 0, again.told
        assert command("query", "reports").line["data"] == before, ending


def test_rows_that_cannot_be_taken_are_told_and_the_others_are_taken(command: Any, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_bytes("Текст сообщения;Категория\nТемно;Освещение\nПусто;Бред\n".encode("cp1251"))
    part = command("--user", "Иванова", "import", "reports", str(file), "--encoding", "cp1251")
    assert part.code == 1 and part.lines[0]["row"] == 3
    assert (part.lines[-1]["read"], part.lines[-1]["taken"], part.lines[-1]["refused"]) == (2, 1, 1)
    assert command("query", "reports").line["data"]["category"] == "lighting"


@pytest.mark.parametrize(
    "words",
    [
        ["import", "reports", "нет.csv"],
        ["import", "bogus", "нет.csv"],
        ["export", "reports", "нет.doc"],
        ["import-basemap", "нет.geojson"],
    ],
    ids=" ".join,
)
def test_wrong_files_exit_2(words: list[str], command: Any, place: Path) -> None:
    refused = command(*words)
    assert refused.code == 2 and refused.lines == [] and refused.told.startswith("Ошибка: ")
    assert command("query", "reports").lines == []
    assert not (place / "basemap").exists()


def test_a_map_of_the_city_becomes_a_pack(command: Any, place: Path, tmp_path: Path) -> None:
    road = {
        "type": "Feature", "properties": {"highway": "residential", "name": "улица Ленина"},
        "geometry": {"type": "LineString", "coordinates": [[60.73, 56.08], [60.74, 56.09]]},
    }  # fmt: skip
    file = tmp_path / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}), encoding="utf-8")
    unsaid = command("import-basemap", str(file))
    assert unsaid.code == 2
    assert "--attribution" in unsaid.told
    assert not (place / "basemap").exists()
    assert command("import-basemap", "--attribution", "© Город", str(file)).line["streets"] == 1
    (pack,) = (place / "basemap").iterdir()
    content = pack.read_bytes()
    assert "© Город".encode() in content
    file.write_text("{", encoding="utf-8")
    assert command("import-basemap", "--attribution", "© Город", str(file)).code == 2
    assert pack.read_bytes() == content
