"""The sound of alarms: at each new one, again while a highest one stands, never more often than every three seconds."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from citymanager.alarms import Alarm
from citymanager.steady import since_boot
from widgets.alarm_acts import AlarmActs

AGAIN, APART = 30.0, 3.0
"""Seconds after which the highest alarm sounds again, and that lie at least between two sounds."""
TICK_MS = 1_000


class AlarmBell(QObject):
    """Sounds by itself; that it is switched off takes no alarm, all stand in the window as before."""

    rang = Signal()

    def __init__(
        self,
        acts: AlarmActs,
        raised: SignalInstance,
        sound: Callable[[], None],
        allowed: Callable[[], bool],
        seconds: Callable[[], float] = since_boot,
    ) -> None:
        """`allowed`: the setting, asked for each time."""
        super().__init__(acts)
        self._acts, self._sound, self._allowed, self._seconds = acts, sound, allowed, seconds
        self._last = -AGAIN
        self._due = False
        """A new alarm waits for its sound."""
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        raised.connect(self._hear)

    def _hear(self, alarms: list[Alarm]) -> None:
        self._due = True
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Whether it is time for a sound."""
        calling = self._acts.calling
        if not calling:
            self._due = False
            self._timer.stop()
            return
        urgent = calling[0].level == "high"
        passed = self._seconds() - self._last
        if (self._due and passed >= APART) or (urgent and passed >= AGAIN):
            self._last, self._due = self._seconds(), False
            if self._allowed():
                self._sound()
                self.rang.emit()
        if not urgent and not self._due:
            self._timer.stop()
