"""What one workstation is put together from: the composition root builds it all and hands it over at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication

from citymanager.exchange.formats import Formats
from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.steady import Steady
from citymanager.store import Profile, Reader
from citymanager.tasks import Tasks
from widgets.city_pack import Command
from widgets.login_people import Acquaintances
from widgets.parts import CityMap, Layers, Link, MapPanel, Photograph
from widgets.seat import Seat
from widgets.theme import Appearance


@dataclass(frozen=True)
class SecondParts:
    """What the second map is put together from, each a widget, too."""

    map: CityMap
    panel: MapPanel
    layers: Layers
    photograph: Photograph


@dataclass(frozen=True)
class Parts:
    """What a workstation is put together from; built by the composition root."""

    app: QApplication
    profile: Profile
    modules: Sequence[Module]
    tasks: Tasks
    hub: Hub
    seat: Seat
    appearance: Appearance
    map: CityMap
    map_panel: Callable[[], MapPanel]
    """Makes what a desk has of the map: with a line under it."""
    layers: Layers
    second: Callable[[], SecondParts]
    """Makes a map beside the first one, when it is opened."""
    photograph: Photograph
    """Takes the map's picture for paper."""
    link: Link
    people: Acquaintances
    """Those who have logged in here."""
    formats: Formats
    """How tables become files."""
    confirmed: Callable[[Reader], datetime | None]
    """When a server last confirmed the cache's data."""
    pack: Path
    """The city's map; there may be none yet."""
    pack_command: Command
    """How another one is made."""
    clock: Steady = field(default_factory=Steady)
    """By which due times are judged."""
