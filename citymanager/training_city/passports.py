"""The register of houses of the training city: what each is, who looks after it, and how many people live there."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from citymanager.schema import Values
from citymanager.training_city.areas import Place, places
from citymanager.training_city.plan import dice
from citymanager.training_city.registers import Item, ident, point
from citymanager.training_city.territories import company
from citymanager.values import CITY_ZONE

ROOM = 62.0
"""Square metres of a block's floor for one flat, its share of stairs and walls with it."""
STAIRS = 20.0
"""Metres of a block's front for one entrance."""
WALKED, PIPED = 5, 10
"""Floors up to which a block has no lift, and up to which it has gas."""


def passports(now: datetime) -> Iterator[Item]:
    """A record of every house, as its number of residents was told on the first day of the month."""
    random, told = dice(23), now.astimezone(CITY_ZONE).date().replace(day=1).isoformat()
    for number, place in enumerate(places(), 1):
        address = place.house.address
        data: Values = {
            "address": address, "geometry": point(place.house), "fias": ident("fias", address),
            "cadastral_number": f"00:00:0000000:{number}", "residents": place.residents, "as_of": told,
        }  # fmt: skip
        yield "houses", ident("houses", address), data | _built(place, random) | _homes(place, random)


def _built(place: Place, random: Random) -> Values:
    site = place.house.site
    floor = site.ground.width * site.ground.depth
    tall = (1958, 1972) if site.levels <= WALKED else (1972, 1994)
    years = tall if site.building == "apartments" else (1956, 2019)
    return {
        "built": random.randint(*years), "floors": site.levels, "area": round(floor * site.levels * 0.78, 1),
        "gas": place.dwelling and site.levels <= PIPED, "lift": place.dwelling and site.levels > WALKED,
    }  # fmt: skip


def _homes(place: Place, random: Random) -> Values:
    """What only a house has that somebody lives in."""
    site, weak = place.house.site, random.uniform(0.04, 0.09)
    if not place.dwelling:
        return {"kind": "other"}
    data: Values = {
        "company": ident("organisations", company(place)), "kind": "house", "flats": 1,
        "limited_mobility": int(place.residents * weak + random.random()),
    }  # fmt: skip
    if site.building == "house":
        return data
    if site.building == "detached":
        return data | {"kind": "row", "flats": 2, "entrances": 2}
    flats = max(2, round(site.ground.width * site.ground.depth / ROOM)) * site.levels
    entrances = max(1, round(max(site.ground.width, site.ground.depth) / STAIRS))
    return data | {"kind": "apartments", "flats": flats, "entrances": entrances}
