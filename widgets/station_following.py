"""A window on a profile that another program writes: it looks now and then at what has been written."""

from PySide6.QtCore import QObject, QTimer

from citymanager.store import Reader
from citymanager.sync_state import SyncState
from widgets.station_parts import Parts

FOLLOWED = "профиль открыт только для чтения"
FOLLOWS = 5_000
"""Milliseconds between two looks."""


class Following(QObject):
    """Tells the window to read anew, and how the profile stands; goes with the window."""

    def __init__(self, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._look = QTimer(self, interval=FOLLOWS)
        self._look.timeout.connect(self.look)
        self._look.start()

    def look(self) -> None:
        """Look at once."""
        for module in self._parts.modules:
            self._parts.hub.changed.emit(module.key, [])
        self._parts.hub.outbox_changed.emit()
        self._parts.tasks.read(self._state, self._parts.hub.sync_state.emit, owner=self)

    def _state(self, reader: Reader) -> SyncState:
        counts = reader.unsent(), reader.needs_attention(), reader.files.count()[0]
        return SyncState("stopped", FOLLOWED, self._parts.confirmed(reader), None, *counts)
