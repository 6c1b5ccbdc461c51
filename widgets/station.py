"""One workstation: a window at a desk or on a wall, and its life, from the first word to the server to the last."""

import logging
from pathlib import Path

import shiboken6
from PySide6.QtWidgets import QWidget

from citymanager.errors import ReadOnly
from citymanager.roles import role
from citymanager.store import Opening
from citymanager.sync_state import SyncState
from widgets import picture
from widgets.application import close_on_signals, report_bugs
from widgets.desk import Desk
from widgets.lock import Lock
from widgets.second_map import SecondMap
from widgets.station_desk import StationDesk
from widgets.station_following import Following
from widgets.station_parts import Parts
from widgets.station_wall import wall_of

PATIENCE = 60.0
"""Seconds that a picture waits for its window."""

log = logging.getLogger(__name__)


class Station:
    """One window on its parts: it connects them, runs, and closes them in the right order."""

    desk: Desk | None = None
    lock: Lock | None = None
    """Of a desk; a wall shows nothing that would have to be locked."""
    second: SecondMap
    """Of a desk."""

    def __init__(
        self, parts: Parts, wall: str | None, *, keeps_layout: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """`wall`: which of the city's walls this is; None: a desk. `size`: the window's pixels if not the screen's."""
        self._parts = parts
        self.map, self.link, self.tasks, self.hub, self.seat = parts.map, parts.link, parts.tasks, parts.hub, parts.seat
        self._map_state = "map" if wall is None else f"map wall {wall}".strip()
        self._speaks = False
        self.window: QWidget
        if wall is None:
            self._at = StationDesk(parts, keeps_layout=keeps_layout)
            self.desk, self.lock, self.second = self._at.desk, self._at.lock, self._at.second
            self.window = self.desk.window
            self.seat.changed.connect(self._sit_at_map)
        else:
            self.window = wall_of(parts, wall, size or parts.app.primaryScreen().size().toTuple())
        self._connect_map()
        self.hub.sync_state.connect(self._sit)
        self.tasks.renewed.connect(self._tell)

    def _connect_map(self) -> None:
        self.map.selected.connect(self.hub.selected)
        self.hub.selected.connect(self.map.select)
        self.hub.changed.connect(self.map.refresh)
        self.hub.filtered.connect(self.map.set_filter)
        self._parts.appearance.changed.connect(self._dress_map)
        self._dress_map()
        self.map.restore(self._parts.profile.setting(self._map_state) or {})

    def _dress_map(self) -> None:
        theme = self._parts.appearance.theme
        self.map.set_theme(theme.map_colours(), theme.dark)
        self._parts.layers.set_theme(theme.colours(), theme.dark)

    def _sit(self, state: SyncState) -> None:
        """The link knows who works here; until somebody has logged in, what the last one might do is offered."""
        before = self.seat.role.key if self.seat.role else ""
        if (state.login or self.seat.login) and (state.login, state.role) != (self.seat.login, before):
            person = self._parts.people.get(state.login)
            self.seat.take(state.login, person.name if person else "", role(state.role))

    def _sit_at_map(self) -> None:
        if self.seat.login and self.seat.role is not None:
            fresh = self._parts.profile.setting(self._map_state) is None
            self._parts.layers.sit(self.seat.role.key, fresh)

    # its life

    def start(self, server: str, login: str, password: str, training: bool) -> None:
        """Begin to speak to the server, with what is known."""
        if self.desk is not None:
            self.desk.window.show_training(training)
            self.desk.status.show_server(server)
            if self.desk.window.login is not None:
                self.desk.window.login.propose(server)
        if self.lock is not None:
            self.lock.restore()
        self._tell(self.tasks.opening)
        if self.seat.read_only:
            Following(self._parts, self.window).look()
        else:
            self._speaks = bool(server)
            self.link.start(server, login, password)

    def _tell(self, opening: Opening) -> None:
        """What was found wrong with the cache stays in sight until a person has put it away."""
        for text in opening.told():
            log.warning("%s", text)
            self.hub.notice.emit(text, "error")

    def run(self) -> None:
        """Show the window until it is closed."""
        close_on_signals(self.window.close)
        report_bugs(self.hub.notice.emit)
        if self.desk is None:
            self.window.showFullScreen()
        elif self.desk.window.docks.memory.restored:
            self.window.show()
        else:  # the first time here: all the room there is
            self.window.showMaximized()
        self.greet()
        self._parts.app.exec()

    def greet(self) -> None:
        """Where no server is known, lead the person to one."""
        if self.desk is not None and self.desk.window.login is not None and not self._speaks:
            self._at.beginning.greet(self.desk.window.login)

    def shoot(self, file: Path, view: str, size: tuple[int, int]) -> None:
        """Write a picture of the window to a file, once everything in it is there. Raises CityError."""
        self.window.setFixedSize(*size)  # also where the window would rather be wider
        if self.lock is not None and self.lock.on:  # there is nothing to wait for, and nothing else to be seen
            self.window.show()
            picture.save(self.window, file)
            return
        painted: list[bool] = []
        self.map.ready.connect(lambda: painted.append(True))
        self.window.show()
        if self.desk is not None and view != "desk":
            self.desk.window.docks.show(view)  # only a window that stands can bring a tab to the front
        picture.at_rest(lambda: bool(painted) and self._settled(), PATIENCE)
        self.map.when_painted(lambda: painted.append(True))
        picture.at_rest(lambda: len(painted) > 1 and self._settled(), PATIENCE)
        picture.save(self.window, file)

    def _settled(self) -> bool:
        """Whether the first round is over, and every panel shows what is in the cache."""
        panels = self.desk.records.values() if self.desk is not None else ()
        over = not self._speaks or self.link.state.link in ("online", "offline", "stopped")
        return over and all(one.model.complete for one in panels)

    def close(self) -> None:
        """Keep what the window shows, end the sync and the threads, close the cache."""
        try:
            self._parts.profile.set(self._map_state, self.map.state())
        except ReadOnly as error:
            log.warning("the map's state could not be kept: %s", error)
        self.window.close()
        if self.lock is not None:
            self.lock.give_back()
        if not self.link.stop():
            log.warning("the sync's thread did not end in time")
        shiboken6.delete(self.window)  # the page must go before its profile and QApplication
        self.tasks.close()
