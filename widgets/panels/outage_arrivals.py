"""Reports that arrive of a known outage: told of once, and linked by the desk whose person has begun to link them.

Only by that desk: several that all did it would each note that the same answer is prepared.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from citymanager.hub import Hub
from citymanager.known_outages import Arrival, arrived
from citymanager.modules.reports import REPORTS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.tasks import Tasks
from widgets.panels.outage_acts import OutageActs
from widgets.seat import Seat

CALM_MS = 500
MOST = 500
"""Reports that arrive at once; of more, as in a first load, the cards of the outages tell."""


class OutageArrivals(QObject):
    """Looks at what has changed, never at what there is."""

    def __init__(
        self,
        acts: OutageActs,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._acts, self._tasks, self._hub, self._seat, self._clock = acts, tasks, hub, seat, clock
        self._waiting: set[str] = set()
        self._told: set[str] = set()
        """Outages that were told of."""
        self._soon = QTimer(self, singleShot=True, interval=CALM_MS)
        self._soon.timeout.connect(self._look)
        hub.changed.connect(self._changed)

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == REPORTS.key and 0 < len(idents) <= MOST and not self._acts.why_not():
            self._waiting.update(idents)
            if not self._soon.isActive():
                self._soon.start()

    def _look(self) -> None:
        idents, self._waiting = sorted(self._waiting)[:MOST], set()
        login, now = self._seat.login, self._clock()
        self._tasks.read(lambda reader: arrived(reader, idents, login, now), self._take, owner=self)

    def _take(self, found: Sequence[Arrival]) -> None:
        for one in found:
            if one.mine:
                self._acts.link(one.outage.id, one.reports)
            elif one.outage.id not in self._told:
                self._told.add(one.outage.id)
                name = self._tasks.glance.name(TELEPHONOGRAMS.key, one.outage.data)
                self._hub.notice.emit(
                    f"Жители сообщают об отключении {name}. Откройте его карточку, чтобы связать их сообщения.", "info"
                )
