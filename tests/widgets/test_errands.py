"""What a thread works on dies where the window lives: a widget taken apart elsewhere takes the process with it."""

import gc
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from citymanager.errors import CityError, Refused
from citymanager.store import Reader
from citymanager.tasks import Tasks

Wait = Callable[[Callable[[], bool]], None]
MANY = 3_000
"""The moment between telling the window and letting go is a microsecond wide: that often it must not be hit."""


class Held:
    """Stands for a widget that only an act or its callback holds: tells on which thread the last hold was let go."""

    def __init__(self, died_on: set[str]) -> None:
        self._died_on = died_on

    def __del__(self) -> None:
        self._died_on.add(threading.current_thread().name)

    def read(self, reader: Reader) -> int:
        return id(self)

    def refuse(self, reader: Reader) -> int:
        raise Refused(f"{id(self)}")

    def take(self, answer: object) -> None:
        """Nothing is done with it."""


@pytest.fixture
def turns() -> Iterator[None]:
    """Threads give way to each other at every step."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("act", [Held.read, Held.refuse], ids=["answered", "refused"])
def test_what_an_act_holds_is_let_go_on_the_windows_thread(
    tasks: Tasks, wait: Wait, turns: None, act: Callable[[Held, Reader], int]
) -> None:
    died_on: set[str] = set()
    ended = 0

    def one_more(_: object) -> None:
        nonlocal ended
        ended += 1

    def ask() -> None:
        held, told = Held(died_on), Held(died_on)

        def done(answer: int) -> None:
            told.take(answer)
            one_more(answer)

        def failed(error: CityError) -> None:
            told.take(error)
            one_more(error)

        tasks.read(lambda reader: act(held, reader), done, failed)

    for number in range(MANY):
        ask()
        if number % 20 == 19:
            wait(lambda asked=number + 1: ended == asked)
    gc.collect()  # an error and the errand that it ended hold each other
    assert died_on == {threading.main_thread().name}


def test_what_was_never_begun_is_let_go_when_the_window_closes(tasks: Tasks) -> None:
    died_on: set[str] = set()
    free, busy = threading.Event(), threading.Event()

    def stand(reader: Reader) -> None:
        busy.set()
        free.wait(10)

    tasks.read_behind(stand)
    assert busy.wait(10)
    tasks.read_behind(Held(died_on).read)
    threading.Timer(0.2, free.set).start()
    tasks.close()
    assert died_on == {threading.main_thread().name}
