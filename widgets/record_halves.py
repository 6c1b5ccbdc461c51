"""Table and card in one panel: side by side where there is room, else one above the other; the user sets the shares."""

import logging

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from citymanager.errors import ReadOnly
from citymanager.store import Profile

NARROW = 1020
"""Below this width the card stands under the table."""
LOW = 720
"""Below this height a card under the table leaves the table only a few rows."""
LEAST = 520
BESIDE, ABOVE = 58, 44
"""The table's share of the width, and of the height, in hundredths, until the user gives it another."""
KEEP_MS = 500

log = logging.getLogger(__name__)


class Halves(QSplitter):
    """Gives the table its share whenever the panel's size changes, and keeps the share that the user has drawn."""

    cramped = Signal(bool)
    """Whether a card stands under the table where there is hardly room for both."""

    def __init__(
        self, table: QWidget, card: QWidget, profile: Profile, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._profile, self._setting, self._card = profile, f"halves.{name}", card
        self._shares = {"beside": BESIDE, "above": ABOVE, **_sound(profile.setting(self._setting))}
        self.setChildrenCollapsible(False)
        self.setHandleWidth(3)
        self.setMinimumWidth(LEAST)  # side by side the two ask for more than a dock may have
        self.addWidget(table)
        self.addWidget(card)
        card.installEventFilter(self)
        self._soon = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._soon.timeout.connect(self._keep)
        self.splitterMoved.connect(self._moved)

    @property
    def _way(self) -> str:
        return "beside" if self.orientation() == Qt.Orientation.Horizontal else "above"

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < NARROW
        self.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        super().resizeEvent(event)
        self.share()
        self._measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._card and event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._measure()
        return super().eventFilter(watched, event)

    def _measure(self) -> None:
        self.cramped.emit(self._way == "above" and self.height() < LOW and not self._card.isHidden())

    def share(self) -> None:
        """Give table and card their shares of the room that there is."""
        room = self.width() if self._way == "beside" else self.height()
        table = room * self._shares[self._way] // 100
        self.setSizes([table, room - table])

    def _moved(self) -> None:
        table, card = self.sizes()
        if table and card:
            self._shares[self._way] = round(100 * table / (table + card))
            self._soon.start()

    def _keep(self) -> None:
        try:
            self._profile.set(self._setting, self._shares)
        except ReadOnly as error:
            log.warning("the shares of table and card could not be kept: %s", error)

    def closing(self) -> None:
        """Keep at once what would have been kept in a moment."""
        if self._soon.isActive():
            self._soon.stop()
            self._keep()


def _sound(kept: object) -> dict[str, int]:
    """What can be used of kept shares."""
    found = kept if isinstance(kept, dict) else {}
    return {way: found[way] for way in ("beside", "above") if type(found.get(way)) is int and 5 <= found[way] <= 95}
