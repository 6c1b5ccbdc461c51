"""The training city's queue: reports of its residents over eighteen months, in every status and clock state."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident, phone
from citymanager.training_city.story import Standing, Story

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
OVER = frozenset({"rejected", "redirected", "solved", "rated", "postponed"})


def reports(now: datetime, how_many: int = 400) -> Iterator[Item]:
    """The queue as it stands at `now`, oldest first; every day the same in all but its dates and seasons."""
    words = texts("reports")
    authors = list(_authors(words, dice(2)))
    known: dict[str, Values] = {}
    for number, standing in enumerate(_standings(dice(3), how_many), 1):
        data = Story(dice(1000 + number), words, now).told(number, standing, authors, known)
        key = ident("reports", str(number))
        yield "reports", key, data
        known[key] = data


def _standings(random: Random, how_many: int) -> list[Standing]:
    """Who stands where, the oldest first: open reports by shares of their term, closed ones over the whole span."""
    found = []
    for status, count in STATUSES.items():
        for n in range(max(1, round(count * how_many / sum(STATUSES.values())))):
            regime = random.choices(list(TERMS), (24, 58, 14, 4))[0]
            share = AGES[n % len(AGES)]
            old = _closed_days(status, random) if status in OVER else _open_days(status, regime, share, random)
            found.append(Standing(status, regime, old * random.uniform(0.93, 1.0) + random.random() * 0.01))
    return sorted(found, key=lambda one: -one.days)


def _closed_days(status: str, random: Random) -> float:
    least = 2 if status in ("rejected", "redirected") else 14
    return least + (SPAN - least) * math.pow(random.random(), 2.2 if status == "postponed" else 1.15)


def _open_days(status: str, regime: str, share: float, random: Random) -> float:
    if share < 1 and status in OPEN_DAYS:
        return min(TERMS[regime] * share, OPEN_DAYS[status] * random.random())
    return TERMS[regime] * share


def _authors(words: Mapping[str, Any], random: Random) -> Iterator[Values]:
    for number, surname in enumerate(words["surnames"] * 5, 1):
        woman = random.random() < 0.55
        given = random.choice(words["women" if woman else "men"])
        author: Values = {"author_name": f"{_feminine(surname) if woman else surname} {given}"}
        if random.random() < 0.7:
            author["author_phone"] = phone(number, 50)
        if random.random() < 0.5:
            author["author_email"] = f"resident{number}@uchebny.example"
        yield author


def _feminine(surname: str) -> str:
    return f"{surname[:-2]}ая" if surname.endswith("ой") else f"{surname}а"
