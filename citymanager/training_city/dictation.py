"""How the training city's telephonograms about outages are worded: short, official, fit to be dictated."""

from datetime import datetime
from random import Random

from citymanager.text import plural
from citymanager.training_city.outages import Message
from citymanager.training_city.plan import texts
from citymanager.values import CITY_ZONE


def dictated(message: Message, random: Random) -> tuple[str, str]:
    """The cause as a noun phrase for its field, and the text."""
    words = texts("telephonograms")
    resource = words["resource"][message.resource]
    cause = random.choice(resource[message.kind])
    return cause, _filled(random.choice(words[message.kind]), message, cause, random)


def ended(message: Message, random: Random) -> str:
    """That an outage is over."""
    return _filled(random.choice(texts("telephonograms")["ending"]), message, "", random)


def _filled(frame: str, message: Message, cause: str, random: Random) -> str:
    words, zone = texts("telephonograms"), message.zone
    resource = words["resource"][message.resource]
    residents = zone.residents if zone else 0
    crews = {one["key"]: one["name"] for one in texts("crews")["crew"]}
    crew = random.choice(words["crew_line"]).format(crew=crews[message.crew]) if message.crew else words["no_crew"][0]
    off = resource["off"]
    return str(frame.format(
        cause=cause, off=off, off_up=off[0].upper() + off[1:], will_be_off=resource["will_be_off"], crew=crew,
        place=zone.street if zone else "", homes=zone.homes() if zone else "",
        residents=residents,
        residents_of=plural(residents, "жителя", "жителей", "жителей"),
        began=_clock(message.began), end=_clock(message.planned_end), ended=_clock(message.ended),
    ))  # fmt: skip


def _clock(when: datetime | None) -> str:
    return when.astimezone(CITY_ZONE).strftime("%H:%M %d.%m.%Y") if when else ""
