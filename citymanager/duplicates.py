"""Which reports tell of one and the same trouble: by distance, by time and by what they say.

The cache finds the neighbours in place and time, or by rare words where a report has no place; the words of these few
are judged by rapidfuzz. Nothing is decided here: a person compares the two and merges them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citymanager.address_words import Key, key_of
from citymanager.addresses import metres_apart
from citymanager.schema import STATUS
from citymanager.store import Query, Reader, Record
from citymanager.text import span, words
from citymanager.values import moment, parse_moment

REPORTS = "reports"
NEAR = 150.0
"""Metres within which two reports may tell of one trouble."""
LONG = timedelta(days=7)
"""Time between two reports of one trouble."""
LOOKED_AT = 400
"""Neighbours whose texts are judged, the latest ones."""
MOST = 5
LIKELY = 55.0
"""Points of 100 from which a neighbour is shown."""
SAME_WORD = 75.0
"""Of 100, how much alike two words are that are taken for one."""
SAID = 1_000
"""Characters of a text that are compared."""
SAYS_SO = 40.0
"""Of 100, how much alike two texts are that are called alike."""
_METRES = 111_320.0
"""In a degree of latitude."""
_SHARES = {"text": 50.0, "place": 30.0, "time": 10.0, "category": 10.0}
_OUT = ("rejected", "redirected")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two reports are alike: what is not known of one of them is None."""

    seconds: float
    metres: float | None
    same_house: bool
    text: float | None
    """0…100."""
    same_category: bool | None

    @property
    def score(self) -> float:
        """0…100, over what is known of both."""
        found = {
            "text": self.text,
            "place": 100.0 if self.same_house else _nearness(self.metres),
            "time": 100.0 * (1 - min(self.seconds / LONG.total_seconds(), 1)),
            "category": None if self.same_category is None else 100.0 * self.same_category,
        }
        known = {key: value for key, value in found.items() if value is not None}
        return sum(_SHARES[key] * value for key, value in known.items()) / sum(_SHARES[key] for key in known)

    @property
    def likely(self) -> bool:
        """Whether it is worth a person's look: what only stands nearby, or only sounds alike, is not."""
        told = self.text is not None and self.text >= SAYS_SO
        placed = self.same_house or self.metres is not None
        return self.score >= LIKELY and (told or (placed and bool(self.same_category)))

    @property
    def reason(self) -> str:
        """In words: «40 м, 2 ч, похожий текст 86 %»."""
        place = "тот же дом" if self.same_house else "" if self.metres is None else f"{self.metres:.0f} м"
        text = f"похожий текст {self.text:.0f} %" if self.text is not None and self.text >= SAYS_SO else ""
        category = "та же категория" if self.same_category else ""
        time = span(self.seconds) if self.seconds >= 60 else "в ту же минуту"
        return ", ".join(part for part in (place, time, text, category) if part)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report that may tell of the same, and why."""

    record: Record
    likeness: Likeness


def duplicates(reader: Reader, data: Mapping[str, Any], now: datetime, ident: str = "") -> list[Candidate]:
    """The likeliest first. `data` may be of a card that is being typed; `ident` is its own, if it has one."""
    found = []
    for other in _neighbours(reader, data, _received(data, now)):
        if other.id != ident and not _settled(other, ident):
            judged = likeness(data, other.data, now)
            if judged.likely:
                found.append(Candidate(other, judged))
    return sorted(found, key=lambda one: -one.likeness.score)[:MOST]


def likeness(one: Mapping[str, Any], other: Mapping[str, Any], now: datetime) -> Likeness:
    """Compare two reports; one without a time is of `now`."""
    here, there = _point(one), _point(other)
    houses = [_house(str(each.get("address") or "")) for each in (one, other)]
    categories = (one.get("category"), other.get("category"))
    return Likeness(
        abs((_received(one, now) - _received(other, now)).total_seconds()),
        metres_apart(here, there) if here and there else None,
        houses[0] is not None and houses[0] == houses[1],
        alike(str(one.get("text", "")), str(other.get("text", ""))),
        categories[0] == categories[1] if all(categories) else None,
    )


def alike(one: str, other: str) -> float | None:
    """How much two Russian texts say the same, 0…100; None where one of them says nothing yet.

    Half of it is how much of the one is in the other at all, half how much of both. Long words weigh more. Letters are
    compared within words only: those of any two whole texts are alike by half.
    """
    from rapidfuzz import process  # late: a start has no time for it

    mine, theirs = _stems(one), _stems(other)
    if not mine or not theirs:
        return None
    found: NDArray[np.bool_] = np.asarray(process.cdist(mine, theirs, score_cutoff=SAME_WORD)) > 0
    shares = [_share(mine, np.any(found, axis=1)), _share(theirs, np.any(found, axis=0))]
    return 50.0 * max(shares) + 25.0 * sum(shares)


def _share(stems: Sequence[str], found: NDArray[np.bool_]) -> float:
    weights = np.array([len(one) for one in stems], dtype=float)
    return float(weights[found].sum() / weights.sum())


@lru_cache(maxsize=1_024)
def _stems(text: str) -> tuple[str, ...]:
    """Folded words without the endings that change in Russian, without the little ones between them."""
    return tuple(dict.fromkeys(_stem(word) for word in words(text[:SAID]) if len(word) > 2 or word.isdigit()))


def _stem(word: str) -> str:
    return word if word.isdigit() else word[: max(len(word) - 2, min(len(word) - 1, 4))]


def _neighbours(reader: Reader, data: Mapping[str, Any], when: datetime) -> Iterable[Record]:
    times = {"received": (moment(when - LONG), moment(when + LONG))}
    if (point := _point(data)) is not None:
        return reader.each(Query(REPORTS, box=_around(point), between=times), LOOKED_AT)
    said = " ".join(str(data.get(key, "")) for key in ("text", "address"))
    return reader.each(Query(REPORTS, sharing=said, between=times), LOOKED_AT) if said.strip() else ()


def _around(point: tuple[float, float]) -> tuple[float, float, float, float]:
    lon, lat = point
    high = NEAR / _METRES
    wide = high / max(cos(radians(lat)), 0.01)
    return lon - wide, lat - high, lon + wide, lat + high


def _settled(other: Record, ident: str) -> bool:
    """One that is out of work, or is known to repeat this very report, is no news."""
    return other.data.get(STATUS) in _OUT or bool(ident and other.data.get("duplicate_of") == ident)


def _nearness(metres: float | None) -> float | None:
    return None if metres is None else 100.0 * (1 - min(metres / NEAR, 1) / 2)


def _received(data: Mapping[str, Any], now: datetime) -> datetime:
    try:
        return parse_moment(str(data["received"]))
    except (KeyError, ValueError):
        return now


def _point(data: Mapping[str, Any]) -> tuple[float, float] | None:
    shape = data.get("geometry")
    if not isinstance(shape, dict) or shape.get("type") != "Point":
        return None
    lon, lat = shape["coordinates"][:2]
    return float(lon), float(lat)


@lru_cache(maxsize=1_024)
def _house(address: str) -> Key | None:
    return key_of(address)
