"""What another thread is asked to do, in the keeping of the window's own thread.

An act, and what is called with its answer, hold widgets. If the thread that ran the act let go of the last hold on one,
the widget would be taken apart there while the window's thread works on it, and the process would die: seen twice in
some hundred hours of tests, the other thread's stack just past its work. So a thread is given a number, and what the
number stands for begins and ends with the window's thread.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import shiboken6
from PySide6.QtCore import QObject

from citymanager.errors import CityError

Done = Callable[[Any], None]
Failed = Callable[[CityError], None]


class Errand:
    """An act, who is told what came of it, and what came of it."""

    answer: Any = None
    error: BaseException | None = None

    def __init__(self, act: Callable[[], Any], done: Done | None, failed: Failed | None, owner: QObject | None) -> None:
        self._act, self.done, self.failed, self._owner = act, done, failed, owner

    @property
    def wanted(self) -> bool:
        """Whether who asked is still there."""
        return self._owner is None or shiboken6.isValid(self._owner)

    def run(self) -> None:
        """On another thread; an error is kept for who asked, whatever it is."""
        try:
            self.answer = self._act()
        except BaseException as error:
            self.error = error  # a circle by its traceback: the window's thread tidies up


class Errands:
    """Errands under way by their numbers. All but `run` is for the window's thread."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)
        self._under_way: dict[int, Errand] = {}

    def keep(self, errand: Errand) -> int:
        """The number to hand to another thread."""
        number = next(self._numbers)
        self._under_way[number] = errand
        return number

    def run(self, number: int) -> None:
        """On another thread, which holds nothing of the errand any more when this returns."""
        self._under_way[number].run()

    def take(self, number: int) -> Errand | None:
        """One that has been run, no longer kept; None after `drop`."""
        return self._under_way.pop(number, None)

    def drop(self) -> None:
        """Nobody waits for any of them; no thread runs one any more."""
        self._under_way.clear()
