"""The alarms of a desk: what watches the due times, rings and sends back, with the strip and the panel of them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from citymanager.alarm_load import AlarmLoad
from citymanager.errors import ReadOnly
from citymanager.store import Profile
from citymanager.values import moment, parse_moment
from widgets.alarm_acts import AlarmActs
from widgets.alarm_bell import AlarmBell
from widgets.alarm_calls import AlarmCalls
from widgets.alarm_memory import AlarmMemory
from widgets.alarm_panel import AlarmPanel
from widgets.alarm_return import BackOnTheDay
from widgets.alarm_strip import AlarmStrip
from widgets.alarm_watch import AlarmWatch
from widgets.alarm_words import counted
from widgets.panels.stand import Stand
from widgets.place import Place

SOUND = "alarm_sound"
"""The setting: whether alarms are heard here."""
SINCE = "alarms_since"
"""The profile's setting: what turned before this moment is history at this workstation, and no alarm."""
BEFORE = timedelta(days=1)
FLOOD = 10
"""Until the settings are read, more alarms than these in ten minutes are a flood."""

log = logging.getLogger(__name__)


class Since:
    """The moment from which a workstation raises alarms: a day before its first start, and the same ever after."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._known = _read(profile.setting(SINCE))

    def __call__(self, now: datetime) -> datetime:
        """One that lies ahead was kept by a wrong clock and would silence everything."""
        if self._known is None or self._known > now:
            self._known = now - BEFORE
            try:
                self._profile.set(SINCE, moment(self._known))
            except ReadOnly as error:
                log.warning("since when alarms are raised could not be kept: %s", error)
        return self._known


class Alarms(QObject):
    """Made once for a desk; works whatever is open, minimised or locked."""

    def __init__(self, place: Place, stand: Stand, parent: QObject) -> None:
        super().__init__(parent)
        self._flood_begins: Callable[[], int] = lambda: FLOOD
        self._calls = AlarmCalls(place.modules, stand, self)
        self.watch = AlarmWatch(place.modules, stand, Since(place.profile), self._calls.concerns, parent=self)
        AlarmMemory(self.watch, place.tasks)
        self.acts = AlarmActs(self.watch, self._calls, stand, place.profile.station())
        self.load = AlarmLoad(lambda: self._flood_begins())
        self.acts.raised.connect(lambda alarms: self.load.heard(alarms, place.clock()))
        self.strip = AlarmStrip(self.acts, self.load, stand)
        self.panel = AlarmPanel(self.acts, self.load, stand)
        self._clock, self._hub = place.clock, place.hub
        self._back = BackOnTheDay(self.watch, place.modules, stand)
        self.bell: AlarmBell | None = None
        place.hub.sync_state.connect(place.clock.hear)
        place.seat.changed.connect(self.watch.look_anew)

    def words(self) -> str:
        """How many alarms call, without what they are about; empty if none does."""
        calling = self.acts.calling
        return f"Тревоги по срокам: {counted(calling)}" if calling else ""

    def stop(self) -> None:
        """The window is going."""
        self.watch.stop()

    def sound(self, allowed: Callable[[], bool], flood_begins: Callable[[], int]) -> None:
        """Let them be heard, as far as the settings allow."""
        self._flood_begins = flood_begins
        self.strip.muted = self.panel.muted = lambda: not allowed()
        self._hub.setting.connect(lambda key: self.acts.changed.emit() if key == SOUND else None)
        self.bell = AlarmBell(self.acts, self.load, lambda: self._calls.now, self._clock, allowed=allowed)


def _read(text: object) -> datetime | None:
    try:
        return parse_moment(text) if isinstance(text, str) else None
    except ValueError:
        return None
