"""F04: the power goes. The disk has a beginning of the log, and in it every edit that was said to be saved."""

import shutil
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from ledger import cache_of
from workplace import ROOT

from citymanager.modules import MODULES
from citymanager.store import Profile

HEAD, FRAME_HEAD = 32, 24
"""Bytes of the log's head, and of a frame's before its page (SQLite, «WAL file format»)."""
WRITE = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from citymanager.modules import MODULES
from citymanager.store import Profile
folder = Path(sys.argv[1])
Profile(folder).writer(MODULES).close()
writer = Profile(folder).writer(MODULES)
for number in range(8):
    op = writer.save("reports", None, {"text": f"правка {number}"}, "x", None, datetime.now(UTC)).op
    print(op, (folder / "cache.db-wal").stat().st_size, flush=True)
os._exit(137)
"""


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[tuple[str, int]]]:
    """A profile as it lay on the disk when the power went, and how long its log was when each edit was said saved."""
    folder = tmp_path / "profile"
    done = subprocess.run(
        [sys.executable, "-c", WRITE, folder], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 137, done.stderr
    return folder, [(op, int(size)) for op, size in (line.split() for line in done.stdout.splitlines())]


def opened_with(folder: Path, log: bytes, place: Path) -> list[str]:
    """The operations of a cache whose log is this long; the side journal is not there to help."""
    place.mkdir()
    shutil.copyfile(folder / "cache.db", place / "cache.db")
    (place / "cache.db-wal").write_bytes(log)
    with closing(Profile(place).writer(MODULES, patience=0)) as writer:
        kept = [one.op for one in writer.outbox()]
    with cache_of(place) as cache:
        assert cache.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not list(place.glob("damaged-*"))
    shutil.rmtree(place)
    return kept


@pytest.mark.fault("F04")
def test_the_log_cut_at_a_commit_has_all_that_was_said_saved_by_then(
    written: tuple[Path, list[tuple[str, int]]], tmp_path: Path
) -> None:
    folder, said = written
    log = (folder / "cache.db-wal").read_bytes()
    page = int.from_bytes(log[8:12])
    ops = [op for op, _ in said]
    for number, (_, size) in enumerate(said, 1):
        assert opened_with(folder, log[:size], tmp_path / "copy") == ops[:number]
        torn = log[: size - FRAME_HEAD - page // 2]
        assert opened_with(folder, torn, tmp_path / "copy") == ops[: number - 1], "whole or not at all"


@pytest.mark.campaign
@pytest.mark.fault("F04")
def test_the_log_cut_at_every_frame_and_in_every_frame_opens_with_whole_edits(
    written: tuple[Path, list[tuple[str, int]]], tmp_path: Path
) -> None:
    folder, said = written
    log = (folder / "cache.db-wal").read_bytes()
    frame = FRAME_HEAD + int.from_bytes(log[8:12])
    ends = range(HEAD, len(log) + 1, frame)
    assert (len(log) - HEAD) % frame == 0 and len(ends) > 50
    for end, following in pairwise([*ends, len(log)]):
        for cut in {end, (end + following) // 2}:
            kept = opened_with(folder, log[:cut], tmp_path / "copy")
            assert kept == [op for op, size in said if size <= cut]
