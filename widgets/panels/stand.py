"""What the additions of panels and cards and the alarms stand on: handed to them whole, for most need most of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from citymanager.hub import Hub
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.seat import Seat
from widgets.theme import Appearance


@dataclass(frozen=True)
class Stand:
    """The parts of one window, the look, and the time."""

    tasks: Tasks
    hub: Hub
    seat: Seat
    appearance: Appearance
    norms: CityNorms
    clock: Callable[[], datetime]
