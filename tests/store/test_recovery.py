"""Damaged, full, locked and changed caches: nothing is deleted, nothing unsent is lost, and people are told."""

import os
import shutil
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from throwaway import HOUSE, NOW, THROWAWAY, WHOLE

from citymanager.errors import ReadOnly
from citymanager.schema import Field
from citymanager.store import Profile, Query, Writer
from citymanager.store.connection import Connection
from citymanager.store.journal import Journal
from citymanager.store.migrating import prepare

ROOT = Path(__file__).parents[2]


def fill(profile: Profile) -> list[str]:
    writer = profile.writer(HOUSE, patience=0)
    ops = [writer.save("reports", None, {"text": f"правка {n}"}, "ivanov", None, NOW).op for n in range(20)]
    writer.settle([{"op": ops[0], "result": "accepted", "version": 1}], "f", NOW)
    writer.close()
    return ops[1:]


def overwrite_header(cache: Path) -> None:
    with cache.open("r+b") as file:
        file.write(b"not a database at all")


def cut_in_half(cache: Path) -> None:
    os.truncate(cache, cache.stat().st_size // 2)


def empty_it(cache: Path) -> None:
    cache.write_bytes(os.urandom(4096))


def spoil_pages(cache: Path) -> None:
    with cache.open("r+b") as file:
        for page in range(1, cache.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 512)


@pytest.mark.parametrize("spoil", [overwrite_header, cut_in_half, empty_it, spoil_pages])
def test_a_damaged_cache_is_set_aside_and_its_unsent_edits_live_on(profile: Profile, spoil: object) -> None:
    ops = fill(profile)
    for name in ("cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    spoil(profile.cache)
    spoilt = profile.cache.read_bytes()
    writer = profile.writer(HOUSE, patience=0)
    assert writer.salvaged == len(ops)
    assert [one.op for one in writer.outbox()] == ops
    assert len(writer.ids(Query("reports"))) == len(ops)
    writer.close()
    (aside,) = profile.folder.glob("damaged-*/cache.db")
    assert aside.read_bytes() == spoilt


def test_the_outbox_is_salvaged_from_the_file_when_the_journal_is_gone(profile: Profile) -> None:
    ops = fill(profile)
    writer = profile.writer(HOUSE, patience=0)
    root = writer._connection.value("SELECT rootpage FROM sqlite_master WHERE name = '_layouts'")
    writer.close()
    (profile.folder / "operations.journal").unlink()
    with profile.cache.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    writer = profile.writer(HOUSE, patience=0)
    assert writer.salvaged == len(ops)
    assert [one.op for one in writer.outbox()] == ops
    writer.close()


def test_what_is_offered_again_is_salvaged_in_the_order_of_the_outbox(profile: Profile) -> None:
    writer = profile.writer(HOUSE, patience=0)
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    writer.settle([{"op": made.op, "result": "accepted", "version": 1}], "f", NOW)
    refused = writer.save("reports", made.id, {"address": "а"}, "ivanov", None, NOW)
    writer.save("reports", made.id, {"text": "два"}, "ivanov", None, NOW)
    writer.offer_again("g")
    writer.settle([{"op": refused.op, "result": "refused", "reason": "Нет прав."}], "g", NOW)
    writer.retry([refused.op])
    before = [(one.op, one.after) for one in writer.outbox()]
    assert [writer.pending(op).change.get("text") for op, _ in before] == ["раз", None, "два"]
    writer.close()
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    writer = profile.writer(HOUSE, patience=0)
    assert [(one.op, one.after) for one in writer.outbox()] == before
    assert writer.get("reports", made.id).data["text"] == "два"
    writer.close()


@pytest.mark.parametrize("left", ["all of the cache", "nothing of the cache", "the cache before"])
def test_an_edit_that_is_tried_again_is_asked_about_once(profile: Profile, tmp_path: Path, left: str) -> None:
    """A kill between the retry and the line of the journal that the old name is done with."""
    before, after = tmp_path / "before", tmp_path / "after"
    writer = profile.writer(HOUSE, patience=0)
    made = writer.save("reports", None, {"text": "раз"}, "ivanov", None, NOW)
    writer.settle([{"op": made.op, "result": "refused", "reason": "Нет прав."}], "f", NOW)
    shutil.copytree(profile.folder, before)
    writer.retry([made.op])
    shutil.copytree(profile.folder, after)
    [fresh] = [one.op for one in writer.outbox()]
    writer.close()
    journal = (after / "operations.journal").read_bytes()
    place = journal.rindex(b"\n", 0, journal.index(b'{"done"'))
    for file in profile.folder.glob("cache.db*"):
        file.unlink()
    if left != "nothing of the cache":
        for file in (after if left == "all of the cache" else before).glob("cache.db*"):
            shutil.copy(file, profile.folder)
    (profile.folder / "operations.journal").write_bytes(journal[:place])
    writer = profile.writer(HOUSE, patience=0)
    assert [one.op for one in writer.outbox()] == [made.op if left == "the cache before" else fresh]
    assert writer.get("reports", made.id).data["text"] == "раз"
    writer.close()


def test_rows_of_a_damaged_outbox_that_make_no_sense_are_passed_over(profile: Profile) -> None:
    ops = fill(profile)
    writer = profile.writer(HOUSE, patience=0)
    for change, op in zip(('{"text": "я', "[1]", "5", "\x00"), ops, strict=False):
        writer._connection.run("UPDATE _outbox SET change = ? WHERE op = ?", (change, op))
    writer._connection.run("UPDATE _outbox SET op = x'FF' WHERE op = ?", (ops[4],))
    writer._connection.run("UPDATE _outbox SET seq = ? WHERE op = ?", (2**60, ops[-1]))
    root = writer._connection.value("SELECT rootpage FROM sqlite_master WHERE name = '_layouts'")
    writer.close()
    (profile.folder / "operations.journal").unlink()
    with profile.cache.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    writer = profile.writer(HOUSE, patience=0)
    assert [one.op for one in writer.outbox()] == ops[5:-1]
    writer.close()


def test_a_cut_journal_gives_all_whole_lines(profile: Profile) -> None:
    ops = fill(profile)
    journal = profile.folder / "operations.journal"
    os.truncate(journal, journal.stat().st_size - 10)
    profile.cache.write_bytes(b"garbage" * 1000)
    for name in ("cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    writer = profile.writer(HOUSE, patience=0)
    salvaged = [one.op for one in writer.outbox()]
    assert set(ops) <= {*salvaged, ops[-1]} and len(salvaged) >= len(ops) - 1
    writer.save("reports", None, {"text": "после"}, "ivanov", None, NOW)
    writer.close()


@pytest.mark.fault("F05")
def test_a_full_disk_refuses_the_edit_and_harms_nothing(writer: Writer, profile: Profile) -> None:
    kept = writer.save("reports", None, {"text": "до"}, "ivanov", None, NOW)
    journal = (profile.folder / "operations.journal").read_bytes()
    pages = writer._connection.value("PRAGMA page_count")
    writer._connection.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(ReadOnly, match="На диске нет места"):
        writer.save("reports", None, {"text": "я" * 100_000}, "ivanov", None, NOW)
    assert [one.op for one in writer.outbox()] == [kept.op]
    assert (profile.folder / "operations.journal").read_bytes() == journal
    writer._connection.run("PRAGMA max_page_count = 1000000")
    writer.save("reports", None, {"text": "я" * 100_000}, "ivanov", None, NOW)
    assert len(writer.outbox()) == 2


WRITE_UNDER_LIMIT = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from citymanager.errors import ReadOnly
from citymanager.modules import MODULES
from citymanager.store import Profile
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writer = Profile(Path(sys.argv[1])).writer(MODULES)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for number in range(400):
    try:
        text = f"{number} " + "я" * 2000
        print(writer.save("reports", None, {"text": text}, "x", None, datetime.now(UTC)).op, flush=True)
    except ReadOnly as error:
        print("refused", error, flush=True)
        break
"""


@pytest.mark.fault("F05")
def test_a_disk_that_fills_up_loses_nothing_that_was_said_saved(profile: Profile) -> None:
    profile.writer(HOUSE).close()
    limit = str(profile.cache.stat().st_size + 1_500_000)
    done = subprocess.run(
        [sys.executable, "-c", WRITE_UNDER_LIMIT, str(profile.folder), limit],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *ops, last = done.stdout.splitlines()
    assert last.startswith("refused") and len(ops) > 5
    writer = profile.writer(HOUSE, patience=0)
    assert [one.op for one in writer.outbox()] == ops
    writer.save("reports", None, {"text": "место освободили"}, "x", None, NOW)
    writer.close()


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from citymanager.modules import MODULES
from citymanager.store import Profile
writer = Profile(Path(sys.argv[1])).writer(MODULES)
while True:
    print(writer.save("reports", None, {"text": "я" * 500}, "x", None, datetime.now(UTC)).op, flush=True)
"""


@pytest.mark.fault("F03")
@pytest.mark.fault("F04")
@pytest.mark.parametrize("after", [1, 7, 40])
def test_kill_9_while_writing_loses_nothing_that_was_said_saved(profile: Profile, after: int) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(profile.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(after)]
    child.kill()
    said += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    writer = profile.writer(HOUSE, patience=0)
    assert {*said} <= {one.op for one in writer.outbox()}
    assert writer._connection.value("PRAGMA integrity_check") == "ok"
    assert writer._connection.value("PRAGMA synchronous") == 2
    writer.close()


@pytest.mark.fault("F22")
@pytest.mark.fault("F23")
def test_one_process_writes_a_profile_and_the_others_are_told(profile: Profile, writer: Writer) -> None:
    with pytest.raises(ReadOnly, match="уже работает другая программа"):
        profile.writer(HOUSE, patience=0.1)
    reader = profile.reader(HOUSE)
    assert reader.count(Query("reports")) == 0
    reader.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReadOnly, match="Не удалось создать папку профиля"):
        Profile(tmp_path / "file" / "profile")


def test_a_changed_declaration_keeps_every_value(profile: Profile) -> None:
    writer = profile.writer(HOUSE, patience=0)
    saved = writer.save("benches", None, WHOLE, "ivanov", None, NOW)
    before = writer.get("benches", saved.id)
    writer.close()
    kept = (one for one in THROWAWAY.fields if one.key != "story")
    fields = (*kept, Field("material", "Материал"))
    changed = replace(THROWAWAY, fields=fields, table=("name", "address"), sort="address")
    writer = profile.writer((*HOUSE[:-1], changed), patience=0)
    assert writer.get("benches", saved.id).data == before.data
    assert writer.get("benches", saved.id).unsent == 1
    assert writer.ids(Query("benches", text="берез")) == [saved.id]
    assert writer.lists.counters("benches") == {"planned": 1}
    writer.save("benches", saved.id, {"material": "дуб"}, "ivanov", None, NOW)
    writer.close()
    writer = profile.writer(HOUSE, patience=0)
    assert writer.get("benches", saved.id).data == {**before.data, "material": "дуб"}
    assert writer.ids(Query("benches", text="первая строка")) == [saved.id]
    writer.close()


def test_a_settings_file_that_is_garbage_does_not_stop_the_start(profile: Profile) -> None:
    station = profile.station()
    assert Profile(profile.folder).station() == station
    (profile.folder / "settings.json").write_text("{")
    assert profile.setting("theme", "day") == "day"
    assert (profile.folder / "settings.json.damaged").read_text() == "{"
    profile.set("theme", "night")
    assert profile.setting("theme") == "night"


def test_a_copy_of_the_cache_is_whole_while_it_is_written(writer: Writer, tmp_path: Path) -> None:
    writer.save("reports", None, {"text": "раз"}, "x", None, NOW)
    copy = Profile(tmp_path / "copy")
    writer._connection.backup(copy.cache)
    reader = copy.reader(HOUSE)
    assert reader.count(Query("reports")) == 1
    reader.close()
    shutil.rmtree(copy.folder)


def test_a_cache_that_is_missing_gets_the_unsent_edits_of_the_journal(profile: Profile) -> None:
    ops = fill(profile)
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    writer = profile.writer(HOUSE, patience=0)
    assert writer.salvaged == len(ops)
    assert [one.op for one in writer.outbox()] == ops
    writer.close()
    writer = profile.writer(HOUSE, patience=0)
    assert writer.salvaged == 0 and len(writer.outbox()) == len(ops)
    writer.close()


def test_a_start_that_died_before_it_salvaged_is_made_good_by_the_next_one(profile: Profile) -> None:
    ops = fill(profile)
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    empty = Connection(profile.cache, read_only=False)
    prepare(empty, HOUSE)
    empty.close()
    writer = profile.writer(HOUSE, patience=0)
    assert [one.op for one in writer.outbox()] == ops
    writer.close()


def test_a_journal_that_cannot_be_trimmed_does_not_undo_what_the_server_said(writer: Writer, profile: Profile) -> None:
    (profile.folder / "operations.new").mkdir()
    big = [writer.save("reports", None, {"text": "я" * 900_000}, "ivanov", None, NOW).op for _ in range(3)]
    touched = writer.settle([{"op": big[0], "result": "accepted", "version": 1}], "f", NOW)
    assert len(touched["reports"]) == 1
    assert [one.op for one in writer.outbox()] == big[1:]


def test_a_trimmed_journal_keeps_what_is_unfinished_in_its_order(profile: Profile) -> None:
    path = profile.folder / "operations.journal"
    journal = Journal(path)
    journal.add({"op": str(number), "text": "я" * 300_000} for number in range(10))
    before = path.stat().st_size
    journal.done(["3", "0"])
    assert path.stat().st_size < before
    assert [one["op"] for one in journal.unfinished()] == ["1", "2", "4", "5", "6", "7", "8", "9"]
    trimmed = path.stat().st_ino
    journal.done(["8"])
    assert path.stat().st_ino == trimmed, "what is nearly all unfinished is not written anew at every answer"
    assert [one["op"] for one in journal.unfinished()] == ["1", "2", "4", "5", "6", "7", "9"]


def test_a_long_journal_is_never_held_as_a_whole(profile: Profile) -> None:
    journal = Journal(profile.folder / "operations.journal")
    journal.add({"op": str(number), "text": "я" * 100_000} for number in range(60))
    tracemalloc.start()
    try:
        journal.done(["3", "0"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(journal.unfinished()) == 58
    assert peak < 3_000_000, "some lines of 200 KB, and not twelve million"


SET = """
import sys
from pathlib import Path
from citymanager.store import Profile
profile = Profile(Path(sys.argv[1]))
print(profile.station(), flush=True)
for number in range(60):
    profile.set(f"{sys.argv[2]} {number}", number)
"""


def test_programs_that_keep_settings_at_the_same_time_lose_none(profile: Profile) -> None:
    words = [sys.executable, "-c", SET, str(profile.folder)]
    beside = [subprocess.Popen([*words, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in "abc"]
    stations = {one.communicate()[0].strip() for one in beside}
    assert stations == {profile.station()}
    assert all(profile.setting(f"{name} {number}") == number for name in "abc" for number in range(60))
