"""What the map shows, kept by the program and not by the page: a page that died comes back as it was."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layers.editing import Drawing
from layers.figure import Figure

CLOSEST, FARTHEST = 19.0, 9.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the map looks: degrees and zoom."""

    lat: float
    lon: float
    zoom: float

    def sound(self) -> bool:
        whole = all(map(math.isfinite, (self.lat, self.lon, self.zoom)))
        return whole and abs(self.lat) <= 90 and abs(self.lon) <= 180 and FARTHEST <= self.zoom <= CLOSEST


@dataclass(slots=True)
class MapState:
    """Everything that a new page must be told."""

    place: Place | None = None
    """None: the whole city."""
    hidden: set[str] = field(default_factory=set)
    """Modules whose layers are off."""
    off: dict[str, set[str]] = field(default_factory=dict)
    """Values of each module whose records are left out."""
    selected: tuple[str, str] | None = None
    """Module and id."""
    mark: Place | None = None
    """Where a card stands that is being made."""
    drawing: Drawing | None = None
    """What is being drawn by hand; the card keeps it over the program's end."""
    sketch: Figure | None = None
    """What was drawn last and is not saved yet."""

    def saved(self) -> dict[str, Any]:
        """What outlives the program, as JSON."""
        place = [self.place.lat, self.place.lon, self.place.zoom] if self.place else None
        off = {module: sorted(values) for module, values in self.off.items()}
        return {"place": place, "hidden": sorted(self.hidden), "off": off}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take what `saved` gave once; whatever is not sound stays as it is."""
        place = saved.get("place")
        if isinstance(place, list) and len(place) == 3 and all(isinstance(one, int | float) for one in place):
            found = Place(*map(float, place))
            self.place = found if found.sound() else self.place
        hidden = saved.get("hidden")
        if isinstance(hidden, list):
            self.hidden = {one for one in hidden if isinstance(one, str)}
        off = saved.get("off")
        for module, values in off.items() if isinstance(off, dict) else ():
            if module in self.off and isinstance(values, list):
                self.off[module] = {one for one in values if isinstance(one, str)}
