"""A cache that is not the one of the last edit: older, mixed, missing, copied elsewhere, or of a newer program."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from throwaway import HOUSE, NOW, THROWAWAY, WHOLE

from citymanager.errors import ReadOnly, Refused
from citymanager.schema import Field
from citymanager.store import Profile, Query, Writer

ROOT = Path(__file__).parents[2]
CACHE = ("cache.db", "cache.db-wal", "cache.db-shm")


@contextmanager
def opened(profile: Profile) -> Iterator[Writer]:
    with closing(profile.writer(HOUSE, patience=0)) as writer:
        yield writer


def make(writer: Writer, text: str) -> str:
    return writer.save("reports", None, {"text": text}, "ivanov", None, NOW).id


def number(writer: Writer, ident: str) -> str:
    found = writer.get("reports", ident)
    assert found is not None
    return str(found.data["number"])


def copy(source: Path, target: Path) -> None:
    """All that there is of a cache, over all that there is of another."""
    for name in CACHE:
        (target / name).unlink(missing_ok=True)
        if (source / name).exists():
            shutil.copyfile(source / name, target / name)


def kept(profile: Profile, tmp_path: Path) -> Path:
    """The cache as it stands, copied."""
    folder = tmp_path / "yesterday"
    folder.mkdir()
    copy(profile.folder, folder)
    return folder


def accept(writer: Writer, *ops: str) -> None:
    writer.settle([{"op": op, "result": "accepted", "version": 1} for op in ops], "f", NOW)


@pytest.mark.fault("F19")
def test_yesterdays_copy_gets_todays_edits_back_and_no_number_twice(profile: Profile, tmp_path: Path) -> None:
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
        old = make(writer, "вчера")
    yesterday = kept(profile, tmp_path)
    with opened(profile) as writer:
        done, waiting = make(writer, "сегодня, ушло"), make(writer, "сегодня, ждёт")
        accept(writer, writer.outbox()[1].op)
        writer.save("reports", old, {"address": "Ленина, 5"}, "ivanov", None, NOW)
        given = {number(writer, ident) for ident in (old, done, waiting)}
        ops = [one.op for one in writer.outbox()]
    copy(yesterday, profile.folder)
    with opened(profile) as writer:
        assert [one.op for one in writer.outbox()] == ops and writer.salvaged == 2
        assert writer.opening.told() and "возвращено: 2 неотправленные правки" in writer.opening.told()[0]
        found = writer.get("reports", old)
        assert found is not None and (found.data["text"], found.data["address"]) == ("вчера", "Ленина, 5")
        assert given == {"К1-0001", "К1-0002", "К1-0003"}
        assert number(writer, make(writer, "после")) == "К1-0004"
    with opened(profile) as writer:
        assert writer.salvaged == 0 and not writer.opening.told() and len(writer.outbox()) == len(ops) + 1


@pytest.mark.fault("F19")
def test_numbers_of_edits_that_the_server_has_long_taken_are_not_given_again(profile: Profile, tmp_path: Path) -> None:
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
    empty = kept(profile, tmp_path)
    with opened(profile) as writer:
        for _ in range(6):
            made = writer.save("reports", None, {"text": "я" * 900_000}, "ivanov", None, NOW)
            accept(writer, made.op)
    assert (profile.folder / "operations.journal").stat().st_size < 5_000_000, "the journal was trimmed meanwhile"
    copy(empty, profile.folder)
    with opened(profile) as writer:
        assert writer.outbox() == [] and number(writer, make(writer, "после")) == "К1-0007"


@pytest.mark.fault("F19")
def test_a_row_that_came_from_the_server_stays_whole_under_an_edit_that_came_back(
    profile: Profile, tmp_path: Path
) -> None:
    theirs = {"module": "reports", "id": "r1", "version": 3, "data": {"text": "с сервера", "status": "new"}, "by": "x",
              "at": ""}  # fmt: skip
    with opened(profile) as writer:
        writer.absorb([theirs], NOW, {})
    yesterday = kept(profile, tmp_path)
    with opened(profile) as writer:
        writer.save("reports", "r1", {"address": "Мира, 1"}, "ivanov", None, NOW)
    copy(yesterday, profile.folder)
    with opened(profile) as writer:
        found = writer.get("reports", "r1")
        assert found is not None and (found.version, found.unsent) == (3, 1)
        assert (found.data["text"], found.data["address"]) == ("с сервера", "Мира, 1")


@pytest.mark.fault("F19")
def test_a_deleted_cache_goes_on_with_its_numbers(profile: Profile) -> None:
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
        idents = [make(writer, "раз"), make(writer, "два")]
        accept(writer, writer.outbox()[0].op)
    for name in CACHE:
        (profile.folder / name).unlink(missing_ok=True)
    with opened(profile) as writer:
        assert [one.id for one in writer.outbox()] == idents[1:] and not writer.opening.moved
        writer.set_meta({"block": "К1"})  # the server grants this station its block again
        assert number(writer, make(writer, "три")) == "К1-0003"


@pytest.mark.fault("F19")
def test_where_nobody_knows_the_numbers_any_more_a_new_block_is_asked_for(profile: Profile) -> None:
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
        make(writer, "раз")
    station = profile.station()
    for name in (*CACHE, "operations.journal"):
        (profile.folder / name).unlink(missing_ok=True)
    with opened(profile) as writer:
        assert profile.station() != station and writer.opening.moved
        assert number(writer, make(writer, "два")) == f"В{profile.station()[:4].upper()}-0001"


@pytest.mark.fault("F19")
def test_numbers_are_read_off_the_records_too(profile: Profile) -> None:
    """A whole profile that was put back by yesterday's knows no better until the server has shown it."""
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
        theirs = {"id": "r1", "version": 1, "module": "reports", "data": {"text": "а", "number": "К1-0041/2"}}
        other = {**theirs, "id": "r2", "data": {"text": "б", "number": "К10-0099"}}
        odd = {**theirs, "id": "r3", "data": {"text": "в", "number": "К1-" + "9" * 40}}
        writer.absorb([theirs, other, odd], NOW, {})
        writer._connection.run("DELETE FROM reports WHERE id = 'r3'")
        assert number(writer, make(writer, "после")) == "К1-0042"


@pytest.mark.fault("F19")
def test_a_profile_copied_elsewhere_is_another_installation(profile: Profile, tmp_path: Path) -> None:
    with opened(profile) as writer:
        writer.set_meta({"block": "К1"})
        make(writer, "до копии")
    twin = Profile(shutil.copytree(profile.folder, tmp_path / "twin"))
    with opened(twin) as there, opened(profile) as here:
        assert twin.station() != profile.station()
        assert there.opening.moved and not here.opening.moved
        assert [one.op for one in there.outbox()] == [one.op for one in here.outbox()], "the server knows them by name"
        assert number(here, make(here, "здесь")) == "К1-0002"
        assert number(there, make(there, "там")).startswith("В")
    with opened(twin) as there:
        assert not there.opening.moved, "it is told once"
    copy(profile.folder, twin.folder)
    with opened(twin) as there:
        assert number(there, make(there, "в чужой базе")).startswith("В"), "the block is not ours, whoever put it here"


@pytest.mark.fault("F07")
def test_a_deleted_or_older_journal_is_made_good(profile: Profile, tmp_path: Path) -> None:
    path = profile.folder / "operations.journal"
    with opened(profile) as writer:
        make(writer, "раз")
    shutil.copyfile(path, tmp_path / "older")
    with opened(profile) as writer:
        make(writer, "два")
        ops = [one.op for one in writer.outbox()]
    for damage in ("gone", "older"):
        path.unlink()
        if damage == "older":
            shutil.copyfile(tmp_path / "older", path)
        opened(profile).__enter__().close()
        for name in CACHE:
            (profile.folder / name).unlink(missing_ok=True)
        with opened(profile) as writer:
            assert [one.op for one in writer.outbox()] == ops, damage


WRITES = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from citymanager.store import Profile
from throwaway import HOUSE
writer = Profile(Path(sys.argv[1])).writer(HOUSE)
for number in range(int(sys.argv[2])):
    text = f"{number} " + "я" * int(sys.argv[3])
    print(writer.save("reports", None, {"text": text}, "x", None, datetime.now(UTC)).op, flush=True)
os.kill(os.getpid(), 9)
"""


def write_and_die(profile: Profile, many: int, letters: int = 900) -> list[str]:
    """The log stays beside the file: what a program saves that is killed before it closes."""
    words = [sys.executable, "-c", WRITES, str(profile.folder), str(many), str(letters)]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": ".:tests"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    return done.stdout.split()


@pytest.mark.fault("F07")
def test_a_lost_log_costs_nothing_that_was_said_saved(profile: Profile) -> None:
    with opened(profile) as writer:
        first = [make(writer, "раньше")]
    ops = write_and_die(profile, 5)
    (profile.folder / "cache.db-wal").unlink()
    with opened(profile) as writer:
        assert [one.op for one in writer.outbox()][1:] == ops and writer.salvaged == 5
        assert writer.outbox()[0].id == first[0]


@pytest.mark.fault("F07")
@pytest.mark.parametrize("foreign", ["of_today", "of_another"])
def test_a_log_of_another_file_is_never_laid_over_the_cache(profile: Profile, tmp_path: Path, foreign: str) -> None:
    """Yesterday's file was put back and today's log left beside it, or the log is another profile's."""
    with opened(profile) as writer:
        for _ in range(10):
            make(writer, "вчера" * 300)
    yesterday = kept(profile, tmp_path)
    ops = write_and_die(profile, 60, 60_000)  # enough for SQLite to have begun its log anew meanwhile
    before = (yesterday / "cache.db").read_bytes()
    if foreign == "of_another":
        other = Profile(tmp_path / "other")
        write_and_die(other, 15)
        shutil.copyfile(other.folder / "cache.db-wal", profile.folder / "cache.db-wal")
    shutil.copyfile(yesterday / "cache.db", profile.folder / "cache.db")
    wal = (profile.folder / "cache.db-wal").read_bytes()
    with opened(profile) as writer:
        assert {*ops} <= {one.op for one in writer.outbox()} and len(writer.outbox()) >= 10 + len(ops)
        assert writer._connection.value("PRAGMA integrity_check") == "ok"
        aside = writer.opening.aside
    assert aside is not None and (aside / "cache.db").read_bytes() == before
    assert (aside / "cache.db-wal").read_bytes() == wal
    assert "отложена" in (aside / "note.txt").read_text(encoding="utf-8")


@pytest.mark.fault("F07")
def test_damage_that_shows_later_is_remembered_until_the_next_start(profile: Profile) -> None:
    with opened(profile) as writer:
        for _ in range(40):
            make(writer, "я" * 3000)
        ops = [one.op for one in writer.outbox()]
    with profile.cache.open("r+b") as file:
        file.seek(profile.cache.stat().st_size - 3 * 4096)
        file.write(b"\xff" * 3 * 4096)
    with closing(profile.reader(HOUSE)) as reader:
        assert reader.damage()
    with opened(profile) as writer:
        assert writer.opening.aside is not None and [one.op for one in writer.outbox()] == ops
    with opened(profile) as writer:
        assert writer.opening.aside is None


@pytest.mark.fault("F32")
@pytest.mark.parametrize("newer", ["PRAGMA user_version = 99", "UPDATE _layouts SET layout = json_set(layout,"
                                   " '$.shape', 99) WHERE module = 'reports'"])  # fmt: skip
def test_a_cache_of_a_newer_program_is_refused_and_left_as_it_is(profile: Profile, newer: str) -> None:
    with opened(profile) as writer:
        make(writer, "правка")
        writer._connection.run(newer)
    before = profile.cache.read_bytes()
    with pytest.raises(Refused, match="более новой версией программы"):
        profile.writer(HOUSE, patience=0)
    assert profile.cache.read_bytes() == before and not list(profile.folder.glob("damaged-*"))


SHAPES = """
import signal, sys
from dataclasses import replace
from pathlib import Path
import resource
from citymanager.schema import Field
from citymanager.store import Profile
from throwaway import HOUSE, THROWAWAY
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
wider = replace(THROWAWAY, fields=(*THROWAWAY.fields, Field("material", "Материал")))
Profile(Path(sys.argv[1])).writer((*HOUSE[:-1], wider)).close()
print("whole")
"""


@pytest.mark.fault("F32")
@pytest.mark.parametrize("at", [8_000, 400_000])
def test_a_change_of_tables_killed_half_way_begins_again(profile: Profile, at: int) -> None:
    """The kernel ends the process when its log has grown so far."""
    with opened(profile) as writer:
        benches = [(f"b{n}", {**WHOLE, "story": f"{n} " + "я" * 200}) for n in range(150)]
        writer.save_many("benches", benches, "ivanov", None, NOW)
    words = [sys.executable, "-c", SHAPES, str(profile.folder), str(at)]
    environment = {**os.environ, "PYTHONPATH": ".:tests"}
    killed = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGXFSZ, killed.stderr
    wider = replace(THROWAWAY, fields=(*THROWAWAY.fields, Field("material", "Материал")))
    with closing(profile.writer((*HOUSE[:-1], wider), patience=0)) as writer:
        assert writer.count(Query("benches")) == 150 and len(writer.outbox()) == 150
        found = writer.get("benches", "b149")
        assert found is not None and found.data["photos"] == WHOLE["photos"]
        assert found.data["story"] == "149 " + "я" * 200


@pytest.mark.fault("F07")
def test_what_was_decided_or_taken_stays_so_when_the_journal_has_not_heard_of_it(profile: Profile) -> None:
    """Killed between the commit and the journal's line."""
    journal = profile.folder / "operations.journal"
    with opened(profile) as writer:
        make(writer, "принято")
        ident = make(writer, "отказано")
        taken, refused = (one.op for one in writer.outbox())
        before = journal.read_bytes()
        accept(writer, taken)
        writer.settle([{"op": refused, "result": "refused", "reason": "нет"}], "f", NOW)
        writer.resolve(refused, {}, "ivanov", None, NOW)
    journal.write_bytes(before)
    write_and_die(profile, 1)
    with opened(profile) as writer:
        assert writer.salvaged == 0 and not {taken, refused} & {one.op for one in writer.outbox()}
        assert writer.get("reports", ident) is None


HOLDS = """
import sys, time
from pathlib import Path
from citymanager.store import Profile
from throwaway import HOUSE
writer = Profile(Path(sys.argv[1])).writer(HOUSE)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.fault("F23")
def test_who_comes_second_is_told_and_takes_over_when_the_first_is_killed(profile: Profile) -> None:
    opened(profile).__enter__().close()
    words = [sys.executable, "-c", HOLDS, str(profile.folder)]
    with subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": ".:tests"}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as first:  # fmt: skip
        assert first.stdout is not None and first.stdout.readline() == "open\n"
        with pytest.raises(ReadOnly, match="уже работает другая программа"):
            profile.writer(HOUSE, patience=0)
        with closing(profile.reader(HOUSE)) as reader:
            assert reader.count(Query("reports")) == 0
        first.kill()
    with opened(profile) as writer:
        assert make(writer, "после") and writer.opening.aside is None
