"""A desk of the workstation: its window, and what connects that with the map, the link, paper and who sits there."""

from typing import cast

from PySide6.QtWidgets import QWidget

from citymanager.access_journal import AccessJournal
from citymanager.store import Writer
from widgets.desk import Desk
from widgets.move_in import MoveIn
from widgets.move_in_box import ask
from widgets.parts import Layers
from widgets.place import Place
from widgets.second_map import SecondMap
from widgets.second_opened import Opened
from widgets.station_begin import Beginning
from widgets.station_map import MapLink
from widgets.station_output import Output
from widgets.station_parts import Parts
from widgets.station_session import Session


class StationDesk:
    """Holds what a desk is made of for as long as its window stands."""

    def __init__(self, parts: Parts, *, keeps_layout: bool) -> None:
        self._parts = parts
        self._session = Session(parts)
        self._place = Place(
            parts.profile, parts.modules, parts.tasks, parts.hub, parts.appearance, parts.seat, self._journal(),
            parts.link.fetch, parts.clock,
        )  # fmt: skip
        panel = parts.map_panel()
        self.desk = desk = Desk(
            self._place, cast(QWidget, panel), cast(QWidget, parts.layers), self._session.login,
            change=self._session.change, layout="desk" if keeps_layout else "",
            extras=lambda: self.beginning.extras(),
        )  # fmt: skip
        self.beginning = Beginning(parts, desk)
        desk.status.sync_requested.connect(parts.link.sync_now)
        self._map_link = MapLink(parts.map, panel, desk, parts.hub)
        desk.status.told.connect(lambda words: parts.layers.show_age(words.age, words.stale))
        parts.layers.wanted_in_table.connect(desk.show_values)
        self._output = Output(parts, self._place, desk)
        self._moving = MoveIn(parts.tasks, parts.hub, parts.seat, parts.modules, parts.clock, desk.window)
        self._let_move_in(parts.layers, desk.window)
        if parts.seat.role is not None:
            parts.layers.offer_to(parts.seat.role.key)
        self.second = SecondMap(parts, desk)
        panel.second.connect(self.second.call)
        self.second.opened.connect(self._serve_second)
        self._session.watch(desk)
        self.lock = self._session.lock

    def _serve_second(self, now: Opened) -> None:
        """Let the second map be printed, and what was laid on it be moved in."""
        self._let_move_in(now.parts.layers, now.window)
        now.view.print_requested.connect(self._output.map_press(now.window, now.parts.photograph).ask)

    def _let_move_in(self, layers: Layers, window: QWidget) -> None:
        layers.move_in.connect(lambda title, features: ask(self._moving, title, features, window))

    def _journal(self) -> AccessJournal:
        """The journal of access of this window; one that only reads leaves its lines to who writes the profile."""
        tasks, hub, seat = self._parts.tasks, self._parts.hub, self._parts.seat

        def take() -> None:
            tasks.write(Writer.take_spooled, lambda _: hub.outbox_changed.emit())

        return AccessJournal(self._parts.profile, lambda: seat.login, (lambda: None) if seat.read_only else take)
