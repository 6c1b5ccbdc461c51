"""The journal of access: what is revealed, exported and printed reaches the server, whoever may read it there."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from central_server import Central
from station import Station

from citymanager.access_journal import AccessJournal
from citymanager.errors import ReadOnly
from citymanager.modules import MODULES
from citymanager.store import Writer
from citymanager.store.outbox import wire
from sync.pull import begin_anew

ROOT = Path(__file__).parents[2]
Join = Callable[..., Station]


def journal(station: Station, spooled: Callable[[], None] = lambda: None) -> AccessJournal:
    return AccessJournal(station.profile, lambda: station.login_name, spooled)


def lines(central: Central) -> list[dict[str, Any]]:
    """What the server holds, in the order of its feed."""
    return [row[0] for row in central.sql("SELECT data FROM records WHERE module = 'access_log' ORDER BY seq")]


def test_each_act_is_a_record_of_the_server_that_only_an_administrator_reads(central: Central, join: Join) -> None:
    a, admin = join(), join("admin")
    ident = a.new(author_phone="79001234567")
    told = journal(a)
    told.reveal("reports", ident, "Телефон автора")
    told.export("reports", 57, "сообщения.csv")
    told.print("reports", 1, "карточка", ident)
    done = a.sync()
    assert (done.pushed, done.unsent, done.refused) == (1, 0, 0), "only what a person has typed is counted"
    station = a.profile.station()
    by = {"login": a.login_name, "station": station, "module": "reports"}
    kept = [{key: value for key, value in one.items() if key != "at"} for one in lines(central)]
    assert kept == [
        {**by, "act": "reveal", "record": ident, "records": 1, "detail": "Телефон автора"},
        {**by, "act": "export", "records": 57, "detail": "сообщения.csv"},
        {**by, "act": "print", "record": ident, "records": 1, "detail": "карточка"},
    ]
    assert central.sql("SELECT DISTINCT by FROM records WHERE module = 'access_log'") == [(a.login_name,)]
    assert a.ids("access_log") == set(), "what its author may not read does not stay with him"
    admin.sync()
    assert len(admin.ids("access_log")) == 3


def test_an_answer_that_was_lost_leaves_no_line_behind_either(central: Central, join: Join) -> None:
    a = join()
    journal(a).reveal("reports", "r1")
    a.writer.take_spooled()
    (line,) = a.writer.outbox()
    first = a.client.operations([wire(line)])["verdicts"]  # type: ignore[list-item]
    assert first[0]["current"]["gone"] and first[0]["current"]["data"] == {}
    a.sync()  # offers it again
    assert a.writer.outbox() == [] and a.ids("access_log") == set() and len(lines(central)) == 1


def test_the_cache_agrees_with_the_server_after_lines_have_gone_up(join: Join) -> None:
    a = join()
    a.new()
    journal(a).export("reports", 1)
    a.sync()
    a.writer.set_meta({"verified": "2026-01-01T00:00:00+00:00"})
    a.sync()
    assert a.engine.repaired == [] and a.sums() == a.server_sums()
    a.write(begin_anew)
    a.sync()
    assert a.sums() == a.server_sums() and a.ids("access_log") == set()


@pytest.mark.campaign
def test_without_a_line_the_journal_waits_apart_from_what_people_typed(central: Central, join: Join) -> None:
    a = join()
    a.sync()
    central.kill()
    typed = a.new()
    told = journal(a, a.writer.take_spooled)
    for _ in range(600):
        told.reveal("reports", typed)
    assert a.writer.unsent() == 1 and [one.id for one in a.writer.queue.waiting(500)] == [typed]
    assert len(a.writer.outbox()) == 601
    central.start()
    done = a.sync()
    assert (done.pushed, done.unsent) == (1, 0) and len(lines(central)) == 600 and a.writer.outbox() == []


def test_lines_of_a_program_beside_the_window_are_taken_once(central: Central, join: Join) -> None:
    a = join()
    journal(a).export("reports", 3, "первая")
    a.restart()
    journal(a).export("reports", 4, "вторая")
    a.login(a.known.last().login)  # type: ignore[union-attr]
    a.sync()
    a.sync()
    assert [one["detail"] for one in lines(central)] == ["первая", "вторая"]


def test_a_crash_while_lines_are_taken_doubles_none(central: Central, join: Join, tmp_path: Path) -> None:
    a = join()
    journal(a).export("reports", 3, "первая")
    spool = a.folder / "spool.journal"
    left = spool.read_bytes()
    a.writer.take_spooled()
    spool.write_bytes(left)  # as if the program had ended between the commit and the removal
    a.restart()
    a.login(a.known.last().login)  # type: ignore[union-attr]
    a.sync()
    assert [one["detail"] for one in lines(central)] == ["первая"]


def test_what_cannot_be_journalled_is_told(join: Join) -> None:
    a = join()
    (a.folder / "spool.journal").mkdir()
    with pytest.raises(ReadOnly):
        journal(a).export("reports", 1)


CHILD = """
import sys
from pathlib import Path
from citymanager.access_journal import AccessJournal
from citymanager.modules import MODULES
from citymanager.store import Profile
profile = Profile(Path(sys.argv[1]))
writer = profile.writer(MODULES)
journal = AccessJournal(profile, lambda: "ivanov", writer.take_spooled)
for number in range(10_000):
    journal.reveal("reports", f"r{number}")
    print(number, flush=True)
"""


def test_kill_9_loses_no_line_that_was_said_to_be_kept(tmp_path: Path) -> None:
    from citymanager.store import Profile

    profile = Profile(tmp_path / "profile")
    words = [sys.executable, "-c", CHILD, str(profile.folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(40)]
        os.kill(process.pid, signal.SIGKILL)
        told += process.stdout.readlines()
    writer: Writer = profile.writer(MODULES)
    try:
        kept = {one.change["record"] for one in writer.outbox()}
    finally:
        writer.close()
    assert {f"r{int(line)}" for line in told if line.endswith("\n")} <= kept
