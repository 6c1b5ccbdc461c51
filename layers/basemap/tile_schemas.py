"""What a feature of vector tiles is in OpenStreetMap's words: the schemas OpenMapTiles, Shortbread and Protomaps.

All three name a feature's layer and one or two words of it; most of these words are values of OpenStreetMap's own.
"""

from collections.abc import Callable, Mapping

from layers.basemap.classes import AREAS, LINES, PLACE_KEYS, TOWNS

Said = Mapping[str, str]
"""The attributes of a feature that are not empty."""
Tags = dict[str, str]

WORDS = ("kind_detail", "pmap:kind_detail", "subclass", "class", "kind", "pmap:kind")
"""Attributes that say what a feature is, the narrowest first."""
NAMES = ("name:ru", "name_ru", "name")
NUMBERS = {"addr_housenumber": "addr:housenumber", "housenumber": "addr:housenumber", "addr_street": "addr:street",
           "street": "addr:street"}  # fmt: skip
FIELDS = (*WORDS, *NAMES, *NUMBERS, *PLACE_KEYS)
"""All attributes that are looked at."""

_LAND = {value: key for _, key, values in reversed(AREAS) for value in values}
_WAYS = {value: key for _, key, values in reversed(LINES) for value in values}
_LIKE = {
    "lake": "water", "river": "water", "pond": "water", "ocean": "water", "sea": "water", "canal": "water",
    "swamp": "wetland", "bog": "wetland", "marsh": "wetland", "nature_park": "park", "national_park": "nature_reserve",
    "protected_area": "nature_reserve", "vineyard": "orchard", "zoo": "park", "dog_park": "park",
}  # fmt: skip
"""Words of an area that stand for another."""
_ROADS = {
    "highway": "motorway", "major_road": "primary", "medium_road": "tertiary", "minor_road": "residential",
    "minor": "residential", "other": "service", "busway": "service", "bus_guideway": "service", "transit": "light_rail",
}  # fmt: skip
"""Words of a road that stand for another."""


def _land(said: Said) -> Tags:
    for word in _words(said):
        word = _LIKE.get(word, word)
        if word in _LAND:
            return {_LAND[word]: word}
    return {}


def _road(said: Said) -> Tags:
    for word in _words(said):
        word = _ROADS.get(word, word)
        if word in _WAYS:
            return {_WAYS[word]: word}
    return {}


def _water(said: Said) -> Tags:
    """An area and a line of one layer, or of two: the geometry decides which of the tags counts."""
    words = _words(said)
    if "glacier" in words:
        return {}
    line = next((one for one in words if _WAYS.get(one) == "waterway"), "")
    return {"natural": "water"} | ({"waterway": line} if line else {})


def _settlement(said: Said) -> Tags:
    words = [{"capital": "city", "state_capital": "city"}.get(one, one) for one in _words(said)]
    return next(({"place": one} for one in words if one in TOWNS), {})


def _place(said: Said) -> Tags:
    """Shortbread has OpenStreetMap's keys; the others the value only."""
    own = {key: said[key] for key in PLACE_KEYS if key in said}
    return own or next(({"amenity": one} for one in _words(said)), {})


def _building(said: Said) -> Tags:
    return {} if "address" in _words(said) else {"building": "yes"}


def _nothing(said: Said) -> Tags:
    return {}


LAYERS: Mapping[str, Callable[[Said], Tags]] = {
    "building": _building, "buildings": _building, "housenumber": _nothing, "addresses": _nothing,
    "transportation": _road, "streets": _road, "roads": _road, "transit": _road,
    "transportation_name": _road, "street_labels": _road,
    "water": _water, "waterway": _water, "ocean": _water, "water_polygons": _water, "water_lines": _water,
    "water_name": _water, "water_polygons_labels": _water,
    "landcover": _land, "landuse": _land, "park": _land, "land": _land, "sites": _land, "natural": _land,
    "place": _settlement, "places": _settlement, "place_labels": _settlement,
    "poi": _place, "pois": _place, "public_transport": _place,
}  # fmt: skip
"""Layers that a city's map is made of, by name."""
WRITTEN = frozenset({"transportation_name", "street_labels", "water_name", "water_polygons_labels"})
"""Layers that repeat the features of others for their names' sake: they are written and not drawn."""


def tags(layer: str, said: Said) -> Tags:
    """OpenStreetMap's tags of a feature; empty: it is nothing that the map shows."""
    found = LAYERS[layer](said)
    found |= {mine: said[its] for its, mine in NUMBERS.items() if its in said}
    name = next((said[one] for one in NAMES if one in said), "")
    return found | ({"name": name} if found and name else {})


def _words(said: Said) -> list[str]:
    return [said[one] for one in WORDS if one in said]
