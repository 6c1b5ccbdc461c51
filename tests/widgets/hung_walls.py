"""Walls that hang in a test: shown at the size of their screen, awake, and taken down when it ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import shiboken6
from pytestqt.qtbot import QtBot

from widgets.viewing import Viewing
from widgets.wall import Wall

HangUp = Callable[[Wall, Viewing], Wall]


@contextmanager
def hung_walls(qtbot: QtBot) -> Iterator[HangUp]:
    hung: list[Wall] = []

    def up(wall: Wall, seen: Viewing) -> Wall:
        hung.append(wall)
        wall.resize(round(seen.width), round(seen.height))
        wall.show()
        qtbot.waitUntil(wall.isActiveWindow, timeout=20_000)
        return wall

    try:
        yield up
    finally:
        for wall in hung:
            wall.close()
            shiboken6.delete(wall)
