"""The map for paper: what the screen shows, drawn once more by a page of its own as sharp as paper asks for.

The page at work is left alone: another size or sharpness would move what somebody is looking at.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainterPath, QPixmap

from citymanager.tasks import Tasks
from layers.guests.guests import Stay
from layers.legend import outline
from layers.map_layer import MapLayer
from layers.map_view import MapView
from layers.mercator import project
from layers.signs import late, together
from layers.state import CLOSEST, FARTHEST, Place
from layers.style import Mark, palette
from layers.window import Window

DOTS = 192
"""Of a printed inch."""
PLAIN = 96
"""Pixels of an inch as pages count them: what is 12 pixels high there is 9 points high on paper."""
STEP = 0.5
"""Between the zooms that the page can draw."""
PATIENCE_MS = 60_000
WORLD = Window(0.0, 0.0, 1.0, 1.0, 0.0)
SLOW = "Карта для печати не нарисовалась за минуту. Попробуйте ещё раз."
DEAD = "Карта не отвечает: напечатать её сейчас нельзя."


Line = tuple[QPainterPath, QColor, str]
"""An outline in a square of side 1, its colour and its words."""


@dataclass(frozen=True)
class Group:
    """A layer in the legend: its title, how many records stand on the picture, and its marks."""

    module: str
    title: str
    records: int
    marks: tuple[Line, ...]


@dataclass(frozen=True)
class Picture:
    """The map as it goes to paper; scale bar and attribution are in the image."""

    image: QImage
    legend: tuple[Group, ...]
    guests: tuple[Line, ...] = ()
    """Temporary layers that are on it."""
    signs: tuple[Line, ...] = ()
    """What stands for no value and is on it."""
    attribution: str = ""
    """Whose the base map is; the image has it, too."""


class Photograph(QObject):
    """One picture of a map, for a place of so many millimetres: `done` or `failed` is called, once."""

    def __init__(
        self,
        city_map: MapView,
        tasks: Tasks,
        width: float,
        height: float,
        done: Callable[[Picture], None],
        failed: Callable[[str], None],
    ) -> None:
        super().__init__(city_map)
        self._tasks, self._done, self._failed = tasks, done, failed
        self._plate = city_map.twin()
        self._dress(city_map, width, height)
        self._plate.ready.connect(lambda: self._plate.grab_when_ready(self._grabbed))
        self._plate.page.given_up.connect(lambda: self._fail(DEAD))
        QTimer.singleShot(PATIENCE_MS, self, lambda: self._fail(SLOW))
        self._plate.show()

    def _dress(self, city_map: MapView, width: float, height: float) -> None:
        """By day, without buttons, in a window that no screen shows."""
        plate, screen = self._plate, city_map.devicePixelRatioF()
        wide, high = (round(one / 25.4 * PLAIN) for one in (width, height))
        sharp = DOTS / PLAIN
        plate.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        plate.show_on_paper(sharp / screen)
        plate.set_theme({}, dark=False)
        plate.setFixedSize(round(wide * sharp / screen), round(high * sharp / screen))
        if city_map.place is not None:
            plate.go_to(*_whole(city_map.place, city_map.page_size, (wide, high)))
        self._size = (wide, high)

    def _grabbed(self, picture: QPixmap) -> None:
        place, image = self._plate.place, picture.toImage()
        image.setDevicePixelRatio(1.0)
        layers, atlas = self._plate.switches.drawn, self._plate.atlas
        keys = [one.key for one in layers]
        window = _window(place, self._size) if place else WORLD

        guests = visitors(self._plate.guests.stays.values(), window)

        def counted(found: tuple[Mapping[str, list[int]], Mapping[str, list[int]], bool]) -> None:
            here, all_over, overdue = found
            groups = legend(layers, here, all_over)
            circles = any(sum(here[one.key]) for one in layers if not one.dense)
            whose = self._plate.attribution
            self._done(Picture(image, groups, guests, signs(circles=circles, overdue=overdue), whose))
            self._end()

        self._tasks.read(
            lambda reader: (
                atlas.counts(reader, window, keys),
                atlas.counts(reader, WORLD, keys),
                atlas.late(reader, window, keys),
            ),
            counted,
            lambda error: self._fail(str(error)),
            owner=self,
        )

    def _fail(self, why: str) -> None:
        self._failed(why)
        self._end()

    def _end(self) -> None:
        self._plate.deleteLater()
        self.deleteLater()


def legend(
    layers: Sequence[MapLayer], here: Mapping[str, list[int]], all_over: Mapping[str, list[int]]
) -> tuple[Group, ...]:
    """What is on the picture and nothing else. Of lines and polygons only the middle has a place, so of those that lie
    all over the city each value stands in the legend."""
    colours, found = palette({}, dark=False), []
    for layer in layers:
        seen = here[layer.key] if layer.module.geometry == "point" else all_over[layer.key]
        drawn = tuple((outline(mark, 1.0), QColor(colours[mark.colour]), mark.title) for mark in layer.seen(seen))
        if drawn:
            found.append(Group(layer.module.key, layer.title, sum(here[layer.key]), drawn))
    return tuple(found)


def visitors(stays: Iterable[Stay], window: Window) -> tuple[Line, ...]:
    """The temporary layers that are on the picture."""
    colours = palette({}, dark=False)
    return tuple(
        (_symbol(one), QColor(colours[one.colour]), one.guest.title)
        for one in stays
        if one.shown and one.guest.seen(window)
    )


def _symbol(stay: Stay) -> QPainterPath:
    if stay.guest.head.kind == "line":
        stroke = QPainterPath()
        stroke.addRect(0.0, 0.4, 1.0, 0.2)
        return stroke
    return outline(Mark("", "", stay.colour, "disc" if stay.guest.head.kind == "point" else "square"), 1.0)


def signs(*, circles: bool, overdue: bool) -> tuple[Line, ...]:
    """What of the map's signs has to be explained."""
    colours = palette({}, dark=False)
    shown = ([together()] if circles else []) + ([late()] if overdue else [])
    return tuple((one.outline, QColor(colours[one.colour]), one.words) for one in shown)


def _whole(place: Place, seen: tuple[float, float], paper: tuple[int, int]) -> tuple[float, float, float]:
    """The same middle, from so far that all that is seen on the screen is on the paper."""
    closer = math.log2(min(paper[0] / seen[0], paper[1] / seen[1])) if min(seen) > 0 else 0.0
    zoom = math.floor((place.zoom + closer) / STEP) * STEP
    return place.lat, place.lon, min(CLOSEST, max(FARTHEST, zoom))


def _window(place: Place, size: tuple[int, int]) -> Window:
    x, y = (float(one) for one in project(place.lon, place.lat))
    world = 256 * 2.0**place.zoom
    wide, high = size[0] / world / 2, size[1] / world / 2
    return Window(x - wide, y - high, x + wide, y + high, place.zoom)
