"""What stands beside every layer: how many records it has, whether all of them are here, what of them is not sent.

Counted on a reader's thread, a moment after something has changed, and only while somebody looks.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.errors import CityError
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from layers.map_layer import MapLayer
from layers.points import Tally

PAUSE = 300
"""Milliseconds between a change and the counting: changes come in bursts."""


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer, as the cache has it."""

    tally: Tally
    partly: bool
    """The server has more of it than has been loaded so far."""
    unsent: int
    """Edits of its records that the server does not have; of a slice they are not told apart."""
    unjudged: int = 0
    """Records whose due time is not known yet, where the layer goes by due times."""

    @property
    def more(self) -> bool:
        """Whether there may be more than was counted."""
        return self.partly or self.unjudged > 0


Partly = Callable[[Reader], Collection[str]]
"""The modules of which only a part has been loaded so far."""


class Counting(QObject):
    """Counts when it is asked to, one time after the other; what is asked meanwhile is one more time."""

    counted = Signal(object)
    """Mapping[str, LayerFacts]: by layer. Empty: it could not be counted."""

    def __init__(
        self,
        tallies: Callable[[Reader], Mapping[str, Tally]],
        partly: Partly,
        layers: Mapping[str, MapLayer],
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tallies, self._partly, self._layers, self._tasks = tallies, partly, layers, tasks
        self._busy = self._again = False
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.count)

    def later(self) -> None:
        """Something has changed."""
        if not self._soon.isActive():
            self._soon.start()

    def count(self) -> None:
        if self._busy:
            self._again = True
            return
        self._busy = True
        self._tasks.read(self._facts, self._done, self._failed, owner=self)

    def _facts(self, reader: Reader) -> dict[str, LayerFacts]:
        partly, unsent = self._partly(reader), reader.queue.by_module()
        found = {}
        for key, tally in self._tallies(reader).items():
            layer = self._layers[key]
            behind = reader.lists.unjudged(layer.module.key) if layer.part and layer.part.due else 0
            found[key] = LayerFacts(tally, layer.module.key in partly, unsent.get(key, 0), behind)
        return found

    def _failed(self, error: CityError) -> None:
        """Wrong numbers are worse than none; what is wrong with the cache is told by those whose work it stops."""
        self._done({})

    def _done(self, facts: Mapping[str, LayerFacts]) -> None:
        self._busy = False
        self.counted.emit(facts)
        if self._again:
            self._again = False
            self.later()
