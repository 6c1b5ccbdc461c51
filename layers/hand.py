"""What the user's hand is for on a map: it picks a place, measures or draws, one at a time; else it looks around."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from citymanager.schema import Module
from citymanager.tasks import Tasks
from layers.bridge import Message
from layers.clicks import Clicks
from layers.drafting import Drafting, Tell
from layers.ruler import Kind
from layers.state import MapState

DRAWN = frozenset({"aimed", "put", "held", "dropped", "let_go"})
"""Words of the page that belong to a drawing."""


class Hand(QObject):
    """Begins one thing and ends the others."""

    picked = Signal(float, float)
    """Latitude and longitude of the place that was asked for by `pick`."""
    drafted = Signal(object)
    """What is drawn, after each step of it, as JSON: to be given to `draw` again."""
    drawn = Signal(object)
    """The finished shape that was asked for by `draw`, as GeoJSON."""
    undrawn = Signal()
    """The user has left the drawing: nothing comes of it."""
    busy = Signal(bool)
    """The map waits for a click, and Esc ends that; or it does so no more."""

    def __init__(
        self, state: MapState, modules: Sequence[Module], tasks: Tasks, tell: Tell, city_map: QWidget, page: QWidget
    ) -> None:
        """`page`: where the keyboard must be to draw."""
        super().__init__(city_map)
        self._map, self._page = city_map, page
        self.clicks, self.drafting = Clicks(tasks, tell, city_map), Drafting(state, modules, tasks, tell, city_map)
        self.clicks.picked.connect(self.picked)
        self.clicks.busy.connect(self.busy)
        self.drafting.drafted.connect(self.drafted)
        self.drafting.drawn.connect(self.drawn)
        self.drafting.left.connect(self.undrawn)

    def measure(self, kind: Kind) -> None:
        """Let the user measure what he clicks; Esc or an empty kind ends it. Nothing is drawn meanwhile."""
        if kind:
            self.drafting.stop()
        self.clicks.measure(kind)

    def pick(self) -> None:
        """Let the user choose a place: his next click comes as `picked`; Esc cancels. Nothing is drawn or measured."""
        self.drafting.stop()
        self.clicks.pick()

    def draw(self, module: str, ident: str, shape: Any, draft: Any) -> None:
        """Let the user draw the shape of a record: from the GeoJSON that it has and what was `drafted` of it before.

        Either may be None. `drafted`, and `drawn` or `undrawn` in the end, tell what comes of it. Raises Refused.
        """
        self.clicks.stop_measuring()
        self.clicks.cancel()
        self.drafting.begin(module, ident, shape, draft)
        self._map.activateWindow()  # the map may stand on another screen
        self._page.setFocus()

    def stop_drawing(self) -> None:
        """Draw no longer, and tell nothing of it; what was drawn last is not shown any more."""
        self.drafting.stop()
        self.drafting.forget()

    def hear(self, word: str, message: Message) -> bool:
        """A word of the page; whether it was of a drawing."""
        if word in DRAWN:
            self.drafting.hear(word, message)
        return word in DRAWN

    def tell_all(self) -> None:
        """Tell a new page what the hand is doing."""
        self.clicks.tell_all()
        self.drafting.tell_all()
