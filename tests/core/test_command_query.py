"""`query`: what it finds, how it prints it, and that it holds nothing in memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from citymanager.modules import MODULES, REPORTS
from citymanager.store import Profile

ROOT = Path(__file__).parents[2]
Load = Callable[[str, dict[str, dict[str, Any]]], None]


def _reports(count: int) -> dict[str, dict[str, Any]]:
    statuses = [one.key for one in REPORTS.statuses]
    return {
        f"r{number}": {
            "text": f"Сообщение {number} про яму", "status": statuses[number % len(statuses)],
            "received": f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
            "geometry": {"type": "Point", "coordinates": [60 + number / count, 56]},
        }
        for number in range(count)
    }  # fmt: skip


def _ids(answer: Any) -> list[str]:
    assert answer.code == 0, answer.told
    return [one["id"] for one in answer.lines]


def test_a_new_profile_is_empty_and_is_not_made_by_looking(command: Any, place: Path) -> None:
    assert _ids(command("query", "reports")) == []
    assert not place.exists()
    place.mkdir()
    assert _ids(command("query", "reports")) == []
    assert list(place.iterdir()) == []


def test_a_line_is_the_record_as_the_wire_has_it_and_its_unsent_edits(command: Any, loaded: Load) -> None:
    loaded("organisations", {"o1": {"name": "Горсвет", "active": False, "будущее": [1]}})
    assert command("query", "organisations").line == {
        "id": "o1", "module": "organisations", "version": 1, "unsent": 0, "by": "сервер", "at": "2026-11-23T04:05:06Z",
        "data": {"name": "Горсвет", "active": False, "будущее": [1]},
    }  # fmt: skip


def test_every_filter_alone_and_together(command: Any, loaded: Load) -> None:
    loaded("reports", _reports(100))
    count = len(REPORTS.statuses)
    assert len(_ids(command("query", "reports"))) == 100
    assert _ids(command("query", "reports", "--limit", "3")) == ["r99", "r98", "r97"]
    assert _ids(command("query", "reports", "--limit", "0")) == []
    new = [f"r{number}" for number in range(99, -1, -1) if number % count == 0]
    assert _ids(command("query", "reports", "--status", "Новое")) == new
    assert len(_ids(command("query", "reports", "--status", "new", "--status", "solved"))) == len(new) + 100 // count
    assert _ids(command("query", "reports", "--text", "ЯМУ сооб 42")) == ["r42"]
    assert _ids(command("query", "reports", "--bbox", "60.095,55,60.125,57")) == ["r12", "r11", "r10"]
    assert _ids(command("query", "reports", "--id", "r5", "--id", "r7")) == ["r7", "r5"]
    assert _ids(command("query", "reports", "--id", "r5", "--id", "r7", "--text", "5", "--bbox", "60,55,61,57")) == [
        "r5"
    ]


def test_an_unknown_id_beside_a_known_one_is_done_in_part(command: Any, loaded: Load) -> None:
    loaded("reports", _reports(3))
    found = command("query", "reports", "--id", "r1", "--id", "нет")
    assert found.code == 1 and [one["id"] for one in found.lines] == ["r1"] and "Записи нет нет" in found.told


def test_letters_are_not_escaped_and_a_record_is_one_line_to_every_reader(
    command: Any, loaded: Load, place: Path
) -> None:
    text = 'Ё\x85\u2028\u2029\n\r\x0b\x0c\x1c\x1e\x7f\t"\\ 𝒜 🏙'
    loaded("reports", {"r1": {"text": text}})
    ended = _run("query", "reports", "--profile", str(place))
    assert ended.stdout.endswith(b"}\n") and len(ended.stdout.decode().splitlines()) == 1
    assert not {"\x7f", "\x85"} & set(ended.stdout.decode())
    assert "Ё" in ended.stdout.decode() and "🏙" in ended.stdout.decode()
    assert json.loads(ended.stdout)["data"]["text"] == text


def test_utf_8_whatever_the_locale(loaded: Load, place: Path) -> None:
    loaded("reports", {"r1": {"text": "Яма 🏙"}})
    for locale in ("C", "POSIX", "ru_RU.KOI8-R"):
        ended = _run("query", "reports", "--profile", str(place), LC_ALL=locale, PYTHONCOERCECLOCALE="0")
        assert json.loads(ended.stdout.decode("utf-8"))["data"]["text"] == "Яма 🏙"


def test_a_cache_of_an_older_program_is_brought_up_to_date(command: Any, place: Path) -> None:
    writer = Profile(place).writer([REPORTS], patience=0)
    writer.close()
    assert _ids(command("query", "organisations")) == []
    reader = Profile(place).reader(MODULES)
    assert reader.current()
    reader.close()


@pytest.fixture
def many(loaded: Load, place: Path) -> Path:
    loaded("reports", _reports(10_000))
    return place


def test_a_long_list_is_streamed_and_a_reader_that_leaves_is_no_error(many: Path) -> None:
    def peak(limit: str) -> tuple[int, int]:
        program = (
            "import resource, sys; from main import main; main(sys.argv[1:]);"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        ended = _python("-c", program, "query", "reports", "--profile", str(many), "--limit", limit)
        return ended.stdout.count(b"\n"), int(ended.stderr)

    few, all_of_them = peak("10"), peak("1000000")
    assert (few[0], all_of_them[0]) == (10, 10_000)
    assert all_of_them[1] - few[1] <= 8_000  # KiB; the lines alone are 4 MB, the records as objects 30

    words = [sys.executable, "main.py", "query", "reports", "--profile", str(many)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == "r9999"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 1

    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(words, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert ended.returncode == 1 and "вывод принят не весь" in ended.stderr.decode()


def _run(*words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return _python("main.py", *words, **environment)


def _python(*words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=True,
    )
