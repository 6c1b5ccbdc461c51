"""What every panel of a workstation stands on: the profile, the modules, and what the window's parts share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.steady import Steady
from citymanager.store import Profile
from citymanager.tasks import Tasks
from widgets.city_norms import CityNorms
from widgets.panels.stand import Stand
from widgets.seat import Seat
from widgets.theme import Appearance


@dataclass(frozen=True)
class Place:
    """Made once for a workstation."""

    profile: Profile
    modules: Sequence[Module]
    tasks: Tasks
    hub: Hub
    appearance: Appearance
    seat: Seat
    journal: AccessJournal
    fetch: Callable[[str], None] | None = None
    """Ask the link for a file, by its sum; None: there is no link."""
    clock: Steady = field(default_factory=Steady)

    def stand(self, norms: CityNorms) -> Stand:
        """What of it additions and alarms take, with the city's norms."""
        return Stand(self.tasks, self.hub, self.seat, self.appearance, norms, self.clock)
