"""Who is on duty in the training city: shifts of ЕДДС by day and night, dispatchers, crews, and the one in charge."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.plan import texts
from citymanager.training_city.registers import Item, dispatch_phone, ident, phone
from citymanager.values import CITY_ZONE, moment

FIRST_DAY, DAYS = -2, 11
"""From the night before yesterday on, a week beyond tomorrow."""
MORNING, EVENING = time(8), time(20)
BRIGADES = 4
"""A day, a night, two days off."""
POSTS = ("edds", "senior", "operator")
SERVICES = ("water", "heat", "power", "gas", "roads")


def duty(now: datetime) -> Iterator[Item]:
    """The rota around today."""
    today = now.astimezone(CITY_ZONE).date()
    for offset in range(FIRST_DAY, FIRST_DAY + DAYS):
        for key, data in _of_a_day(today + timedelta(days=offset)):
            yield "duty", ident("duty", f"{offset}/{key}"), data


def _of_a_day(day: date) -> Iterator[tuple[str, Values]]:
    tomorrow = day + timedelta(days=1)
    for part, (begins, ends) in {
        "day": (_at(day, MORNING), _at(day, EVENING)), "night": (_at(day, EVENING), _at(tomorrow, MORNING)),
    }.items():  # fmt: skip
        brigade = (day.toordinal() - (part == "night")) % BRIGADES + 1
        for post in POSTS:
            person = next(one for one in _people(post) if one["shift"] == brigade)
            yield f"{part}/{post}", _shift(post, person, begins, ends)
    begins, ends = _at(day, MORNING), _at(tomorrow, MORNING)
    in_charge = _people("responsible")
    yield "responsible", _shift("responsible", in_charge[day.toordinal() % len(in_charge)], begins, ends)
    for key in SERVICES:
        dispatchers = [one for one in _people("dispatcher") if one["organisation"] == key]
        yield key, _shift("dispatcher", dispatchers[day.toordinal() % len(dispatchers)], begins, ends)
        yield f"{key}/crew", {
            "post": "crew", "organisation": ident("organisations", key), "begins": begins, "ends": ends,
            "phone": dispatch_phone(key), "remark": "Выезд в течение 30 минут.",
        }  # fmt: skip


def _shift(post: str, person: Mapping[str, Any], begins: str, ends: str) -> Values:
    number = texts("people")["person"].index(person) + 1
    return {
        "post": post, "person": ident("people", person["name"]),
        "organisation": ident("organisations", person["organisation"]), "begins": begins, "ends": ends,
        "phone": dispatch_phone(person["organisation"]) or phone(number, 20),
    }  # fmt: skip


def _people(post: str) -> list[Mapping[str, Any]]:
    return [one for one in texts("people")["person"] if one.get("post") == post]


def _at(day: date, hour: time) -> str:
    return moment(datetime.combine(day, hour, CITY_ZONE))
