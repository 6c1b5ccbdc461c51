"""Measuring on the map: places that were clicked, and the length or area that they make on the Earth's ellipsoid."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from citymanager.tasks import Tasks
from layers.layer_words import spaced

Kind = Literal["", "length", "area"]
MOST = 1_000
"""Places of one measurement."""
BEGIN = {"length": "Расстояние: щёлкайте точки пути", "area": "Площадь: щёлкайте углы участка"}
LEAVE = "Backspace — убрать точку, Esc — закончить"

Places = Sequence[tuple[float, float]]
"""Latitude and longitude of each."""


class Ruler(QObject):
    """What is being measured now, and what it comes to."""

    changed = Signal()

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self.kind: Kind = ""
        """Empty: nothing is measured."""
        self.places: list[tuple[float, float]] = []

    def start(self, kind: Kind) -> None:
        """Measure anew; an empty kind ends it."""
        self.kind, self.places = kind, []
        if kind:
            self._tasks.read(lambda reader: _ellipsoid())  # takes a while to load, and the first click should not wait
        self.changed.emit()

    def add(self, lat: float, lon: float) -> None:
        if self.kind and len(self.places) < MOST and abs(lat) <= 90 and abs(lon) <= 180:
            self.places.append((lat, lon))
            self.changed.emit()

    def take_back(self) -> None:
        """Forget the last place."""
        if self.places:
            self.places.pop()
            self.changed.emit()

    @property
    def words(self) -> str:
        """What has been measured, in Russian, and what can be done; empty if nothing is."""
        return f"{self.told or BEGIN[self.kind]}. {LEAVE}" if self.kind else ""

    @property
    def told(self) -> str:
        """The measure itself, in Russian; empty as long as there is none."""
        if self.kind == "length" and len(self.places) > 1:
            return f"Расстояние {distance(length(self.places))}"
        if self.kind == "area" and len(self.places) > 2:
            found = area(self.places)
            if found is None:
                return "Контур пересекает сам себя: площади у него нет"
            return f"Площадь {extent(found)}, периметр {distance(length([*self.places, self.places[0]]))}"
        return ""


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def length(places: Places) -> float:
    """Metres along the places, on the ellipsoid."""
    lats, lons = zip(*places, strict=True)
    return float(_ellipsoid().line_length(lons, lats))


def area(places: Places) -> float | None:
    """Square metres inside, on the ellipsoid; None for an outline that crosses itself."""
    from shapely.geometry import Polygon

    lats, lons = zip(*places, strict=True)
    if not Polygon(zip(lons, lats, strict=True)).is_valid:
        return None
    return abs(float(_ellipsoid().polygon_area_perimeter(lons, lats)[0]))


def distance(metres: float) -> str:
    """«84,5 м», «845 м», «1,24 км», «124 км»."""
    if metres < 999.5:
        return f"{_comma(metres, 1 if metres < 99.95 else 0)} м"
    return f"{_comma(metres / 1000, 2 if metres < 99_995 else 0)} км"


def extent(square_metres: float) -> str:
    """«845 м² (0,08 га)», «12 400 м² (1,24 га)», «2,10 км² (210 га)»."""
    hectares = f"{_comma(square_metres / 1e4, 2 if square_metres < 1e6 else 0)} га"
    whole = f"{spaced(round(square_metres))} м²" if square_metres < 1e6 else f"{_comma(square_metres / 1e6, 2)} км²"
    return f"{whole} ({hectares})"


def _comma(number: float, digits: int) -> str:
    return f"{number:,.{digits}f}".replace(",", "\u202f").replace(".", ",")
