"""The foremost alarm under the menu, until somebody has taken it: over all panels, never in the way of the keyboard."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from citymanager.alarm_load import AlarmLoad
from widgets.alarm_acts import AlarmActs
from widgets.alarm_rows import Row
from widgets.alarm_words import MUTED, Told, checked, counted, flooded, gone, told
from widgets.marks import mark_icon
from widgets.panels.stand import Stand
from widgets.plain import ElidedLabel, plain_label
from widgets.theme import set_role

CALM_MS, TICK_MS = 100, 10_000
MARK = 18
ROOM, LOUD_ROOM = 4, 14
"""Pixels above and below the words: an alarm that nobody takes is also larger."""
FEW = 2_000
"""So many records are judged at the start before anybody has read that they are."""


class AlarmStrip(QFrame):
    """Says the highest alarm, of which record, and how many there are; takes it, opens its card, or shows all."""

    all_requested = Signal()

    def __init__(self, acts: AlarmActs, load: AlarmLoad, stand: Stand) -> None:
        super().__init__()
        self._acts, self._load, self._tasks, self._hub = acts, load, stand.tasks, stand.hub
        self._appearance, self._clock = stand.appearance, stand.clock
        self._first: Told | None = None
        self._count = self._judging = ""
        self._flood = False
        self.muted: Callable[[], bool] = lambda: False
        """Whether alarms are not heard here."""
        set_role(self, "alarm")
        self._mark = QLabel()
        self._mark.setTextFormat(Qt.TextFormat.PlainText)
        self.words, self.record, self.count = ElidedLabel(least=200), ElidedLabel(least=100), plain_label("", "caption")
        self.take, self.open, self.all = QPushButton("Принять"), QPushButton("Открыть"), QPushButton("Все тревоги")
        set_role(self.take, "primary")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, ROOM, 12, ROOM)
        row.setSpacing(10)
        row.addWidget(self._mark)
        lines, below = QVBoxLayout(), QHBoxLayout()
        lines.setSpacing(2)
        below.setSpacing(14)
        below.addWidget(self.record)
        below.addStretch(1)
        below.addWidget(self.count)
        lines.addWidget(self.words)
        lines.addLayout(below)
        row.addLayout(lines, 1)
        for button, act in ((self.take, self.take_first), (self.open, self.open_first), (self.all, self._all)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
            row.addWidget(button)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self._look)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._say)
        acts.changed.connect(self._hear)
        acts.judged.connect(self._hear)
        stand.appearance.changed.connect(self._say)
        self.hide()
        self._hear()

    def take_first(self) -> None:
        """Take the alarm that is shown."""
        if self._first is not None:
            self._acts.take([self._first.alarm])

    def open_first(self) -> None:
        if self._first is not None:
            self._hub.opened.emit(self._first.alarm.module, self._first.alarm.record)

    def _all(self) -> None:
        self.all_requested.emit()

    def _hear(self) -> None:
        if not self._calm.isActive():  # a flood does not put it off
            self._calm.start()

    def _look(self) -> None:
        calling, left, now = self._acts.calling, self._acts.left, self._clock()
        progress = self._acts.progress
        self._judging = checked(progress) if progress and progress[1] > FEW else ""
        self._flood = self._load.flood(now)
        flood = flooded(self._load.count(now)) if self._flood else ""
        several = counted(calling) if len(calling) > 1 else ""
        silent = MUTED if self.muted() else ""
        self._count = " · ".join(filter(None, (flood, several, gone(left), silent, self._judging)))
        first = [Row((one,), left=not calling) for one in (calling or left)[:1]]
        self._tasks.read(lambda reader: told(reader, first), self._show, owner=self, newest="alarm strip")

    def _show(self, found: list[Told]) -> None:
        self._first = found[0] if found else None
        self.setVisible(self._first is not None or bool(self._judging))
        self._tick.start() if self._first else self._tick.stop()
        for one in (self._mark, self.record, self.take, self.open):
            one.setVisible(self._first is not None)
        self._say()

    def _say(self) -> None:
        if self._first is None:  # nothing calls as far as is known, and it says how far that is
            self.words.show_text(self._judging)
            self.count.hide()
            return
        mark = self._appearance.theme.levels[self._first.mark]
        self._mark.setPixmap(mark_icon(mark, MARK, self.devicePixelRatioF()).pixmap(QSize(MARK, MARK)))
        self._mark.setAccessibleName(mark.word)
        stage = self._acts.escalation.stage(self._first.alarm) if not self._first.row.left else 0
        set_role(self, "alarm-loud" if stage else "alarm")
        room = LOUD_ROOM if stage else ROOM
        self._row.setContentsMargins(2 * LOUD_ROOM if stage else 12, room, 12, room)
        set_role(self.words, "title" if stage else "")
        self.words.show_text(self._first.line(self._clock(), stage))
        self.record.show_text(self._first.record)
        set_role(self.count, "section" if self._flood else "caption")
        self.count.setText(self._count)
        self.count.setVisible(bool(self._count))
