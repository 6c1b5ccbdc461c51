"""What one report of the training city tells: what happened at which house, who wrote, and how far the city came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any

from citymanager.pauses import Pause
from citymanager.schema import Values
from citymanager.training_city.areas import Place, letter, places
from citymanager.training_city.chances import weighted
from citymanager.training_city.plan import texts
from citymanager.training_city.plane import degrees, unbend
from citymanager.training_city.registers import ident
from citymanager.training_city.standings import SOLVED, UNREGISTERED, WINTER, Standing
from citymanager.training_city.territories import company, district, precinct
from citymanager.training_city.wording import ON_THE_ROAD, Case, answer_of, chosen, letter_of, repeated
from citymanager.values import moment

EXECUTORS: Mapping[str, tuple[str, ...]] = {
    "improvement": ("green", "uk"), "pothole": ("roads",), "lighting": ("light",), "garbage": ("waste", "uk"),
    "snow": ("roads", "uk"), "abandoned_car": ("parking",), "illegal_building": ("property", "architecture"),
    "earthworks": ("water", "heat", "gas", "power"), "other": ("uk", "administration"),
}  # fmt: skip
GIVEN = frozenset({"assigned", "in_work", "postponed", "done", "checking", "solved", "rated", "reopened"})
BEGUN = GIVEN - {"assigned"}
RATINGS: Mapping[str, float] = {"1": 4, "2": 5, "3": 12, "4": 30, "5": 49}
TRIES = 8


@dataclass(frozen=True, slots=True)
class Told:
    """A report, and what its record does not say."""

    ident: str
    data: Values
    standing: Standing
    case: Case


class Teller:
    """Tells report after report, each with its own chances; knows the earlier ones, for a report may repeat one."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: list[Told] = []
        self._texts: set[str] = set()

    def told(self, number: int, standing: Standing, channel: str, author: Values, random: Random) -> Told:
        original = self._original(standing, random)
        case = original.case if original else _case(standing, random)
        data: Values = {
            "number": f"У-{number:04}", "received": moment(standing.received), "status": standing.status,
            "channel": channel, "regime": standing.regime, "category": case.category,
            "nature": "proposal" if case.proposal else "problem", "text": self._text(case, original, random),
            "address": case.place.house.address, "geometry": _spot(case, random), **_territory(case.place), **author,
        }  # fmt: skip
        if standing.special:
            data["special"] = standing.special
        if standing.registered and standing.status not in UNREGISTERED:
            data["registered"] = moment(standing.registered)
        found = Told(
            ident("reports", str(number)), data | self._course(standing, case, original, random), standing, case
        )
        self._known.append(found)
        return found

    def _original(self, standing: Standing, random: Random) -> Told | None:
        """The earlier report that a rejected one repeats."""
        winter = standing.received.month in WINTER
        earlier = [one for one in self._known[-40:] if one.standing.status != "rejected"]
        earlier = [one for one in earlier if winter or one.case.category != "snow"]
        if standing.status != "rejected" or standing.urgent or not earlier or random.random() < 0.5:
            return None
        return random.choice(earlier)

    def _text(self, case: Case, original: Told | None, random: Random) -> str:
        """A text that nobody has written yet, as long as one can be found."""
        for _ in range(TRIES):
            text = repeated(case, random) if original else letter_of(case, random)
            if text not in self._texts:
                break
        self._texts.add(text)
        return text

    def _course(self, standing: Standing, case: Case, original: Told | None, random: Random) -> Values:
        """What the report has gathered on its way to this status."""
        words, status = texts("reports"), standing.status
        data: Values = {}
        until = standing.answered or self._now
        if status in GIVEN:
            data["executor"] = ident("organisations", _executor(case, status, random))
            data["curator"] = ident("people", random.choice(_curators()))
        if status in SOLVED or status == "reopened":
            data["public_answer"] = answer_of(case, standing.answered or self._now - timedelta(days=3), random)
        if status == "rated":
            data["rating"] = int(weighted(random, RATINGS))
        if standing.regime == "ads" and standing.registered and status in BEGUN:
            data["told_at"] = moment(min(standing.registered + timedelta(minutes=random.randint(2, 40)), until))
        if self._late(standing) and random.random() < 0.5:
            data["extension_notice"] = (self._now - timedelta(days=random.randint(0, 2))).date().isoformat()
        if status == "redirected":
            data["redirected_to"] = random.choice(words["redirected_to"])
        if status == "postponed":
            data["postponed_until"] = (self._now + timedelta(days=random.randint(5, 150))).date().isoformat()
            data["postponed_reason"] = random.choice(words["postponed"])
            since = standing.received + min((self._now - standing.received) / 4, timedelta(days=8))
            data["pauses"] = str(Pause(status, since, None))
        return data | (_rejection(original, random) if status == "rejected" else {})

    def _late(self, standing: Standing) -> bool:
        """Whether an open appeal needs a notice that its term is extended."""
        is_open = standing.status in BEGUN - SOLVED and not standing.watched
        return is_open and standing.regime == "59fz" and self._now - standing.received > timedelta(days=29)


def _case(standing: Standing, random: Random) -> Case:
    homes, weights = _homes()
    (place,) = random.choices(homes, cum_weights=weights)
    return chosen(standing, place, random)


@cache
def _homes() -> tuple[tuple[Place, ...], tuple[float, ...]]:
    """The dwellings, and the running sum of how often each is written about."""
    homes = tuple(place for place in places() if place.dwelling)
    return homes, tuple(accumulate(place.house.site.levels**1.3 for place in homes))


def _spot(case: Case, random: Random) -> Mapping[str, Any]:
    """A point in the house or, for what happens on the road, on its side of the street."""
    site, place = case.place.house.site, case.place
    spot = site.ground.at(random.uniform(-0.1, 0.1), random.uniform(-0.06, 0.06))
    if case.category in ON_THE_ROAD and not site.yard:
        along = min(max(site.along + random.uniform(-10, 10), 2), site.street.length - 2)
        kerb = site.street.front(along, site.side, 1.5, 3, 2).middle
        plan = texts("areas")
        theirs = [letter(plan[name], unbend(kerb)) for name in ("service", "districts", "precincts")]
        spot = kerb if theirs == [place.service, place.district, place.precinct] else spot
    return {"type": "Point", "coordinates": degrees(spot)}


def _territory(place: Place) -> Values:
    return {
        "management_company": ident("organisations", company(place)),
        "district": district(place.district), "precinct": precinct(place.precinct),
    }  # fmt: skip


def _executor(case: Case, status: str, random: Random) -> str:
    """Who takes the case; only the city itself postpones."""
    if case.executor:
        return company(case.place) if case.executor == "uk" and status != "postponed" else _city(case.executor)
    takers = EXECUTORS[case.category]
    taker = takers[0] if status == "postponed" else random.choice(takers)
    return company(case.place) if taker == "uk" and status != "postponed" else _city(taker)


def _city(taker: str) -> str:
    return "administration" if taker == "uk" else taker


@cache
def _curators() -> tuple[str, ...]:
    return tuple(one["name"] for one in texts("people")["person"] if one["organisation"] == "economy")


def _rejection(original: Told | None, random: Random) -> Values:
    """Why it was rejected, and of which report it is a duplicate."""
    words = texts("reports")
    if original is None:
        reason = random.choice(("rules", "topic"))
        return {"rejection": reason, "public_answer": random.choice(words["rejected_answer"])}
    answer = words["duplicate_answer"]
    return {"rejection": "duplicate", "duplicate_of": original.ident, "public_answer": answer}
