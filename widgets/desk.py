"""A desk: the panels of every module, the map beside them, and what connects them. Built from what it is handed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.store import Profile
from citymanager.tasks import Tasks
from widgets.conflict_panel import ConflictPanel
from widgets.docks import Panel
from widgets.link_age import LinkAge
from widgets.login import LoginStrip
from widgets.main_window import MainWindow
from widgets.notices import Notices
from widgets.outbox_panel import OutboxPanel
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.sync_status import SyncStatus
from widgets.theme import Appearance


@dataclass(frozen=True)
class Place:
    """What every panel stands on."""

    profile: Profile
    modules: Sequence[Module]
    tasks: Tasks
    hub: Hub
    appearance: Appearance
    seat: Seat


class Desk:
    """The main window with its panels, and the few connections between them that go past the hub."""

    def __init__(
        self, place: Place, city_map: QWidget, legend: QWidget, login: LoginStrip | None, *, layout: str = "desk"
    ) -> None:
        """`login` None: nobody can log in here, the profile is only read.

        `layout`: under which name the arrangement is kept; empty: it is neither restored nor kept.
        """
        self._place = place
        self.records = {one.key: _records(one, place) for one in place.modules}
        self.outbox = OutboxPanel(place.tasks, place.hub, place.appearance)
        self.conflicts = ConflictPanel(place.tasks, place.hub, place.seat)
        self.status = SyncStatus(place.appearance, LinkAge())
        panels = [
            *(Panel(one.key, one.title, self.records[one.key], "main") for one in place.modules),
            Panel("map", "Карта", city_map, "side"),
            Panel("legend", "Слои карты", legend, "side", shown=False),
            Panel("outbox", "Неотправленные правки", self.outbox, "below", shown=False),
            Panel("conflicts", "Требует внимания", self.conflicts, "below", shown=False),
        ]
        self.window = MainWindow(
            place.profile, place.hub, place.appearance, place.seat, panels, self.status, login, layout=layout
        )
        self.notices = Notices(place.hub, place.appearance, self.window)
        self._connect()
        self.window.restore()

    def _connect(self) -> None:
        hub, show = self._place.hub, self.window.docks.show
        hub.opened.connect(lambda module, ident: show(module) if module in self.records else None)
        self.outbox.mend_requested.connect(self.conflicts.show_operation)
        self.outbox.mend_requested.connect(lambda op: show("conflicts"))
        self._place.tasks.failed.connect(self._tell)
        self.window.closed.connect(self._closing)

    def _tell(self, error: CityError) -> None:
        self._place.hub.notice.emit(str(error), "error")

    def _closing(self) -> None:
        for panel in self.records.values():
            panel.closing()


def _records(module: Module, place: Place) -> RecordPanel:
    return RecordPanel(module, place.tasks, place.hub, place.profile, place.seat, place.appearance)
