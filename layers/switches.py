"""Which layers and values of one map are on, and how opaque: as chosen here, and as who sits here may see them."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from layers.atlas import Atlas
from layers.drafting import Tell
from layers.map_layer import MapLayer
from layers.state import CLOSEST, FAINTEST, LayerSet, MapState


class Switches(QObject):
    """Keeps them in the map's state, hands them to the atlas and tells the page."""

    changed = Signal()
    """Other layers or values are on than before, or look otherwise."""

    def __init__(
        self,
        layers: Sequence[MapLayer],
        state: MapState,
        atlas: Atlas,
        tell: Tell,
        tell_changed: Callable[[str, str], None],
        parent: QObject,
    ) -> None:
        """`tell_changed`: other records of a module are let through; its word says whether a person waits for that."""
        super().__init__(parent)
        self._layers, self._state, self._atlas = layers, state, atlas
        self._tell, self._tell_changed = tell, tell_changed
        self.withheld: frozenset[str] = frozenset()
        """Layers that are not for the person who sits here."""

    def set_shown(self, layer: str, shown: bool) -> None:
        """Switch a layer on or off."""
        (self._state.hidden.discard if shown else self._state.hidden.add)(layer)
        self.tell()

    def shown(self, layer: str) -> bool:
        return layer not in self._state.hidden

    def withhold(self, layers: Iterable[str]) -> None:
        """These layers are not for the person who sits here, whether they are on or not."""
        withheld = frozenset(layers)
        if withheld != self.withheld:
            self.withheld = withheld
            self.tell()

    def set_value_shown(self, module: str, value: str, shown: bool) -> None:
        """Show a module's records of this value or leave them out; who filters the table by it sees them anyway."""
        off = self._state.off[module]
        (off.discard if shown else off.add)(value)
        self._atlas.switch_off(module, off)
        self._tell_changed(module, "filtered")
        self.changed.emit()

    def value_shown(self, module: str, value: str) -> bool:
        return value not in self._state.off[module]

    def set_opacity(self, layer: str, opacity: float) -> None:
        """How much of what is below it a layer covers: from FAINTEST to 1."""
        self._state.opacity[layer] = min(1.0, max(FAINTEST, opacity))
        if self._state.opacity[layer] == 1:
            del self._state.opacity[layer]
        self.tell()

    def opacity(self, layer: str) -> float:
        return self._state.opacity.get(layer, 1.0)

    @property
    def layers(self) -> frozenset[str]:
        """The keys of all layers."""
        return frozenset(one.key for one in self._layers)

    @property
    def unseen(self) -> list[str]:
        """The layers that are off, or not for who sits here."""
        return sorted(self._state.hidden | self.withheld)

    @property
    def drawn(self) -> list[MapLayer]:
        """The layers that are drawn at this zoom, in the order of the legend."""
        zoom = self._state.place.zoom if self._state.place else CLOSEST
        off = self.unseen
        return [one for one in self._layers if one.key not in off and zoom >= one.look.from_zoom]

    def layer_set(self) -> LayerSet:
        """Which layers are on, and how."""
        off = {module: frozenset(values) for module, values in self._state.off.items()}
        return LayerSet(self.layers - self._state.hidden, off, dict(self._state.opacity))

    def show_layers(self, wanted: LayerSet) -> None:
        """Have these layers on and no others; values of which it says nothing stay as they are."""
        self._state.hidden = set(self.layers - wanted.shown)
        self._state.off |= {module: set(values) for module, values in wanted.off.items() if module in self._state.off}
        self._state.opacity = dict(wanted.opacity)
        self.obey()
        self.tell()
        for module in wanted.off:
            self._tell_changed(module, "changed")

    def obey(self) -> None:
        """Let the atlas leave out what the state has off: nothing where no value tells records apart."""
        for one in self._layers:
            if one.part is None and one.mark:
                self._state.off[one.key].clear()
        for module, values in self._state.off.items():
            self._atlas.switch_off(module, values)

    def tell(self) -> None:
        """Tell the page, and whoever shows the layers, what is on."""
        self._tell("layers", hidden=self.unseen, opacity=self._state.opacity)
        self.changed.emit()
