"""The training city's queue: reports of its residents over eighteen months, in every status and clock state."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.houses import House
from citymanager.training_city.plan import city, dice, texts
from citymanager.training_city.plane import degrees
from citymanager.training_city.registers import Item, ident, phone
from citymanager.values import moment

SPAN = 548
"""Days that the queue reaches back."""
STATUSES: Mapping[str, int] = {
    "new": 16, "moderation": 12, "accepted": 12, "assigned": 22, "in_work": 44, "postponed": 14, "done": 12,
    "checking": 10, "reopened": 8, "rejected": 22, "redirected": 14, "solved": 130, "rated": 84,
}  # fmt: skip
"""How many of 400 reports stand in each status."""
OPEN_DAYS: Mapping[str, float] = {"new": 1.5, "moderation": 3, "accepted": 6, "assigned": 12}
"""Reports in these statuses are at most so many days old, but for a few that were forgotten."""
TERMS: Mapping[str, float] = {"59fz": 30, "platform": 30, "ads": 3, "112": 0.5}
"""Days about which an open report turns from green to red, by regime."""
AGES = (0.15, 0.55, 0.86, 0.95, 1.4)
"""Shares of the term that open reports are old: fresh, under way, amber, nearly red, overdue."""
WINTER, SUMMER = (11, 12, 1, 2, 3), (4, 5, 6, 7, 8, 9, 10)
SEASONS: Mapping[str, tuple[tuple[int, ...], int, int]] = {
    "improvement": ((5, 6, 7, 8, 9), 30, 14), "pothole": (SUMMER, 26, 6), "lighting": ((10, 11, 12, 1, 2), 22, 9),
    "garbage": (SUMMER, 18, 11), "snow": (WINTER, 34, 0), "abandoned_car": (SUMMER, 4, 3),
    "illegal_building": (SUMMER, 4, 2), "earthworks": (SUMMER, 7, 2), "other": (WINTER, 14, 9),
}  # fmt: skip
"""By category: its months, its weight in them and outside of them."""
EXECUTORS: Mapping[str, tuple[str, ...]] = {
    "improvement": ("green", "uk"), "pothole": ("roads",), "lighting": ("light",), "garbage": ("waste", "uk"),
    "snow": ("roads", "uk"), "abandoned_car": ("parking",), "illegal_building": ("property", "architecture"),
    "earthworks": ("water", "heat", "gas"), "other": ("uk", "water", "heat"),
}  # fmt: skip
CHANNELS: Mapping[str, int] = {"portal": 36, "vk": 17, "email": 16, "phone": 15, "edds": 9, "social": 7}
GIVEN = frozenset({"assigned", "in_work", "postponed", "done", "checking", "solved", "rated", "reopened"})
ANSWERED = frozenset({"solved", "rated", "reopened"})
_ON_THE_STREET = frozenset({"pothole", "lighting", "snow", "earthworks"})


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    phone: str
    email: str


def reports(now: datetime, how_many: int = 400) -> Iterator[Item]:
    """The queue as it stands at `now`; the same reports whatever the day, but for their dates."""
    words = texts("reports")
    random = dice(2)
    authors = list(_authors(words, random))
    earlier: dict[str, str] = {}
    for number, (status, age) in enumerate(_standing(random, how_many), 1):
        one = _Story(dice(1000 + number), words, now)
        data = one.told(number, status, age, authors, earlier)
        key = ident("reports", str(number))
        earlier[data["category"]] = key
        yield "reports", key, data


def _standing(random: Random, how_many: int) -> list[tuple[str, float | None]]:
    """The status of each report, and the share of its term that an open one is old; None for those that are over."""
    found: list[tuple[str, float | None]] = []
    for status, count in STATUSES.items():
        for n in range(max(1, round(count * how_many / sum(STATUSES.values())))):
            over = status in ("rejected", "redirected", "solved", "rated", "postponed")
            found.append((status, None if over else AGES[n % len(AGES)]))
    random.shuffle(found)
    return found


def _authors(words: Mapping[str, Any], random: Random) -> Iterator[Author]:
    for number, surname in enumerate(words["surnames"] * 5, 1):
        woman = random.random() < 0.55
        name = f"{surname}{'а' if woman else ''} {random.choice(words['women' if woman else 'men'])}"
        if surname.endswith("ой") and woman:
            name = name.replace("ойа", "ая", 1)
        yield Author(name, phone(number, 50), f"resident{number}@uchebny.example")


class _Story:
    """One report, told with its own random choices, so that a longer queue does not change the earlier ones."""

    def __init__(self, random: Random, words: Mapping[str, Any], now: datetime) -> None:
        self._random, self._words, self._now = random, words, now

    def told(
        self, number: int, status: str, age: float | None, authors: Sequence[Author], earlier: Mapping[str, str]
    ) -> Values:
        regime = self._random.choices(list(TERMS), (24, 58, 14, 4))[0]
        received = self._now - timedelta(days=self._days(status, regime, age))
        category = self._category(received.month)
        house = self._house()
        proposal = category in ("improvement", "other") and regime == "platform" and self._random.random() < 0.3
        channel = "edds" if regime == "112" else self._weighted(CHANNELS)
        data: Values = {
            "number": f"У-{number:04}", "received": moment(received), "status": status, "channel": channel,
            "category": category, "nature": "proposal" if proposal else "problem", "regime": regime,
            "text": self._text(category, house, proposal), "address": house.address,
            "geometry": self._place(house, category), "management_company": ident("organisations", _company(house)),
            "district": f"Учебный округ № {_quarter(house) + 1}",
            "precinct": f"Учебный участок № {_quarter(house) + 1}",
        }  # fmt: skip
        data.update(self._author(authors))
        if regime == "59fz" and status not in ("new", "moderation"):
            data["registered"] = moment(min(received + timedelta(hours=self._random.randint(2, 60)), self._now))
        data.update(self._course(status, category, house, proposal, earlier))
        return data

    def _days(self, status: str, regime: str, age: float | None) -> float:
        if age is None:
            least = 2 if status in ("rejected", "redirected") else 14
            return least + (SPAN - least) * math.pow(self._random.random(), 2.2 if status == "postponed" else 1.15)
        old = TERMS[regime] * age
        if age < 1 and status in OPEN_DAYS:
            old = min(old, OPEN_DAYS[status])
        return old * self._random.uniform(0.93, 1.0) + self._random.random() * 0.01

    def _category(self, month: int) -> str:
        return self._weighted({key: inside if month in months else outside
                               for key, (months, inside, outside) in SEASONS.items()})  # fmt: skip

    def _weighted(self, weights: Mapping[str, int]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def _house(self) -> House:
        homes = [one for one in city().houses if one.site.building != "industrial"]
        return self._random.choices(homes, [one.site.levels**1.3 for one in homes])[0]

    def _place(self, house: House, category: str) -> Mapping[str, Any]:
        """A point in the house or, for what happens on the road, on its street."""
        site = house.site
        if category in _ON_THE_STREET:
            spot, _ = site.street.at(min(max(site.along + self._random.uniform(-12, 12), 2), site.street.length - 2))
        else:
            spot = site.ground.at(self._random.uniform(-0.1, 0.1), self._random.uniform(-0.06, 0.06))
        return {"type": "Point", "coordinates": degrees(spot)}

    def _text(self, category: str, house: House, proposal: bool) -> str:
        kind = self._words["category"][category]
        detail = self._random.choice(kind["detail"])
        # «улица» stands in the templates already
        street = house.site.street.name.removeprefix("улица ").removesuffix(" улица")
        place = self._random.choice(self._words["place"]).format(house=house.number)
        template = self._random.choice(self._words["proposals"] if proposal else kind["text"])
        text = template.format(
            street=street, house=house.number, place=place, detail=detail, detail_up=detail[0].upper() + detail[1:],
            since=self._random.choice(self._words["since"]),
        )  # fmt: skip
        return f"{text} {self._random.choice(self._words['closing'])}".strip()

    def _author(self, authors: Sequence[Author]) -> Values:
        if self._random.random() < 0.11:
            return {"author_name": self._words["tenacious"], "author_phone": phone(1, 49),
                    "author_email": "neugomonov@uchebny.example"}  # fmt: skip
        one = self._random.choice(authors)
        data: Values = {"author_name": one.name}
        if self._random.random() < 0.7:
            data["author_phone"] = one.phone
        if self._random.random() < 0.5:
            data["author_email"] = one.email
        return data

    def _course(self, status: str, category: str, house: House, proposal: bool, earlier: Mapping[str, str]) -> Values:
        """What the report has gathered on its way to this status."""
        data: Values = {}
        words, random = self._words, self._random
        if status in GIVEN:
            executor = random.choice(EXECUTORS[category])
            data["executor"] = ident("organisations", _company(house) if executor == "uk" else executor)
            data["curator"] = ident("people", random.choice(_curators()))
        if status in ANSWERED:
            data["public_answer"] = random.choice(
                words["proposal_answer"] if proposal else words["category"][category]["answer"]
            )
        if status == "rated":
            data["rating"] = random.choices((1, 2, 3, 4, 5), (4, 5, 12, 30, 49))[0]
        if status == "rejected":
            data |= self._rejection(earlier.get(category))
        if status == "redirected":
            data["redirected_to"] = random.choice(words["redirected_to"])
        if status == "postponed":
            data["postponed_until"] = (self._now + timedelta(days=random.randint(5, 150))).date().isoformat()
            data["postponed_reason"] = random.choice(words["postponed"])
        return data

    def _rejection(self, original: str | None) -> Values:
        reason = self._random.choice(("rules", "topic", "duplicate" if original else "topic"))
        if reason == "duplicate":
            return {"rejection": reason, "duplicate_of": original}
        return {"rejection": reason, "public_answer": self._words["rejected_answer"]}


def _curators() -> list[str]:
    return [one["name"] for one in texts("people")["person"] if one["organisation"] == "economy"]


def _quarter(house: House) -> int:
    """Which quarter of the town a house lies in: 0 … 3."""
    x, y = house.site.ground.middle
    return (x > 0) * 2 + (y > 100)


def _company(house: House) -> str:
    """The management company of a house: by quarter in the centre, one for the outskirts."""
    if house.site.building in ("house", "detached"):
        return "uk_okraina"
    return ("uk_dom", "uk_bereg", "uk_dvor", "uk_bereg")[_quarter(house)]
