"""What nobody waits for is read in the gaps that the other reads leave; where there are none, it is read in the end."""

import threading
import time
from collections.abc import Callable

from citymanager.giving_way import PAINTING, PATIENCE, GivingWay
from citymanager.tasks import Tasks

Wait = Callable[[Callable[[], bool]], None]


def test_what_lies_behind_begins_once_nothing_else_is_read(tasks: Tasks, wait: Wait) -> None:
    done, let_go, under_way = [], threading.Event(), threading.Event()

    def waited_for() -> str:
        under_way.set()
        let_go.wait(10)
        return "waited for"

    tasks.read(lambda reader: waited_for(), done.append)
    assert under_way.wait(10)
    for _ in range(3):
        tasks.read_behind(lambda reader: "behind", done.append)
    time.sleep(0.05)
    tasks.read(lambda reader: "waited for too", done.append)  # there is a reader for it
    wait(lambda: len(done) == 1)
    let_go.set()
    wait(lambda: len(done) == 5)
    assert done == ["waited for too", "waited for", "behind", "behind", "behind"]


def test_where_no_gap_comes_it_goes_on_all_the_same() -> None:
    giving_way = GivingWay()
    giving_way.come()
    begun = time.monotonic()
    giving_way.give_way()
    assert PATIENCE <= time.monotonic() - begun < 10 * PATIENCE
    giving_way.go()
    begun = time.monotonic()
    giving_way.give_way()
    assert time.monotonic() - begun < PATIENCE


def test_what_is_long_gives_way_in_its_middle_but_not_for_ever() -> None:
    giving_way = GivingWay()
    give_way, begun = giving_way.in_turns(), time.monotonic()
    for _ in range(100):
        give_way()
    assert time.monotonic() - begun < PATIENCE
    giving_way.come()
    for _ in range(100):
        give_way()
    assert PATIENCE <= time.monotonic() - begun < 10 * PATIENCE  # all in all: the turns before took some of it


def test_the_window_has_time_to_paint_an_answer() -> None:
    giving_way = GivingWay()
    giving_way.come()
    giving_way.go()
    begun = time.monotonic()
    giving_way.give_way()
    assert PAINTING * 0.9 <= time.monotonic() - begun < PATIENCE
