"""The centre of the training city, block by block: dwellings around courtyards, and what a town is proud of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from citymanager.training_city.houses import Ground, Site
from citymanager.training_city.plane import Frame, Ring, bend, stretch
from citymanager.training_city.streets import COLUMNS, ROWS, Street


@dataclass(frozen=True)
class Area:
    """A piece of ground that is drawn: its OpenStreetMap tags and its outline in metres."""

    tags: Mapping[str, str]
    ring: Ring


@dataclass(frozen=True)
class Block:
    """The ground between four streets of the centre."""

    column: int
    row: int
    north: Street
    south: Street
    west: Street
    east: Street

    def point(self, along: float, across: float) -> tuple[float, float]:
        """(u, v) at these shares of the block: (0, 0) is its north-western corner."""
        west, east = COLUMNS[self.column], COLUMNS[self.column + 1]
        north, south = ROWS[self.row], ROWS[self.row + 1]
        return west + (east - west) * along, north + (south - north) * across

    def area(self, tags: Mapping[str, str], west: float, north: float, east: float, south: float) -> Area:
        corners = [(west, north), (east, north), (east, south), (west, south), (west, north)]
        return Area(tags, stretch([self.point(*one) for one in corners], 30))

    def lot(self, along: float, across: float, width: float, depth: float) -> Frame:
        """Ground in the middle of the block, parallel to its northern street."""
        _, angle = self.north.at(self.along(self.north, along))
        return Frame(bend(*self.point(along, across)), angle, width, depth)

    def along(self, street: Street, share: float) -> float:
        """Metres along one of the block's streets at this share of its side."""
        if street in (self.north, self.south):
            start, end = COLUMNS[self.column] + 660, COLUMNS[self.column + 1] + 660
            return street.length * (start + (end - start) * share) / 1320
        long = -street_end(self.column + (street is self.east))
        start, end = -ROWS[self.row], -ROWS[self.row + 1]
        return street.length * (start + (end - start) * share) / long


def street_end(column: int) -> float:
    return -1240.0 if column % 2 else -1000.0


Pattern = Callable[[Block, Ground, Random], list[Area]]


def perimeter(block: Block, ground: Ground, random: Random) -> list[Area]:
    """Nine-floor slabs around a courtyard with a kindergarten or a playground in it."""
    for street, side in ((block.north, -1), (block.south, 1)):
        for share in (0.29, 0.71):
            _slab(block, ground, street, side, share, 66, 9)
    for street, side in ((block.west, 1), (block.east, -1)):
        _slab(block, ground, street, side, 0.5, 48, 9)
    if random.random() < 0.5:
        _yard(block, ground, 0.5, 0.5, 34, 24, "wings", "kindergarten", 2)
    else:
        for share in (0.36, 0.64):
            _yard(block, ground, share, 0.5, 20, 20, "tower", "apartments", 14)
    return _courtyard(block, 0.3, 0.62)


def rows(block: Block, ground: Ground, random: Random) -> list[Area]:
    """Slabs with their ends to the street, lawns between them."""
    for street, side in ((block.north, -1), (block.south, 1)):
        for share in (0.16, 0.39, 0.62, 0.85):
            along = block.along(street, share)
            lot = street.front(along, side, 13, 13, 50)
            ground.build(Site(street, along, side, lot, "slab", "apartments", 9))
    return _courtyard(block, 0.46, 0.54)


def towers(block: Block, ground: Ground, random: Random) -> list[Area]:
    """Sixteen-floor towers to the north, long slabs to the south."""
    for share in (0.18, 0.4, 0.62, 0.84):
        along = block.along(block.north, share)
        lot = block.north.front(along, -1, 16, 22, 22)
        ground.build(Site(block.north, along, -1, lot, "tower", "apartments", 16))
    for share in (0.29, 0.71):
        _slab(block, ground, block.south, 1, share, 68, 10)
    for street, side in ((block.west, 1), (block.east, -1)):
        _slab(block, ground, street, side, 0.6, 42, 9)
    _yard(block, ground, 0.5, 0.58, 30, 12, "slab", "apartments", 5)
    return _courtyard(block, 0.36, 0.5)


def _slab(block: Block, ground: Ground, street: Street, side: int, share: float, width: float, levels: int) -> None:
    along = block.along(street, share)
    ground.build(Site(street, along, side, street.front(along, side, 13, width, 13), "slab", "apartments", levels))


def _yard(
    block: Block, ground: Ground, along: float, across: float, width: float, depth: float, outline: str,
    building: str, levels: int,
) -> None:  # fmt: skip
    """A house inside the block; its address is of the southern street."""
    lot = block.lot(along, across, width, depth)
    place = block.along(block.south, along)
    ground.build(Site(block.south, place, 1, lot, outline, building, levels, amenity=_amenity(building), yard=True), 5)


def _amenity(building: str) -> str:
    return building if building in ("kindergarten", "school", "hospital") else ""


def _courtyard(block: Block, north: float, south: float) -> list[Area]:
    return [
        block.area({"landuse": "grass"}, 0.07, 0.08, 0.93, 0.92),
        block.area({"leisure": "playground"}, 0.2, north, 0.29, south),
        block.area({"amenity": "parking"}, 0.72, north, 0.8, south),
    ]


@dataclass(frozen=True)
class Landmark:
    """A building that a block is built around."""

    name: str
    amenity: str
    building: str
    outline: str
    width: float
    depth: float
    levels: int
    grounds: Mapping[str, str]
    across: float = 0.5
    along: float = 0.5


_LEARN, _LAWN = {"amenity": "school"}, {"landuse": "grass"}
LANDMARKS: Mapping[tuple[int, int], tuple[Landmark, ...]] = {
    (3, 0): (
        Landmark("Администрация города", "townhall", "government", "court", 74, 40, 4, _LAWN, 0.62, 0.4),
        Landmark("Дворец культуры «Горизонт»", "theatre", "public", "tower", 46, 46, 3, {}, 0.55, 0.82),
    ),
    (0, 1): (Landmark("Школа № 1", "school", "school", "wings", 72, 46, 3, _LEARN, 0.42),),
    (4, 2): (Landmark("Школа № 2", "school", "school", "court", 74, 48, 3, _LEARN, 0.42),),
    (5, 4): (Landmark("Лицей «Вершина»", "school", "school", "corner", 64, 44, 3, _LEARN, 0.42),),
    (1, 3): (
        Landmark("Городская больница", "hospital", "hospital", "wings", 84, 46, 5, {"amenity": "hospital"}, 0.4, 0.42),
        Landmark("Поликлиника", "clinic", "hospital", "corner", 34, 30, 3, {}, 0.72, 0.82),
    ),
    (5, 3): (Landmark("Ледовая арена «Кристалл»", "", "sports_centre", "slab", 62, 40, 2, _LAWN, 0.3, 0.3),),
    (3, 4): (
        Landmark("Городской рынок", "marketplace", "retail", "slab", 70, 36, 2, {"landuse": "retail"}, 0.35, 0.35),
        Landmark("Автовокзал", "bus_station", "public", "corner", 40, 24, 2, {}, 0.75, 0.72),
    ),
    (0, 4): (Landmark("Политехнический колледж", "college", "college", "court", 76, 50, 4, {"amenity": "college"}),),
    (3, 2): (Landmark("Городская библиотека", "library", "public", "tower", 36, 36, 3, _LAWN, 0.3, 0.3),),
}  # fmt: skip
"""Blocks (column, row) of the centre that are not dwellings."""
PARK = (2, 0)


def landmarks(block: Block, ground: Ground, random: Random) -> list[Area]:
    found = []
    for one in LANDMARKS[block.column, block.row]:
        lot = block.lot(one.along, one.across, one.width, one.depth)
        place = block.along(block.south, one.along)
        ground.build(Site(block.south, place, 1, lot, one.outline, one.building, one.levels, one.name, one.amenity))
        if one.grounds:
            found.append(block.area(one.grounds, 0.07, 0.08, 0.93, 0.92))
    if (block.column, block.row) in ((5, 3), (0, 1), (4, 2)):
        found.append(block.area({"leisure": "pitch"}, 0.34, 0.68, 0.78, 0.88))
    return found


def built(block: Block, ground: Ground, random: Random) -> list[Area]:
    """Build a block and say what lies between its houses."""
    if (block.column, block.row) == PARK:
        return [block.area({"leisure": "park", "name": "Парк «Белые ночи»"}, 0.05, 0.06, 0.95, 0.94)]
    if (block.column, block.row) in LANDMARKS:
        return landmarks(block, ground, random)
    pattern: Pattern = (perimeter, rows, towers)[(block.column * 2 + block.row) % 3]
    return pattern(block, ground, random)
