"""Where one map looks: led there by the program, or dragged there by a hand that the page tells of."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from layers.drafting import Tell
from layers.elsewhere import Bounds
from layers.state import MapState, Place, around

WHOLE_COUNTRY = {"lat": 60.0, "lon": 80.0, "zoom": 9.0}


class Looking(QObject):
    """Keeps the place in the map's state. What is no place is not looked at."""

    moved = Signal(float, float, float)
    """Latitude, longitude and zoom of what is looked at now."""
    viewed = Signal(tuple)
    """West, south, east, north of what is seen now, in degrees."""

    def __init__(self, state: MapState, bounds: Callable[[], Bounds | None], tell: Tell, parent: QObject) -> None:
        """`bounds`: where the city is, as far as that is known."""
        super().__init__(parent)
        self._state, self._bounds, self._tell = state, bounds, tell

    def go_to(self, place: Place) -> None:
        if place.sound():
            self._state.place = place
            self.tell()

    def show_city(self) -> None:
        """Look at the whole city."""
        self._state.place = None
        self.tell()

    def look_at(self, bounds: Bounds) -> None:
        """Look at all of a box."""
        self.go_to(around(bounds))

    def tell(self) -> None:
        self._tell("look", **self.told())

    def told(self) -> dict[str, Any]:
        """What the page must know to look there."""
        place, bounds = self._state.place, self._bounds()
        if place is not None:
            return {"lat": place.lat, "lon": place.lon, "zoom": place.zoom}
        return {"bounds": bounds} if bounds else dict(WHOLE_COUNTRY)

    def hear_moved(self, lat: float, lon: float, zoom: float) -> None:
        """The page was moved by hand, or looks where it was led."""
        place = Place(float(lat), float(lon), float(zoom))
        if place.sound():
            self._state.place = place
            self.moved.emit(place.lat, place.lon, place.zoom)

    def hear_viewed(self, west: float, south: float, east: float, north: float) -> None:
        """The page may look beyond the ends of the world, where nothing is."""
        box = (max(-180.0, west), max(-90.0, south), min(180.0, east), min(90.0, north))
        if box[0] < box[2] and box[1] < box[3]:
            self.viewed.emit(box)
