"""The threads of the window, answered once: one writer, two readers, one behind them, results on the GUI thread.

Nowhere else is there a thread, but for the sync's own (`sync/worker.py`). Tasks are short: a transaction of at most
500 rows, one list, one layer; the GIL is held by whoever parses, so pages are small.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from citymanager.errand import Done, Errand, Errands, Failed
from citymanager.errors import Bug, CityError, Damaged, ReadOnly
from citymanager.giving_way import GivingWay
from citymanager.schema import Module
from citymanager.store import DamagedCache, Opening, Profile, Reader, Writer
from citymanager.store.connection import Interrupted
from citymanager.work import Hands, Work

T = TypeVar("T")

READERS = 2
READ_ONLY = "Профиль открыт только для чтения: с ним работает другая программа или диск не принимает запись."
MENDS = 3
"""How often a damaged cache is set aside while one window lives: more, and it is the disk that is ill."""
ILL = (
    "База этого рабочего места повреждается снова и снова: по-видимому, неисправен диск. Новые правки здесь сохранять"
    " нельзя. Сообщите администратору; прежние базы и журнал правок лежат в папке профиля."
)
log = logging.getLogger(__name__)


class _Question:
    """One of the reads of a name: the next one outdates it, also in its middle."""

    outdated = False

    def ask(self, act: Callable[[Reader], T], reader: Reader) -> T | None:
        """On a reader's thread: the answer, or None if nobody waits for it any more."""
        if self.outdated:
            return None
        try:
            with reader.while_wanted(lambda: not self.outdated):
                return act(reader)
        except Interrupted:
            return None


class Tasks(QObject):
    """Runs acts on the writer's or a reader's thread; `done` and `failed` are called on the GUI thread.

    A callback whose `owner` is gone meanwhile is dropped. An error that no `failed` takes goes to the signal `failed`.
    A cache that turns out to be damaged is set aside at once, and the work goes on with a fresh one.
    """

    failed = Signal(object)
    began = Signal(object)
    """`Work`: a long act has begun."""
    renewed = Signal(object)
    """`Opening`: the cache was damaged, another one stands in its place; everything has to be read again."""
    _settled = Signal(int)
    """The number of an errand that has been run."""
    _broken = Signal(int)

    def __init__(self, profile: Profile, modules: Sequence[Module], writer: Writer | None) -> None:
        """`writer` None: the profile is open read-only, every write is refused."""
        super().__init__()
        self._profile, self._modules, self._writer = profile, modules, writer
        self._closed = False
        self._errands = Errands()
        self._local = threading.local()
        self._opened: list[Reader] = []
        self._newest: dict[str, _Question] = {}
        self._writing = ThreadPoolExecutor(1, "writer")
        self._reading = ThreadPoolExecutor(READERS, "reader")
        self._behind, self._giving_way = ThreadPoolExecutor(1, "behind"), GivingWay()
        self._working = ThreadPoolExecutor(1, "long")
        self._works: list[Work] = []
        self._age, self._mending = 0, False
        """Which cache is read, counted from 0; and whether the next one is being made."""
        self._broken.connect(self._mend, Qt.ConnectionType.QueuedConnection)
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.glance = profile.reader(modules)
        """The GUI thread's own reader: single rows only, never a list."""

    @property
    def closed(self) -> bool:
        """Whether the window is going: nothing is read any more."""
        return self._closed

    @property
    def read_only(self) -> bool:
        return self._writer is None

    @property
    def opening(self) -> Opening:
        """What was found when the cache was opened."""
        return self._writer.opening if self._writer is not None else Opening()

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
        """Run an act on a reader's thread. Of acts with one name `newest` only the last one is answered.

        An earlier one is broken off, so that the readers are free for what somebody waits for.
        """
        if not newest:
            self._ask(lambda: act(self._the_reader()), done, failed, owner)
            return
        if newest in self._newest:
            self._newest[newest].outdated = True
        question = self._newest[newest] = _Question()

        def answer(result: Any) -> None:
            if not question.outdated and done is not None:
                done(result)

        def fail(error: CityError) -> None:
            if not question.outdated:
                (failed or self.failed.emit)(error)

        self._ask(lambda: question.ask(act, self._the_reader()), answer, fail, owner)

    def read_behind(
        self,
        act: Callable[[Reader], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
    ) -> None:
        """As `read`, of what nobody waits for: one after another, begun while nothing else is read. Be short."""

        def run() -> T:
            self._giving_way.give_way()
            return act(self._the_reader())

        self._start(self._behind, run, done, failed, owner)

    def in_turns(self) -> Callable[[], None]:
        """For what is read behind and is not so short: called in its middle, it returns when nothing else is read."""
        return self._giving_way.in_turns()

    def _ask(self, run: Callable[[], Any], done: Done | None, failed: Failed | None, owner: QObject | None) -> None:
        """Somebody waits for it."""
        future = self._start(self._reading, run, done, failed, owner)
        if future is not None:
            self._giving_way.come()
            future.add_done_callback(lambda _: self._giving_way.go())

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
        return self._writing.submit(lambda: self._watched(lambda: act(self._the_writer()))).result()

    def close(self) -> None:
        """Finish what was begun, then close the cache. Acts given later are dropped: the window is going."""
        self._closed = True
        for work in self._works:
            work.stop()
        self._working.shutdown(wait=True, cancel_futures=True)
        self._reading.shutdown(wait=True, cancel_futures=True)
        self._behind.shutdown(wait=True, cancel_futures=True)
        self._writing.shutdown(wait=True)
        self._errands.drop()
        for reader in [*self._opened, self.glance]:
            reader.close()
        if self._writer is not None:
            self._writer.close()

    def _the_writer(self) -> Writer:
        if self._writer is None:
            raise ReadOnly(READ_ONLY)
        return self._writer

    def _the_reader(self) -> Reader:
        if getattr(self._local, "age", None) != self._age:
            fresh, former = self._profile.reader(self._modules), getattr(self._local, "reader", None)
            if former is not None:
                self._opened.remove(former)
                former.close()
            self._local.age, self._local.reader = self._age, fresh
            self._opened.append(fresh)
        reader: Reader = self._local.reader
        return reader

    # a cache that is damaged

    def _watched(self, run: Callable[[], T]) -> T:
        """Run something; the damage that it meets is mended, once for all who meet it."""
        age = self._age
        try:
            return run()
        except DamagedCache:
            self._broken.emit(age)
            raise

    @Slot(int)
    def _mend(self, age: int) -> None:
        """Set the damaged cache aside, unless that is done already; who only reads waits for the one who writes."""
        if age != self._age or self._mending or self._closed:
            return
        if self._writer is None:
            self._read_anew()
        elif self._age < MENDS:
            self._mending = True
            self._start(self._writing, self._set_aside, self._stand_anew, None, None)
        else:
            self._mending = True
            self.failed.emit(Damaged(ILL))

    def _set_aside(self) -> Opening:
        self._the_writer().close()
        self._writer = None
        self._writer = self._profile.writer(self._modules)
        return self._writer.opening

    def _stand_anew(self, opening: Opening) -> None:
        self._mending = False
        self._read_anew()
        self.renewed.emit(opening)

    def _read_anew(self) -> None:
        """From now on every thread reads the cache that stands there."""
        self._age += 1
        try:
            fresh = self._profile.reader(self._modules)
        except CityError as error:
            self.failed.emit(error)
        else:
            self.glance.close()
            self.glance = fresh

    def _start(
        self,
        pool: ThreadPoolExecutor,
        run: Callable[[], Any],
        done: Done | None,
        failed: Failed | None,
        owner: QObject | None,
    ) -> "Future[None] | None":
        if self._closed:
            return None
        number = self._errands.keep(Errand(lambda: self._watched(run), done, failed, owner))
        return pool.submit(self._run, number)

    def _run(self, number: int) -> None:
        """On a pool's thread."""
        self._errands.run(number)
        if shiboken6.isValid(self):
            self._settled.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        errand = self._errands.take(number)
        if errand is None or self._closed or not errand.wanted:
            return
        error = errand.error
        if error is None:
            if errand.done is not None:
                errand.done(errand.answer)
            return
        if not isinstance(error, CityError):
            log.error("a task failed", exc_info=error)
            error = Bug(f"Внутренняя ошибка: {error}. Подробности в журнале программы.")
        (errand.failed or self.failed.emit)(error)
