"""Whom an alarm calls at this desk: those whom its module concerns and, if nobody takes it, who is above them."""

from bisect import bisect_left
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.alarms import Alarm
from citymanager.escalation import Escalation, Stage
from citymanager.on_duty import DUTY, PEOPLE, posts_of
from citymanager.roles import may_write
from citymanager.schema import Module
from widgets.panels.stand import Stand

LONGEST_MS = 30_000
"""So often it is looked anew who is on duty."""
CALLED: dict[str, Stage] = {"senior": 1, "responsible": 2}
"""By the post, from which stage on an alarm of any module calls."""
HEAD = "head"


class AlarmCalls(QObject):
    """Judged from the alarm's own moment, at each desk for itself: with no server the senior is called as well."""

    changed = Signal()
    """Somebody else sits here, or has another post."""
    louder = Signal()
    """The moment of `look` has come for some alarm."""

    def __init__(self, modules: Sequence[Module], stand: Stand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = {one.key: one for one in modules}
        self._tasks, self._norms, self._seat, self._clock = stand.tasks, stand.norms, stand.seat, stand.clock
        self._posts: frozenset[str] = frozenset()
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.louder)
        self._duty = QTimer(self, interval=LONGEST_MS)
        self._duty.timeout.connect(self.ask)
        self._duty.start()
        stand.hub.changed.connect(lambda module: self.ask() if module in (DUTY, PEOPLE) else None)
        stand.seat.changed.connect(self.ask)
        self.ask()

    def concerns(self, module: Module) -> bool:
        """Who only reads a register is not called by it."""
        return self._seat.role is None or may_write(self._seat.role, module)

    @property
    def now(self) -> Escalation:
        """How loudly each alarm calls at this moment."""
        return Escalation(self._norms.now, self._clock())

    def called(self, alarms: Sequence[Alarm]) -> list[Alarm]:
        """Those of these that call who sits here."""
        mine = {key for key, module in self._modules.items() if self.concerns(module)}
        least, now = self._from_stage(), self.now
        return [one for one in alarms if one.module in mine or (least and now.stage(one) >= least)]

    def wait(self, standing: Sequence[Alarm]) -> None:
        """Tell in time when one of these, in their order, calls louder."""
        highest = standing[: bisect_left(standing, 1, key=lambda one: one.rank[0])]
        next_one = self.now.next(highest)
        if next_one is None:
            self._wake.stop()
            return
        left = (next_one - self._clock()).total_seconds() * 1_000
        self._wake.start(int(min(max(left + 1, 20), LONGEST_MS)))

    def ask(self) -> None:
        """Ask which posts the person at this desk has now."""
        login, now = self._seat.login, self._clock()
        self._tasks.read(lambda reader: posts_of(reader, login, now), self._know, owner=self, newest="alarm posts")

    def _know(self, posts: frozenset[str]) -> None:
        if posts != self._posts:
            self._posts = posts
            self.changed.emit()

    def _from_stage(self) -> int:
        """0: nothing but what concerns him calls."""
        steps = [stage for post, stage in CALLED.items() if post in self._posts]
        if self._seat.role is not None and self._seat.role.key == HEAD:
            steps.append(2)
        return min(steps, default=0)
