"""The organisations and people of the training city, and who logs in there."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.houses import House
from citymanager.training_city.plan import city, dice, texts
from citymanager.training_city.plane import degrees

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:citymanager:training-city")
Item = tuple[str, str, Values]
"""Module key, record id, data."""


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in to the training city; the password is no secret."""

    login: str
    password: str
    role: str
    name: str
    organisation: str = ""
    """Record id of the organisation whose cards an executor sees."""


@cache
def ident(module: str, key: str) -> str:
    """The id of a training record: the same whenever it is made."""
    return str(uuid.uuid5(NAMESPACE, f"{module}/{key}"))


def users() -> tuple[User, ...]:
    return tuple(
        User(
            one["login"], "training", one["role"], one["name"],
            ident("organisations", one["organisation"]) if one["role"] == "executor" else "",
        )
        for one in texts("people")["person"]
        if "login" in one
    )  # fmt: skip


def organisations() -> Iterator[Item]:
    random = dice(1)
    for number, one in enumerate(texts("organisations")["organisation"], 1):
        house = _seat(one["place"], random)
        data: Values = {
            "name": one["name"], "short_name": one["short_name"], "kind": one["kind"],
            "categories": one.get("categories", []), "inn": f"00{number:08}", "phone": phone(number, 10),
            "email": f"{one['key']}@uchebny.example",
            "address": house.address, "geometry": point(house), "active": True,
        }  # fmt: skip
        if one.get("dispatch"):
            data["dispatch_phone"] = dispatch_phone(one["key"])
        yield "organisations", ident("organisations", one["key"]), _filled(data)


def organisation(key: str) -> Values:
    """The record of one of them."""
    return _organisations()[ident("organisations", key)]


@cache
def _organisations() -> Mapping[str, Values]:
    return {key: data for _, key, data in organisations()}


def people() -> Iterator[Item]:
    for number, one in enumerate(texts("people")["person"], 1):
        data: Values = {
            "name": one["name"], "position": one["position"], "role": one["role"], "login": one.get("login", ""),
            "organisation": ident("organisations", one["organisation"]), "phone": phone(number, 20),
            "mobile": phone(number, 90), "email": f"p{number:02}@uchebny.example", "active": True,
        }  # fmt: skip
        yield "people", ident("people", one["name"]), _filled(data)


def officer(key: str) -> tuple[str, str, str]:
    """Who speaks for an organisation by telephone: position, name, number."""
    found = list(enumerate(texts("people")["person"], 1))
    speakers = [(number, one) for number, one in found if one["organisation"] == key and one["role"] != "wall"]
    number, one = max(speakers, key=lambda each: "испетчер" in each[1]["position"] or "ежурный" in each[1]["position"])
    return one["position"], one["name"], dispatch_phone(key) or phone(number, 20)


def phone(number: int, block: int) -> str:
    """A telephone number that does not exist: there is no exchange 000."""
    return f"+7 (351) 000-{block + number // 100:02}-{number % 100:02}"


def dispatch_phone(key: str) -> str:
    """The emergency dispatch of an organisation; empty if it has none."""
    found = enumerate(texts("organisations")["organisation"], 1)
    return next((phone(number, 12) for number, one in found if one["key"] == key and one.get("dispatch")), "")


def point(house: House) -> Mapping[str, Any]:
    return {"type": "Point", "coordinates": degrees(house.site.ground.middle)}


def _seat(place: str, random: Random) -> House:
    """The landmark of this name, or some house of this street."""
    houses = city().houses
    named = [house for house in houses if house.site.name == place]
    return random.choice(named or [house for house in houses if house.site.street.name == place])


def _filled(data: Values) -> Values:
    return {key: value for key, value in data.items() if value not in ("", [])}
