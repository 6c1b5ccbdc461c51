"""The registers of the training city's territories: service areas of management companies, districts, precincts."""

from collections.abc import Iterator
from datetime import date, datetime

from citymanager.schema import Values
from citymanager.training_city.areas import Place, places, polygon
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, dispatch_phone, ident, phone
from citymanager.values import CITY_ZONE

RECEPTION = ("вторник 17:00–19:00", "среда 16:00–18:00", "четверг 17:00–20:00", "первая и третья суббота 10:00–12:00")


def territories(now: datetime) -> Iterator[Item]:
    """The areas, the districts and the precincts as they stand today."""
    day = now.astimezone(CITY_ZONE).date()
    yield from _service_areas(day)
    yield from _districts(day)
    yield from _precincts()


def _service_areas(day: date) -> Iterator[Item]:
    words = texts("areas")
    for number, (letter, one) in enumerate(words["service_area"].items(), 1):
        homes = [place.house.address for place in places() if place.dwelling and place.service == letter]
        yield "service_areas", service_area(letter), {
            "name": one["name"], "company": ident("organisations", one["company"]),
            "dispatch_phone": dispatch_phone(one["company"]),
            "contract": f"УЧ-{number:02}/{day.year - 2}", "contract_from": date(day.year - 2, 7, 1).isoformat(),
            "contract_to": date(day.year + 3, 6, 30).isoformat(), "houses": "\n".join(sorted(homes, key=_by_number)),
            "geometry": polygon(words["service"], letter), "remark": "Учебные данные: граница и дома вымышлены.",
        }  # fmt: skip


def _districts(day: date) -> Iterator[Item]:
    words, random = texts("areas"), dice(21)
    elected = day.year - 2 if day.month >= 10 else day.year - 3
    for letter, one in words["district"].items():
        data: Values = {
            "name": f"Избирательный округ № {one['number']}", "number": one["number"], "deputy": one["deputy"],
            "reception": random.choice(RECEPTION), "reception_place": _room(one["at"], letter, "district"),
            "phone": phone(one["number"], 30), "convocation": f"Учебный созыв {elected}–{elected + 5} годов",
            "convocation_from": date(elected, 9, 20).isoformat(),
            "convocation_to": date(elected + 5, 9, 19).isoformat(),
            "geometry": polygon(words["districts"], letter),
        }  # fmt: skip
        yield "electoral_districts", district(letter), data


def _precincts() -> Iterator[Item]:
    words, random = texts("areas"), dice(22)
    for number, (letter, one) in enumerate(words["precinct"].items(), 1):
        data: Values = {
            "name": one["name"], "rank": one["rank"], "officer": one["officer"], "phone": phone(number, 32),
            "reception_place": _room(one["at"], letter, "precinct"), "reception": random.choice(RECEPTION),
            "geometry": polygon(words["precincts"], letter),
        }  # fmt: skip
        yield "police_precincts", precinct(letter), data


def service_area(letter: str) -> str:
    return ident("service_areas", letter)


def district(letter: str) -> str:
    return ident("electoral_districts", letter)


def precinct(letter: str) -> str:
    return ident("police_precincts", letter)


def company(place: Place) -> str:
    """The key of the company that looks after a dwelling."""
    found: str = texts("areas")["service_area"][place.service]["company"]
    return found


def _room(street: str, letter: str, plan: str) -> str:
    """A house of this street inside the territory."""
    return next(
        place.house.address
        for place in places()
        if place.house.site.street.name == street and getattr(place, plan) == letter
    )


def _by_number(address: str) -> tuple[str, int, str]:
    street, number = address.rsplit(", ", 1)
    return street, int(number.rstrip("АБВГДЕЖИК")), number
