"""The city's addresses, offline: every way in which people write one, mistyped or begun, leads to the house meant.

It knows nothing of maps and screens: it is fed with the streets and houses of whoever has read the city's map.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.address_words import (
    KINDS,
    TITLES,
    Key,
    Street,
    house_key,
    in_russian_layout,
    key_of,
    may_begin_house,
    name_word,
    number_key,
    street_of,
    tokens,
)
from citymanager.crossings import Crossings, two_streets
from citymanager.lone_houses import LoneHouses
from citymanager.text import sort_key

MOST = 10
"""Suggestions given at once."""
NEAR = 150.0
"""Metres within which a house is called the nearest one."""
STREETS = 24
"""Streets whose houses are looked at."""
_EXACT, _BEGUN, _ALIKE, _LONE = 100.0, 92.0, 80.0, 90.0
_CUTOFF = 74
"""The likeness in hundredths under which a word is another word."""
_FUZZY = 4
"""Letters that a word needs to be taken for a mistyped one."""
_APART = 3.0
"""Points by which the name of one street must fit better than that of another."""
_METRES = 111_320.0


@dataclass(frozen=True, slots=True)
class Address:
    """A house; with an empty number a whole street, without a street an address as somebody has written it."""

    street: str
    number: str
    point: tuple[float, float] | None = None
    """Longitude and latitude in degrees, WGS 84, if they are known."""

    @property
    def text(self) -> str:
        return ", ".join(part for part in (self.street, self.number) if part)


@dataclass(frozen=True, slots=True)
class _Way:
    """A street under its best-known name, with its houses by their keys, in order."""

    name: Address
    key: Street
    words: tuple[str, ...]
    houses: Mapping[str, Address]
    indexes: Sequence[int]
    """Of its spellings among the streets of the city pack."""


class AddressBook:
    """All addresses of a city.

    `streets`: (name, lon, lat); `houses`: (index of the street or −1, number, lon, lat), `crossings`: (index of a
    street, of another, lon, lat), as a city pack has them.
    """

    def __init__(
        self,
        streets: Sequence[Sequence[Any]],
        houses: Iterable[Sequence[Any]],
        crossings: Iterable[Sequence[Any]] = (),
    ) -> None:
        known = list(houses)
        self._ways = _ways(streets, [one for one in known if one[0] >= 0])
        self._crossings = Crossings(crossings)
        self._vocabulary: dict[str, list[int]] = defaultdict(list)
        for number, way in enumerate(self._ways):
            for word in dict.fromkeys(way.words):
                self._vocabulary[word].append(number)
        self._words = list(self._vocabulary)
        self._begun: dict[int, list[str]] = {}
        self._by_street = {way.key: way for way in self._ways}
        self._houses = [house for way in self._ways for house in way.houses.values()]
        self._places = np.array([one.point for one in self._houses], dtype=float).reshape(-1, 2)
        self._lone = LoneHouses(
            [(str(number), float(lon), float(lat)) for street, number, lon, lat in known if street < 0],
            [(one.street, *one.point) for one in self._houses if one.point],
        )

    def __len__(self) -> int:
        """How many houses it knows."""
        return len(self._houses) + len(self._lone)

    def find(self, address: str) -> Address | None:
        """The house that an address as it is written names, or None."""
        key = key_of(address)
        return self.house(key) if key else None

    def house(self, key: Key) -> Address | None:
        way = self._by_street.get(key.street)
        return way.houses.get(key.house) if way else None

    def streets(self, name: str) -> list[tuple[Address, Mapping[str, Address]]]:
        """The street that a name means, with its houses by their keys, in order; several where it may be any."""
        words = tokens(name)
        exact = self._by_street.get(street_of(words))
        if exact is not None and exact.houses:
            return [(exact.name, exact.houses)]
        found = [(way, score) for way, score in self._matching(words) if way.houses]
        return [(way.name, way.houses) for way, score in found if score > found[0][1] - _APART]

    def around(self, lon: float, lat: float, metres: float) -> list[Address]:
        """The houses within so many metres of a place, street by street."""
        return [self._houses[at] for at in np.flatnonzero(_metres(self._places, lon, lat) <= metres)]

    @property
    def places(self) -> tuple[Sequence[Address], NDArray[np.float64]]:
        """Every house that has a street, and their longitudes and latitudes in the same order."""
        return self._houses, self._places

    def nearest(self, lon: float, lat: float, within: float = NEAR) -> tuple[Address, float] | None:
        """The nearest house and how many metres it is away; None if all are farther than `within`."""
        if not self._houses:
            return None
        metres = _metres(self._places, lon, lat)
        best = int(metres.argmin())
        return (self._houses[best], float(metres[best])) if metres[best] <= within else None

    def suggest(self, typed: str, limit: int = MOST) -> list[Address]:
        """What may be meant by what was typed so far, best first: houses, and streets where no house is begun."""
        if met := self.crossings(typed):
            return met[:limit]
        inside = typed.rstrip().endswith(",")
        found = self._suggest(tokens(typed), inside, limit)
        if not found and typed.isascii():
            found = self._suggest(tokens(in_russian_layout(typed)), inside, limit)
        return found

    def crossings(self, typed: str) -> list[Address]:
        """Where the two streets meet that were typed, best first; nothing if they are not two, or never meet."""
        pair = two_streets(typed)
        if pair is None:
            return []
        one, other = (self._matching(tokens(part)) for part in pair)
        return [
            Address("", f"{first.name.street} / {second.name.street}", point)
            for first, _ in one
            for second, _ in other
            for point in self._crossings.of(first.indexes, second.indexes)
        ]

    def _suggest(self, words: Sequence[str], inside: bool, limit: int) -> list[Address]:
        best: dict[Address, float] = {
            Address("", *place): _LONE if whole else _LONE - 10 for place, whole in self._lone.named(words)
        }
        for at in range(1, len(words) + 1):
            if at == len(words) or may_begin_house(words[at]):
                for address, score in self._read(words[:at], house_key(words[at:]), inside):
                    best[address] = max(score, best.get(address, 0.0))
        ranked = sorted(best.items(), key=lambda one: (-one[1], sort_key(one[0].text)))
        top = ranked[0][1] if ranked else 0.0
        return [address for address, score in ranked if score > top - 30][:limit]

    def _read(self, street: Sequence[str], house: str, inside: bool) -> Iterable[tuple[Address, float]]:
        """What these words of a street and this begin of a number may mean. `inside`: no number, but a comma for it."""
        for way, score in self._matching(street):
            if not house and not (inside and way.houses):
                yield way.name, score + (1 if way.houses else 0)
                continue
            for key, address in way.houses.items():
                if key == house or not house:
                    yield address, score
                elif key.startswith(house):
                    yield address, score - 6
                elif _leading(key) == _leading(house):
                    yield address, score - 20
            for place in self._lone.beside(way.name.street, house):
                yield Address("", *place), score - 5

    def _matching(self, words: Sequence[str]) -> list[tuple[_Way, float]]:
        """The streets that all these words fit, best first."""
        kinds = [KINDS[one] for one in words if one in KINDS]
        names = [one for one in words if one not in KINDS]
        names = [one for one in names if one not in TITLES] or names
        likeness = [self._alike(name_word(one)) for one in names]
        if not likeness:
            return []
        fitting = set(likeness[0]).intersection(*likeness[1:])
        scored = [(self._ways[one], self._score(one, likeness, kinds)) for one in fitting]
        return sorted(scored, key=lambda one: -one[1])[:STREETS]

    def _score(self, number: int, likeness: Sequence[Mapping[int, float]], kinds: Sequence[frozenset[str]]) -> float:
        way = self._ways[number]
        score = sum(one[number] for one in likeness) / len(likeness)
        score -= 2 * max(0, len([word for word in way.words if word not in TITLES]) - len(likeness))
        if kinds:
            score += 2 if any(way.key.kind in one for one in kinds) else -8
        return score

    def _alike(self, typed: str) -> dict[int, float]:
        """Streets that have a word like this one, and how like it is."""
        found: dict[int, float] = {}
        for word, score in self._like(typed):
            for number in self._vocabulary[word]:
                found[number] = max(score, found.get(number, 0.0))
        return found

    def _like(self, typed: str) -> Iterable[tuple[str, float]]:
        for word in self._words:
            if word.startswith(typed):
                yield word, _EXACT if word == typed else _BEGUN
        if len(typed) < _FUZZY or not typed[0].isalpha():
            return
        from rapidfuzz import fuzz, process  # late: a start has no time for it

        begun = self._begun.setdefault(len(typed), [word[: len(typed)] for word in self._words])
        for choices in (self._words, begun):
            for _, likeness, at in process.extract(
                typed, choices, scorer=fuzz.ratio, processor=None, score_cutoff=_CUTOFF, limit=40
            ):
                yield self._words[at], _ALIKE * likeness / 100


def _ways(streets: Sequence[Sequence[Any]], houses: Sequence[Sequence[Any]]) -> list[_Way]:
    """One way for every street, however many spellings the map has; it bears the name that most of its houses bear."""
    spelt = [tokens(str(name)) or [str(name)] for name, *_ in streets]
    keys = [street_of(words) for words in spelt]
    counts = Counter(int(street) for street, *_ in houses)
    under: dict[Street, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        under[key].append(number)
    names = {key: max(numbers, key=lambda one: (counts[one], -one)) for key, numbers in under.items()}
    inside: dict[Street, dict[str, Address]] = {key: {} for key in names}
    for street, number, lon, lat in houses:
        key = keys[street]
        house = Address(str(streets[names[key]][0]), str(number), (float(lon), float(lat)))
        inside[key].setdefault(number_key(house.number), house)
    return [
        _Way(
            Address(str(streets[number][0]), "", (float(streets[number][1]), float(streets[number][2]))),
            key,
            tuple(name_word(word) for word in spelt[number] if word not in KINDS) or tuple(spelt[number]),
            dict(sorted(inside[key].items(), key=lambda one: sort_key(one[0]))),
            under[key],
        )
        for key, number in names.items()
    ]


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two near points (longitude, latitude)."""
    return float(_metres(np.array([one]), *other)[0])


def _metres(places: NDArray[np.float64], lon: float, lat: float) -> NDArray[np.float64]:
    offsets = (places - (lon, lat)) * (np.cos(np.radians(lat)) * _METRES, _METRES)
    found: NDArray[np.float64] = np.hypot(offsets[:, 0], offsets[:, 1])
    return found


def _leading(key: str) -> str:
    """The digits that a house's key begins with."""
    return key[: next((at for at, letter in enumerate(key) if not letter.isdigit()), len(key))]
