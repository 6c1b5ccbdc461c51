"""График работ: orders in time, their clashes, today, how long approvals take; chosen here is chosen everywhere."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from citymanager.calendar import WorkCalendar
from citymanager.clashes import Clash
from citymanager.clashes.sides import WORKS
from citymanager.hub import Hub
from citymanager.tasks import Tasks
from citymanager.text import plural
from citymanager.values import CITY_ZONE
from citymanager.work_terms import APPROVAL, Lasting, approval_pace, lasting, pace_in_words
from widgets.city_norms import CityNorms
from widgets.keys import add_key
from widgets.panels.city_clashes import CityClashes
from widgets.panels.time_axis import ZOOMS, Zoom, axis
from widgets.panels.timeline_chart import TimelineChart
from widgets.plain import ElidedLabel, plain_label
from widgets.record_empty import EmptyPage
from widgets.theme import Appearance, set_role

TITLE = "График работ"
TITLES: Mapping[Zoom, str] = {"day": "День", "week": "Неделя", "month": "Месяц"}
LEGEND = "Бледное — план, тёмное — факт, штрихи — пересечения"
CALM_MS = 400
"""Changes are gathered before the orders are read anew."""
USUAL = 18
"""Pixels of a line of the usual text: bars grow with the letters."""


class TimelinePanel(QWidget):
    """Read when it is first seen, and anew after changes while it is seen."""

    def __init__(
        self,
        tasks: Tasks,
        hub: Hub,
        appearance: Appearance,
        norms: CityNorms,
        clashes: CityClashes,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._tasks, self._hub, self._norms, self._clashes, self._clock = tasks, hub, norms, clashes, clock
        self._calendar = WorkCalendar()
        self._all: Sequence[Lasting] = ()
        self._zoom: Zoom = "week"
        self.chart = TimelineChart(tasks.glance.modules[WORKS], appearance, self._today())
        self.zooms = {one: QPushButton(TITLES[one]) for one in ZOOMS}
        self.now, self.ended = QPushButton("Сегодня"), QPushButton("И законченные")
        self.pace, self.count = ElidedLabel("muted", least=160), plain_label("", "caption")
        self.empty = EmptyPage({})
        self._begun = False
        """Whether the orders were read once."""
        self._soon = QTimer(self, singleShot=True, interval=CALM_MS)
        self._soon.timeout.connect(self._if_seen)
        self._build()
        self._wire()

    # reading

    def _today(self) -> date:
        return self._clock().astimezone(CITY_ZONE).date()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start(0)

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == WORKS:
            self._soon.start(CALM_MS)

    def _if_seen(self) -> None:
        if not self.isVisible():
            return
        today = self._today()
        self._tasks.read(lambda reader: lasting(reader, today), self._take, owner=self, newest=f"timeline:{id(self)}")
        self._clashes.look()

    def _take(self, rows: Sequence[Lasting]) -> None:
        self._all, self.chart.today = rows, self._today()
        self._show()
        if not self._begun:
            self._begun = True
            self.chart.go_to(self.chart.today)

    # showing

    def _show(self) -> None:
        rows = [one for one in self._all if self.ended.isChecked() or not one.over]
        days = [day for one in rows for day in (one.first, one.last)] or [self.chart.today]
        scale = self.fontMetrics().height() / USUAL
        ruler = axis(min(days), max(days), self.chart.today, self._zoom, scale)
        self.chart.show_rows(rows, self._met(), ruler)
        self.count.setText(f"{plural(len(rows), 'ордер', 'ордера', 'ордеров')}. {LEGEND}")
        self._tell_pace()
        self.empty.say("Ордеров со сроками нет." if self._all else "Ордеров, которые идут или предстоят, нет.")
        self._pages.setCurrentWidget(self.chart if rows else self.empty)

    def _met(self) -> Mapping[str, Sequence[Clash]]:
        """Clashes by order, whichever side it is on."""
        found: dict[str, list[Clash]] = defaultdict(list)
        for one in self._clashes.now:
            found[one.ident].append(one)
            if one.other_module == WORKS and one.other:
                found[one.other].append(one)
        return found

    def _tell_pace(self) -> None:
        today = self.chart.today
        pace = approval_pace(self._all, self._calendar, today)
        self.pace.show_text(pace_in_words(pace, self._norms.now.limit(APPROVAL, today)))

    def zoom_to(self, zoom: Zoom) -> None:
        """Days, weeks or months."""
        self._zoom = zoom
        self.zooms[zoom].setChecked(True)
        self._show()

    def _step(self, by: int) -> None:
        self.zoom_to(ZOOMS[min(max(ZOOMS.index(self._zoom) + by, 0), len(ZOOMS) - 1)])

    def _selected(self, module: str, ident: str) -> None:
        if module == WORKS and ident != self.chart.current:
            self.chart.choose(ident)

    def _open(self) -> None:
        if self.chart.current:
            self._hub.opened.emit(WORKS, self.chart.current)

    # building

    def _wire(self) -> None:
        self.chart.chosen.connect(lambda ident: self._hub.selected.emit(WORKS, ident))
        self.chart.opened.connect(self._open)
        self.now.clicked.connect(lambda: self.chart.go_to(self.chart.today))
        self.ended.toggled.connect(self._show)
        for zoom, button in self.zooms.items():
            button.clicked.connect(lambda _=False, zoom=zoom: self.zoom_to(zoom))
        self._hub.changed.connect(self._changed)
        self._hub.selected.connect(self._selected)
        self._hub.opened.connect(self._selected)
        self._norms.changed.connect(self._tell_pace)
        self._clashes.found.connect(self._show)
        self._clashes.outdated.connect(self._if_seen)
        for title, keys, act in (
            ("Открыть ордер", "Return", self._open),
            ("Крупнее", "+", lambda: self._step(-1)),
            ("Мельче", "-", lambda: self._step(1)),
            ("К сегодняшнему дню", "Home", lambda: self.chart.go_to(self.chart.today)),
        ):
            add_key(self, TITLE, title, keys, act)

    def _build(self) -> None:
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head = QHBoxLayout()
        for button in (*self.zooms.values(), self.ended, self.now):
            button.setCheckable(button is not self.now)
            set_role(button, "chip")
        for button in self.zooms.values():
            button.setAutoExclusive(True)
            head.addWidget(button)
        self.zooms["week"].setChecked(True)
        head.addWidget(self.now)
        head.addWidget(self.ended)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.pace, 4)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.chart)
        self._pages.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addLayout(head)
        whole.addWidget(self._pages, 1)
        self.setFocusProxy(self.chart)
