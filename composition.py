"""The composition root of the window: the parts of one workstation, built and handed to each other."""

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

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
from layers.map_view import MapView
from layers.panel import LayerPanel
from layers.photograph import Photograph
from layers.presets import Presets
from sync.keys import KeyRing, NoKeyRing
from sync.offline_login import KnownPeople
from sync.pull import confirmed, partly
from sync.worker import SyncWorker
from widgets.remaking import opened
from widgets.seat import Seat
from widgets.station import Station
from widgets.station_parts import Parts, SecondParts
from widgets.theme import Appearance

PROGRAM = (sys.executable, str(Path(__file__).with_name("main.py")))
"""The words that run this program: some of its work is done by processes of their own."""


def open_station(
    app: QApplication,
    folder: Path,
    wall: str | None,
    *,
    keeps_layout: bool = True,
    keeps_token: bool = True,
    size: tuple[int, int] | None = None,
) -> Station:
    """One workstation on this profile: store, threads, bus, map and link, and the window that brings them together.

    `wall`: which of the city's walls this is; None: a desk. `size`: the window's pixels if not the screen's.
    """
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


def _map(profile: Profile, tasks: Tasks, clock: Steady, beside: MapView | None = None) -> tuple[MapView, LayerPanel]:
    """A map and the panel that steers its layers. `beside`: the first one, where this is the second."""
    words = [*PROGRAM, "--profile", str(profile.folder), "read-map-file"]
    city_map = MapView(
        MODULES, tasks, profile.basemap, clock=clock, opens=lambda given: [*words, *given], beside=beside
    )
    return city_map, LayerPanel(city_map, MODULES, tasks, Presets(profile, MODULES), partly)


def _dressed(app: QApplication, settings: Settings, wall: str | None) -> Appearance:
    """The look that the person has chosen; a wall has its own."""
    appearance = Appearance()
    if wall is None:
        appearance.use(settings["theme"], app, settings["text_size"])
    else:
        appearance.use("wall", app)
    return appearance
