"""Who sits here, as the records name him: read anew for each person and whenever the register of officials changes."""

from PySide6.QtCore import QObject, Signal

from citymanager.hub import Hub
from citymanager.on_duty import PEOPLE
from citymanager.oneself import Oneself, has_own, oneself
from citymanager.schema import Module
from citymanager.tasks import Tasks
from widgets.seat import Seat


class OwnRecords(QObject):
    """`now` never is the person before: until the register has been read, nothing but the login is known."""

    changed = Signal()

    def __init__(self, module: Module, tasks: Tasks, hub: Hub, seat: Seat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._module, self._tasks, self._seat = module, tasks, seat
        self.now, self._known = Oneself(seat.login), False
        seat.changed.connect(self._sit)
        hub.changed.connect(self._changed)
        if module.mine:
            self._read()

    @property
    def offered(self) -> bool:
        """Whether a view of one's own records means anything to this person in this module."""
        return has_own(self._module, self.now, self._seat.role)

    @property
    def meaningless(self) -> bool:
        """Whether it is known by now that it means nothing to him."""
        return self._known and not self.offered

    def _sit(self) -> None:
        if self._module.mine:
            self.now, self._known = Oneself(self._seat.login), False
            self.changed.emit()
            self._read()

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == PEOPLE and self._module.mine:
            self._read()

    def _read(self) -> None:
        login = self._seat.login
        self._tasks.read(lambda reader: oneself(reader, login), self._take, owner=self, newest=f"own:{id(self)}")

    def _take(self, who: Oneself) -> None:
        before, self.now = (self._known, self.now), who
        self._known = True
        if before != (True, who):
            self.changed.emit()
