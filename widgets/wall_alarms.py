"""The alarms on the wall: how many nobody has taken, how many went untaken, and whether they are heard here.

It says nothing of what they are about, and takes none: who takes an alarm does it by name, and the wall has nobody.
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from widgets.alarm_watch import AlarmWatch
from widgets.alarm_words import MUTED, checked, gone
from widgets.flow import FlowLayout
from widgets.theme import Level, Theme
from widgets.viewing import HEADLINE, VALUE, Viewing
from widgets.wall_parts import WallMark, WallText

NOTHING = "Тревог нет"
LOOK_MS = 5_000
"""The setting may be changed by another program on this profile, which tells this one nothing."""


class WallAlarms(QWidget):
    """Over the wall's whole width, in as many lines as it needs: none of it is cut.

    One line always has its room, for a map that changes its size whenever an alarm comes or goes would be drawn anew.
    """

    def __init__(self, theme: Theme, viewing: Viewing) -> None:
        super().__init__()
        self._watch: AlarmWatch | None = None
        self._muted: Callable[[], bool] = lambda: False
        self._whole = False
        """Whether all records have been judged once."""
        self.count = _Part(theme, viewing, "error", HEADLINE, "problem")
        self.gone = _Part(theme, viewing, "warning", VALUE)
        self.silent = _Part(theme, viewing, "warning", VALUE)
        self.calm = _Part(theme, viewing, "info", VALUE, "muted")
        line = FlowLayout(self, gap=viewing.pixels(40))
        for part in (self.count, self.gone, self.calm, self.silent):
            part.setMinimumHeight(self.count.sizeHint().height())  # on one middle line
            line.addWidget(part)
        self.setMinimumHeight(self.count.minimumHeight())
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)

    def follow(self, watch: AlarmWatch, muted: Callable[[], bool]) -> None:
        """From now on these are the alarms. `muted`: whether they are not heard here."""
        self._watch, self._muted = watch, muted
        watch.changed.connect(self.look)
        watch.judged.connect(self.look)
        self._look.start()
        self.look()

    def stop(self) -> None:
        """The wall is going."""
        self._look.stop()
        if self._watch is not None:
            self._watch.stop()

    def look(self) -> None:
        """Say how it stands."""
        if self._watch is None:
            return
        standing, left = self._watch.standing, self._watch.left
        urgent = sum(one.level == "high" for one in standing)
        told = f"Тревог: {len(standing)}" + (f", срочных: {urgent}" if urgent else "")
        self.count.say(told if standing else "")
        self.gone.say(gone(left).capitalize())
        self.silent.say(MUTED.capitalize() if self._muted() else "")
        self._whole = self._whole or self._watch.settled
        quiet = "" if standing or left else NOTHING
        self.calm.say(quiet if self._whole else checked(self._watch.progress))


class _Part(QWidget):
    """One thing that is said, with the mark of its level; hidden while there is nothing to say."""

    def __init__(self, theme: Theme, viewing: Viewing, level: Level, minutes: float, colour: str = "text") -> None:
        super().__init__()
        self.words = WallText(theme, viewing, minutes, colour, bold=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(viewing.pixels(14))
        line.addWidget(WallMark(theme.levels[level], self.words.font().pixelSize() * 2 // 3))
        line.addWidget(self.words)
        self.hide()

    def say(self, text: str) -> None:
        self.words.say(text)
        self.setVisible(bool(text))
