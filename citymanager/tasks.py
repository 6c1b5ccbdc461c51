"""The threads of the window, answered once: one writer, two readers, results on the GUI thread.

Nowhere else is there a thread, but for the sync's own (`sync/worker.py`). Tasks are short: a transaction of at most
500 rows, one list, one layer; the GIL is held by whoever parses, so pages are small.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from citymanager.errors import Bug, CityError, ReadOnly
from citymanager.schema import Module
from citymanager.store import Profile, Reader, Writer
from citymanager.work import Hands, Work

T = TypeVar("T")
Done = Callable[[Any], None]
Failed = Callable[[CityError], None]

READERS = 2
READ_ONLY = "Профиль открыт только для чтения: с ним уже работает другая программа."
log = logging.getLogger(__name__)


class Tasks(QObject):
    """Runs acts on the writer's or a reader's thread; `done` and `failed` are called on the GUI thread.

    A callback whose `owner` is gone meanwhile is dropped. An error that no `failed` takes goes to the signal `failed`.
    """

    failed = Signal(object)
    began = Signal(object)
    """`Work`: a long act has begun."""
    _settled = Signal(object)

    def __init__(self, profile: Profile, modules: Sequence[Module], writer: Writer | None) -> None:
        """`writer` None: the profile is open read-only, every write is refused."""
        super().__init__()
        self._profile, self._modules, self._writer = profile, modules, writer
        self._closed = False
        self._local = threading.local()
        self._opened: list[Reader] = []
        self._newest: dict[str, int] = {}
        self._writing = ThreadPoolExecutor(1, "writer")
        self._reading = ThreadPoolExecutor(READERS, "reader")
        self._working = ThreadPoolExecutor(1, "long")
        self._works: list[Work] = []
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.glance = profile.reader(modules)
        """The GUI thread's own reader: single rows only, never a list."""

    @property
    def read_only(self) -> bool:
        return self._writer is None

    def write(
        self,
        act: Callable[[Writer], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run an act on the writer's thread; acts run in the order they were given."""
        self._start(self._writing, lambda: act(self._the_writer()), done, failed, owner)

    def read(
        self,
        act: Callable[[Reader], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        newest: str = "",
    ) -> None:
        """Run an act on a reader's thread. Of acts with one name `newest` only the last one's result is delivered."""
        if not newest:
            self._start(self._reading, lambda: act(self._the_reader()), done, failed, owner)
            return
        number = self._newest[newest] = self._newest.get(newest, 0) + 1

        def current() -> bool:
            return self._newest[newest] == number

        def run() -> T | None:
            return act(self._the_reader()) if current() else None

        def deliver(result: Any) -> None:
            if current() and done is not None:
                done(result)

        self._start(self._reading, run, deliver, failed, owner)

    def long(
        self,
        title: str,
        act: Callable[[Hands], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
    ) -> Work:
        """Run an act of more than a second on a thread of its own: shown with its numbers, stopped by a person.

        Long acts run one after another. A stopped one fails with `Stopped`.
        """
        work = Work(title)

        def run() -> T:
            try:
                work.at(0, 0)
                return act(Hands(self._the_reader(), self.write_here, work.at))
            finally:
                work.ended.emit()

        self._works.append(work)
        work.ended.connect(lambda: self._works.remove(work), Qt.ConnectionType.QueuedConnection)
        self.began.emit(work)
        self._start(self._working, run, done, failed, owner)
        return work

    def write_here(self, act: Callable[[Writer], T]) -> T:
        """Run an act on the writer's thread and wait for it: for the sync's thread, never for the GUI's."""
        return self._writing.submit(lambda: act(self._the_writer())).result()

    def close(self) -> None:
        """Finish what was begun, then close the cache. Acts given later are dropped: the window is going."""
        self._closed = True
        for work in self._works:
            work.stop()
        self._working.shutdown(wait=True, cancel_futures=True)
        self._reading.shutdown(wait=True, cancel_futures=True)
        self._writing.shutdown(wait=True)
        for reader in [*self._opened, self.glance]:
            reader.close()
        if self._writer is not None:
            self._writer.close()

    def _the_writer(self) -> Writer:
        if self._writer is None:
            raise ReadOnly(READ_ONLY)
        return self._writer

    def _the_reader(self) -> Reader:
        if not hasattr(self._local, "reader"):
            self._local.reader = self._profile.reader(self._modules)
            self._opened.append(self._local.reader)
        reader: Reader = self._local.reader
        return reader

    def _start(
        self,
        pool: ThreadPoolExecutor,
        run: Callable[[], Any],
        done: Done | None,
        failed: Failed | None,
        owner: QObject | None,
    ) -> None:
        if self._closed:
            return

        def settled(future: "Future[Any]") -> None:
            if not future.cancelled() and shiboken6.isValid(self):
                self._settled.emit((future, done, failed, owner))

        pool.submit(run).add_done_callback(settled)

    def _deliver(self, outcome: tuple["Future[Any]", Done | None, Failed | None, QObject | None]) -> None:
        future, done, failed, owner = outcome
        if self._closed or (owner is not None and not shiboken6.isValid(owner)):
            return
        error = future.exception()
        if error is None:
            if done is not None:
                done(future.result())
            return
        if not isinstance(error, CityError):
            log.error("a task failed", exc_info=error)
            error = Bug(f"Внутренняя ошибка: {error}. Подробности в журнале программы.")
        (failed or self.failed.emit)(error)
