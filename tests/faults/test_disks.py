"""F05, F06: a disk that is full or read-only refuses an edit in words; what was there stays whole and readable."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from ledger import cache_of
from throwaway import NOW
from workplace import ROOT, environment

from citymanager.errors import ReadOnly
from citymanager.modules import MODULES
from citymanager.store import Profile, Query, Writer


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("disks can't be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path) -> Path:
    """A file that leaves no room."""
    ballast = place / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4_096)
    return ballast


def save(writer: Writer, text: str) -> str:
    return writer.save("reports", None, {"text": text}, "ivanov", None, NOW).op


@pytest.mark.fault("F05")
def test_a_full_disk_refuses_and_works_again_without_a_restart_once_it_is_freed(small_disk: Path) -> None:
    profile = Profile(small_disk / "profile")
    with closing(profile.writer(MODULES, patience=0)) as writer:
        ops = [save(writer, f"до {number}") for number in range(3)]
        profile.set("theme", "day")
        ballast = fill(small_disk)
        with pytest.raises(ReadOnly, match="мест") as refused:
            ops += [save(writer, "я" * 10_000) for _ in range(1_000)]
        assert "не сохранена" in str(refused.value)
        with pytest.raises(ReadOnly):
            profile.set("theme", "night " * 10_000)
        with pytest.raises(ReadOnly):
            writer.absorb(changes("х" * 1_000_000), NOW, {"cursor": "7"})
        assert profile.setting("theme") == "day" and writer.meta("cursor") is None
        assert [one.op for one in writer.outbox()] == ops[:3]
        ballast.unlink()
        ops.append(save(writer, "место освободили"))
        writer.absorb(changes("х"), NOW, {"cursor": "7"})
        assert [one.op for one in writer.outbox()] == ops
    with cache_of(profile.folder) as cache:
        assert cache.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert cache.execute("SELECT count(*) FROM _outbox").fetchone() == (4,)


def changes(text: str) -> list[dict[str, object]]:
    """What a server sends."""
    return [
        {"seq": 7, "module": "reports", "id": "r1", "version": 1, "deleted": False, "by": "", "at": "",
         "data": {"text": text, "status": "new"}}
    ]  # fmt: skip


def frozen(place: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", place], check=True)


def run(folder: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "main.py", "--profile", folder, *map(str, words)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.fault("F06")
@pytest.mark.parametrize(
    "closed", [True, pytest.param(False, marks=pytest.mark.campaign)], ids=["closed well", "killed"]
)
def test_a_read_only_disk_is_read_and_nothing_is_said_to_be_saved(
    small_disk: Path, tmp_path: Path, closed: bool
) -> None:
    folder = small_disk / "profile"
    writer = Profile(folder).writer(MODULES, patience=0)
    save(writer, "до")
    if closed:
        writer.close()
    else:  # as a kill leaves it: with its log, which nobody has brought into the file
        kill = (
            "import os, sys; from citymanager.store import Profile; from citymanager.modules import MODULES;"
            "from pathlib import Path; from throwaway import NOW; writer = Profile(Path(sys.argv[1])).writer(MODULES);"
            "writer.save('reports', None, {'text': 'до'}, 'x', None, NOW); os._exit(137)"
        )
        writer.close()
        subprocess.run([sys.executable, "-c", kill, folder], cwd=ROOT, env=environment(), check=False)
    count = 1 if closed else 2
    frozen(small_disk)
    with closing(Profile(folder).reader(MODULES)) as reader:
        assert reader.count(Query("reports")) == count and reader.damage() == []
    with pytest.raises(ReadOnly, match="только для чтения"):
        Profile(folder).writer(MODULES, patience=0)
    asked, saved, taken = run(folder, "query", "reports"), run(folder, "new", "reports", "text=х"), tmp_path / "x.csv"
    assert (asked.returncode, len(asked.stdout.splitlines())) == (0, count)
    assert (saved.returncode, saved.stdout) == (2, "") and "только для чтения" in saved.stderr
    assert run(folder, "export", "reports", taken).returncode == 2
    assert not taken.exists(), "what leaves the program is in the journal of access, or does not leave it"
    found = {one["check"]: one for one in map(json.loads, run(folder, "doctor").stdout.splitlines())}
    assert found["profile"]["state"] == "bad"


@pytest.mark.campaign
@pytest.mark.fault("F06")
def test_a_window_on_a_read_only_disk_shows_what_there_is(small_disk: Path, tmp_path: Path) -> None:
    folder = small_disk / "profile"
    with closing(Profile(folder).writer(MODULES, patience=0)) as writer:
        save(writer, "до")
    frozen(small_disk)
    done = run(folder, "shot", tmp_path / "desk.png")
    assert done.returncode == 0, done.stderr
    assert "только для чтения" in done.stderr and (tmp_path / "desk.png").stat().st_size > 10_000
