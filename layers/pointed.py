"""What the map points at: the selected record, places that no record has, where two works meet."""

from collections.abc import Mapping
from typing import Any

from layers.drafting import Tell
from layers.overlap import Overlap
from layers.state import MapState, Place

NEAR = 17.0
"""The zoom at which a place is looked for among houses."""
Spot = tuple[float, float]
"""Latitude and longitude."""


class Pointed:
    """Keeps it in the map's state and tells the page. What is no place is not pointed at."""

    def __init__(self, state: MapState, tell: Tell) -> None:
        self._state, self._tell = state, tell

    @property
    def selection(self) -> dict[str, str] | None:
        chosen = self._state.selected
        return {"module": chosen[0], "id": chosen[1]} if chosen else None

    def select(self, module: str, ident: str, *, centre: bool) -> None:
        """Highlight a record, `centre`: and bring it into view; with an empty id, none."""
        self._state.selected, self._state.mark = (module, ident) if ident else None, None
        self._tell("select", selected=self.selection, centre=centre)

    def point_at(self, spot: Spot | None) -> None:
        """Show where a place is that somebody has asked for; None: no more."""
        self._state.spot = _sound(spot)
        self._tell_spot()

    def mark(self, spot: Spot | None) -> None:
        """Show a place where a card stands that is being made; None: no more."""
        self._state.mark = _sound(spot)
        self._tell_mark()

    def outline(self, shape: Mapping[str, Any] | None, words: str) -> None:
        """Show where two works meet, `words` under the pointer; None: no more."""
        self._state.overlap = Overlap(shape, words) if shape else None
        self._tell_overlap(look=True)

    def tell_all(self) -> None:
        """Tell a new page what its start has not told."""
        if self._state.mark is not None:
            self._tell_mark()
        self._tell_spot()
        self._tell_overlap(look=False)

    def _tell_spot(self) -> None:
        place = self._state.spot
        self._tell("spot", spot={"lat": place.lat, "lon": place.lon} if place else None)

    def _tell_mark(self) -> None:
        place = self._state.mark
        self._tell("mark", place={"lat": place.lat, "lon": place.lon, "zoom": place.zoom} if place else None)

    def _tell_overlap(self, *, look: bool) -> None:
        overlap = self._state.overlap
        self._tell("overlap", overlap=overlap.told() if overlap else None, look=look)


def _sound(spot: Spot | None) -> Place | None:
    place = Place(*spot, NEAR) if spot else None
    return place if place and place.sound() else None
