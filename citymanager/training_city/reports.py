"""The training city's queue: reports of its residents over eighteen months, in every status and clock state."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random

from citymanager.training_city.chances import dealt
from citymanager.training_city.plan import dice
from citymanager.training_city.registers import Item
from citymanager.training_city.residents import authors
from citymanager.training_city.standings import Standing, standings
from citymanager.training_city.story import Teller, Told

HOW_MANY = 2_000
CHANNELS: Mapping[str, float] = {"email": 66.9, "vk": 16.6, "portal": 6.4, "phone": 4.6, "edds": 3.5, "social": 2.0}


def reports(now: datetime, how_many: int = HOW_MANY) -> Iterator[Item]:
    """The queue as it stands at `now`, oldest first; every day the same in all but its dates and seasons."""
    yield from (("reports", one.ident, one.data) for one in queue(now, how_many))


def queue(now: datetime, how_many: int = HOW_MANY) -> list[Told]:
    """The same with what the records don't say."""
    order = standings(now, how_many, dice(3))
    writers, channels = authors(len(order), dice(2)), _channels(order, dice(4))
    teller = Teller(now)
    return [
        teller.told(number, standing, channel, author, dice(10_000 + number))
        for number, (standing, channel, author) in enumerate(zip(order, channels, writers, strict=True), 1)
    ]


def _channels(order: list[Standing], random: Random) -> list[str]:
    """Shares as the city's; what is urgent comes by telephone, and to 112."""
    free = dealt(CHANNELS, len(order), random)
    found = []
    for urgent in (one for one in order if one.urgent):
        wanted = "edds" if urgent.regime == "112" or random.random() < 0.4 else "phone"
        if wanted in free:
            free.remove(wanted)
        else:
            free.pop()
        found.append(wanted)
    spoken, written = iter(found), iter(free)
    return [next(spoken if one.urgent else written) for one in order]
