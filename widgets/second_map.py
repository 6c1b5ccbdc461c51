"""The second map: a view, layers and a time of its own over the records that the first one has read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from citymanager.store.query import Box
from widgets import map_period
from widgets.city_search import CitySearch
from widgets.desk import Desk
from widgets.map_period import MapPeriod
from widgets.period_bar import PeriodBar
from widgets.record_form import utc_now
from widgets.second_view import OWN_KEYS, SecondView
from widgets.second_window import SecondWindow
from widgets.station_parts import Parts, SecondParts


@dataclass(frozen=True)
class Opened:
    """What there is of the second map while its window is open."""

    parts: SecondParts
    period: MapPeriod
    view: SecondView
    window: SecondWindow


class SecondMap(QObject):
    """Nothing of it is loaded before it is opened, and all of it goes when it is closed; what it showed comes back.

    It belongs to the layout (`widgets.docks.Beside`).
    """

    opened = Signal(object)
    """`Opened`: just now."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        super().__init__(desk.window)
        self._parts, self._desk, self._docks = parts, desk, desk.window.docks
        self._kept: dict[str, Any] = {}
        """How it was when it was closed last, or as the layout wants it."""
        self._wanted = self._covered = self._over = False
        self._leads = False
        """Whether the tables' «Только на карте» follows this map."""
        self._seen: dict[bool, Box] = {}
        """What each map shows now; True: the second one."""
        self.now: Opened | None = None
        parts.map.viewed.connect(self._first_viewed)
        parts.appearance.changed.connect(self._dress)
        parts.seat.changed.connect(self._offer)
        parts.layers.resaved.connect(self._take_sets)
        desk.status.told.connect(self._tell_age)
        desk.window.second_map_requested.connect(self.call)
        desk.window.closed.connect(self._end)
        desk.window.installEventFilter(self)
        self._docks.attend(self)

    def call(self) -> None:
        """Bring it before the user."""
        if self.now is None:
            self._open()
        if self.now is not None and not self._covered:
            self.now.window.call()

    # what the layout asks

    @property
    def windows(self) -> Sequence[QWidget]:
        return [self.now.window] if self.now is not None else []

    def capture(self) -> dict[str, Any]:
        """How it stands and what it shows, as JSON."""
        now = self.now
        if now is None:
            return {**self._kept, "open": self._wanted}
        period = map_period.saved(now.period.period)
        shown = {"map": now.parts.map.state(), "period": period, "view": now.view.state()}
        return {"open": True, "place": now.window.place(), **shown}

    def apply(self, kept: Any, *, moved: bool) -> None:
        """Be as a layout tells; one that never met it leaves it.

        `moved`: the screens are others, and it goes on showing what it shows.
        """
        if not isinstance(kept, dict):
            return
        self._kept = {**self.capture(), "place": kept.get("place")} if moved else dict(kept)
        self._wanted = kept.get("open") is True
        if not self._wanted:
            self._close()
        elif self.now is not None:
            self.now.window.stand(self._kept.get("place"))
            self._restore(self.now)
        else:
            self._begin()

    def cover(self, on: bool) -> None:
        """The desk is being locked, or is open again."""
        self._covered = on
        if self.now is None:
            self._begin()
            return
        if on:
            self.now.view.search.clear()
        self.now.window.cover(on)

    def rescue(self) -> None:
        if self.now is not None:
            self.now.window.rescue()

    # its life

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It comes with the main window."""
        if event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self, self._begin)
        return False

    def _begin(self) -> None:
        if self._wanted and self.now is None and self._desk.window.isVisible():
            self._open()

    def _open(self) -> None:
        """While the desk is locked, only once it is open again."""
        self._wanted = not self._over
        if self._covered or self._over:
            return
        self.now = now = self._build()
        self._wire(now)
        self._dress()
        self._offer()
        self._tell_age()
        self._restore(now)
        now.window.stand(self._kept.get("place"))
        self._docks.touched()
        self.opened.emit(now)

    def _build(self) -> Opened:
        parts, made = self._parts, self._parts.second()
        bar = PeriodBar(parts.modules[0], parts.tasks)
        period = MapPeriod(bar, parts.modules, parts.tasks, parts.hub, utc_now)
        search = CitySearch(parts.modules, parts.tasks, parts.hub, parts.seat, parts.appearance, self._desk.places)
        view = SecondView(made, search, bar)
        return Opened(made, period, view, SecondWindow(self._desk.aged(view), self._desk.window))

    def _restore(self, now: Opened) -> None:
        found, known = self._kept.get("view"), self._kept.get("map")
        now.view.restore(found if isinstance(found, dict) else {})
        if isinstance(known, dict):
            now.parts.map.restore(known)
        now.period.choose(map_period.read(self._kept.get("period")))

    def _closed(self) -> None:
        """By a person: it comes back as it was when he calls it again."""
        if self.now is not None:
            self._kept, self._wanted = self.capture(), False
            self._close()
            self._desk.window.activateWindow()

    def _close(self) -> None:
        """The process of its page ends with it."""
        now, self.now = self.now, None
        if now is not None:
            self._lead(False)
            now.window.hide()
            now.window.cover(False)  # what belongs into it goes with it
            now.window.deleteLater()
            self._docks.touched()

    def _end(self) -> None:
        """The main window closes; its layout has been kept."""
        self._over, self._wanted = True, False
        self._close()

    # what connects it with the rest: whoever outlives it is told of its methods or of whole objects, never of a lambda

    def _wire(self, now: Opened) -> None:
        hub, desk, city_map, view, window = self._parts.hub, self._desk, now.parts.map, now.view, now.window
        hub.selected.connect(city_map.highlight)
        city_map.selected.connect(hub.selected)
        city_map.selected.connect(desk.show_selected)
        city_map.viewed.connect(self._viewed)
        city_map.busy.connect(view.spare_escape)
        now.period.narrowed.connect(city_map.set_filter)
        view.search.went.connect(city_map.mark)
        now.parts.layers.wanted_in_table.connect(desk.show_values)
        now.parts.layers.resaved.connect(self._parts.layers.take_sets)
        for wish in (now.parts.panel.full_screen, view.full_screen):
            wish.connect(window.toggle_full_screen)
        view.closing.connect(window.close)
        view.led.connect(self._lead)
        window.filled.connect(view.fill)
        window.closing.connect(self._closed)
        window.touched.connect(self._docks.touched)
        desk.window.lend_keys(view, OWN_KEYS)

    def _first_viewed(self, box: Box) -> None:
        self._look(False, box)

    def _viewed(self, box: Box) -> None:
        self._look(True, box)

    def _look(self, second: bool, box: Box) -> None:
        self._seen[second] = box
        if second == self._leads:
            self._desk.look(box)

    def _lead(self, leads: bool) -> None:
        """The tables follow one map at a time."""
        self._leads = leads
        if leads in self._seen:
            self._desk.look(self._seen[leads])

    def _dress(self) -> None:
        if self.now is not None:
            theme = self._parts.appearance.theme
            for part in (self.now.parts.map, self.now.parts.layers):
                part.set_theme(theme.colours(), theme.dark)

    def _offer(self) -> None:
        """What the person who sits here may not read is not on this map either."""
        role = self._parts.seat.role
        if self.now is not None and role is not None:
            self.now.parts.layers.offer_to(role.key)

    def _tell_age(self) -> None:
        if self.now is not None:
            words = self._desk.status.words()
            self.now.parts.layers.show_age(words.age, words.stale)

    def _take_sets(self) -> None:
        if self.now is not None:
            self.now.parts.layers.take_sets()
