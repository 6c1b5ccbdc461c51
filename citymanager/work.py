"""Long acts, those of more than a second: how far they are, and how a person stops them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from citymanager.errors import CityError
from citymanager.store import Reader, Writer


class Stopped(CityError):
    """A person has stopped the act; nothing half-done stays."""


class Work(QObject):
    """One long act as the window shows it."""

    ended = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self._stop = threading.Event()
        self.reached = 0, 0
        """(done, total), as of the last step; total 0 while it is not known. Whoever shows it looks now and then."""

    def stop(self) -> None:
        """Let it end at its next step."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def at(self, done: int, total: int = 0) -> None:
        """Called by the act at every step, on its own thread. Raises Stopped if a person has stopped it."""
        if self._stop.is_set():
            raise Stopped(f"Остановлено: {self.title}.")
        self.reached = done, total


@dataclass(frozen=True)
class Hands:
    """What a long act works with, on a thread of its own."""

    reader: Reader
    write: Callable[[Callable[[Writer], Any]], Any]
    """Run one transaction on the writer's thread and wait for it."""
    at: Callable[[int, int], None]
    """(done, total): tell how far it is. Raises Stopped if a person has stopped it."""
