"""The norms that the panels judge by: as the cache has them, read anew whenever the register changes."""

from PySide6.QtCore import QObject, Signal

from citymanager.hub import Hub
from citymanager.modules.rules import RULES
from citymanager.norms import Norms
from citymanager.store import Reader
from citymanager.tasks import Tasks


class CityNorms(QObject):
    """`now` always holds norms: those that the program comes with until the cache has been read."""

    changed = Signal()

    def __init__(self, tasks: Tasks, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = Norms({})
        self._tasks = tasks
        hub.changed.connect(self._changed)
        self._read()

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == RULES.key:
            self._read()

    def _read(self) -> None:
        self._tasks.read(Reader.norms, self._take, owner=self, newest=f"norms:{id(self)}")

    def _take(self, norms: Norms) -> None:
        self.now = norms
        self.changed.emit()
