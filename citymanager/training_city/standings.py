"""Where each report of the training city stands: status, regime, category and the moments of its way.

The shares are those of the city's own figures; every clock of a report is somewhere green, amber and red.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from citymanager.training_city.chances import at_an_hour, at_work, dealt, shares_of, weighted
from citymanager.training_city.clock_states import GOALS, begun, near
from citymanager.values import CITY_ZONE

SPAN = 548
"""Days that the queue reaches back."""
STATUSES: Mapping[str, float] = {
    "new": 24, "moderation": 18, "accepted": 16, "assigned": 34, "in_work": 66, "postponed": 150, "done": 18,
    "checking": 16, "reopened": 12, "rejected": 96, "redirected": 34, "solved": 820, "rated": 696,
}  # fmt: skip
"""How many of 2,000 reports stand in each status: 93.5 % taken into work, of the city's own 14 % postponed."""
CATEGORIES: Mapping[str, float] = {
    "improvement": 43.8, "pothole": 17.9, "lighting": 15.2, "garbage": 11.6, "snow": 4.9,
    "other": 3.4, "earthworks": 1.3, "abandoned_car": 1.1, "illegal_building": 0.9,
}  # fmt: skip
PROPOSALS = 0.156
"""The share of general proposals, all of them about improvement."""
WINTER, SUMMER, DARK = (11, 12, 1, 2, 3), (4, 5, 6, 7, 8, 9, 10), (10, 11, 12, 1, 2)
SEASONS: Mapping[str, tuple[tuple[int, ...], float]] = {
    "snow": (WINTER, 0), "pothole": (SUMMER, 0.25), "lighting": (DARK, 0.4), "garbage": (SUMMER, 0.6),
    "earthworks": (SUMMER, 0.3), "illegal_building": (SUMMER, 0.5), "abandoned_car": (SUMMER, 0.7),
    "other": (WINTER, 0.7), "improvement": (SUMMER, 0.5),
}  # fmt: skip
"""By category, the strictest first: its months, and its weight outside of them."""
URGENT: Mapping[str, float] = {"other": 45, "improvement": 25, "pothole": 15, "lighting": 15}
"""What dispatchers are called for."""
REGIMES: Mapping[str, float] = {"59fz": 22, "platform": 72, "ads": 4.5, "112": 1.5}
UNHURRIED: Mapping[str, float] = {"59fz": 22, "platform": 78}
DURATIONS: Mapping[str, float] = {"day": 4.9, "days": 6.8, "week": 12.6, "month": 42.8, "longer": 32.9}
LENGTHS: Mapping[str, tuple[float, float]] = {
    "day": (0.1, 0.95), "days": (1.1, 5), "week": (5.1, 7), "month": (7.2, 30), "longer": (31, 110),
}  # fmt: skip
"""Days that it took to solve a report."""
WATCHED: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    ("59fz.register", "59fz", ("new", "moderation", "moderation")),
    ("59fz.forward", "59fz", ("accepted", "accepted", "accepted")),
    ("59fz.answer", "59fz", ("assigned", "in_work", "checking")),
    ("platform.solve", "platform", ("assigned", "in_work", "in_work")),
    ("platform.fast", "platform", ("assigned", "in_work", "in_work")),
    ("ads.sewer", "ads", ("in_work",) * 3), ("ads.localise", "ads", ("new", "assigned", "accepted")),
    ("ads.repair", "ads", ("in_work",) * 3), ("112.open", "112", ("new",) * 3),
    ("112.record", "112", ("", "moderation", "moderation")),
    *(("reply.sending", "platform", ("solved", "solved", "solved")),) * 3,
)  # fmt: skip
"""Norms whose every state must be seen, with the regime, and the statuses of the running, amber and red reports.

What runs from the same start (telling the applicant, the service's confirmation, the running first record) is seen on
the same reports.
"""
AT_HAND = frozenset({"in_work", "done", "checking", "reopened"})
"""How far a dispatcher's call has come that is not of this minute: somebody was sent at once."""
OPEN_DAYS: Mapping[str, float] = {"new": 1.5, "moderation": 3, "accepted": 6, "assigned": 12}
"""Reports in these statuses are at most so many days old, but for a few that were forgotten."""
TERMS: Mapping[str, float] = {"59fz": 30, "platform": 30, "ads": 3, "112": 0.5}
SOLVED, REFUSED = frozenset({"solved", "rated"}), frozenset({"rejected", "redirected"})
OVER = SOLVED | REFUSED
SPECIAL: Mapping[str, tuple[str, int]] = {"platform": ("fast", 12), "ads": ("sewer", 2)}
"""The special term that every so manieth report of a regime has."""
UNREGISTERED = frozenset({"new", "moderation", "rejected"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A report before it is told."""

    status: str
    regime: str
    received: datetime
    answered: datetime | None = None
    """When it was solved, if it was."""
    registered: datetime | None = None
    category: str = ""
    proposal: bool = False
    """No concrete problem, but what could be better."""
    special: str = ""
    """Why it has another term than its regime gives."""
    watched: bool = False
    """It stands where it does so that a state of a clock is seen: nothing else moves that clock."""

    @property
    def urgent(self) -> bool:
        return self.regime in ("ads", "112")

    @property
    def swift(self) -> bool:
        """Whether it was, or still may be, done while the season lasts."""
        return self.answered is None or self.answered - self.received < timedelta(days=12)


def standings(now: datetime, how_many: int, random: Random) -> list[Standing]:
    """So many reports, the oldest first."""
    found = list(_watched(now, random))
    wanted = Counter(shares_of(STATUSES, max(how_many, len(found))))
    wanted.subtract(one.status for one in found)
    found += _closed(now, wanted, random)
    for status, count in wanted.items():
        if status not in SOLVED:
            found += [_unsolved(status, now, random) for _ in range(count)]
    ordered = sorted(found, key=lambda one: one.received)[max(0, len(found) - how_many) :]
    told = [_registered(one, now, random) for one in _categorised(ordered, random)]
    return [replace(one, special=one.special or _special(one, number)) for number, one in enumerate(told)]


def _special(one: Standing, number: int) -> str:
    special, every = SPECIAL.get(one.regime, ("", 1))
    return special if number % every == 0 and not one.watched else ""


def _watched(now: datetime, random: Random) -> Iterator[Standing]:
    for norm, regime, statuses in WATCHED:
        for state, status in zip(GOALS, statuses, strict=True):
            if not status:
                continue
            start = begun(norm, state, now) or near(norm, "running", now)
            if norm in ("59fz.forward", "59fz.answer"):
                yield Standing(
                    status, regime, start - timedelta(hours=random.uniform(1, 6)), registered=start, watched=True
                )
            elif norm == "reply.sending":
                yield Standing(status, regime, start - timedelta(days=random.uniform(5, 29)), start, watched=True)
            else:
                apart = random.randrange(40) if norm == "ads.localise" else 0
                special = norm.partition(".")[2] if norm in ("platform.fast", "ads.sewer") else ""
                yield Standing(status, regime, start - timedelta(seconds=apart), special=special, watched=True)


def _closed(now: datetime, wanted: Mapping[str, int], random: Random) -> Iterator[Standing]:
    """Solved reports over the whole span; dispatchers' ones took the shortest."""
    count = sum(wanted[status] for status in SOLVED)
    lengths = sorted(random.uniform(*LENGTHS[one]) for one in dealt(DURATIONS, count, random))
    regimes = sorted(dealt(REGIMES, count, random), key=lambda one: one not in ("ads", "112"))
    statuses = dealt({status: wanted[status] for status in sorted(SOLVED)}, count, random)
    for status, regime, days in zip(statuses, regimes, lengths, strict=True):
        age = days + 2 + (SPAN - days - 2) * math.pow(random.random(), 1.1)
        received = at_an_hour(now - timedelta(days=age), random)
        answered = received + timedelta(days=days)
        yield Standing(status, regime, received, _in_office(answered, received, random) if days > 1 else answered)


def _in_office(answered: datetime, received: datetime, random: Random) -> datetime:
    """The same day at an office hour, if it stays after the report."""
    found = answered.astimezone(CITY_ZONE).replace(hour=random.randrange(9, 18))
    return found if found > received + timedelta(hours=2) else answered


def _unsolved(status: str, now: datetime, random: Random) -> Standing:
    regime = weighted(random, REGIMES if status in AT_HAND | REFUSED else UNHURRIED)
    if status in REFUSED or status == "postponed":
        least = 2 if status in REFUSED else 14
        age = least + (SPAN - least) * math.pow(random.random(), 1.15 if status in REFUSED else 2.2)
    else:
        age = _open_days(status, regime, 1.7 * random.betavariate(1.2, 2.2), random)
    when = now - timedelta(days=age, seconds=random.randrange(1, 240))
    earlier = at_an_hour(when - timedelta(days=1), random)
    return Standing(status, regime, earlier if age > 4 and abs(when - earlier) < timedelta(days=2) else when)


def _open_days(status: str, regime: str, share: float, random: Random) -> float:
    """How old it is; `share` is that of its term, most of them are young and some overdue."""
    if share < 1 and status in OPEN_DAYS:
        return min(TERMS[regime] * share, OPEN_DAYS[status] * random.random())
    return TERMS[regime] * share


def _categorised(found: list[Standing], random: Random) -> list[Standing]:
    """Each report with its category: the shares hold over the whole, the season decides which one it is."""
    chosen = {n: weighted(random, URGENT) for n, one in enumerate(found) if one.urgent}
    left = Counter(shares_of(CATEGORIES, len(found)))
    left.subtract(chosen.values())
    free = [n for n in range(len(found)) if n not in chosen]
    for category, (months, outside) in SEASONS.items():
        drawn = sorted((_turn(found[n], category, months, outside, random), n) for n in free)
        for turn, n in drawn[: max(0, left[category])]:
            if turn < math.inf:
                chosen[n] = category
        free = [n for n in free if n not in chosen]
    chosen |= dict.fromkeys(free, "improvement")
    ideas = [n for n, category in chosen.items() if category == "improvement" and not found[n].urgent]
    proposals = set(random.sample(ideas, min(len(ideas), round(PROPOSALS * len(found)))))
    return [replace(one, category=chosen[n], proposal=n in proposals) for n, one in enumerate(found)]


def _turn(one: Standing, category: str, months: tuple[int, ...], outside: float, random: Random) -> float:
    """When this report's turn comes to take the category: the sooner, the better it fits; never if it can't."""
    weight = 1.0 if one.received.astimezone(CITY_ZONE).month in months else outside
    if category == "snow":
        weight *= 0 if one.status == "postponed" else 1 if one.swift else 0.3
    return random.expovariate(weight) if weight else math.inf


def _registered(one: Standing, now: datetime, random: Random) -> Standing:
    """With the moment of registration, if it has come so far."""
    if one.status in UNREGISTERED or one.registered is not None:
        return one
    until = one.answered or now
    found = at_work(one.received + timedelta(hours=random.uniform(1, 44)), random)
    if one.urgent or not one.received < found < until:
        found = one.received + min(timedelta(minutes=random.randint(5, 90)), (until - one.received) / 3)
    return replace(one, registered=found)
