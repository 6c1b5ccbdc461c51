"""What a person does about an alarm: take it, by name and for all workstations, or shelve it here for half an hour."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.alarms import Alarm, record_of
from citymanager.errors import CityError
from citymanager.escalation import Escalation, Stage
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.schema import Values
from citymanager.steady import since_boot
from citymanager.store import Writer
from citymanager.values import moment
from widgets.alarm_calls import AlarmCalls
from widgets.alarm_watch import AlarmWatch
from widgets.panels.stand import Stand

SHELF = timedelta(minutes=30)
TICK_MS = 5_000
ONE_BY_ONE = "Срочные тревоги принимают по одной."
NO_SHELF = "Срочную тревогу отложить нельзя: примите её."
ENDED = "Принята выполнением: срок закрыт правкой карточки."
WHY = "Напишите, почему тревогу можно отложить."


class AlarmActs(QObject):
    """The alarms that call for somebody at this desk: those that stand, but for the shelved ones."""

    changed = Signal()
    raised = Signal(list)
    """New `Alarm`s that call here."""
    again = Signal(list)
    """`Alarm`s that were known and call here anew: after the shelf, or louder."""
    judged = Signal()
    """`progress` has changed."""

    def __init__(
        self,
        watch: AlarmWatch,
        calls: AlarmCalls,
        stand: Stand,
        station: str,
        seconds: Callable[[], float] = since_boot,
    ) -> None:
        super().__init__(watch)
        self._watch, self._tasks, self._hub, self._seat = watch, stand.tasks, stand.hub, stand.seat
        self._station, self._clock, self._seconds, self._calls = station, stand.clock, seconds, calls
        self._shelf: dict[str, tuple[float, str]] = {}
        """By an alarm's id, until when, by a clock that nobody sets, and why."""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._loud: dict[str, Stage] = {}
        """By an alarm's id, how loud it was when it was last told."""
        watch.changed.connect(self._hear)
        watch.raised.connect(self._raise)
        watch.ended.connect(self._end)
        calls.louder.connect(self.look_louder)
        calls.changed.connect(self.look_louder)
        watch.judged.connect(self.judged)

    @property
    def calling(self) -> list[Alarm]:
        """Those that nobody has taken or shelved, the highest first."""
        standing = self._calls.called(self._watch.standing)
        return [one for one in standing if one.id not in self._shelf] if self._shelf else standing

    @property
    def left(self) -> list[Alarm]:
        """Those whose cause has gone before anybody took them: they wait to be taken, silently."""
        return self._calls.called(self._watch.left)

    @property
    def escalation(self) -> Escalation:
        """How loudly each alarm calls by now."""
        return self._calls.now

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many records are judged, of how many; None: all are, and no alarm is missing."""
        return self._watch.progress

    @property
    def shelved(self) -> list[tuple[Alarm, str]]:
        """With the reason of each."""
        return [(one, self._shelf[one.id][1]) for one in self._watch.standing if one.id in self._shelf]

    def look(self) -> None:
        """Whether a shelved one calls again."""
        over = [ident for ident, (until, _) in self._shelf.items() if until <= self._seconds()]
        for ident in over:
            del self._shelf[ident]
        if not self._shelf:
            self._timer.stop()
        if over:
            self.changed.emit()
            self.again.emit([one for one in self.calling if one.id in over])

    def look_louder(self) -> None:
        """Whether some alarm calls louder, or more people, than before."""
        told, self._loud = self._loud, self._stages(self.calling)
        fresh = [one for one in self.calling if one.level == "high" and self._loud.get(one.id, 0) > told.get(one.id, 0)]
        self._hear()
        if fresh:
            self.again.emit(fresh)

    def _stages(self, alarms: Sequence[Alarm]) -> dict[str, Stage]:
        now = self._calls.now
        return {one.id: stage for one in alarms if one.level == "high" and (stage := now.stage(one))}

    def _raise(self, alarms: Sequence[Alarm]) -> None:
        called = self._calls.called(alarms)
        self._loud |= self._stages(called)
        if called:
            self.raised.emit(called)

    def _hear(self) -> None:
        self._calls.wait(self._watch.standing)
        self.changed.emit()

    def _end(self, alarms: Sequence[Alarm]) -> None:
        """Who ended the cause has taken the alarm by that."""
        if self._seat.login and not self._seat.read_only:
            for one in self._calls.called(alarms):
                self._keep(one, "taken", {"remark": ENDED}, one.id, partial(self._taken, one.id))

    def take(self, alarms: Sequence[Alarm]) -> None:
        """Take alarms in the name of who sits here; they are silent once that is on the disk."""
        gone = {one.id for one in self._watch.left}
        if len(alarms) > 1 and any(one.level == "high" and one.id not in gone for one in alarms):
            self._hub.notice.emit(ONE_BY_ONE, "warning")
            return
        for one in alarms:
            self._keep(one, "taken", {}, one.id, partial(self._taken, one.id))

    def shelve(self, alarm: Alarm, reason: str) -> None:
        """Let an alarm be silent here for half an hour, for a reason that is written down."""
        problem = NO_SHELF if alarm.level == "high" else WHY if not reason.strip() else ""
        if problem:
            self._hub.notice.emit(problem, "warning")
            return
        more = {"reason": reason.strip()[:500], "until": moment(self._clock() + SHELF)}
        self._keep(alarm, "shelved", more, "", lambda: self._shelved(alarm.id, reason.strip()))

    def _keep(self, alarm: Alarm, act: str, more: Values, ident: str, done: Callable[[], None]) -> None:
        now, login, role = self._clock(), self._seat.login, self._seat.role
        data = record_of(alarm, act, login, self._station, moment(now), moment(alarm.due)) | more

        def write(writer: Writer) -> str:
            return writer.save(ALARM_LOG.key, None, data, login, role, now, made_as=ident).id

        def written(made: str) -> None:
            done()
            self._hub.changed.emit(ALARM_LOG.key, [made])
            self._hub.outbox_changed.emit()

        self._tasks.write(write, written, partial(self._refused, act), self)

    def _taken(self, ident: str) -> None:
        self._shelf.pop(ident, None)
        self._watch.silence([ident])

    def _shelved(self, ident: str, reason: str) -> None:
        self._shelf[ident] = self._seconds() + SHELF.total_seconds(), reason
        self._timer.start()
        self.changed.emit()

    def _refused(self, act: str, error: CityError) -> None:
        self._hub.notice.emit(f"Тревога не {'принята' if act == 'taken' else 'отложена'}: {error}", "error")
