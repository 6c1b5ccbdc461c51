"""To whom the training city's telephonograms go by rule."""

from collections.abc import Iterator

from citymanager.schema import Values
from citymanager.training_city.registers import Item, ident

RULES: tuple[tuple[str, Values, tuple[str, ...]], ...] = (
    ("Об отключениях — управлению городского хозяйства", {"kinds": ["emergency", "planned", "ending"]}, ("economy",)),
    ("Ночью — оперативному дежурному", {"hour_from": "20:00", "hour_to": "08:00"}, ("edds",)),
    ("Главные улицы — дорожной службе и перевозчику",
     {"streets": "проспект Созидателей\nОзёрная набережная", "kinds": ["emergency", "planned"]},
     ("roads", "transport")),
    ("Непогода — спасателям и больнице", {"kinds": ["weather"]}, ("fire", "hospital")),
)  # fmt: skip


def distribution() -> Iterator[Item]:
    for name, values, addressees in RULES:
        data: Values = {
            "name": name, "addressees": [ident("organisations", key) for key in addressees], "active": True,
            "citation": "порядок работы ЕДДС города", "verified": False, **values,
        }  # fmt: skip
        yield "distribution", ident("distribution", name), data
