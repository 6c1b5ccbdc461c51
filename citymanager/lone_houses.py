"""Houses to which the map gives no street: found by what their plate says, and by the street that they stand beside."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from citymanager.address_words import house_key, tokens

BESIDE = 250.0
"""Metres within which a house stands beside a street."""
_METRES = 111_320.0
_PLATE = 8
"""Letters that a mere number has at most; what is longer says by itself what it is: «2-й км автодороги № 3»."""
_TELLING = 3
"""Letters of a word by which a plate is found."""
Place = tuple[str, tuple[float, float]]
"""A house as it is told, and its longitude and latitude."""


class LoneHouses:
    """`houses`: (number, lon, lat); `named`: (street, lon, lat) of the houses whose street is known."""

    def __init__(self, houses: Iterable[tuple[str, float, float]], named: Sequence[tuple[str, float, float]]) -> None:
        self._beside: dict[str, list[tuple[str, Place]]] = defaultdict(list)
        self._all: list[tuple[str, tuple[str, ...], Place]] = []
        for (number, lon, lat), street in _with_streets(list(houses), named):
            words = tokens(number) or [number]
            key, place = house_key(words), (_told(number, street), (lon, lat))
            self._all.append((key, tuple(words), place))
            if street:
                self._beside[street].append((key, place))

    def __len__(self) -> int:
        return len(self._all)

    def named(self, typed: Sequence[str]) -> Iterator[tuple[Place, bool]]:
        """The houses whose plate these words are or begin, and whether they are the whole of it."""
        begun, telling = house_key(typed), any(len(word) >= _TELLING and word.isalpha() for word in typed)
        for key, words, place in self._all if begun else ():
            said = telling and all(any(one.startswith(word) for one in words) for word in typed)
            if key.startswith(begun) or said:
                yield place, key == begun

    def beside(self, street: str, house: str) -> Iterator[Place]:
        """The houses of this number that stand beside a street."""
        return (place for key, place in self._beside.get(street, ()) if key == house)


def _told(number: str, street: str) -> str:
    plate = f"дом {number}" if len(number) <= _PLATE else number
    return f"{plate} (рядом: {street})" if street else f"{plate} (улица не указана)"


def _with_streets(
    houses: Sequence[tuple[str, float, float]], named: Sequence[tuple[str, float, float]]
) -> Iterator[tuple[tuple[str, float, float], str]]:
    """Each house with the street of the nearest house that has one; only those of its own meridians are looked at."""
    ordered = sorted(named, key=lambda one: one[1])
    places = np.array([one[1:] for one in ordered], dtype=float).reshape(-1, 2)
    for number, lon, lat in houses:
        scale = float(np.cos(np.radians(lat))) * _METRES
        first, last = np.searchsorted(places[:, 0], (lon - BESIDE / scale, lon + BESIDE / scale))
        offsets = (places[first:last] - (lon, lat)) * (scale, _METRES)
        metres = np.hypot(offsets[:, 0], offsets[:, 1])
        near = int(metres.argmin()) if len(metres) else -1
        found = near >= 0 and metres[near] <= BESIDE
        yield (number, lon, lat), ordered[int(first) + near][0] if found else ""
