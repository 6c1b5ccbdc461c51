"""What the map shows, kept by the program and not by the page: a page that died comes back as it was."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from layers.editing import Drawing
from layers.figure import Figure
from layers.overlap import Overlap

CLOSEST, FARTHEST = 19.0, 9.0
FAINTEST = 0.1
"""No layer that is on is fainter: what can't be seen would be taken for what is not there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the map looks: degrees and zoom."""

    lat: float
    lon: float
    zoom: float

    def sound(self) -> bool:
        whole = all(map(math.isfinite, (self.lat, self.lon, self.zoom)))
        return whole and abs(self.lat) <= 90 and abs(self.lon) <= 180 and FARTHEST <= self.zoom <= CLOSEST


def around(bounds: tuple[float, float, float, float]) -> Place:
    """Whence all of a box (west, south, east, north) is seen, on a map of usual size."""
    west, south, east, north = bounds
    lat, lon = (south + north) / 2, (west + east) / 2
    width = max(east - west, (north - south) / max(0.1, math.cos(math.radians(lat))), 1e-6)
    zoom = math.floor(math.log2(360 / width) + 0.8)  # as wide as about 450 pixels
    return Place(lat, lon, float(min(17.0, max(FARTHEST, zoom))))


@dataclass(frozen=True, slots=True)
class LayerSet:
    """Which layers are on, and how: what a preset keeps."""

    shown: frozenset[str]
    off: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Values of each module whose records are left out."""
    opacity: Mapping[str, float] = field(default_factory=dict)
    """Of those layers that are not wholly opaque."""

    def saved(self) -> dict[str, Any]:
        """As JSON."""
        off = {module: sorted(values) for module, values in self.off.items()}
        return {"shown": sorted(self.shown), "off": off, "opacity": dict(self.opacity)}

    @classmethod
    def read(cls, saved: Any) -> "LayerSet | None":
        """What `saved` gave once; None if it is not sound."""
        if not isinstance(saved, dict) or not isinstance(saved.get("shown"), list):
            return None
        return cls(frozenset(_words(saved["shown"])), _off(saved.get("off")), _opacity(saved.get("opacity")))


@dataclass(slots=True)
class MapState:
    """Everything that a new page must be told."""

    place: Place | None = None
    """None: the whole city."""
    hidden: set[str] = field(default_factory=set)
    """Layers that are off."""
    layers: frozenset[str] = frozenset()
    """All that there are."""
    off: dict[str, set[str]] = field(default_factory=dict)
    """Values of each module whose records are left out."""
    opacity: dict[str, float] = field(default_factory=dict)
    """Of those layers that are not wholly opaque."""
    selected: tuple[str, str] | None = None
    """Module and id."""
    pile: tuple[str, float, float] | None = None
    """Layer and place on the unit square of the records at one place that are open."""
    spot: Place | None = None
    """A place that somebody has asked for."""
    mark: Place | None = None
    """Where a card stands that is being made."""
    overlap: Overlap | None = None
    """Where two works meet that somebody looks at."""
    drawing: Drawing | None = None
    """What is being drawn by hand; the card keeps it over the program's end."""
    sketch: Figure | None = None
    """What was drawn last and is not saved yet."""

    def on_paper(self) -> "MapState":
        """The same for a picture of the map, without what is under the hand of whoever works at it."""
        off = {module: set(values) for module, values in self.off.items()}
        kept = replace(self, hidden=set(self.hidden), off=off, opacity=dict(self.opacity))
        kept.pile = kept.spot = kept.overlap = kept.drawing = kept.sketch = None
        return kept

    def saved(self) -> dict[str, Any]:
        """What outlives the program, as JSON."""
        place = [self.place.lat, self.place.lon, self.place.zoom] if self.place else None
        off = {module: sorted(values) for module, values in self.off.items()}
        hidden, layers = sorted(self.hidden), sorted(self.layers)
        return {"place": place, "hidden": hidden, "layers": layers, "off": off, "opacity": dict(self.opacity)}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take what `saved` gave once; whatever is not sound stays as it is."""
        place = saved.get("place")
        if isinstance(place, list) and len(place) == 3 and all(isinstance(one, int | float) for one in place):
            found = Place(*map(float, place))
            self.place = found if found.sound() else self.place
        hidden, layers = saved.get("hidden"), saved.get("layers")
        if isinstance(hidden, list):
            known = _words(layers) if isinstance(layers, list) else self.off  # once there were modules' layers only
            self.hidden = set(_words(hidden)) | (self.hidden - set(known))  # a layer that is new begins as declared
        for module, values in _off(saved.get("off")).items():
            if module in self.off:
                self.off[module] = set(values)
        self.opacity = _opacity(saved.get("opacity"))


def _words(found: list[Any]) -> list[str]:
    return [one for one in found if isinstance(one, str)]


def _off(found: Any) -> dict[str, frozenset[str]]:
    whole = found if isinstance(found, dict) else {}
    return {module: frozenset(_words(values)) for module, values in whole.items() if isinstance(values, list)}


def _opacity(found: Any) -> dict[str, float]:
    whole = found if isinstance(found, dict) else {}
    numbers = {key: one for key, one in whole.items() if isinstance(one, int | float) and not isinstance(one, bool)}
    return {key: float(one) for key, one in numbers.items() if FAINTEST <= one < 1}
