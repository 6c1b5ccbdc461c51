"""Which of two maps the tables' «Только на карте» follows."""

from PySide6.QtCore import QObject, Signal

from citymanager.store.query import Box


class MapLead(QObject):
    """Says what the leading map shows: the first one leads until the second is asked to, and once that is gone."""

    looked = Signal(object)
    """West, south, east, north in degrees."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._second_leads = False
        self._seen: dict[bool, Box] = {}
        """What each map has shown last; True: the second one."""

    def look_at_first(self, box: Box) -> None:
        self._look(False, box)

    def look_at_second(self, box: Box) -> None:
        self._look(True, box)

    def lead(self, second: bool) -> None:
        """Whether the second map leads from now on."""
        self._second_leads = second
        if second in self._seen:
            self.looked.emit(self._seen[second])

    def _look(self, second: bool, box: Box) -> None:
        self._seen[second] = box
        if second == self._second_leads:
            self.looked.emit(box)
