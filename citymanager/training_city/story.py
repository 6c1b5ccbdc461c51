"""What one report of the training city tells: what happened at which house, who wrote, and how far the city came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.houses import House
from citymanager.training_city.plan import city, texts
from citymanager.training_city.plane import degrees
from citymanager.training_city.registers import ident
from citymanager.values import moment

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
TENACITY = 0.11
"""The share of reports that one tenacious resident writes."""
_ON_THE_ROAD = frozenset({"pothole", "lighting", "earthworks"})
_OF_THE_PLACE = ("category", "nature", "address", "geometry", "management_company", "district", "precinct")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands: its status, its regime, and the days since it was received."""

    status: str
    regime: str
    days: float


@dataclass(frozen=True, slots=True)
class Case:
    """What happened, where, and what the city answered in the end."""

    category: str
    house: House
    text: str
    answer: str
    proposal: bool
    spot: Mapping[str, Any]


class Story:
    """One report, told with its own chances."""

    def __init__(self, random: Random, words: Mapping[str, Any], now: datetime) -> None:
        self._random, self._words, self._now = random, words, now

    def told(self, number: int, standing: Standing, authors: Sequence[Values], known: Mapping[str, Values]) -> Values:
        """The report's data; `known` are the earlier ones, for it may repeat one of them."""
        received = self._now - timedelta(days=standing.days)
        case = self._case(received.month, standing.regime)
        data: Values = {
            "number": f"У-{number:04}", "received": moment(received), "status": standing.status,
            "channel": "edds" if standing.regime == "112" else self._weighted(CHANNELS), "regime": standing.regime,
            "category": case.category, "nature": "proposal" if case.proposal else "problem", "text": case.text,
            "address": case.house.address, "geometry": case.spot, **_territory(case.house), **self._author(authors),
        }  # fmt: skip
        if standing.regime == "59fz" and standing.status not in ("new", "moderation"):
            data["registered"] = moment(min(received + timedelta(hours=self._random.randint(2, 60)), self._now))
        return data | self._course(standing.status, case, known)

    def _case(self, month: int, regime: str) -> Case:
        urgent = regime in ("ads", "112") and self._random.random() < 0.8
        category = "other" if urgent else self._category(month)
        house = self._house()
        proposal = regime == "platform" and category in ("improvement", "other") and self._random.random() < 0.4
        what, answer = self._random.choice(self._words["cases"][category])
        if proposal:
            answer = self._random.choice(self._words["proposal_answer"])
        text = self._text(category, house, what, proposal)
        return Case(category, house, text, answer, proposal, self._spot(house, category))

    def _category(self, month: int) -> str:
        return self._weighted({key: inside if month in months else outside
                               for key, (months, inside, outside) in SEASONS.items()})  # fmt: skip

    def _weighted(self, weights: Mapping[str, int]) -> str:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def _house(self) -> House:
        homes = [one for one in city().houses if one.site.building in ("apartments", "house", "detached")]
        return self._random.choices(homes, [one.site.levels**1.3 for one in homes])[0]

    def _spot(self, house: House, category: str) -> Mapping[str, Any]:
        """A point in the house or, for what happens on the road, on its street."""
        site = house.site
        if category in _ON_THE_ROAD and not site.yard:
            spot, _ = site.street.at(min(max(site.along + self._random.uniform(-12, 12), 2), site.street.length - 2))
        else:
            spot = site.ground.at(self._random.uniform(-0.1, 0.1), self._random.uniform(-0.06, 0.06))
        return {"type": "Point", "coordinates": degrees(spot)}

    def _text(self, category: str, house: House, what: str, proposal: bool) -> str:
        words, pick = self._words, self._random.choice
        text = pick(words["proposals"] if proposal else words["text"]).format(
            street=house.site.street.name, house=house.number, detail=what, since=pick(words["since"]),
            detail_up=what[0].upper() + what[1:],
            place=pick(words["road" if category in _ON_THE_ROAD else "place"]).format(house=house.number),
        )  # fmt: skip
        return f"{text[0].upper()}{text[1:]} {pick(words['closing'])}".strip()

    def _author(self, authors: Sequence[Values]) -> Values:
        if self._random.random() < TENACITY:
            return {"author_name": self._words["tenacious"], "author_email": "neugomonov@uchebny.example"}
        return self._random.choice(authors)

    def _course(self, status: str, case: Case, known: Mapping[str, Values]) -> Values:
        """What the report has gathered on its way to this status."""
        data: Values = {}
        if status in GIVEN:
            executor = self._random.choice(EXECUTORS[case.category])
            data["executor"] = ident("organisations", _company(case.house) if executor == "uk" else executor)
            data["curator"] = ident("people", self._random.choice(_curators()))
        if status in ANSWERED:
            data["public_answer"] = case.answer
        if status == "rated":
            data["rating"] = self._random.choices((1, 2, 3, 4, 5), (4, 5, 12, 30, 49))[0]
        if status == "redirected":
            data["redirected_to"] = self._random.choice(self._words["redirected_to"])
        if status == "postponed":
            data["postponed_until"] = (self._now + timedelta(days=self._random.randint(5, 150))).date().isoformat()
            data["postponed_reason"] = self._random.choice(self._words["postponed"])
        return data | (self._rejection(known) if status == "rejected" else {})

    def _rejection(self, known: Mapping[str, Values]) -> Values:
        """Why it was rejected; a duplicate tells the story of an earlier report again."""
        if not known or self._random.random() < 0.5:
            reason = self._random.choice(("rules", "topic"))
            return {"rejection": reason, "public_answer": self._words["rejected_answer"]}
        original = self._random.choice(list(known)[-20:])
        told = {key: known[original][key] for key in _OF_THE_PLACE}
        text = self._words["again"].format(text=known[original]["text"])
        return {"rejection": "duplicate", "duplicate_of": original, "public_answer": self._words["duplicate_answer"],
                **told, "text": text}  # fmt: skip


def _territory(house: House) -> Values:
    quarter = _quarter(house) + 1
    return {
        "management_company": ident("organisations", _company(house)), "district": f"Учебный округ № {quarter}",
        "precinct": f"Учебный участок № {quarter}",
    }  # fmt: skip


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
