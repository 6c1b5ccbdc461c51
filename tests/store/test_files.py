"""Files of records on this disk: kept by their sums, queued with the edits that name them, never lost by a crash."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from citymanager.errors import Damaged, ReadOnly, Refused
from citymanager.modules import MODULES
from citymanager.store import Profile, Writer
from citymanager.store.shelf import written

ROOT = Path(__file__).parents[2]


def photo(size: int = 1_000) -> bytes:
    return b"\xff\xd8\xff\xe0" + os.urandom(size - 4)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


def attach(profile: Profile, tmp_path: Path, content: bytes, name: str = "яма.jpg") -> dict[str, Any]:
    source = tmp_path / name
    source.write_bytes(content)
    return profile.shelf.take(source).entry()


def save(writer: Writer, *entries: dict[str, Any], ident: str | None = None, author: str = "ivanov") -> str:
    change = {"photos": list(entries) or None, **({} if ident else {"text": "Яма"})}
    return writer.save("reports", ident, change, author, None, datetime.now(UTC)).id


def queued(writer: Writer) -> list[tuple[str, str, str]]:
    return [(one.sha256, one.author, one.state) for one in writer.files.unsent(100)]


def test_a_file_lies_under_its_sum_whatever_it_is_called(profile: Profile, tmp_path: Path) -> None:
    content = photo()
    entry = attach(profile, tmp_path, content, "про ямы.exe")
    name = sha256(content).hexdigest()
    assert entry == {"sha256": name, "name": "про ямы.exe", "type": "image/jpeg", "size": len(content)}
    assert profile.shelf.find(name) == profile.folder / "files" / name[:2] / name
    assert profile.shelf.read(name)[0] == content
    assert [path.name for path in profile.folder.rglob("*") if path.is_file()] == [name]
    assert (profile.folder / "files" / name[:2] / name).stat().st_mode & 0o777 == 0o600


def test_what_can_not_be_taken_is_told_at_once(profile: Profile, tmp_path: Path) -> None:
    pipe = tmp_path / "труба.jpg"
    os.mkfifo(pipe)  # opening it for reading would never end
    for source, told in ((tmp_path / "нет.jpg", "не прочитать"), (tmp_path, "не файл"), (pipe, "не файл")):
        with pytest.raises(Refused, match=told):
            profile.shelf.take(source)
    assert profile.shelf.kept() == {}


def test_a_sum_that_is_none_leads_nowhere_and_a_link_in_a_files_place_is_no_file(
    profile: Profile, tmp_path: Path
) -> None:
    for name in ("../../etc/passwd", "a" * 63, "A" * 64, "/" * 64, ""):
        with pytest.raises(Refused):
            profile.shelf.find(name)
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(photo())
    place = profile.folder / "fetched" / "aa" / ("a" * 64)
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)
    place.with_suffix(".part").symlink_to(secret)
    assert profile.shelf.find("a" * 64) is None and profile.shelf.arrived("a" * 64) == 0
    with pytest.raises(Damaged):
        profile.shelf.read("a" * 64)
    with pytest.raises(ReadOnly):
        profile.shelf.add("a" * 64, b"x")
    assert profile.shelf.trim(0) == 2 and secret.exists(), "what is thrown away is the link"


def test_a_file_that_was_changed_on_the_disk_is_never_shown(profile: Profile, tmp_path: Path) -> None:
    entry = attach(profile, tmp_path, photo())
    path = profile.shelf.find(entry["sha256"])
    assert path is not None
    path.write_bytes(b"MZ\x90")
    with pytest.raises(Damaged):
        profile.shelf.read(entry["sha256"])


def test_a_copy_is_written_whole_and_can_not_be_run(tmp_path: Path) -> None:
    written(tmp_path / "акт.pdf", b"%PDF-1")
    assert (tmp_path / "акт.pdf").read_bytes() == b"%PDF-1"
    assert (tmp_path / "акт.pdf").stat().st_mode & 0o111 == 0
    with pytest.raises(ReadOnly, match=r"«акт\.pdf»"):
        written(tmp_path / "нет такой" / "акт.pdf", b"%PDF-1")
    assert [one.name for one in tmp_path.iterdir()] == ["акт.pdf"]


def test_an_edit_queues_what_it_names_first_and_nothing_twice(profile: Profile, tmp_path: Path) -> None:
    first, second = (attach(profile, tmp_path, photo(), f"{number}.jpg") for number in range(2))
    elsewhere = {"sha256": "b" * 64, "name": "чужой.jpg", "size": 5}
    with_writer = profile.writer(MODULES, patience=0)
    ident = save(with_writer, first, elsewhere)
    assert queued(with_writer) == [(first["sha256"], "ivanov", "waiting")], "what is not here is the server's"
    save(with_writer, first, elsewhere, second, ident=ident, author="petrov")
    assert queued(with_writer)[1:] == [(second["sha256"], "petrov", "waiting")]
    save(with_writer, ident=ident)
    assert len(queued(with_writer)) == 2, "what was saved once goes up: the record's history names it"
    with_writer.close()


def test_a_refused_edit_queues_nothing(profile: Profile, tmp_path: Path) -> None:
    entry = attach(profile, tmp_path, photo())
    writer = profile.writer(MODULES, patience=0)
    with pytest.raises(Refused):
        writer.save("reports", None, {"photos": [entry]}, "ivanov", None, datetime.now(UTC))
    writer.close()
    writer = profile.writer(MODULES, patience=0)
    assert queued(writer) == [] and profile.shelf.find(entry["sha256"]) is not None, "the draft still names it"
    writer.close()


def test_a_file_that_the_server_was_thought_to_have_is_kept_again_when_it_is_attached_anew(
    profile: Profile, tmp_path: Path
) -> None:
    entry = attach(profile, tmp_path, photo())
    writer = profile.writer(MODULES, patience=0)
    save(writer, entry)
    found = writer.files.next("ivanov")
    assert found is not None
    writer.files.arrived(found, datetime.now(UTC))
    assert not profile.shelf.owes(entry["sha256"])
    save(writer, entry, author="petrov")
    assert profile.shelf.owes(entry["sha256"]) and profile.shelf.trim(0) == 0
    writer.close()


def test_the_journal_remembers_unsent_files_when_it_is_shortened(profile: Profile, tmp_path: Path) -> None:
    first, second = (attach(profile, tmp_path, photo(), f"{number}.jpg") for number in range(2))
    writer = profile.writer(MODULES, patience=0)
    save(writer, first)
    save(writer, second)
    found = writer.files.next("ivanov")
    assert found is not None
    writer.files.arrived(found, datetime.now(UTC))
    writer._journal._trim_at = 0
    writer._journal.done([])
    writer.close()
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    writer = profile.writer(MODULES, patience=0)
    assert queued(writer) == [(second["sha256"], "ivanov", "waiting")]
    assert writer.salvaged == 2
    writer.close()


def test_a_cache_of_yesterday_learns_of_todays_files(profile: Profile, tmp_path: Path) -> None:
    writer = profile.writer(MODULES, patience=0)
    old = tmp_path / "yesterday.db"
    writer._connection.backup(old)
    entry = attach(profile, tmp_path, photo())
    ident = save(writer, entry)
    (pending,) = writer.outbox()
    writer.settle([{"op": pending.op, "result": "accepted", "version": 1, "seq": 1}], "feed", datetime.now(UTC))
    assert not writer.outbox() and writer.get("reports", ident) is not None
    writer.close()
    for name in ("cache.db-wal", "cache.db-shm"):
        (profile.folder / name).unlink(missing_ok=True)
    old.replace(profile.cache)
    writer = profile.writer(MODULES, patience=0)
    assert queued(writer) == [(entry["sha256"], "ivanov", "waiting")]
    writer.close()


def test_a_crash_between_the_servers_word_and_the_folder_is_made_good(profile: Profile, tmp_path: Path) -> None:
    entry = attach(profile, tmp_path, photo())
    writer = profile.writer(MODULES, patience=0)
    save(writer, entry)
    writer._connection.run("UPDATE _files SET state = 'sent'")
    for half, age in (("new-old", 7_200), ("new-now", 0)):
        (profile.folder / "files" / half).write_bytes(b"half of a copy")
        os.utime(profile.folder / "files" / half, (time.time() - age,) * 2)
    writer.close()
    writer = profile.writer(MODULES, patience=0)
    assert profile.shelf.kept() == {} and profile.shelf.find(entry["sha256"]) is not None
    halves = [one.name for one in (profile.folder / "files").glob("new-*")]
    assert halves == ["new-now"], "another thread may be at it still"
    writer.close()


@pytest.mark.parametrize("step", range(1, 9))
def test_kill_9_at_any_step_loses_no_file_of_a_saved_card(tmp_path: Path, step: int) -> None:
    """The steps are taken from outside: so many lines have come when the process is killed, wherever it is by then."""
    words = [sys.executable, str(ROOT / "tests/store/attaching.py"), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().split() for _ in range(step)]
        process.kill()
        said += [line.split() for line in process.stdout.read().splitlines()]
    profile = Profile(tmp_path / "profile")
    writer = profile.writer(MODULES, patience=0)
    saved = [line[1] for line in said if line[0] == "saved"]
    named = [one.change["photos"][0]["sha256"] for one in writer.outbox()]
    assert set(saved) <= set(named) and len(named) <= len(saved) + 1
    assert [sum_ for sum_, _, _ in queued(writer)] == named, "exactly what the edits name waits"
    assert all(profile.shelf.read(name)[0] for name in named)
    writer.close()


def test_what_was_attached_and_never_saved_may_go_after_a_month_but_not_before_the_records_were_asked(
    profile: Profile, tmp_path: Path
) -> None:
    old, young = (attach(profile, tmp_path, photo(), f"{number}.jpg") for number in range(2))
    path = profile.shelf.find(old["sha256"])
    assert path is not None
    os.utime(path, (time.time() - 31 * 86_400,) * 2)
    writer = profile.writer(MODULES, patience=0)
    assert profile.shelf.owes(old["sha256"]), "a record may name it: they are not loaded yet"
    assert writer.files.claim_named(writer.files.mend(), "ivanov", datetime.now(UTC)) == 0
    writer.files.mend()
    assert (profile.shelf.owes(old["sha256"]), profile.shelf.owes(young["sha256"])) == (False, True)
    save(writer, old)
    assert profile.shelf.owes(old["sha256"]) and queued(writer) == [(old["sha256"], "ivanov", "waiting")]
    writer.close()
