"""Outages of the training city: where, of what, since when, and how far the shift has come with each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from citymanager.training_city.chances import weighted
from citymanager.training_city.clock_states import GOALS, near
from citymanager.training_city.plan import texts
from citymanager.training_city.registers import ident
from citymanager.training_city.story import Told
from citymanager.training_city.zones import Zone, zone_of, zones
from citymanager.values import CITY_ZONE

RESOURCES: Mapping[str, float] = {
    "cold_water": 24, "hot_water": 18, "heat": 16, "electricity": 24, "gas": 6, "sewage": 6, "communication": 4,
    "road": 2,
}  # fmt: skip
BURIED: Mapping[str, float] = {"cold_water": 2, "heat": 1, "sewage": 1}
"""What is dug up to be repaired."""
SHARES: Mapping[str, float] = {"running": 0.45, "amber": 0.9, "red": 1.2}
"""How much of its planned time an outage has lasted, by the state of that clock."""
OPEN = frozenset({"assigned", "in_work", "new", "accepted"})
RECEIPT, READING = "telephonogram.receipt", "telephonogram.reading"
REPORTED = "telephonogram.escalation"


@dataclass(frozen=True, slots=True)
class Message:
    """A telephonogram before it is worded: its kind, how far it has come, and its moments."""

    kind: str
    status: str
    date: datetime
    sent: datetime | None = None
    received: datetime | None = None
    resource: str = ""
    zone: Zone | None = None
    began: datetime | None = None
    planned_end: datetime | None = None
    ended: datetime | None = None
    report: Told | None = None
    """The resident who told of it first."""
    crew: str = ""
    ahead: bool = False
    """It is announced and has not begun."""

    @property
    def service(self) -> str:
        """Whose network it is."""
        return str(texts("telephonograms")["resource"][self.resource]["service"])

    @property
    def at_work(self) -> bool:
        """Whether a crew is there now."""
        return self.status in ("sent", "unreached", "received", "read") and not self.ahead


EMERGENCIES = (
    ("prepared", "running"), ("sent", "running"), ("sent", "amber"), ("sent", "red"), ("unreached", "red"),
    ("received", "running"), ("received", "amber"), ("received", "red"), ("read", "running"), ("read", "amber"),
    ("read", "red"), ("cancelled", ""), ("done", "fresh"), ("done", "fresh"), ("done", ""),
    *(("done", state) for state in GOALS),
)  # fmt: skip
"""Status, and the state of the clock that waits for the next step; for what is done, that of its hole's order."""
PLANNED = (
    ("prepared", "ahead"), ("read", "ahead"), ("read", "ahead"), ("read", "running"), ("read", "running"),
    ("read", "running"), ("done", ""), ("done", ""), ("done", ""), ("done", ""), ("done", ""), ("done", ""),
)  # fmt: skip


def outages(now: datetime, queue: Sequence[Told], random: Random) -> Iterator[Message]:
    """Emergencies first, then what was planned; crews are given out until there are none left."""
    free_crews = {one["key"]: one["organisation"] for one in texts("crews")["crew"] if not one.get("rests")}
    for one in _outages(now, queue, random):
        fitting = [key for key, service in free_crews.items() if service == one.service]
        known = [crew["key"] for crew in texts("crews")["crew"] if crew["organisation"] == one.service]
        if one.at_work and fitting:
            del free_crews[fitting[0]]
            yield replace(one, crew=fitting[0])
        else:
            yield replace(one, crew=random.choice(known) if one.ended else "")


def _outages(now: datetime, queue: Sequence[Told], random: Random) -> Iterator[Message]:
    free = list(zones())
    random.shuffle(free)
    first = [told for told in queue if told.standing.regime == "ads" and told.standing.status in OPEN]
    told = [one for one in first if _resource(one) and now - one.standing.received > timedelta(hours=1)]
    for status, state in EMERGENCIES:
        report = told.pop() if status == "read" and told else None
        kinds = RESOURCES if status != "done" or state not in GOALS else BURIED
        resource = (_resource(report) if report else "") or weighted(random, kinds)
        zone = (zone_of(report.case.place) if report else None) or free.pop()
        yield _emergency(status, state, resource, zone, report, now, random)
    for status, state in PLANNED:
        yield _planned(status, state, weighted(random, RESOURCES), free.pop(), now, random)


def _resource(told: Told) -> str:
    """What is gone, by who was sent there."""
    taker = told.data.get("executor")
    services = texts("telephonograms")["resource"]
    return next((key for key, one in services.items() if ident("organisations", one["service"]) == taker), "")


def _emergency(
    status: str, state: str, resource: str, zone: Zone, report: Told | None, now: datetime, random: Random
) -> Message:
    if status in ("done", "cancelled"):
        return _past("emergency", status, resource, zone, _long_ago(state, now, random), random)
    minutes = timedelta(minutes=1)
    sent, received = _spoken(status, state, now)
    date = (sent or now) - random.randint(2, 6) * minutes
    began = report.standing.received - 12 * minutes if report else date - random.randint(9, 25) * minutes
    if status == "read":
        began = min(began, now - 3 * 60 * minutes)
        date, sent, received = began + 14 * minutes, began + 20 * minutes, began + 26 * minutes
        planned_end = _round(began + (now - began) / SHARES[state], 5)
    else:
        planned_end = _round(now + timedelta(hours=random.randint(4, 9)))
    return Message("emergency", status, date, sent, received, resource, zone, began, planned_end, None, report)


def _long_ago(state: str, now: datetime, random: Random) -> datetime:
    """When an emergency began that is over; after some, the hole is still there."""
    latest = now - timedelta(hours=7.5)
    if state in GOALS:
        return min(latest, near("earthworks.application", state, now) - timedelta(minutes=50))
    return latest if state == "fresh" else now - timedelta(days=random.uniform(2, 300))


def _spoken(status: str, state: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When it was passed on and received, so that the next step's clock stands as it should."""
    if status == "sent":
        return near(RECEIPT, state, now), None
    if status == "unreached":
        return near(REPORTED, state, now), None
    if status == "received":
        received = near(READING, state, now)
        return received - timedelta(minutes=5), received
    return None, None


def _planned(status: str, state: str, resource: str, zone: Zone, now: datetime, random: Random) -> Message:
    if status == "done":
        return _past("planned", status, resource, zone, now - timedelta(days=random.uniform(2, 300)), random)
    if state == "ahead":
        began = _round(now + timedelta(days=random.randint(1, 5)))
        planned_end = began + timedelta(hours=random.randint(4, 8))
        date = now - timedelta(hours=random.randint(2, 20))
    else:
        hours = random.uniform(3, 7)
        began = _round(now - timedelta(hours=hours), 5)
        planned_end, date = _round(began + (now - began) / SHARES[state], 5), began - timedelta(hours=26)
    sent, received = date + timedelta(minutes=8), date + timedelta(minutes=15)
    if status == "prepared":
        return Message("planned", status, date, None, None, resource, zone, began, planned_end)
    is_ahead = state == "ahead"
    return Message("planned", status, date, sent, received, resource, zone, began, planned_end, ahead=is_ahead)


def _past(kind: str, status: str, resource: str, zone: Zone, when: datetime, random: Random) -> Message:
    """One that is over."""
    began = _round(when)
    planned_end = began + timedelta(hours=random.randint(3, 5))
    ended = planned_end + timedelta(minutes=random.randint(-70, 45)) if status == "done" else None
    date = began + timedelta(minutes=14) if kind == "emergency" else began - timedelta(hours=27)
    sent, received = date + timedelta(minutes=6), date + timedelta(minutes=13)
    if status == "cancelled":
        return Message(kind, status, date, None, None, resource, zone, began, planned_end)
    return Message(kind, status, date, sent, received, resource, zone, began, planned_end, ended)


def _round(when: datetime, minutes: int = 15) -> datetime:
    """To a full quarter of an hour, as people plan."""
    local = when.astimezone(CITY_ZONE)
    return local.replace(minute=local.minute // minutes * minutes, second=0, microsecond=0)
