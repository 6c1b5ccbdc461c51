"""The display on the wall: read from afar, touched by nobody, alarming about its own age before anything else."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from citymanager.hub import Hub
from citymanager.schema import Module, Tone
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from citymanager.values import CITY_ZONE
from widgets.link_age import LinkAge
from widgets.theme import Appearance
from widgets.viewing import HEADLINE, VALUE, Viewing
from widgets.wall_alarms import WallAlarms
from widgets.wall_facts import Facts, facts
from widgets.wall_parts import CardList, Counter, Line, Pulse, StalePart, WallMark, WallText

TICK, CALM = 1_000, 300
ROW = 2
"""Counters in a row."""
OVER: frozenset[Tone] = frozenset({"closed", "refused"})
"""What nobody has to look at any more is not counted on the wall."""
DAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


class Wall(QWidget):
    """Clock, age of the data, counters and the latest records of a module beside the map."""

    def __init__(
        self, tasks: Tasks, hub: Hub, appearance: Appearance, module: Module, city_map: QWidget, viewing: Viewing,
        age: LinkAge, name: str = "",
    ) -> None:  # fmt: skip
        """`appearance` wears the wall's look; `name` says which of the city's walls this is."""
        super().__init__()
        self._tasks, self._hub, self._appearance, self._module = tasks, hub, appearance, module
        self._viewing, self._age = viewing, age
        self.setWindowTitle(" — ".join(part for part in ("Ситименеджер: экран", name) if part))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._build(city_map)
        QShortcut(QKeySequence("Ctrl+Q"), self, self.close).setWhatsThis("Закрыть экран")
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(self.refresh)
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        hub.changed.connect(self._hear)
        hub.sync_state.connect(self.show_state)
        self.tick()
        self.refresh()

    # building

    def _text(self, minutes: float = VALUE, colour: str = "text", bold: bool = False) -> WallText:
        return WallText(self._appearance.theme, self._viewing, minutes, colour, bold)

    def _build(self, city_map: QWidget) -> None:
        theme = self._appearance.theme
        px = self._viewing.pixels
        self.pulse = Pulse(theme, px(8))
        self.alarms = WallAlarms(theme, self._viewing)
        self.cards = CardList(theme, self._viewing)
        used = {status.tone for status in self._module.statuses} - OVER
        tones = [tone for tone in theme.tones if tone in used]
        self.counters: dict[Tone, Counter] = {tone: Counter(theme, self._viewing, tone) for tone in tones}
        body = QHBoxLayout()
        body.addLayout(self._column(), 42)
        body.addWidget(city_map, 58)
        body.setSpacing(px(32))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(32), px(16), px(32), px(24))
        whole.setSpacing(px(16))
        whole.addLayout(self._header())
        whole.addWidget(self.pulse)
        whole.addWidget(self.alarms)
        whole.addLayout(body, 1)

    def _header(self) -> QHBoxLayout:
        self.clock, self.date = self._text(HEADLINE * 1.8, bold=True), self._text(VALUE, "muted")
        self.link, self.age = self._text(VALUE, bold=True), StalePart(self._text(HEADLINE), self._appearance)
        self.mark = WallMark(self._appearance.theme.levels["info"], self.link.font().pixelSize() * 2 // 3)
        px = self._viewing.pixels
        link = QHBoxLayout()
        link.setContentsMargins(self.age.EDGE, 0, self.age.EDGE, 0)
        link.setSpacing(px(14))
        link.addWidget(self.mark)
        link.addWidget(self.link, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(link)
        right.addWidget(self.age)
        header = QHBoxLayout()
        header.setSpacing(px(28))
        header.addWidget(self.clock, 24)
        header.addLayout(self._on_the_line_of(self.clock, self.date), 31)
        header.addLayout(right, 45)
        return header

    @staticmethod
    def _on_the_line_of(large: WallText, small: WallText) -> QVBoxLayout:
        """The small text with its foot where that of the large one beside it is."""
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, large.fontMetrics().descent() - small.fontMetrics().descent())
        column.addStretch(1)
        column.addWidget(small)
        return column

    def _column(self) -> QVBoxLayout:
        self.title = self._text(HEADLINE, bold=True)
        self.title.say(self._module.title)
        px = self._viewing.pixels
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(0)
        for number, counter in enumerate(self.counters.values()):
            grid.addWidget(counter, number // ROW, number % ROW)
            grid.setColumnStretch(number % ROW, 1)
        column = QVBoxLayout()
        column.setSpacing(px(12))
        column.addWidget(self.title)
        column.addLayout(grid)
        column.addWidget(Line(self._appearance.theme, px(2)))
        column.addWidget(self.cards, 1)
        return column

    # what is shown

    def tick(self) -> None:
        """A second has passed: clock, age and pulse go on, whatever else stands still."""
        now = self._age.now().astimezone(CITY_ZONE)
        self.clock.say(f"{now:%H:%M:%S}")
        self.date.say(f"{DAYS[now.weekday()]}, {now.day} {MONTHS[now.month - 1]}")
        self.pulse.beat(now.second)
        words = self._age.words()
        level = self._appearance.theme.levels[words.level]
        self.mark.show_mark(replace(level, shape=words.shape))
        self.link.say(words.told)
        self.age.show_age(words.age, words.stale)

    def show_state(self, state: SyncState) -> None:
        """Take a new picture of the link."""
        self._age.take(state)
        self.tick()

    def refresh(self) -> None:
        """Look at the module anew."""
        today = self._age.now().astimezone(CITY_ZONE).date()
        self._tasks.read(lambda reader: facts(reader, self._module, today), self._show, owner=self, newest="wall")

    def _hear(self, module: str, idents: list[str]) -> None:
        if module == self._module.key:
            self._calm.start()

    def _show(self, found: Facts) -> None:
        for tone, counter in self.counters.items():
            counter.number.say(str(found.counts.get(tone, 0)))
        self.cards.show_cards(found.cards)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        self.alarms.stop()
        event.accept()
