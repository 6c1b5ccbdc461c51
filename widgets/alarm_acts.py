"""What a person does about an alarm: take it, by name and for all workstations, or shelve it here for half an hour."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.alarms import Alarm, record_of
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.modules.alarm_log import ALARM_LOG
from citymanager.schema import Values
from citymanager.steady import since_boot
from citymanager.store import Writer
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.alarm_watch import AlarmWatch
from widgets.seat import Seat

SHELF = timedelta(minutes=30)
TICK_MS = 5_000
ONE_BY_ONE = "Срочные тревоги принимают по одной."
NO_SHELF = "Срочную тревогу отложить нельзя: примите её."
WHY = "Напишите, почему тревогу можно отложить."


class AlarmActs(QObject):
    """The alarms that call for somebody at this desk: those that stand, but for the shelved ones."""

    changed = Signal()
    judged = Signal()
    """`progress` has changed."""

    def __init__(
        self,
        watch: AlarmWatch,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        station: str,
        clock: Callable[[], datetime],
        seconds: Callable[[], float] = since_boot,
    ) -> None:
        super().__init__(watch)
        self._watch, self._tasks, self._hub, self._seat = watch, tasks, hub, seat
        self._station, self._clock, self._seconds = station, clock, seconds
        self._shelf: dict[str, tuple[float, str]] = {}
        """By an alarm's id, until when, by a clock that nobody sets, and why."""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        watch.changed.connect(self.changed)
        watch.judged.connect(self.judged)

    @property
    def calling(self) -> list[Alarm]:
        """Those that nobody has taken or shelved, the highest first."""
        return [one for one in self._watch.standing if not self._shelf or one.id not in self._shelf]

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
            self._watch.raised.emit([one for one in self.calling if one.id in over])

    def take(self, alarms: Sequence[Alarm]) -> None:
        """Take alarms in the name of who sits here; they are silent once that is on the disk."""
        if len(alarms) > 1 and any(one.level == "high" for one in alarms):
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

        self._tasks.write(write, written, self._refused, self)

    def _taken(self, ident: str) -> None:
        self._shelf.pop(ident, None)
        self._watch.silence([ident])

    def _shelved(self, ident: str, reason: str) -> None:
        self._shelf[ident] = self._seconds() + SHELF.total_seconds(), reason
        self._timer.start()
        self.changed.emit()

    def _refused(self, error: CityError) -> None:
        self._hub.notice.emit(f"Тревога не принята: {error}", "error")
