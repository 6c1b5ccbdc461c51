"""Where the houses of the training city stand: slabs around courtyards in the centre, small houses on the outskirts."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from citymanager.training_city.plane import Frame, Point
from citymanager.training_city.streets import Street

_RECT = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
OUTLINES: Mapping[str, tuple[Point, ...]] = {
    "slab": _RECT,
    "cottage": ((-0.5, -0.5), (0.2, -0.5), (0.2, -0.28), (0.5, -0.28), (0.5, 0.5), (-0.5, 0.5)),
    "corner": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.16, 0.5), (0.16, -0.1), (-0.5, -0.1)),
    "court": (
        (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.22, 0.5), (0.22, -0.08), (-0.22, -0.08), (-0.22, 0.5), (-0.5, 0.5),
    ),
    "wings": (
        (-0.5, -0.5), (-0.28, -0.5), (-0.28, -0.16), (0.28, -0.16), (0.28, -0.5), (0.5, -0.5), (0.5, 0.5),
        (0.28, 0.5), (0.28, 0.16), (-0.28, 0.16), (-0.28, 0.5), (-0.5, 0.5),
    ),
    "tower": (
        (-0.5, -0.3), (-0.3, -0.3), (-0.3, -0.5), (0.3, -0.5), (0.3, -0.3), (0.5, -0.3), (0.5, 0.3), (0.3, 0.3),
        (0.3, 0.5), (-0.3, 0.5), (-0.3, 0.3), (-0.5, 0.3),
    ),
}  # fmt: skip
"""Shapes of houses in shares of their ground."""
_GAP, _KERB = 7.0, 8.0


@dataclass(frozen=True, slots=True)
class Site:
    """A house to be: what, how high, and on which street's which side."""

    street: Street
    along: float
    side: int
    ground: Frame
    outline: str = "slab"
    building: str = "apartments"
    levels: int = 5
    name: str = ""
    amenity: str = ""
    yard: bool = False
    """It stands behind the street's first row and takes a letter to its number."""


@dataclass(frozen=True, slots=True)
class House:
    """A house with its address."""

    site: Site
    number: str

    @property
    def address(self) -> str:
        return f"{self.site.street.name}, {self.number}"

    @property
    def ring(self) -> list[Point]:
        return [self.site.ground.at(*corner) for corner in OUTLINES[self.site.outline]]


@dataclass
class Ground:
    """The town's free ground: what is built is never on a street nor on another house."""

    streets: Sequence[Street]
    built: list[Site] = field(default_factory=list)
    _kerbs: dict[tuple[int, int], list[Point]] = field(default_factory=lambda: defaultdict(list))
    _near: dict[tuple[int, int], list[Frame]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for street in self.streets:
            for step in range(int(street.length / 6) + 1):
                point, _ = street.at(step * 6.0)
                self._kerbs[_cell(point)].append(point)

    def build(self, site: Site, gap: float = _GAP) -> bool:
        """Build it if there is room."""
        cells = list(_around(site.ground.middle))
        if any(site.ground.holds(point, _KERB) for cell in cells for point in self._kerbs.get(cell, ())):
            return False
        if any(site.ground.meets(other, gap) for cell in cells for other in self._near.get(cell, ())):
            return False
        self._near[_cell(site.ground.middle)].append(site.ground)
        self.built.append(site)
        return True


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point[0] / 100), math.floor(point[1] / 100)


def _around(point: Point) -> Iterator[tuple[int, int]]:
    x, y = _cell(point)
    yield from ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def cottages(ground: Ground, street: Street, random: Random, until: float) -> None:
    """Small houses along both sides of a street up to so many metres, no two quite alike."""
    for side in (1, -1):
        along = 16.0 + random.random() * 6
        while along < until - 14:
            width, depth = random.uniform(9, 13), random.uniform(8, 11)
            lot = street.front(along, side, random.uniform(9, 14), width, depth)
            lot = Frame(lot.middle, lot.angle + (math.pi if side == 1 else 0), lot.width, lot.depth)
            building = "house" if random.random() < 0.9 else "detached"
            ground.build(
                Site(street, along, side, lot, random.choice(("cottage", "slab")), building, 1 + (width > 11.5))
            )
            along += random.uniform(21, 27)


def numbered(sites: Sequence[Site]) -> list[House]:
    """Addresses: odd numbers on the left of a street, even ones on the right, letters for houses in the yards."""
    rows: dict[tuple[str, int], list[Site]] = defaultdict(list)
    for site in sites:
        rows[site.street.name, site.side].append(site)
    found = []
    for (_, side), row in sorted(rows.items()):
        number, letters = -1 if side == 1 else 0, 0
        for site in sorted(row, key=lambda one: one.along):
            if site.yard and number > 0:
                letters += 1
            else:
                number, letters = number + 2, 0
            found.append(House(site, f"{number}{'АБВГДЕЖИК'[letters - 1] if letters else ''}"))
    return found
