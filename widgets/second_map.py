"""The second map: a view, layers and a time of its own over the records that the first one has read."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from widgets.desk import Desk
from widgets.map_lead import MapLead
from widgets.second_opened import Opened, open_beside
from widgets.station_parts import Parts


class SecondMap(QObject):
    """Nothing of it is loaded before it is opened, and all of it goes when it is closed; what it showed comes back.

    It belongs to the layout (`widgets.docks_panels.Beside`).
    """

    opened = Signal(object)
    """`Opened`: just now."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        super().__init__(desk.window)
        self._parts, self._desk, self._docks = parts, desk, desk.window.docks
        self._kept: dict[str, Any] = {}
        """How it was when it was closed last, or as the layout wants it."""
        self._wanted = self._covered = self._over = False
        self._lead = MapLead(self)
        self.now: Opened | None = None
        parts.map.viewed.connect(self._lead.look_at_first)
        self._lead.looked.connect(desk.look)
        parts.appearance.changed.connect(self._dress)
        parts.seat.changed.connect(self._offer)
        desk.status.told.connect(self._tell_age)
        desk.window.second_map_requested.connect(self.call)
        desk.window.closed.connect(self._end)
        desk.window.installEventFilter(self)
        self._docks.attend(self)

    def call(self) -> None:
        """Bring it before the user."""
        if self.now is None:
            self._open()
        if self.now is not None and not self._covered:
            self.now.window.call()

    # what the layout asks

    @property
    def windows(self) -> Sequence[QWidget]:
        return [self.now.window] if self.now is not None else []

    def capture(self) -> dict[str, Any]:
        """How it stands and what it shows, as JSON."""
        if self.now is None:
            return {**self._kept, "open": self._wanted}
        return {**self.now.state(), "open": True}

    def apply(self, kept: Any, *, moved: bool) -> None:
        """Be as a layout tells; one that never met it leaves it.

        `moved`: the screens are others, and it goes on showing what it shows.
        """
        if not isinstance(kept, dict):
            return
        self._kept = {**self.capture(), "place": kept.get("place")} if moved else dict(kept)
        self._wanted = kept.get("open") is True
        if not self._wanted:
            self._close()
        elif self.now is not None:
            self.now.window.stand(self._kept.get("place"))
            self.now.restore(self._kept)
        else:
            self._begin()

    def cover(self, on: bool) -> None:
        """The desk is being locked, or is open again."""
        self._covered = on
        if self.now is None:
            self._begin()
            return
        if on:
            self.now.view.search.clear()
        self.now.window.cover(on)

    def rescue(self) -> None:
        if self.now is not None:
            self.now.window.rescue()

    # its life

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It comes with the main window."""
        if event.type() == QEvent.Type.Show:
            QTimer.singleShot(0, self, self._begin)
        return False

    def _begin(self) -> None:
        if self._wanted and self.now is None and self._desk.window.isVisible():
            self._open()

    def _open(self) -> None:
        """While the desk is locked, only once it is open again."""
        self._wanted = not self._over
        if self._covered or self._over:
            return
        self.now = open_beside(self._parts, self._desk)
        self.now.parts.map.viewed.connect(self._lead.look_at_second)
        self.now.view.led.connect(self._lead.lead)
        self.now.window.closing.connect(self._closed)
        self._dress()
        self._offer()
        self._tell_age()
        self.now.restore(self._kept)
        self.now.window.stand(self._kept.get("place"))
        self._docks.memory.touched()
        self.opened.emit(self.now)

    def _closed(self) -> None:
        """By a person: it comes back as it was when he calls it again."""
        if self.now is not None:
            self._kept, self._wanted = self.now.state(), False
            self._close()
            self._desk.window.activateWindow()

    def _close(self) -> None:
        """The process of its page ends with it."""
        now, self.now = self.now, None
        if now is not None:
            self._lead.lead(False)
            now.window.hide()
            now.window.cover(False)  # what belongs into it goes with it
            now.window.deleteLater()
            self._docks.memory.touched()

    def _end(self) -> None:
        """The main window closes; its layout has been kept."""
        self._over, self._wanted = True, False
        self._close()

    # what it is told

    def _dress(self) -> None:
        if self.now is not None:
            theme = self._parts.appearance.theme
            self.now.parts.map.set_theme(theme.colours(), theme.dark)
            self.now.parts.layers.set_theme(theme.colours(), theme.dark)

    def _offer(self) -> None:
        """What the person who sits here may not read is not on this map either."""
        role = self._parts.seat.role
        if self.now is not None and role is not None:
            self.now.parts.layers.offer_to(role.key)

    def _tell_age(self) -> None:
        if self.now is not None:
            words = self._desk.status.words()
            self.now.parts.layers.show_age(words.age, words.stale)
