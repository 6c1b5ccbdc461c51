"""F22, F23: an old SQLite is told; the second program on a profile says so, and a killed one leaves no lock."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from workplace import ROOT, environment

from citymanager.errors import ReadOnly
from citymanager.modules import MODULES
from citymanager.store import Profile
from citymanager.store.connection import OLDEST_SAFE

OLD = """
import logging, sqlite3, sys, types
logging.basicConfig(level=logging.WARNING)
sys.modules["sqlcipher3"] = types.ModuleType("sqlcipher3")
sys.modules["sqlcipher3"].dbapi2 = sqlite3  # the system's own, which is too old
"""


def with_an_old_sqlite(program: str, *words: object) -> "subprocess.CompletedProcess[str]":
    if sqlite3.sqlite_version_info >= OLDEST_SAFE:
        pytest.skip("the system's SQLite is new enough")
    return subprocess.run(
        [sys.executable, "-c", OLD + program, *map(str, words)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.fault("F22")
def test_a_sqlite_with_the_wal_reset_race_is_told_in_the_log(tmp_path: Path) -> None:
    done = with_an_old_sqlite(
        "from pathlib import Path; from citymanager.store.connection import Connection;"
        "Connection(Path(sys.argv[1]), read_only=False).close()",
        tmp_path / "cache.db",
    )
    assert done.returncode == 0
    assert f"SQLite {sqlite3.sqlite_version} has the WAL-reset race" in done.stderr


@pytest.mark.fault("F22")
def test_doctor_tells_it_with_what_to_do(tmp_path: Path) -> None:
    done = with_an_old_sqlite("from main import main; main(sys.argv[1:])", "doctor", "--profile", tmp_path)
    found = {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert found["sqlite"]["state"] == "bad" and sqlite3.sqlite_version in found["sqlite"]["value"]
    assert found["sqlite"]["advice"]


HOLD = """
import sys, time
from pathlib import Path
from citymanager.modules import MODULES
from citymanager.store import Profile
writer = Profile(Path(sys.argv[1])).writer(MODULES)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A program that works on the profile."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.mark.fault("F23")
def test_the_second_program_says_so_and_works_at_once_when_the_first_is_killed(
    holder: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """The number of the dead process may be anybody's by then: the lock is the kernel's, not a file with a number."""
    with pytest.raises(ReadOnly, match="уже работает другая программа"):
        Profile(tmp_path).writer(MODULES, patience=0.1)
    with closing(Profile(tmp_path).reader(MODULES)) as reader:
        assert reader.outbox() == [], "it reads meanwhile"
    holder.kill()
    holder.wait()
    (tmp_path / "cache.lock").write_text("1")  # the number of a process that lives
    began = time.monotonic()
    with closing(Profile(tmp_path).writer(MODULES, patience=0)) as writer:
        assert writer.whole
    assert time.monotonic() - began < 5
