"""АРМ «Ситименеджер»: the composition root, which builds the parts and hands them to each other.

Nothing heavy is imported before it is known which command needs it: a command starts in a fraction of a second.
"""

import logging
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from citymanager.commands.arguments import Place, parse
from citymanager.commands.outcome import DONE, NOTHING, emit, guarded, progress, warn
from citymanager.errors import Refused

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from citymanager.commands.writing import Author
    from citymanager.store import Profile, Reader, Writer
    from citymanager.sync_state import SyncState
    from layers.legend import Legend
    from widgets.desk import Desk
    from widgets.record_panel import RecordPanel

LOG_IN_ANEW = "Пароль (пусто — прежний вход): "
PATIENCE = 60.0
"""Seconds that a picture waits for its window."""
NO_SERVER = "Сервер не задан. Укажите его адрес и войдите или работайте без входа: правки сохраняются здесь."
FOLLOWED = "с этим профилем работает другая программа"
FOLLOWS = 5_000
"""Milliseconds between two looks at a profile that another program writes."""


def main(words: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    place, given = parse(words)
    folder = place.profile or _own_folder()
    return guarded(lambda: _command(place, folder, given), folder / "logs" / _log_name(given.command))


def _command(place: Place, folder: Path, given: Namespace) -> int:
    match given.command:
        case "query":
            return _query(folder, given)
        case "new" | "edit" | "move":
            return _write(place, folder, given)
        case "import" | "export":
            return _exchange(place, folder, given)
        case "import-basemap":
            return _import_basemap(folder, given.files)
        case "sync":
            return _sync(place, folder)
        case "central":
            return _central(folder, given)
        case "doctor":
            return _doctor(place, folder)
    return _window(place, given)


def _own_folder() -> Path:
    """The profile of this account of the computer."""
    from platformdirs import user_data_path

    return user_data_path("citymanager", appauthor=False)


def _log_name(command: str | None) -> str:
    """The window, the server and the commands keep a log each: two long-lived processes can't rotate one file."""
    return {None: "window.log", "central": "central.log"}.get(command, "commands.log")


# --- commands of the workstation ---------------------------------------------------------------------------------


def _query(folder: Path, given: Namespace) -> int:
    from citymanager.commands.reading import query
    from citymanager.modules import MODULES

    return query(
        folder, MODULES, given.module,
        statuses=given.status, text=given.text, box=given.bbox, idents=given.id, limit=given.limit,
    )  # fmt: skip


def _write(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands import writing
    from citymanager.modules import MODULES

    author = _author(place, folder)
    if given.command == "new":
        return writing.new(folder, MODULES, author, given.module, given.values)
    if given.command == "edit":
        return writing.edit(folder, MODULES, author, given.module, given.id, given.values)
    return writing.move(folder, MODULES, author, given.module, given.id, given.status, given.values)


def _author(place: Place, folder: Path) -> "Author":
    """Who was named, or who worked here last, with his last known role; nobody on a profile that met no server."""
    from citymanager.commands.writing import Author
    from citymanager.roles import role
    from sync.offline_login import KnownPeople

    known = KnownPeople(folder)
    person = known.get(place.user) if place.user else known.last()
    if person is None:
        return Author(place.user)
    return Author(person.login, role(person.role))


def _exchange(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.exchange.command import run_export, run_import
    from citymanager.store import Profile
    from layers.geofiles import GeoFiles

    author, profile, geo = _author(place, folder), Profile(folder), GeoFiles()
    if given.command == "export":
        return run_export(profile, given.module, given.file, geo=geo, role=author.role)
    return run_import(
        profile, given.module, given.file, given.map, given.crs, given.encoding, author.login,
        geo=geo, role=author.role,
    )  # fmt: skip


def _import_basemap(folder: Path, files: Sequence[Path]) -> int:
    from citymanager.store import Profile
    from layers.basemap.build import import_basemap
    from layers.basemap.pack import PACK

    summary = import_basemap(files, Profile(folder).basemap / PACK, progress)
    emit(summary.as_dict())
    return DONE


# --- the server --------------------------------------------------------------------------------------------------


def _sync(place: Place, folder: Path) -> int:
    from citymanager.commands.password import password
    from citymanager.modules import MODULES
    from citymanager.store import Profile
    from sync.command import run

    profile = Profile(folder)
    code = run(profile, MODULES, _server(place, folder), place.user, password(LOG_IN_ANEW))
    if place.server and code != NOTHING:
        profile.set("server", place.server)
    return code


def _server(place: Place, folder: Path) -> str:
    """The server that was named, or the one that this profile has met."""
    from citymanager.store import Profile

    return place.server or (str(Profile(folder).setting("server", "")) if folder.is_dir() else "")


def _central(folder: Path, given: Namespace) -> int:
    from sync.central import command

    match given.act:
        case "user":
            from citymanager.commands.password import password

            secret = password(f"Пароль для «{given.name}»: ")
            return command.user(folder, given.database, given.name, given.role, secret, given.organisation)
        case "backup":
            return command.backup(folder, given.database, given.file)
        case "restore":
            return command.restore(folder, given.database, given.file)
        case "upgrade":
            return command.upgrade(folder, given.database)
    return command.serve(folder, given.database, given.host, given.port, given.training_city)


def _doctor(place: Place, folder: Path) -> int:
    from citymanager.commands.checking import doctor
    from citymanager.commands.password import password
    from citymanager.doctor import link, machine, workplace
    from citymanager.modules import MODULES

    server = _server(place, folder)

    def ask() -> link.Meeting:
        from citymanager.store import Profile
        from sync.probe import meet

        return meet(Profile(folder), server, place.user, password(LOG_IN_ANEW))

    return doctor([*machine.checks(), *workplace.checks(folder, MODULES), *link.checks(server, ask)])


# --- the window --------------------------------------------------------------------------------------------------


def _window(place: Place, given: Namespace) -> int:
    """The workstation, or (`shot`) a picture of it. Raises Refused where no window can be opened."""
    from layers import chromium
    from layers.scheme import register_scheme
    from widgets.application import no_screen

    if given.command == "shot":
        _known_view(given.view)
        if not given.file.parent.is_dir():
            raise Refused(f"Папки {given.file.parent} нет: снимок некуда записать.")
    refusal = chromium.refusal_of_root(os.environ, os.getuid()) or no_screen(os.environ)
    if refusal:
        raise Refused(refusal)
    os.environ.update(chromium.flags(os.environ))
    register_scheme()
    if not given.demo:
        folder = place.profile or _own_folder()
        return _workstation(folder, _server(place, folder), place.user, given)
    folder = place.profile or _own_folder() / "demo"
    with _training_server(folder) as server:
        return _workstation(folder, server, place.user, given)


def _known_view(view: str) -> None:
    """Raise Refused for a view that there is not."""
    from citymanager.modules import BY_KEY

    if view not in ("desk", "wall", *BY_KEY):
        known = ", ".join(("desk", "wall", *BY_KEY))
        why = "Панели главы ещё нет." if view == "head" else f"Вида «{view}» нет."
        raise Refused(f"{why} Есть: {known}.")


@contextmanager
def _training_server(folder: Path) -> Iterator[str]:
    """A server of its own with the training city, and the city's map in the profile; the server's address."""
    from citymanager.training_city import ATTRIBUTION, write_basemap
    from layers.basemap.build import import_basemap
    from layers.basemap.pack import PACK

    words = ["--profile", str(folder), "central", "--training-city", "--port", "0"]
    # the kernel stops the server when its window dies, be it by kill -9: the next start needs its place
    owned = ["setpriv", "--pdeathsig", "TERM", sys.executable, __file__, *words]
    process = subprocess.Popen(owned, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if not (folder / "basemap" / PACK).exists():
            with TemporaryDirectory() as made:
                import_basemap(write_basemap(Path(made)), folder / "basemap" / PACK, progress, ATTRIBUTION)
        assert process.stdout is not None
        word, _, url = process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise Refused("Учебный сервер не запустился: см. сообщение выше.")
        yield url
    finally:
        process.terminate()
        process.wait()


def _workstation(folder: Path, server: str, user: str, given: Namespace) -> int:
    """Build the parts, connect them, run until the window is closed."""
    from widgets.application import application

    app = application()
    picture = given.command == "shot"
    wall = (None if given.view != "wall" else "") if picture else given.wall
    size = given.size if picture else None
    station = Station(app, folder, wall, keeps_layout=not picture, keeps_token=not given.demo, size=size)
    try:
        station.start(server, *_credentials(user, "moderator" if wall is None else "wall", given.demo), given.demo)
        return station.shoot(given.file, given.view, given.size) if picture else station.run()
    finally:
        station.close()


def _credentials(user: str, role: str, demo: bool) -> tuple[str, str]:
    """Name and password to log in with at once; without a password the window asks."""
    from citymanager.commands.password import VARIABLE
    from citymanager.training_city import USERS

    login = user or next((one.login for one in USERS if demo and one.role == role), "")
    known = next((one.password for one in USERS if demo and one.login == login), "")
    return login, os.environ.get(VARIABLE, known)


class Station:
    """One workstation: store, threads and bus, and on them map, window and sync, which know nothing of each other."""

    def __init__(
        self,
        app: "QApplication",
        folder: Path,
        wall: str | None,
        *,
        keeps_layout: bool,
        keeps_token: bool,
        size: tuple[int, int] | None = None,
    ) -> None:
        """`wall`: which of the city's walls this is; None: a desk. `size`: the window's pixels if not the screen's."""
        from citymanager.hub import Hub
        from citymanager.modules import MODULES
        from citymanager.roles import role
        from citymanager.store import Profile
        from citymanager.tasks import Tasks
        from layers.map_view import MapView
        from sync.keys import KeyRing, NoKeyRing
        from sync.offline_login import KnownPeople
        from sync.worker import SyncWorker
        from widgets.seat import Seat
        from widgets.theme import THEMES, Appearance

        self.app, self.profile = app, Profile(folder)
        self.known = KnownPeople(folder)
        last, writer = self.known.last(), _writer(self.profile)
        self.tasks, self.hub = Tasks(self.profile, MODULES, writer), Hub()
        self.seat = Seat(role=role(last.role) if last else None, read_only=writer is None)
        look = "wall" if wall is not None else self.profile.setting("theme")
        self.appearance = Appearance()
        self.appearance.use(look if look in THEMES else "day", app)
        self.map = MapView(MODULES, self.tasks, self.profile.basemap)
        keys = KeyRing if keeps_token else lambda address, station: NoKeyRing()
        self.sync = SyncWorker(self.profile, MODULES, self.tasks, self.hub, keys)
        self._map_state = "map" if wall is None else f"map wall {wall}".strip()
        self.desk: Desk | None = None
        self.legend: Legend | None = None
        self._picking: RecordPanel | None = None
        self._speaks = False
        self.window: QWidget = (
            self._desk(keeps_layout) if wall is None else self._wall(wall, size or app.primaryScreen().size().toTuple())
        )
        self._connect_map()
        self.hub.sync_state.connect(self._sit)

    # the window and what is in it

    def _desk(self, keeps_layout: bool) -> "QWidget":
        from citymanager.modules import MODULES
        from layers.legend import Legend
        from widgets.desk import Desk, Place
        from widgets.login import LoginStrip

        self.legend = Legend(MODULES, self.map.shown)
        self.legend.toggled.connect(self.map.set_shown)
        login = None
        if not self.seat.read_only:
            login = LoginStrip(self.sync.log_in, self.profile.setting("server", ""))
            self.sync.entered.connect(login.show_outcome)
            self.sync.entered.connect(self._entered)
            self.hub.sync_state.connect(login.show_state)
        place = Place(self.profile, MODULES, self.tasks, self.hub, self.appearance, self.seat)
        self.desk = Desk(place, self.map, self.legend, login, layout="desk" if keeps_layout else "")
        self.desk.status.sync_requested.connect(self.sync.sync_now)
        show = self.desk.window.docks.show
        self.map.selected.connect(lambda module, ident: show(module))
        self.map.picked.connect(self._picked)
        for panel in self.desk.records.values():
            panel.pick_requested.connect(self._pick)
        return self.desk.window

    def _entered(self, problem: str) -> None:
        """Somebody has logged in, perhaps at another server."""
        if self.desk is not None and not problem:
            self.desk.status.show_server(str(self.profile.setting("server", "")))

    def _pick(self, module: str) -> None:
        """A card wants its place: the next click on the map tells it."""
        assert self.desk is not None
        self._picking = self.desk.records[module]
        self.desk.window.docks.show("map")
        self.map.pick_point()

    def _picked(self, latitude: float, longitude: float) -> None:
        if self._picking is not None:
            self._picking.set_point(latitude, longitude)
        self._picking = None

    def _wall(self, name: str, size: tuple[int, int]) -> "QWidget":
        from citymanager.modules import BY_KEY
        from widgets.link_age import LinkAge
        from widgets.viewing import VALUE, Viewing
        from widgets.wall import Wall

        viewing = Viewing.of_setting(self.profile.setting(f"wall {name}".strip()), *size)
        self.map.show_afar(viewing.scale, viewing.letter(self.appearance.theme.font(), VALUE))
        return Wall(self.tasks, self.hub, self.appearance, BY_KEY["reports"], self.map, viewing, LinkAge(), name)

    def _connect_map(self) -> None:
        city_map, hub = self.map, self.hub
        city_map.selected.connect(hub.selected)
        hub.selected.connect(city_map.select)
        hub.changed.connect(city_map.refresh)
        hub.filtered.connect(city_map.set_filter)
        self.appearance.changed.connect(self._dress_map)
        self._dress_map()
        city_map.restore(self.profile.setting(self._map_state) or {})

    def _dress_map(self) -> None:
        theme = self.appearance.theme
        for one in (self.map, self.legend):
            if one is not None:
                one.set_theme(theme.colours(), theme.dark)

    def _sit(self, state: "SyncState") -> None:
        """The link knows who works here; until somebody has logged in, what the last one might do is offered."""
        from citymanager.roles import role

        before = self.seat.role.key if self.seat.role else ""
        if (state.login or self.seat.login) and (state.login, state.role) != (self.seat.login, before):
            person = self.known.get(state.login)
            self.seat.take(state.login, person.name if person else "", role(state.role))

    # its life

    def start(self, server: str, login: str, password: str, training: bool) -> None:
        """Begin to speak to the server, with what is known."""
        if self.desk is not None:
            self.desk.window.show_training(training)
            self.desk.status.show_server(server)
            if self.desk.window.login is not None:
                self.desk.window.login.propose(server)
        if self.seat.read_only:
            self._follow()
        else:
            self._speaks = bool(server)
            self.sync.start(server, login, password)

    def _follow(self) -> None:
        """Another program writes this profile: look now and then at what it has written."""
        from PySide6.QtCore import QTimer

        self._look = QTimer(self.window, interval=FOLLOWS)
        self._look.timeout.connect(self._look_again)
        self._look.start()
        self._look_again()

    def _look_again(self) -> None:
        from citymanager.modules import MODULES
        from citymanager.sync_state import SyncState
        from sync.pull import confirmed

        for module in MODULES:
            self.hub.changed.emit(module.key, [])
        self.hub.outbox_changed.emit()

        def state(reader: "Reader") -> SyncState:
            counts = reader.unsent(), reader.needs_attention()
            return SyncState("stopped", FOLLOWED, confirmed(reader), None, *counts)

        self.tasks.read(state, self.hub.sync_state.emit, owner=self.window)

    def run(self) -> int:
        """Show the window until it is closed."""
        from widgets.application import close_on_signals, report_bugs

        close_on_signals(self.window.close)
        report_bugs(self.hub.notice.emit)
        if self.desk is None:
            self.window.showFullScreen()
        else:
            if self.desk.window.docks.restored:
                self.window.show()
            else:  # the first time here: all the room there is
                self.window.showMaximized()
            if self.desk.window.login is not None and not self._speaks:
                self.desk.window.login.ask(NO_SERVER)
        self.app.exec()
        return DONE

    def shoot(self, file: Path, view: str, size: tuple[int, int]) -> int:
        """Write a picture of the window to a file, once everything in it is there. Raises CityError."""
        from widgets import picture

        self.window.setFixedSize(*size)  # also where the window would rather be wider
        if self.desk is not None and view != "desk":
            self.desk.window.docks.show(view)
        painted: list[bool] = []
        self.map.ready.connect(lambda: painted.append(True))
        self.window.show()
        picture.at_rest(lambda: bool(painted) and self._settled(), PATIENCE)
        self.map.when_painted(lambda: painted.append(True))
        picture.at_rest(lambda: len(painted) > 1 and self._settled(), PATIENCE)
        picture.save(self.window, file)
        return DONE

    def _settled(self) -> bool:
        """Whether the first round is over, and every panel shows what is in the cache."""
        panels = self.desk.records.values() if self.desk is not None else ()
        over = not self._speaks or self.sync.state.link in ("online", "offline", "stopped")
        return over and all(one.model.complete for one in panels)

    def close(self) -> None:
        """Keep what the window shows, end the sync and the threads, close the cache."""
        import shiboken6

        from citymanager.errors import ReadOnly

        try:
            self.profile.set(self._map_state, self.map.state())
        except ReadOnly as error:
            logging.getLogger(__name__).warning("the map's state could not be kept: %s", error)
        self.window.close()
        if not self.sync.stop():
            logging.getLogger(__name__).warning("the sync's thread did not end in time")
        shiboken6.delete(self.window)  # the page must go before its profile and QApplication
        self.tasks.close()


def _writer(profile: "Profile") -> "Writer | None":
    """The right to write the profile, or None if another program has it: the window then only reads."""
    from citymanager.errors import ReadOnly
    from citymanager.modules import MODULES

    try:
        return profile.writer(MODULES, patience=1.0)
    except ReadOnly as error:
        if not profile.cache.exists():
            raise
        warn(str(error))
        return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
