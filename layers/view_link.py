"""A view of the map as a short text that people send each other: a closed grammar, every part of it checked.

city-map:56.085300,60.735000,15;closures,reports       latitude, longitude, zoom; the layers that are on
city-map:all;reports                                    the whole city
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from citymanager.errors import Refused
from citymanager.view_links import NAME
from layers.state import Place

LONGEST = 4_000
"""Letters of a message in which a link is looked for."""
_LINK = re.compile(
    r"(?<![\w-])city-map:(?:all|(-?\d{1,2}\.\d{1,6}),(-?\d{1,3}\.\d{1,6}),(\d{1,2}(?:\.\d{1,2})?));"
    r"((?:[a-z_]{1,40}(?:,[a-z_]{1,40}){0,39})?)(?![\w,;:-])"
)


@dataclass(frozen=True, slots=True)
class View:
    """What a link shows."""

    place: Place | None
    """None: the whole city."""
    layers: frozenset[str]


def write(place: Place | None, layers: Iterable[str]) -> str:
    """The link to a view."""
    where = f"{place.lat:.6f},{place.lon:.6f},{round(place.zoom, 2):g}" if place else "all"
    return f"{NAME}{where};{','.join(sorted(layers))}"


def find(text: str) -> View | None:
    """The first link in a message; None if there is none. Raises Refused for one that leads nowhere."""
    if NAME not in text[:LONGEST]:
        return None
    found = _LINK.search(text[:LONGEST])
    place = Place(*map(float, found.groups()[:3])) if found and found[1] else None
    if found is None or (place is not None and not place.sound()):
        raise Refused("Ссылка на вид карты повреждена: скопируйте её целиком ещё раз.")
    return View(place, frozenset(filter(None, found[4].split(","))))
