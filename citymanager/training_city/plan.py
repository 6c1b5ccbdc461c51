"""The training city as a whole: streets, houses, green, water, all invented and made anew the same every time."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from citymanager.training_city.centre import LANDMARKS, PARK, Area, Block, built
from citymanager.training_city.houses import Ground, House, Site, cottages, numbered
from citymanager.training_city.plane import Frame, Point, Ring, bend, smooth, stretch
from citymanager.training_city.streets import COLUMNS, ROWS, Street, streets

SEED = 56085
PARK_WIDTH = 195.0
"""Metres of the western streets that run through the park, before the centre."""


def dice(number: int) -> Random:
    """Chances that fall the same way every time; each use takes its own number."""
    return Random(SEED + number)  # noqa: S311 - a town, not a secret


@cache
def texts(name: str) -> Any:
    """A data file of resources/training."""
    return tomllib.loads((files("resources") / "training" / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class City:
    """Everything that is drawn of the training city."""

    streets: tuple[Street, ...]
    lanes: tuple[Street, ...]
    """Ways without a name: park walks, the railway, the brook."""
    houses: tuple[House, ...]
    areas: tuple[Area, ...]
    lake: tuple[Ring, ...]
    """The shore, and the islands in it."""
    outline: Ring


@cache
def city() -> City:
    """The plan; always the same."""
    random = dice(0)
    by_part = streets(texts("streets"))
    roads = [street for part in by_part.values() for street in part]
    ground = Ground([*roads, *_lanes()])
    areas = [area for block in _blocks(by_part) for area in built(block, ground, random)]
    for part, short in (("west", PARK_WIDTH), ("east", 0.0), ("south", 0.0)):
        for street in by_part[part]:
            cottages(ground, street, random, street.length - short)
    _works(ground, by_part["roads"][1])
    return City(
        tuple(roads), tuple(_lanes()), tuple(numbered(ground.built)), (*_surroundings(), *areas), tuple(_lake()),
        smooth(_circle(0, -250, 2150, 1900, 0.05)),
    )  # fmt: skip


def _blocks(by_part: dict[str, list[Street]]) -> list[Block]:
    rows, columns = by_part["rows"], by_part["columns"]
    return [
        Block(column, row, rows[row], rows[row + 1], columns[column], columns[column + 1])
        for row in range(len(ROWS) - 1)
        for column in range(len(COLUMNS) - 1)
    ]


def _works(ground: Ground, road: Street) -> None:
    """Workshops by the railway, along the road out of the town."""
    for row in range(2):
        for n in range(6):
            u, v = 770 + n * 95, -930 - row * 80 - n * 22
            lot = Frame(bend(u, v), road.at(300 + n * 90)[1], 58 + 12 * ((n + row) % 3), 30 + 10 * (n % 2))
            ground.build(Site(road, 300 + n * 90 + row, -1, lot, "corner" if n % 3 == 1 else "slab", "industrial", 2))


def _lanes() -> list[Street]:
    walks = [
        [(-190, -8), (-140, -60), (-100, -85), (-60, -110), (-10, -160)],
        [(-190, -160), (-140, -110), (-100, -85), (-60, -60), (-10, -8)],
        [(-100, -8), (-100, -162)], [(-190, -85), (-10, -85)],
        [(-1300, 34), (-900, 40), (-600, 34), (-200, 30), (200, 30), (600, 34), (1000, 34)],
    ]  # fmt: skip
    found = [Street("", "footway", tuple(stretch(walk))) for walk in walks]
    for column in range(6):
        for row in range(5):
            if (column, row) != PARK and (column, row) not in LANDMARKS:
                west, south = COLUMNS[column], ROWS[row + 1]
                found.append(Street("", "service", tuple(stretch([(west + 146, south), (west + 146, south + 62)]))))
    rail = [(-2400, -1420), (-1200, -1320), (-400, -1290), (400, -1300), (1200, -1400), (2400, -1750)]
    return [*found, Street("", "rail", tuple(stretch(rail, 50)))]


def _circle(u: float, v: float, wide: float, high: float, ripple: float, points: int = 48) -> Ring:
    """A rounded blob with a rippled edge around (u, v), in metres on the ground."""
    x, y = bend(u, 0)
    found = []
    for n in range(points):
        turn = 2 * math.pi * n / points
        reach = 1 + ripple * math.sin(3 * turn + u) + ripple * 0.6 * math.sin(5 * turn + v)
        found.append((x + wide * reach * math.cos(turn), y + v + high * reach * math.sin(turn)))
    return found


def _lake() -> list[Ring]:
    shore: list[Point] = [
        bend(u, 58 + 20 * math.sin(u / 110) + 16 * math.sin(u / 47 + 1) + max(0.0, abs(u) - 1100) * 0.55)
        for u in range(-1750, 1751, 40)
    ]
    far = []
    for n in range(1, 40):
        turn = math.pi * n / 40
        reach = 1 + 0.07 * math.sin(5 * turn) + 0.05 * math.sin(9 * turn + 1)
        far.append(bend(1900 * math.cos(turn) * reach, 420 + 1050 * math.sin(turn) * reach))
    islands = [
        _circle(-480, 520, 120, 60, 0.14, 20),
        _circle(300, 760, 170, 90, 0.16, 24),
        _circle(640, 430, 46, 34, 0.1, 16),
    ]
    return [smooth(shore + far), *(smooth(one) for one in islands)]


def _patch(tags: dict[str, str], corners: list[Point], times: int = 2) -> Area:
    return Area(tags, smooth(stretch(corners, 120)[:-1], times) if times else stretch(corners, 40))


def _box(west: float, north: float, east: float, south: float) -> list[Point]:
    return [(west, north), (east, north), (east, south), (west, south), (west, north)]


def _surroundings() -> list[Area]:
    home = {"landuse": "residential"}
    return [
        Area({"natural": "wood"}, smooth(_circle(0, -200, 2900, 2500, 0.04))),
        _patch(home, _box(-1420, 20, -620, -470), 1),
        _patch(home, _box(620, 20, 1420, -430), 1),
        _patch(home, _box(-740, -890, 670, -1250), 1),
        _patch(home, _box(-640, 22, 640, -900), 0),
        _patch({"landuse": "industrial", "name": "Промышленная зона"}, _box(700, -860, 1420, -1260), 1),
        _patch({"landuse": "allotments", "name": "Сады «Ветеран»"}, _box(-1420, -760, -820, -1180), 1),
        _patch({"landuse": "meadow"}, _box(-1500, -560, -690, -700), 2),
        _patch({"landuse": "meadow"}, _box(680, -470, 1480, -640), 2),
        _patch({"natural": "beach"}, [(230, 20), (330, 14), (450, 20), (470, 70), (330, 80), (220, 70), (230, 20)], 2),
        _patch({"leisure": "park", "name": "Лодочный парк"}, _box(-620, 12, -230, 62), 1),
        _patch({"leisure": "park", "name": "Парк Старых Сосен"}, _box(-790, 0, -640, -880), 2),
    ]
