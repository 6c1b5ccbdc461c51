"""An alarm that nobody has taken outlives kill -9 and its own cause: it stands there until a person takes it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from alarm_post import ADS, LATE, NOW, Post, Worn, pass_time

from citymanager.modules import MODULES
from citymanager.schema import Module
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.alarm_panel import NOTHING, AlarmPanel
from widgets.alarm_strip import AlarmStrip

HERE = Path(__file__).parent
Put = Callable[..., None]
Posted = Callable[[], Post]
Wait = Callable[[Callable[[], bool]], None]
DONE = {**ADS, "status": "in_work"}


@pytest.fixture
def house() -> Sequence[Module]:
    return MODULES


@pytest.fixture
def died() -> str:
    """How far the workstation had come that was killed on this profile."""
    return ""


@pytest.fixture
def profile(tmp_path: Path, died: str) -> Profile:
    made = Profile(tmp_path / "profile")
    if died:
        path = f"{HERE.parents[1]}:{HERE.parent}"
        done = subprocess.run(
            [sys.executable, HERE / "dying_post.py", made.folder, died],
            env={**os.environ, "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}, timeout=120,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
    return made


def rows(tasks: Tasks) -> int:
    return len(tasks.glance.raised())


@pytest.mark.parametrize("died", ["gone"])
def test_what_went_untaken_stands_there_after_a_kill_and_is_taken_by_a_person(
    posted: Posted, tasks: Tasks, writer: Writer, worn: Worn, wait: Wait
) -> None:
    worn.run(3_600)
    post = posted()
    panel = AlarmPanel(post.acts, post.load, post.stand)
    strip = AlarmStrip(post.acts, post.load, post.stand)
    wait(lambda: panel.list.count() == 1 and strip.words.whole.startswith("Ушла сама, не принята · Локализация"))
    assert panel.count.text() == "Ушли сами, не приняты: 1" and post.raised == [] == post.rings
    panel.take_left.click()
    wait(lambda: panel.count.text() == NOTHING and strip.isHidden() and rows(tasks) == 0)
    assert [one.change["act"] for one in writer.outbox()] == ["taken"]
    post = posted()
    wait(lambda: not post.memory._busy)
    assert post.acts.left == []
    panel.deleteLater()
    strip.deleteLater()


@pytest.mark.parametrize("died", ["raised"])
def test_whose_cause_goes_while_no_program_runs_waits_to_be_taken_too(
    posted: Posted, put: Put, worn: Worn, wait: Wait
) -> None:
    put("reports", {"r1": DONE}, version=2)
    worn.run(3_600)
    post = posted()
    wait(lambda: [one.record for one in post.acts.left] == ["r1"])
    assert post.calling == []


@pytest.mark.parametrize("died", ["raised"])
def test_what_stands_still_after_a_kill_calls_and_sounds_once_more(posted: Posted, worn: Worn, wait: Wait) -> None:
    worn.run(30 * 60)
    post = posted()
    wait(lambda: post.calling == ["r1 localise high"] and len(post.rings) == 1)
    assert post.acts.left == [] and [one.record for one in post.raised] == ["r1"]


@pytest.mark.parametrize("died", ["gone"])
def test_taken_at_another_desk_meanwhile_it_waits_for_nobody(
    posted: Posted, put: Put, tasks: Tasks, worn: Worn, wait: Wait
) -> None:
    (ident,) = [one.alarm for one in tasks.glance.raised()]
    put("alarm_log", {ident: {"login": "petrov", "act": "taken", "at": moment(NOW)}})
    worn.run(3_600)
    post = posted()
    wait(lambda: rows(tasks) == 0)
    assert post.acts.left == [] == post.calling


def test_warnings_are_not_kept_and_an_overdue_day_is(
    posted: Posted,
    put: Put,
    tasks: Tasks,
    worn: Worn,
    wait: Wait,
) -> None:
    post = posted()
    put("reports", {"r1": ADS, "r2": LATE})
    pass_time(post, worn, 24 * 60)
    wait(lambda: post.calling == ["r2 register medium", "r1 localise low"] and rows(tasks) == 1)
    post.acts.take([one for one in post.acts.calling if one.record == "r2"])
    wait(lambda: post.calling == ["r1 localise low"] and rows(tasks) == 0)


def test_a_cache_that_replaces_a_damaged_one_is_told_what_waits(
    posted: Posted, put: Put, tasks: Tasks, worn: Worn, wait: Wait
) -> None:
    post = posted()
    put("reports", {"r1": ADS})
    pass_time(post, worn, 30 * 60)
    wait(lambda: rows(tasks) == 1)
    tasks.write_here(lambda writer: writer.keep_raised([], [one.alarm for one in writer.raised()]))
    tasks.renewed.emit(tasks.opening)
    wait(lambda: rows(tasks) == 1)


def test_a_cache_that_comes_new_while_something_is_written_is_told_all_the_same(
    posted: Posted, put: Put, tasks: Tasks, worn: Worn, wait: Wait
) -> None:
    post, free, emptied = posted(), threading.Event(), threading.Event()
    put("reports", {"r1": ADS})
    wait(lambda: not post.memory._busy)
    tasks.write(lambda _: free.wait(20))
    pass_time(post, worn, 30 * 60)
    wait(lambda: post.calling == ["r1 localise high"] and post.memory._busy)
    tasks.write(lambda writer: writer.keep_raised([], [one.alarm for one in writer.raised()]), lambda _: emptied.set())
    tasks.renewed.emit(tasks.opening)
    free.set()
    wait(emptied.is_set)
    wait(lambda: rows(tasks) == 1)
