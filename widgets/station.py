"""One workstation: a window at a desk or on a wall, and what connects it with the map and the link it was handed."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from citymanager.access_journal import AccessJournal
from citymanager.clashes import Clash, on_the_ground
from citymanager.errors import ReadOnly, Refused
from citymanager.roles import role
from citymanager.store import Opening, Reader, Writer
from citymanager.sync_state import SyncState
from widgets import picture
from widgets.alarm_watch import AlarmWatch
from widgets.alarms import Since
from widgets.application import close_on_signals, report_bugs
from widgets.city_norms import CityNorms
from widgets.desk import Desk, Place
from widgets.link_age import LinkAge
from widgets.lock import Lock, Lockable
from widgets.lock_idle import Idle
from widgets.login import LoginStrip
from widgets.login_people import ChangeStrip
from widgets.move_in import MoveIn
from widgets.move_in_box import ask
from widgets.panels.telephonogram_press import TelephonogramPress
from widgets.parts import MapPanel, Photograph
from widgets.printing.map_press import MapPress
from widgets.printing.press import Press
from widgets.record_export import Exports
from widgets.record_panel import RecordPanel
from widgets.second_map import SecondMap
from widgets.second_opened import Opened
from widgets.station_begin import Beginning
from widgets.station_parts import Parts
from widgets.viewing import VALUE, Viewing
from widgets.wall import Wall

PATIENCE = 60.0
"""Seconds that a picture waits for its window."""
NEW_SERVER = "Адрес сервера изменён. Войдите, чтобы начать обмен; неотправленные правки целы."
FOLLOWED = "профиль открыт только для чтения"
FOLLOWS = 5_000
"""Milliseconds between two looks at a profile that another program writes."""

log = logging.getLogger(__name__)


class Station:
    """One window on its parts: it connects them, runs, and closes them in the right order."""

    def __init__(
        self, parts: Parts, wall: str | None, *, keeps_layout: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        """`wall`: which of the city's walls this is; None: a desk. `size`: the window's pixels if not the screen's."""
        self._parts = parts
        self.map, self.link, self.tasks, self.hub, self.seat = parts.map, parts.link, parts.tasks, parts.hub, parts.seat
        self._map_state = "map" if wall is None else f"map wall {wall}".strip()
        self._picking = self._drawing = ""
        """The module whose card waits for a place or a shape from the map."""
        self._speaks = False
        self.desk: Desk | None = None
        self.lock: Lock | None = None
        """Of a desk; a wall shows nothing that would have to be locked."""
        self.window: QWidget
        if wall is None:
            self.desk = self._desk(keeps_layout)
            self.window = self.desk.window
            self.lock = self._lock(self.desk)
        else:
            self.window = self._wall(wall, size or parts.app.primaryScreen().size().toTuple())
        self._connect_map()
        self.hub.sync_state.connect(self._sit)
        self.hub.setting.connect(self._obey)
        self.tasks.renewed.connect(self._tell)

    # the window and what is in it

    def _desk(self, keeps_layout: bool) -> Desk:
        parts = self._parts
        login = change = None
        if not self.seat.read_only:
            login = LoginStrip(self.link.log_in, parts.profile.setting("server", ""))
            change = ChangeStrip(parts.people)
            change.submitted.connect(self._log_in)
            self.link.entered.connect(self._entered)
            self.hub.sync_state.connect(login.show_state)
        place = Place(
            parts.profile, parts.modules, self.tasks, self.hub, parts.appearance, self.seat, self._journal(),
            self.link.fetch, parts.clock,
        )  # fmt: skip
        panel = parts.map_panel()
        city_map, layers = cast(QWidget, panel), cast(QWidget, parts.layers)
        desk = Desk(
            place,
            city_map,
            layers,
            login,
            change=change,
            layout="desk" if keeps_layout else "",
            extras=lambda: self._beginning.extras(),
        )
        self._beginning = Beginning(parts, desk)
        desk.status.sync_requested.connect(self.link.sync_now)
        wide = desk.window.docks.full_screen("map")
        panel.full_screen.connect(wide.toggle)
        self.hub.linked.connect(lambda link: self._show_view(panel, link))
        self.map.busy.connect(wide.spare_escape)
        desk.status.told.connect(lambda words: parts.layers.show_age(words.age, words.stale))
        self.seat.changed.connect(self._sit_at_map)
        self.map.selected.connect(desk.show_selected)
        self.map.picked.connect(self._picked)
        self.map.asked.connect(desk.point_at)
        parts.layers.wanted_in_table.connect(desk.show_values)
        self.map.drafted.connect(self._drafted)
        self.map.undrawn.connect(self._undrawn)
        self.map.drawn.connect(self._drawn)
        self.map.addressed.connect(desk.places.take_addresses)
        desk.placed.connect(self.map.mark)
        desk.outlined.connect(self._outline)
        desk.pick_requested.connect(self._pick)
        desk.draw_requested.connect(self._draw)
        desk.draw_left.connect(self._undraw)
        self._serve(desk, place)
        moving = MoveIn(self.tasks, self.hub, self.seat, parts.modules, desk.window)
        parts.layers.move_in.connect(lambda title, features: ask(moving, title, features, desk.window))
        if self.seat.role is not None:
            parts.layers.offer_to(self.seat.role.key)
        self.second = SecondMap(parts, desk)
        panel.second.connect(self.second.call)
        self.second.opened.connect(lambda now: self._serve_second(desk, place, moving, now))
        return desk

    def _serve_second(self, desk: Desk, place: Place, moving: MoveIn, now: Opened) -> None:
        """Let the second map be printed, and what was laid on it be moved in."""
        now.parts.layers.move_in.connect(lambda title, features: ask(moving, title, features, now.window))
        now.view.print_requested.connect(self._map_press(desk, place, now.window, now.parts.photograph).ask)

    def _serve(self, desk: Desk, place: Place) -> None:
        """Let every panel print its table and its cards and keep its table as a file, and the map be printed."""
        window, people, formats = desk.window, self._parts.people, self._parts.formats

        def organisation() -> str:
            person = people.get(self.seat.login)
            return person.organisation if person else ""

        press = Press(
            self.tasks, self.hub, self.seat, place.journal, window,
            lambda: str(window.settings["city_name"] or ""), lambda: window.training,
        )  # fmt: skip
        map_press = self._map_press(desk, place, window, self._parts.photograph)
        window.map_print_requested.connect(map_press.ask)
        exports = Exports(self.tasks, self.hub, self.seat, place.journal, formats, window, organisation)
        special = TelephonogramPress(press, window)
        desk.made.connect(press.serve)
        desk.made.connect(special.serve)
        desk.made.connect(exports.serve)
        for panel in desk.records.values():
            press.serve(panel)
            special.serve(panel)
            exports.serve(panel)

    def _map_press(self, desk: Desk, place: Place, window: QWidget, photograph: Photograph) -> MapPress:
        """Prints the map of a window, and goes with it."""
        return MapPress(
            self.tasks, self.hub, self.seat, place.journal, window, photograph,
            {one.key: one for one in place.modules}, desk.status.on_paper,
            lambda: str(desk.window.settings["city_name"] or ""), lambda: desk.window.training,
        )  # fmt: skip

    def _journal(self) -> AccessJournal:
        """The journal of access of this window; one that only reads leaves its lines to who writes the profile."""

        def take() -> None:
            self.tasks.write(Writer.take_spooled, lambda _: self.hub.outbox_changed.emit())

        spooled = (lambda: None) if self.seat.read_only else take
        return AccessJournal(self._parts.profile, lambda: self.seat.login, spooled)

    def _lock(self, desk: Desk) -> Lock:
        parts, window, log_in = self._parts, desk.window, None if self.seat.read_only else self._log_in
        place = Lockable(window, window.docks, parts.profile, self.tasks, self.hub, self.seat, desk.notices)
        lock = Lock(place, parts.people, log_in, lambda: self.link.state.link == "online")
        lock.locking.connect(desk.lock_away)
        lock.opened.connect(self._unlocked)
        window.lock_requested.connect(lock.lock)
        desk.status.told.connect(lock.page.tell)
        lock.page.tell(desk.status.words())
        desk.alarms.acts.changed.connect(lambda: lock.page.tell_alarms(desk.alarms.words()))
        Idle(lambda: float(window.settings["lock_minutes"]), window).over.connect(lock.lock_idle)
        return lock

    def _log_in(self, login: str, password: str) -> None:
        """At the server of this profile."""
        self.link.log_in(str(self._parts.profile.setting("server", "")), login, password)

    def _unlocked(self, login: str, password: str) -> None:
        """Who has just proved who he is goes on working here; where the link has lost him, he logs in again."""
        person = self._parts.people.get(login)
        if self.seat.read_only and person is not None:
            self.seat.take(login, person.name, role(person.role))
        elif not self.seat.read_only and (self.link.state.login != login or self.link.state.link == "stopped"):
            self._log_in(login, password)

    def _entered(self, problem: str) -> None:
        """Somebody has logged in, perhaps at another server, or could not: told where he was asked."""
        if self.desk is None:
            return
        login, change = self.desk.window.login, self.desk.window.change
        if self.lock is not None and self.lock.on:
            self.lock.show_outcome(problem)
        elif change is not None and not change.isHidden():
            change.show_outcome(problem)
        elif login is not None:
            login.show_outcome(problem)
        if not problem:
            if login is not None:
                login.hide()
            self.desk.status.show_server(str(self._parts.profile.setting("server", "")))

    def _pick(self, module: str) -> None:
        """A card wants its place: the next click on the map tells it."""
        assert self.desk is not None
        self._picking = module
        self.desk.window.docks.show("map")
        self.map.pick_point()

    def _show_view(self, panel: MapPanel, link: str) -> None:
        """A text on the screen has a link to a view, and it was clicked."""
        assert self.desk is not None
        self.desk.window.docks.show("map")
        panel.go(link)

    def _outline(self, clash: Clash | None) -> None:
        """Where both lie is seen on the map as long as somebody looks at their clash."""
        self.map.outline(clash.shape if clash else None, on_the_ground(clash) if clash else "")

    def _picked(self, latitude: float, longitude: float) -> None:
        if self._picking and self.desk is not None:
            self.desk.take_point(self._picking, latitude, longitude)
        self._picking = ""

    def _draw(self, module: str, ident: str, shape: object, begun: object) -> None:
        """A card wants its shape drawn. What is drawn for another one stays in that one's draft."""
        assert self.desk is not None
        self.desk.window.docks.show("map")
        try:
            self.map.draw(module, ident, shape, begun)
            self._drawing = module
        except Refused as error:
            self.hub.notice.emit(str(error), "warning")

    def _undraw(self, module: str) -> None:
        """Another card came, or its shape changed: what is drawn lies in the draft."""
        if module == self._drawing:
            self.map.stop_drawing()

    def _drafted(self, drawing: object) -> None:
        if self._drawing and self.desk is not None:
            self.desk.record(self._drawing).keep_drawing(drawing)

    def _drawn(self, geometry: dict[str, object]) -> None:
        self._take_shape(lambda panel: panel.set_geometry(geometry))

    def _undrawn(self) -> None:
        self._take_shape(lambda panel: panel.keep_drawing(None))

    def _take_shape(self, take: Callable[[RecordPanel], None]) -> None:
        """A drawing is over: its card takes what came of it, and the keyboard."""
        if self._drawing and self.desk is not None:
            panel = self.desk.record(self._drawing)
            take(panel)
            self.desk.window.docks.show(self._drawing)
            panel.form.go_to_place()

    def _wall(self, name: str, size: tuple[int, int]) -> QWidget:
        parts = self._parts
        viewing = Viewing.of_setting(parts.profile.setting(f"wall {name}".strip()), *size)
        self.map.show_afar(viewing.scale, viewing.letter(parts.appearance.theme.font(), VALUE))
        queue = next(one for one in parts.modules if one.key == "reports")
        for other in parts.modules:  # a wall is a summary: one module's marks, large
            if other.geometry and other is not queue:
                self.map.set_shown(other.key, False)
        city_map = cast(QWidget, self.map)
        wall = Wall(self.tasks, self.hub, parts.appearance, queue, city_map, viewing, LinkAge(), name)
        norms = CityNorms(self.tasks, self.hub, wall)
        self.hub.sync_state.connect(parts.clock.hear)
        watch = AlarmWatch(parts.modules, self.tasks, self.hub, norms, parts.clock, Since(parts.profile), parent=wall)
        wall.show_alarms_of(watch)
        return wall

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

    def _obey(self, key: str) -> None:
        """Another server: whoever works here has to log in there."""
        login = self.desk.window.login if self.desk is not None else None
        if key == "server" and login is not None:
            self.link.log_out()
            login.server.setText(str(self._parts.profile.setting("server") or ""))
            login.ask(NEW_SERVER)

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
            self._follow()
        else:
            self._speaks = bool(server)
            self.link.start(server, login, password)

    def _tell(self, opening: Opening) -> None:
        """What was found wrong with the cache stays in sight until a person has put it away."""
        for text in opening.told():
            log.warning("%s", text)
            self.hub.notice.emit(text, "error")

    def _follow(self) -> None:
        """Another program writes this profile: look now and then at what it has written."""
        self._look = QTimer(self.window, interval=FOLLOWS)
        self._look.timeout.connect(self._look_again)
        self._look.start()
        self._look_again()

    def _look_again(self) -> None:
        for module in self._parts.modules:
            self.hub.changed.emit(module.key, [])
        self.hub.outbox_changed.emit()

        def state(reader: Reader) -> SyncState:
            counts = reader.unsent(), reader.needs_attention(), reader.files.count()[0]
            return SyncState("stopped", FOLLOWED, self._parts.confirmed(reader), None, *counts)

        self.tasks.read(state, self.hub.sync_state.emit, owner=self.window)

    def run(self) -> None:
        """Show the window until it is closed."""
        close_on_signals(self.window.close)
        report_bugs(self.hub.notice.emit)
        if self.desk is None:
            self.window.showFullScreen()
        elif self.desk.window.docks.restored:
            self.window.show()
        else:  # the first time here: all the room there is
            self.window.showMaximized()
        self.greet()
        self._parts.app.exec()

    def greet(self) -> None:
        """Where no server is known, lead the person to one."""
        if self.desk is not None and self.desk.window.login is not None and not self._speaks:
            self._beginning.greet(self.desk.window.login)

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
