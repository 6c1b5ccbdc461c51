"""What a feature of the source is on our map, told by its OpenStreetMap tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["area", "line", "point"]
Tags = Mapping[str, str]

AREAS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("building", "building", frozenset()),
    ("water", "natural", frozenset({"water", "bay"})),
    ("water", "waterway", frozenset({"riverbank", "dock"})),
    ("water", "landuse", frozenset({"reservoir", "basin"})),
    ("parking", "amenity", frozenset({"parking"})),
    ("wood", "landuse", frozenset({"forest"})),
    ("wood", "natural", frozenset({"wood"})),
    ("wetland", "natural", frozenset({"wetland"})),
    ("sand", "natural", frozenset({"sand", "beach"})),
    ("pitch", "leisure", frozenset({"pitch", "stadium", "track", "sports_centre", "playground", "ice_rink"})),
    ("park", "leisure", frozenset({"park", "garden", "nature_reserve", "golf_course"})),
    ("cemetery", "landuse", frozenset({"cemetery"})),
    ("cemetery", "amenity", frozenset({"grave_yard"})),
    ("grass", "landuse", frozenset({"grass", "meadow", "recreation_ground", "village_green", "flowerbed", "orchard"})),
    ("grass", "natural", frozenset({"grassland", "heath", "scrub"})),
    ("allotments", "landuse", frozenset({"allotments", "farmland", "farmyard", "plant_nursery"})),
    ("residential", "landuse", frozenset({"residential"})),
    ("works", "landuse", frozenset({"industrial", "commercial", "retail", "garages", "railway", "construction"})),
    ("grounds", "amenity", frozenset({"school", "kindergarten", "hospital", "college", "university", "clinic"})),
    ("boundary", "boundary", frozenset({"administrative"})),
)
"""(class, key, values): the first that fits is the class; no values means any but "no"."""

LINES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("highway", "highway", frozenset({"motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"})),
    ("secondary", "highway", frozenset({"secondary", "secondary_link"})),
    ("tertiary", "highway", frozenset({"tertiary", "tertiary_link"})),
    ("street", "highway", frozenset({"residential", "unclassified", "living_street", "road", "pedestrian"})),
    ("service", "highway", frozenset({"service", "services"})),
    ("track", "highway", frozenset({"track", "path", "bridleway"})),
    ("footway", "highway", frozenset({"footway", "steps", "cycleway"})),
    ("rail", "railway", frozenset({"rail", "tram", "light_rail", "narrow_gauge"})),
    ("river", "waterway", frozenset({"river", "canal"})),
    ("stream", "waterway", frozenset({"stream", "ditch", "drain"})),
)
STREETS = frozenset({"highway", "secondary", "tertiary", "street", "service"})
"""Classes whose names are streets."""

NAMED = {"water": "water_names", "wetland": "water_names"} | dict.fromkeys(
    ("park", "cemetery", "allotments", "pitch", "wood", "grass", "grounds"), "green_names"
)
"""Areas whose names are written on them, and the part that holds the names."""

PLACE_KEYS = ("amenity", "shop", "office", "healthcare", "tourism", "leisure", "craft", "historic", "public_transport")
NOTABLE = frozenset(
    {
        "townhall", "hospital", "clinic", "school", "kindergarten", "police", "fire_station", "college", "university",
        "theatre", "cinema", "library", "community_centre", "museum", "stadium", "sports_centre", "courthouse",
        "bus_station", "post_office", "arts_centre", "place_of_worship", "ice_rink", "hotel", "mall", "government",
    }
)  # fmt: skip
"""Places that people find their way by: their names come before those of shops."""
TOWNS = {"city": 9, "town": 9, "village": 11, "suburb": 12, "hamlet": 13, "neighbourhood": 14, "quarter": 14}
"""Settlements and the zoom that their names begin at."""

_ALIASES = {"housenumber": "addr:housenumber", "street": "addr:street"}
_SPLIT = ("natural", "leisure")
FILES = {"parking": ("amenity", "parking"), "boundary": ("boundary", "administrative")}
"""Files whose name says what their untagged features are."""


@dataclass(frozen=True, slots=True)
class Known:
    """A class of the map, and how its features are drawn."""

    name: str
    kind: Kind


def tidy(tags: Mapping[str, object], file: str = "") -> dict[str, str]:
    """The tags as OpenStreetMap spells them: empty ones dropped, the usual aliases of exports resolved."""
    found = {_ALIASES.get(key, key): str(value).strip() for key, value in tags.items() if value is not None}
    found = {key: value for key, value in found.items() if value and value != "None"}
    land = found.get("landuse", "")
    for key in _SPLIT:
        if land.startswith(f"{key}_"):
            found.pop("landuse")
            found[key] = land.removeprefix(f"{key}_")
    if file in FILES:
        found.setdefault(*FILES[file])
    return found


def classify(tags: Tags, kind: Kind) -> Known | None:
    """The map's class of a feature with these tags and this shape, or None: it is not drawn."""
    table = {"area": AREAS, "line": LINES, "point": ()}[kind]
    for name, key, values in table:
        value = tags.get(key)
        if value is not None and (value in values if values else value != "no"):
            return Known(name, "line" if name == "boundary" else kind)
    return None


def place_zoom(tags: Tags) -> int | None:
    """The zoom at which a named place gets its label, or None: it gets none."""
    if not tags.get("name"):
        return None
    if tags.get("place") in TOWNS:
        return TOWNS[tags["place"]]
    values = {tags[key] for key in PLACE_KEYS if key in tags}
    if not values:
        return None
    return 16 if values & NOTABLE else 18
