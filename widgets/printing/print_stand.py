"""What printing from a window stands on: whose right it is, which journal it goes to, what a paper says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from citymanager.access_journal import AccessJournal
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.tasks import Tasks
from citymanager.work import Stopped
from widgets.printing.documents import Imprint
from widgets.seat import Seat

if TYPE_CHECKING:
    from widgets.printing.preview import Preview  # QtPdf is loaded by who prints


@dataclass(frozen=True)
class PrintStand:
    """The parts of one window, and the papers that are looked at over it."""

    tasks: Tasks
    hub: Hub
    seat: Seat
    journal: AccessJournal
    window: QWidget
    city: Callable[[], str]
    training: Callable[[], bool]
    """Whether the city is none: a paper says so."""
    clock: Callable[[], datetime]
    """By which the window judges due times: a paper tells them and its own time by one clock."""
    previews: "list[Preview]" = field(default_factory=list)
    """Those that are open."""

    def imprint(self) -> Imprint:
        """What a paper that is printed now says of itself."""
        return Imprint(self.city(), self.seat.name or self.seat.login, self.clock(), self.training())

    def show(self, preview: "Preview") -> None:
        """Let a paper be looked at; nobody need close it."""
        self.previews.append(preview)
        preview.destroyed.connect(lambda: self.previews.remove(preview))
        preview.show()

    def tell(self, error: CityError) -> None:
        """It was not printed; whoever has stopped it knows that."""
        self.hub.notice.emit(str(error), "info" if isinstance(error, Stopped) else "error")
