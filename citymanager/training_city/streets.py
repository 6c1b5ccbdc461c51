"""The streets of the training city: a grid with two avenues in the centre, quieter rows on the outskirts."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from citymanager.training_city.plane import Frame, Point, stretch

COLUMNS = (-600.0, -400.0, -200.0, 0.0, 200.0, 400.0, 600.0)
ROWS = (0.0, -170.0, -340.0, -520.0, -700.0, -880.0)
"""Where the centre's streets lie in (u, v)."""
MAIN_COLUMN, MAIN_ROW = 3, 3
WEST, EAST, SOUTH = (-95.0, -200.0, -305.0, -410.0), (-60.0, -165.0, -270.0, -375.0), (-985.0, -1085.0, -1185.0)


@dataclass(frozen=True)
class Street:
    """A street: its name, its class as OpenStreetMap calls it, and its axis on the ground in metres."""

    name: str
    highway: str
    axis: tuple[Point, ...]

    @cached_property
    def marks(self) -> list[float]:
        """Metres from the start to each point of the axis."""
        found = [0.0]
        for here, there in pairwise(self.axis):
            found.append(found[-1] + math.dist(here, there))
        return found

    @property
    def length(self) -> float:
        return self.marks[-1]

    def at(self, along: float) -> tuple[Point, float]:
        """The point so many metres from the start, and the direction there."""
        leg = min(max(bisect_right(self.marks, along) - 1, 0), len(self.axis) - 2)
        (x, y), (to_x, to_y) = self.axis[leg], self.axis[leg + 1]
        share = (along - self.marks[leg]) / (self.marks[leg + 1] - self.marks[leg])
        return (x + (to_x - x) * share, y + (to_y - y) * share), math.atan2(to_y - y, to_x - x)

    def front(self, along: float, side: int, setback: float, width: float, depth: float) -> Frame:
        """The ground of a house beside the street: side 1 is left of its direction, −1 right."""
        (x, y), angle = self.at(along)
        away = side * (setback + depth / 2)
        return Frame((x - away * math.sin(angle), y + away * math.cos(angle)), angle, width, depth)


def streets(names: Mapping[str, list[str]]) -> dict[str, list[Street]]:
    """The streets by the part of the town that they belong to; `names` gives each part's names in order."""
    return {
        part: [Street(name, *shape) for name, shape in zip(names[part], shapes, strict=True)]
        for part, shapes in _shapes().items()
    }


def _shapes() -> Mapping[str, list[tuple[str, tuple[Point, ...]]]]:
    return {
        "rows": [(_rank(n, MAIN_ROW), tuple(stretch([(-660, v), (660, v)]))) for n, v in enumerate(ROWS)],
        "columns": [
            (_rank(n, MAIN_COLUMN), tuple(stretch([(u, 0), (u, -1240 if n % 2 else -1000)])))
            for n, u in enumerate(COLUMNS)
        ],
        "west": [("residential", tuple(stretch(list(_curve(-1370, -600, v, 26))))) for v in WEST],
        "east": [("residential", tuple(stretch(list(_curve(600, 1370, v, -30))))) for v in EAST],
        "south": [("residential", tuple(stretch([(-700, v), (640, v)]))) for v in SOUTH],
        "across": [
            ("residential", tuple(stretch([(-985, -60), (-985, -520)]))),
            ("residential", tuple(stretch([(-1370, -80), (-1370, -520)]))),
            ("residential", tuple(stretch([(985, -20), (985, -640)]))),
        ],
        "roads": [
            ("primary", tuple(stretch([(-2300, -700), (-1500, -610), (-900, -540), (-600, -520)], 40))),
            ("primary", tuple(stretch([(600, -520), (1000, -610), (1500, -800), (2300, -1400)], 40))),
        ],
    }


def _rank(number: int, main: int) -> str:
    if number == main:
        return "secondary"
    return "tertiary" if number in (0, 5) else "residential"


def _curve(start: float, end: float, v: float, sag: float) -> Iterator[Point]:
    """A row that swings aside in its middle."""
    for n in range(13):
        yield start + (end - start) * n / 12, v + sag * math.sin(math.pi * n / 12)
