"""Watches the due times of all records, whatever the window shows and whether or not there is a server.

One timer sleeps until the next moment of the book; records are judged when they change, when their moment comes, and
all of them at the start, with other norms, and twice a day, in heaps behind everything else.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.alarm_book import AlarmBook
from citymanager.alarm_memory import Remembered, Waiting
from citymanager.alarm_round import Heap, Round
from citymanager.alarms import Alarm, Judge, Judged, watched
from citymanager.calendar import WorkCalendar
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.schema import Module
from citymanager.steady import since_boot
from widgets.panels.stand import Stand

HEAP = 500
"""Records that are judged at once: a reader has 25 ms to do."""
BREATH_MS, CALM_MS = 30, 1_500
LONGEST_MS = 30_000
"""A computer that slept has timers that did not run: nothing is slept through for longer."""
AHEAD, ANEW = timedelta(hours=24), 12 * 3_600.0
"""The book looks a day ahead; all records are judged anew after so many seconds."""
JUMP = 5.0
"""A clock that was set by so many seconds, by the server's: what was judged by it is judged anew."""


class AlarmWatch(QObject):
    """Which alarms stand now. An alarm goes when it is taken, or when its cause is gone."""

    changed = Signal()
    raised = Signal(list)
    """`Alarm`s that have not been there before."""
    returned = Signal(str, list)
    """A module's records that were put off until a day that has come."""
    ended = Signal(list)
    """`Alarm`s whose cause has gone by an edit that was made here."""
    judged = Signal()
    """`progress` has changed."""

    def __init__(
        self,
        modules: Sequence[Module],
        stand: Stand,
        since: Callable[[datetime], datetime],
        concerns: Callable[[Module], bool] = lambda module: True,
        seconds: Callable[[], float] = since_boot,
        parent: QObject | None = None,
    ) -> None:
        """`since`: what turned before is history, asked with the moment. `concerns`: does it call who sits here."""
        super().__init__(parent)
        self._modules = {one.key: one for one in modules if watched(one)}
        self._tasks, self._norms, self._clock, self._since = stand.tasks, stand.norms, stand.clock, since
        self._concerns, self._seconds = concerns, seconds
        self._calendar, self._book = WorkCalendar(), AlarmBook()
        self._told, self._stopped = 0, False
        self._round = Round()
        self._passed = self._clock(), self._seconds()
        self._judged_all = self._seconds()
        self._breath = QTimer(self, singleShot=True, interval=CALM_MS)
        self._breath.timeout.connect(self._next_heap)
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.tick)
        stand.hub.changed.connect(self._hear)
        stand.norms.changed.connect(self.look_anew)
        self.look_anew()
        self._sleep()

    @property
    def standing(self) -> list[Alarm]:
        """The alarms that nobody has taken, the highest first."""
        return self._book.standing

    @property
    def left(self) -> list[Alarm]:
        """The alarms whose cause is gone and that nobody had taken."""
        return self._book.left

    @property
    def settled(self) -> bool:
        """Whether every record has been judged."""
        return self._round.over

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many records are judged, of how many; None: every one."""
        return None if self._round.over else self._round.progress

    def look_anew(self) -> None:
        """Judge every record."""
        self._judged_all = self._seconds()
        for key in self._modules:
            self._want(key)

    def tick(self) -> None:
        """Time has passed: judge those whose moment has come."""
        now, seconds = self._clock(), self._seconds()
        shown, ran = (now - self._passed[0]).total_seconds(), seconds - self._passed[1]
        self._passed = now, seconds
        if abs(shown - ran) > JUMP or seconds - self._judged_all > ANEW:
            self.look_anew()
        for module, idents in self._book.turned(now).items():
            self._judge(module, idents)
        self._sleep()

    def silence(self, idents: Iterable[str]) -> None:
        """These alarms were taken."""
        self._book.silence(set(idents))
        self._tell()

    def recall(self, found: Remembered) -> None:
        """What an earlier run has left: whether its causes are there still is judged at once."""
        for module, idents in self._book.recall(found).items():
            for start in range(0, len(idents), HEAP):
                self._judge(module, idents[start : start + HEAP])
        self._tell()

    def moved(self) -> dict[str, Waiting | None]:
        """The alarms, told once, that began or ceased to wait to be taken, by their ids; None: it does not."""
        return self._book.moved()

    @property
    def waiting(self) -> dict[str, Waiting | None]:
        """All that wait to be taken, as `moved` tells them."""
        return self._book.waiting

    def stop(self) -> None:
        """The window is going."""
        self._stopped = True
        self._breath.stop()
        self._wake.stop()

    # records

    def _hear(self, module: str, idents: list[str]) -> None:
        if module == ALARM_LOG.key:
            if idents:
                self.silence(idents)
            else:
                self._ask_who_took(self.left)
                self.look_anew()
        elif module in self._modules and 0 < len(idents) <= HEAP:
            self._judge(module, idents)
            self._round.touched(module, idents)
        elif module in self._modules:
            self._want(module)

    def _ask_who_took(self, alarms: Sequence[Alarm]) -> None:
        """Of what is gone no record tells any more whether it was taken."""
        names = [one.id for one in alarms]
        if names:
            self._tasks.read(lambda reader: reader.there(ALARM_LOG.key, names), self.silence, owner=self)

    def _judge(self, module: str, idents: Sequence[str]) -> None:
        judge, declared = self._the_judge(), self._modules[module]
        self._tasks.read(
            lambda reader: judge.of(reader, declared, idents), lambda found: self._take(module, found), owner=self
        )

    def _want(self, module: str) -> None:
        self._round.want(module)
        if not self._breath.isActive() and not self._stopped:
            self._breath.start(CALM_MS)

    def _next_heap(self) -> None:
        if self._round.over:
            return
        judge, turn = self._the_judge(), self._round.turn
        unknown = [self._modules[one] for one in self._round.unknown]
        if unknown:
            self._tasks.read_behind(
                lambda reader: {one.key: judge.open(reader, one) for one in unknown},
                lambda rows: self._know(rows, turn), self._not_read, self,
            )  # fmt: skip
            return
        heap = self._round.heap(HEAP)
        declared, give_way = self._modules[heap.module], self._tasks.in_turns()
        self._tasks.read_behind(
            lambda reader: judge.heap(reader, declared, heap.rows, give_way),
            lambda found: self._took_heap(heap, found), self._not_read, self,
        )  # fmt: skip

    def _know(self, rows: dict[str, list[int]], turn: int) -> None:
        self._round.know(rows, turn)
        self._go_on()

    def _took_heap(self, heap: Heap, found: list[Judged]) -> None:
        if self._round.took(heap, [one.record for one in found]):
            self._take(heap.module, found)
            self._finish()
        self._go_on()

    def _go_on(self) -> None:
        self.judged.emit()
        if not self._round.over and not self._stopped:
            self._breath.start(BREATH_MS)

    def _finish(self) -> None:
        whole = self._round.finished()
        if whole is None:
            return
        module, seen, late = whole
        self._book.sweep(module, seen | late, quiet=not self._concerns(self._modules[module]))
        if late:
            self._judge(module, sorted(late))
        self._tell()

    def _not_read(self, error: Exception) -> None:
        """A cache that can't be read is told elsewhere; it is tried again, for an alarm must not be missed."""
        self._breath.start(LONGEST_MS)

    def _the_judge(self) -> Judge:
        now = self._clock()
        return Judge(self._norms.now, self._calendar, now, self._since(now), AHEAD)

    # what came of it

    def _take(self, module: str, found: list[Judged]) -> None:
        fresh = self._book.take(module, found, quiet=not self._concerns(self._modules[module]))
        ended = self._book.ended()
        back = [one.record for one in found if one.returns]
        if back:
            self.returned.emit(module, back)
        self._tell()
        if fresh:
            self.raised.emit(fresh)
        if ended:
            self.ended.emit(ended)
        self._sleep()

    def _tell(self) -> None:
        if self._told != self._book.changes:
            self._told = self._book.changes
            self.changed.emit()

    def _sleep(self) -> None:
        """Until the next moment. Qt's timers run by a clock that nobody sets."""
        if self._stopped:
            return
        moment = self._book.next
        left = (moment - self._clock()).total_seconds() * 1_000 if moment is not None else LONGEST_MS
        self._wake.start(int(min(max(left + 1, 20), LONGEST_MS)))
