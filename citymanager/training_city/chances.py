"""Chances that keep their shares: what is dealt out adds up, as the figures of the head's panel must."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from citymanager.values import CITY_ZONE

HOURS = (3, 2, 1, 1, 1, 2, 5, 12, 24, 30, 30, 26, 22, 21, 20, 19, 20, 24, 27, 26, 22, 17, 11, 6)
"""How many reports of a day come in each of its hours."""


def shares_of(shares: Mapping[str, float], count: int) -> dict[str, int]:
    """So many things split by shares (largest remainder; ties keep the order)."""
    whole = sum(shares.values())
    exact = {key: share * count / whole for key, share in shares.items()}
    found = {key: int(value) for key, value in exact.items()}
    short = count - sum(found.values())
    for key in sorted(exact, key=lambda one: found[one] - exact[one])[:short]:
        found[key] += 1
    return found


def dealt(shares: Mapping[str, float], count: int, random: Random) -> list[str]:
    """A shuffled list of keys, each as often as its share asks."""
    found = [key for key, times in shares_of(shares, count).items() for _ in range(times)]
    random.shuffle(found)
    return found


def weighted(random: Random, weights: Mapping[str, float]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def at_an_hour(day: datetime, random: Random) -> datetime:
    """The same day in the city at an hour when people write."""
    hour = random.choices(range(24), HOURS)[0]
    local = day.astimezone(CITY_ZONE)
    return local.replace(hour=hour, minute=random.randrange(60), second=random.randrange(60), microsecond=0)


def at_work(day: datetime, random: Random) -> datetime:
    """The same or the next day that is no week-end, at an hour when offices work."""
    local = day.astimezone(CITY_ZONE)
    local += timedelta(days=max(0, 7 - local.isoweekday() + 1) if local.isoweekday() > 5 else 0)
    return local.replace(hour=random.randrange(9, 18), minute=random.randrange(60), second=0, microsecond=0)
