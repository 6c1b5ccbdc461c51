"""Commands as processes in trouble: killed, two at once, a full disk, a closed output, an error nobody foresaw."""

import json
import shlex
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from citymanager.commands.outcome import INTERRUPTED, NOTHING, guarded
from citymanager.errors import NoLink
from citymanager.modules import MODULES
from citymanager.store import Profile, Query
from citymanager.store.pending import Pending

ROOT = Path(__file__).parents[2]


def _new(place: Path, text: str) -> list[str]:
    return [sys.executable, "main.py", "--profile", str(place), "new", "reports", f"text={text}"]


def _outbox(place: Path) -> list[Pending]:
    with closing(Profile(place).reader(MODULES)) as reader:
        assert reader.damage() == []
        assert reader.count(Query("reports")) == len(reader.outbox())
        return reader.outbox()


@pytest.mark.fault("F03")
@pytest.mark.parametrize(
    "kills", [20, pytest.param(200, marks=pytest.mark.campaign(minutes=1)), pytest.param(1_000, marks=pytest.mark.soak)]
)
def test_kill_9_loses_no_edit_that_was_printed(kills: int, place: Path) -> None:
    start = time.monotonic()
    first = subprocess.run(_new(place, "первая"), cwd=ROOT, capture_output=True, timeout=60, check=True)
    whole = time.monotonic() - start
    ledger = [json.loads(first.stdout)]
    killed = 0
    for number in range(kills):
        process = subprocess.Popen(_new(place, str(number)), cwd=ROOT, stdout=subprocess.PIPE)
        try:
            process.wait(whole * (0.3 + number / kills))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        told, _ = process.communicate()
        ledger += [json.loads(line) for line in told.splitlines()]
    kept = {one.op: one.id for one in _outbox(place)}
    assert killed >= 3, "the fault did not fire"
    assert {one["op"]: one["id"] for one in ledger}.items() <= kept.items()
    assert len(kept) <= kills + 1
    assert (
        subprocess.run(_new(place, "последняя"), cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 0
    )


@pytest.mark.fault("F23")
def test_two_programs_write_one_profile_in_turn(place: Path) -> None:
    processes = [subprocess.Popen(_new(place, str(number)), cwd=ROOT, stdout=subprocess.PIPE) for number in range(6)]
    told = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0] * 6
    assert {one["op"] for one in told} == {one.op for one in _outbox(place)}
    with closing(Profile(place).reader(MODULES)) as reader:
        numbers = sorted(one.data["number"][-4:] for one in reader.each(Query("reports")))
    assert numbers == ["0001", "0002", "0003", "0004", "0005", "0006"]


@pytest.mark.fault("F05")
def test_a_full_disk_is_told_and_nothing_is_half_written(place: Path) -> None:
    subprocess.run(_new(place, "до"), cwd=ROOT, capture_output=True, timeout=60, check=True)
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1));"
        "from main import main; sys.exit(main(sys.argv[2:]))"
    )
    done, refused = 1, 0
    for limit in (0, 200, 20_000, 60_000, 1_000_000):
        words = [sys.executable, "-c", program, str(limit), *_new(place, "я" * 10_000)[2:]]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60, check=False)
        done += ended.returncode == 0
        if ended.returncode:
            refused += 1
            told = ended.stderr.decode()
            assert ended.returncode == 2 and ended.stdout == b""
            assert told.startswith("Ошибка: ") and "Traceback" not in told and "мест" in told
        assert len(_outbox(place)) == done
    assert done > 1 and refused > 1, "both sides of the limit were met"


def test_an_edit_whose_line_nobody_takes_is_kept_and_told(place: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(_new(place, "А"), cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert ended.returncode == 1 and "вывод принят не весь" in ended.stderr.decode()
    assert len(_outbox(place)) == 1


def test_a_closed_output_is_no_output_and_no_file_takes_its_place(place: Path) -> None:
    line = " ".join(map(shlex.quote, _new(place, "А")))
    ended = subprocess.run(f"{line} >&- 2>&- <&-", shell=True, cwd=ROOT, timeout=60, check=False)
    assert ended.returncode == 0
    assert [one.change["text"] for one in _outbox(place)] == ["А"]


def test_hostile_strings_pass_the_shell_and_the_pipe(place: Path, blns: list[str]) -> None:
    text = "\n".join(blns)
    subprocess.run(_new(place, text), cwd=ROOT, capture_output=True, timeout=60, check=True)
    words = [sys.executable, "main.py", "--profile", str(place), "query", "reports"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert json.loads(ended.stdout)["data"]["text"] == text


def test_an_error_nobody_foresaw_is_told_in_russian_and_its_trace_is_in_the_log(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = KeyError("Иванов Иван, 8 (351) 467-89-01, ivanov@mail.ru")
    path = place / "logs" / "commands.log"
    assert guarded(lambda: _raise(error), path) == NOTHING
    told = capsys.readouterr()
    assert told.out == "" and str(path) in told.err and told.err.startswith("Ошибка: Внутренняя ошибка")
    log = path.read_text(encoding="utf-8")
    assert "KeyError" in log and "in _raise" in log
    assert "Иван" not in log and "467-89" not in log and "@" not in log


def test_an_error_nobody_foresaw_is_told_where_no_log_can_be_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: 1 // 0, Path("/dev/null/commands.log")) == NOTHING
    told = capsys.readouterr().err
    assert told.startswith("Ошибка: Внутренняя ошибка") and "Traceback" not in told


def _raise(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    "error, code, said",
    [
        (NoLink("Сервер не отвечает."), NOTHING, "Сервер не отвечает. Что сделать: проверьте адрес"),
        (PermissionError(13, "Permission denied", "/a/b"), NOTHING, "/a/b нет прав."),
        (KeyboardInterrupt(), INTERRUPTED, "Прервано."),
    ],
)
def test_what_is_foreseen_has_its_words(
    error: BaseException, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: _raise(error), tmp_path / "commands.log") == code
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
