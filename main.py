"""АРМ «Ситименеджер»: one command line, given to what does it, and the composition root of the window.

Nothing heavy is imported before it is known which command needs it: a command starts in a fraction of a second.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from citymanager.commands.arguments import Place, parse
from citymanager.commands.local import Local
from citymanager.commands.outcome import DONE, NOTHING, guarded, progress, steps
from citymanager.errors import Refused

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from citymanager.commands.author import Author
    from citymanager.exchange.formats import Geo
    from citymanager.settings import Settings
    from citymanager.steady import Steady
    from citymanager.store import Profile
    from citymanager.tasks import Tasks
    from layers.map_view import MapView
    from layers.panel import LayerPanel
    from widgets.station import Station
    from widgets.theme import Appearance

PROGRAM = (sys.executable, str(Path(__file__)))
"""The words that run this program: some of its work is done by processes of their own."""
LOG_IN_ANEW = "Пароль (пусто — прежний вход): "


def main(words: Sequence[str]) -> int:
    """Run one command line; the exit code."""
    place, given = parse(words)
    folder = place.profile or _own_folder()
    return guarded(lambda: _command(place, folder, given), folder / "logs" / _log_name(given.command))


def _command(place: Place, folder: Path, given: Namespace) -> int:
    match given.command:
        case "import-basemap":
            return _import_basemap(folder, given)
        case "read-map-file":
            return _read_map_file(given)
        case "sync":
            return _sync(place, folder, given)
        case "central":
            return _central(folder, given)
        case "doctor":
            return _doctor(place, folder)
    code = Local(folder, lambda: _author(place, folder), lambda: _reader(place, folder), _geo).run(given)
    return _window(place, given) if code is None else code


def _own_folder() -> Path:
    """The profile of this account of the computer."""
    from platformdirs import user_data_path

    return user_data_path("citymanager", appauthor=False)


def _log_name(command: str | None) -> str:
    """The window, the server and the commands keep a log each: two long-lived processes can't rotate one file."""
    return {None: "window.log", "central": "central.log"}.get(command, "commands.log")


# --- commands ----------------------------------------------------------------------------------------------------


def _author(place: Place, folder: Path) -> "Author":
    from sync.known_author import author

    return author(folder, place.user)


def _reader(place: Place, folder: Path) -> "Author":
    from sync.known_author import reader

    return reader(folder, place.user)


def _geo() -> "Geo":
    from layers.geofiles import GeoFiles

    return GeoFiles()


def _import_basemap(folder: Path, given: Namespace) -> int:
    from citymanager.store import Profile
    from layers.basemap.command import run

    return run(given.files, Profile(folder).basemap, steps if given.steps else progress, given.attribution)


def _read_map_file(given: Namespace) -> int:
    from layers.guests.reading import read_file

    read_file(given.file, given.folder, given.crs, swap=given.swap)
    return DONE


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


# --- the window --------------------------------------------------------------------------------------------------


def _window(place: Place, given: Namespace) -> int:
    """The workstation, or (`shot`) a picture of it. Raises Refused where no window can be opened."""
    from layers import chromium
    from layers.scheme import register_scheme
    from widgets.application import no_screen

    if given.command == "shot":
        from citymanager.commands.shot import admit

        admit(given.file, given.view)
    refusal = chromium.refusal_of_root(os.environ, os.getuid()) or no_screen(os.environ)
    if refusal:
        raise Refused(refusal)
    os.environ.update(chromium.flags(os.environ))
    register_scheme()
    if given.demo:
        return _demo(place, given)
    folder = place.profile or _own_folder()
    return _workstation(folder, _server(place, folder), place.user, given)


def _demo(place: Place, given: Namespace) -> int:
    """The workstation on the training city, with a server of its own."""
    from layers.basemap.command import lay_training_city
    from sync.central.training_server import training_server

    folder = place.profile or _own_folder() / "demo"
    lay = partial(lay_training_city, folder / "basemap", progress)
    with training_server(folder, PROGRAM, lay) as server:
        return _workstation(folder, server, place.user, given)


def _workstation(folder: Path, server: str, user: str, given: Namespace) -> int:
    """Build the parts, connect them, run until the window is closed."""
    from citymanager.commands.credentials import credentials
    from widgets.application import application

    picture = given.command == "shot"
    wall = (None if given.view != "wall" else "") if picture else given.wall
    size = given.size if picture else None
    station = open_station(application(), folder, wall, keeps_layout=not picture, keeps_token=not given.demo, size=size)
    try:
        station.start(server, *credentials(user, "moderator" if wall is None else "wall", demo=given.demo), given.demo)
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
    from widgets.remaking import opened
    from widgets.seat import Seat
    from widgets.station import Station
    from widgets.station_parts import Parts, SecondParts

    profile = Profile(folder)
    settings = Settings(profile)
    known = KnownPeople(folder, timedelta(days=settings["offline_days"]))
    last, writer = known.last(), opened(profile, MODULES)
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
    words = [*PROGRAM, "--profile", str(folder), "import-basemap", "--steps"]
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

    words = [*PROGRAM, "--profile", str(profile.folder), "read-map-file"]
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
