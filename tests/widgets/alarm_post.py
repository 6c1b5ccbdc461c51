"""A workstation of alarms without its window, by clocks that a test turns."""

from dataclasses import replace
from typing import Any

import shiboken6
from PySide6.QtCore import QObject
from worn_clocks import NOW, Worn

from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Alarm
from citymanager.modules import MODULES
from citymanager.steady import Steady
from citymanager.store import Profile
from citymanager.values import moment
from widgets.alarm_acts import AlarmActs
from widgets.alarm_bell import AlarmBell
from widgets.alarm_calls import AlarmCalls
from widgets.alarm_memory import AlarmMemory
from widgets.alarm_return import BackOnTheDay
from widgets.alarm_watch import AlarmWatch
from widgets.alarms import Since
from widgets.panels.stand import Stand

ADS: dict[str, Any] = {
    "text": "Прорвало", "received": moment(NOW), "regime": "ads", "status": "new", "told_at": moment(NOW),
    "address": "ул. Мира, 5",
}  # fmt: skip
LATE: dict[str, Any] = {
    "text": "Яма", "received": "2026-11-19T04:00:00Z", "regime": "59fz", "status": "new", "address": "ул. Мира, 7",
}  # fmt: skip


class Post:
    """A workstation without its window: what watches, acts and rings, by clocks that a test turns."""

    def __init__(self, profile: Profile, stand: Stand, worn: Worn) -> None:
        """By the test's clocks, whatever that of `stand` says."""
        self.steady = Steady(lambda: worn.wall, lambda: worn.seconds)
        self.stand = stand = replace(stand, clock=self.steady)
        stand.hub.sync_state.connect(self.steady.hear)
        self.owner = QObject()
        self.watch = AlarmWatch(MODULES, stand, Since(profile), seconds=lambda: worn.seconds, parent=self.owner)
        self.memory = AlarmMemory(self.watch, stand.tasks)
        self.raised: list[Alarm] = []
        self.watch.raised.connect(self.raised.extend)
        self.again: list[Alarm] = []
        self.calls = AlarmCalls(MODULES, stand, self.owner)
        self.acts = AlarmActs(self.watch, self.calls, stand, "К1", lambda: worn.seconds)
        self.acts.again.connect(self.again.extend)
        self.load = AlarmLoad(lambda: 10)
        self.acts.raised.connect(lambda alarms: self.load.heard(alarms, self.steady()))
        self.back = BackOnTheDay(self.watch, MODULES, stand)
        self.rings: list[float] = []
        self.beeps: list[int] = []
        self.on = True
        self.bell = AlarmBell(
            self.acts, self.load, lambda: self.calls.now, self.steady, self.beeps.append, lambda: self.on,
            lambda: worn.seconds,
        )  # fmt: skip
        self.bell.rang.connect(lambda: self.rings.append(worn.seconds))

    @property
    def calling(self) -> list[str]:
        return [f"{one.record} {one.clock} {one.level}" for one in self.acts.calling]

    def close(self) -> None:
        self.watch.stop()
        shiboken6.delete(self.owner)


def pass_time(post: Post, worn: Worn, seconds: float) -> None:
    worn.run(seconds)
    post.watch.tick()
