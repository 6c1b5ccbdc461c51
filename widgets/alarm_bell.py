"""The sound of alarms: at each new one, again while a highest one stands, never more often than every three seconds."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Alarm
from citymanager.escalation import Escalation
from citymanager.steady import since_boot
from widgets.alarm_acts import AlarmActs

APART, AT_A_FLOOD = 3.0, 30.0
"""Seconds that lie at least between two sounds; in a flood, if none of the new alarms is of the highest level."""
LOUD, BEEP_MS = 3, 350
"""So many beeps, so far apart, are the sound of an alarm that nobody has taken in time."""
TICK_MS = 1_000


def beep(times: int) -> None:
    """The computer's own signal, so many times."""
    for number in range(times):
        QTimer.singleShot(number * BEEP_MS, QApplication.beep)


class AlarmBell(QObject):
    """Sounds by itself; that it is switched off takes no alarm, all stand in the window as before."""

    rang = Signal()

    def __init__(
        self,
        acts: AlarmActs,
        load: AlarmLoad,
        escalation: Callable[[], Escalation],
        clock: Callable[[], datetime],
        sound: Callable[[int], None] = beep,
        allowed: Callable[[], bool] = lambda: True,
        seconds: Callable[[], float] = since_boot,
    ) -> None:
        """`allowed`: the setting, asked for each time. `sound` is given the number of beeps."""
        super().__init__(acts)
        self._acts, self._load, self._escalation, self._clock = acts, load, escalation, clock
        self._sound, self._allowed, self._seconds = sound, allowed, seconds
        self._last = -float("inf")
        self._due: list[Alarm] = []
        """New alarms that wait for their sound."""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        acts.raised.connect(self._hear)
        acts.again.connect(self._hear)

    def _hear(self, alarms: list[Alarm]) -> None:
        now = self._clock()
        self._due += [one for one in alarms if not self._load.chatters(one, now)]
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Whether it is time for a sound."""
        calling = self._acts.calling
        if not calling:
            self._due = []
            self._timer.stop()
            return
        urgent = calling[0].level == "high"
        passed, escalation = self._seconds() - self._last, self._escalation()
        again = urgent and escalation.again is not None and passed >= escalation.again.total_seconds()
        if again or (self._due and passed >= self._apart()):
            self._last, self._due = self._seconds(), []
            self._ring(LOUD if urgent and escalation.stage(calling[0]) else 1)
        if not urgent and not self._due:
            self._timer.stop()

    def _apart(self) -> float:
        """In a flood one sound speaks for all that is not urgent."""
        calm = any(one.level == "high" for one in self._due) or not self._load.flood(self._clock())
        return APART if calm else AT_A_FLOOD

    def _ring(self, times: int) -> None:
        if self._allowed():
            self._sound(times)
            self.rang.emit()
