"""АРМ «Ситименеджер»: the composition root, which builds the parts and hands them to each other.

Nothing heavy is imported before it is known which command needs it: a command starts in a fraction of a second.
"""

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from citymanager.commands.arguments import Place, parse
from citymanager.commands.outcome import DONE, NOTHING, emit, guarded, progress, steps, warn
from citymanager.errors import Refused

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from citymanager.commands.author import Author
    from citymanager.settings import Settings
    from citymanager.steady import Steady
    from citymanager.store import Profile, Writer
    from citymanager.tasks import Tasks
    from layers.map_view import MapView
    from layers.panel import LayerPanel
    from widgets.station import Station
    from widgets.theme import Appearance

LOG_IN_ANEW = "Пароль (пусто — прежний вход): "


def main(words: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    place, given = parse(words)
    folder = place.profile or _own_folder()
    return guarded(lambda: _command(place, folder, given), folder / "logs" / _log_name(given.command))


def _command(place: Place, folder: Path, given: Namespace) -> int:
    match given.command:
        case "query":
            return _query(place, folder, given)
        case "clashes":
            return _clashes(place, folder, given)
        case "new" | "edit" | "move":
            return _write(place, folder, given)
        case "outbox" | "resolve" | "retry":
            return _unsent(place, folder, given)
        case "import" | "export":
            return _exchange(place, folder, given)
        case "import-basemap":
            return _import_basemap(folder, given.files, given.attribution, steps if given.steps else progress)
        case "read-map-file":
            return _read_map_file(given.file, given.folder, given.crs, swap=given.swap)
        case "sync":
            return _sync(place, folder, given)
        case "central":
            return _central(folder, given)
        case "doctor":
            return _doctor(place, folder)
        case "failpoints":
            return _failpoints()
    return _window(place, given)


def _own_folder() -> Path:
    """The profile of this account of the computer."""
    from platformdirs import user_data_path

    return user_data_path("citymanager", appauthor=False)


def _log_name(command: str | None) -> str:
    """The window, the server and the commands keep a log each: two long-lived processes can't rotate one file."""
    return {None: "window.log", "central": "central.log"}.get(command, "commands.log")


# --- commands of the workstation ---------------------------------------------------------------------------------


def _query(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands.reading import query
    from citymanager.modules import MODULES

    return query(
        folder, MODULES, _reader(place, folder), given.module,
        statuses=given.status, text=given.text, box=given.bbox, idents=given.id, limit=given.limit,
    )  # fmt: skip


def _clashes(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands.clashing import find
    from citymanager.modules import MODULES

    return find(folder, MODULES, _reader(place, folder), given.id)


def _write(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands import writing
    from citymanager.modules import MODULES

    author = _author(place, folder)
    if given.command == "new":
        return writing.new(folder, MODULES, author, given.module, given.values)
    if given.command == "edit":
        return writing.edit(folder, MODULES, author, given.module, given.id, given.values)
    return writing.move(folder, MODULES, author, given.module, given.id, given.status, given.values)


def _unsent(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands import unsent
    from citymanager.modules import MODULES

    if given.command == "outbox":
        return unsent.outbox(folder, MODULES, _reader(place, folder), aside=given.aside)
    author = _author(place, folder)
    if given.command == "retry":
        return unsent.retry(folder, MODULES, author, given.ops)
    return unsent.resolve(folder, MODULES, author, given.op, given.side, given.values)


def _author(place: Place, folder: Path) -> "Author":
    """Who was named, or who worked here last, with his last known role; nobody on a profile that met no server."""
    from citymanager.commands.author import Author
    from citymanager.roles import role
    from sync.offline_login import KnownPeople

    known = KnownPeople(folder)
    person = known.get(place.user) if place.user else known.last()
    if person is None:
        return Author(place.user)
    return Author(person.login, role(person.role), person.organisation)


def _reader(place: Place, folder: Path) -> "Author":
    """Who looks; a name that this workstation does not know sees nothing of what it was shown to others."""
    from sync.offline_login import KnownPeople

    author, known = _author(place, folder), KnownPeople(folder)
    if author.role is None and known.last() is not None:
        raise Refused(f"«{place.user}» на этом рабочем месте ещё не входил: сначала обменяйтесь с сервером (sync).")
    return author


def _exchange(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.exchange.command import run_export, run_import
    from citymanager.store import Profile
    from layers.geofiles import GeoFiles

    profile, geo = Profile(folder), GeoFiles()
    if given.command == "export":
        return run_export(profile, given.module, given.file, geo=geo, author=_reader(place, folder))
    author = _author(place, folder)
    return run_import(
        profile, given.module, given.file, given.map, given.crs, given.encoding, author.login,
        geo=geo, role=author.role,
    )  # fmt: skip


def _import_basemap(folder: Path, files: Sequence[Path], whose: str, told: Callable[[float, str], None]) -> int:
    from citymanager.store import Profile
    from layers.basemap import vector
    from layers.basemap.build import import_basemap
    from layers.basemap.credit import credited
    from layers.basemap.pack import PACK
    from layers.basemap.raster import import_tiles, is_tiles

    target = Profile(folder).basemap
    tiles = [one for one in files if is_tiles(one)]
    if any(map(vector.is_vector, tiles)):
        vector.limit_process()
    if tiles and not all(map(vector.is_vector, tiles)):
        emit(import_tiles(files, target, told, whose))
    else:
        emit(import_basemap(files, target / PACK, told, credited(files, whose)).as_dict())
    return DONE


def _read_map_file(file: Path, folder: Path, crs: str, *, swap: bool) -> int:
    from layers.guests.reading import read_file

    read_file(file, folder, crs, swap=swap)
    return DONE


# --- the server --------------------------------------------------------------------------------------------------


def _sync(place: Place, folder: Path, given: Namespace) -> int:
    from citymanager.commands.password import password
    from citymanager.garbage import seldom
    from citymanager.modules import MODULES
    from citymanager.store import Profile
    from sync.command import run

    seldom()
    profile = Profile(folder)
    server = _server(place, folder)
    code = run(profile, MODULES, server, place.user, password(LOG_IN_ANEW), accepts=given.accept_server)
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
        case "purge":
            return command.purge(folder, given.database, given.before)
        case "bundles":
            return command.bundles(folder, given.database, given.fewest)
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


def _failpoints() -> int:
    from citymanager.failpoints import POINTS

    for name, happened in POINTS.items():
        emit({"name": name, "happened": happened})
    return DONE


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
    from sync.central.training_day import begin_anew

    if begin_anew(folder):
        warn("Учебному городу больше суток: он начат заново.")
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

    picture = given.command == "shot"
    wall = (None if given.view != "wall" else "") if picture else given.wall
    size = given.size if picture else None
    station = open_station(application(), folder, wall, keeps_layout=not picture, keeps_token=not given.demo, size=size)
    try:
        station.start(server, *_credentials(user, "moderator" if wall is None else "wall", given.demo), given.demo)
        if picture:
            station.shoot(given.file, given.view, given.size)
        else:
            station.run()
    finally:
        station.close()
    return DONE


def open_station(
    app: "QApplication",
    folder: Path,
    wall: str | None,
    *,
    keeps_layout: bool = True,
    keeps_token: bool = True,
    size: tuple[int, int] | None = None,
) -> "Station":
    """One workstation on this profile: store, threads, bus, map and link, and the window that brings them together.

    `wall`: which of the city's walls this is; None: a desk. `size`: the window's pixels if not the screen's.
    """
    from citymanager.exchange.formats import Formats
    from citymanager.hub import Hub
    from citymanager.modules import MODULES
    from citymanager.roles import role, why_not_sit
    from citymanager.settings import Settings
    from citymanager.steady import Steady
    from citymanager.store import Profile
    from citymanager.tasks import Tasks
    from layers.basemap.pack import PACK
    from layers.geofiles import GeoFiles
    from layers.map_panel import MapPanel
    from layers.photograph import Photograph
    from sync.keys import KeyRing, NoKeyRing
    from sync.offline_login import KnownPeople
    from sync.pull import confirmed
    from sync.worker import SyncWorker
    from widgets.seat import Seat
    from widgets.station import Station
    from widgets.station_parts import Parts, SecondParts

    profile = Profile(folder)
    settings = Settings(profile)
    known = KnownPeople(folder, timedelta(days=settings["offline_days"]))
    last, writer = known.last(), _writer(profile)
    tasks, hub = Tasks(profile, MODULES, writer), Hub()
    turned_away = why_not_sit if wall is None else lambda key: ""
    seat = Seat(role=role(last.role) if last and not turned_away(last.role) else None, read_only=writer is None)
    clock = Steady()
    city_map, layers = _map(profile, tasks, clock)

    def second() -> SecondParts:
        view, beside = _map(profile, tasks, clock, city_map)
        return SecondParts(view, MapPanel(view, tasks, first=False), beside, partial(Photograph, view, tasks))

    keys = KeyRing if keeps_token else lambda address, station: NoKeyRing()
    link = SyncWorker(profile, MODULES, tasks, hub, keys, turned_away)
    words = [sys.executable, __file__, "--profile", str(folder), "import-basemap", "--steps"]
    parts = Parts(
        app, profile, MODULES, tasks, hub, seat, _dressed(app, settings, wall), city_map,
        lambda: MapPanel(city_map, tasks), layers, second, partial(Photograph, city_map, tasks), link, known,
        Formats(GeoFiles()), confirmed, profile.basemap / PACK, lambda files: [*words, *files], clock,
    )  # fmt: skip
    return Station(parts, wall, keeps_layout=keeps_layout, size=size)


def _map(
    profile: "Profile", tasks: "Tasks", clock: "Steady", beside: "MapView | None" = None
) -> "tuple[MapView, LayerPanel]":
    """A map and the panel that steers its layers. `beside`: the first one, where this is the second."""
    from citymanager.modules import MODULES
    from layers.map_view import MapView
    from layers.panel import LayerPanel
    from layers.presets import Presets
    from sync.pull import partly

    words = [sys.executable, __file__, "--profile", str(profile.folder), "read-map-file"]
    city_map = MapView(
        MODULES, tasks, profile.basemap, clock=clock, opens=lambda given: [*words, *given], beside=beside
    )
    return city_map, LayerPanel(city_map, MODULES, tasks, Presets(profile, MODULES), partly)


def _dressed(app: "QApplication", settings: "Settings", wall: str | None) -> "Appearance":
    """The look that the person has chosen; a wall has its own."""
    from widgets.theme import Appearance

    appearance = Appearance()
    if wall is None:
        appearance.use(settings["theme"], app, settings["text_size"])
    else:
        appearance.use("wall", app)
    return appearance


def _credentials(user: str, role: str, demo: bool) -> tuple[str, str]:
    """Name and password to log in with at once; without a password the window asks."""
    from citymanager.commands.password import VARIABLE
    from citymanager.training_city import USERS

    login = user or next((one.login for one in USERS if demo and one.role == role), "")
    known = next((one.password for one in USERS if demo and one.login == login), "")
    return login, os.environ.get(VARIABLE, known)


def _writer(profile: "Profile") -> "Writer | None":
    """The right to write the profile, or None if another program has it: the window then only reads."""
    from citymanager.errors import ReadOnly
    from citymanager.modules import MODULES
    from widgets.remaking import Remaking

    remaking = Remaking()
    try:
        return profile.writer(MODULES, patience=1.0, told=remaking)
    except ReadOnly as error:
        if not profile.cache.exists():
            raise
        warn(str(error))
        return None
    finally:
        remaking.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
