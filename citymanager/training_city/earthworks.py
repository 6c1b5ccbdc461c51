"""The earthworks of the training city: forty orders in every status, where the ground is and was broken up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from citymanager.clashes.seasons import BAN
from citymanager.norms import Norms
from citymanager.schema import Values
from citymanager.training_city.areas import Place, places
from citymanager.training_city.digging import WORKS, Life, life
from citymanager.training_city.outages import BURIED, Message
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident, officer, organisation
from citymanager.training_city.standings import OVER
from citymanager.training_city.story import EXECUTORS, Told
from citymanager.training_city.trenches import STRIPS, Trench
from citymanager.values import CITY_ZONE, moment

NUMBER = "УЗ-{:04}"
CUSTOMERS = ("water", "water", "water", "heat", "heat", "power", "gas", "telecom", "green")
IN_THE_WAY = frozenset({"suspended", "overdue", "unauthorised"})
"""Statuses that residents write about."""
BUSY = frozenset({"issued", "open", "suspended", "overdue"})
"""Statuses of an order that somebody has given leave for."""
COMPLAINTS = ("earthworks", "pothole")
"""And in which categories, the likelier first."""
DAYS = ("start", "end", "restore_by", "guarantee_until")
OF_THE_CUSTOMER = frozenset(
    {"customer_inn", "customer_address", "customer_phone", "executor", "responsible", "responsible_phone"}
)
"""What nobody knows of works without an order."""
Work = tuple[Life, Trench, Item]
Sent = tuple[Message, Item]


def earthworks(now: datetime, messages: Sequence[Sent], queue: Sequence[Told]) -> list[Work]:
    """The orders, numbered as they were made; an emergency lies where its outage is, others where people complain."""
    random = dice(6)
    complaints = [told for told in queue if told.data["category"] in COMPLAINTS and told.data["status"] not in OVER]
    complaints.sort(key=lambda told: COMPLAINTS.index(told.data["category"]))
    found = []
    for n, (status, state) in enumerate(WORKS):
        lived = life(status, state, now, random)
        alarm = _alarm(lived, messages) if status == "emergency" else None
        complaint = _complaint(lived, complaints) if status in IN_THE_WAY else None
        trench = _trench(alarm[0] if alarm else None, complaint, random)
        data = _order(lived, trench, _customer(alarm, complaint, random), random)
        if alarm:
            data["telephonogram"] = alarm[1][1]
        if complaint:
            data["reports"] = [complaint.ident]
            complaints.remove(complaint)
        found.append((lived, trench, data, n))
    found.sort(key=lambda one: (one[0].made or now, one[3]))
    return [
        (lived, trench, ("earthworks", ident("earthworks", str(n)), {"number": NUMBER.format(number), **data}))
        for number, (lived, trench, data, n) in enumerate(found, 1)
    ]


def _alarm(lived: Life, messages: Sequence[Sent]) -> Sent | None:
    """The outage that this hole was dug for: the last one that had begun."""
    opened = lived.moments["opened"]
    dug = [each for each in messages if each[0].kind == "emergency" and each[0].resource in BURIED]
    begun = {
        one.began: (one, item)
        for one, item in dug
        if one.began is not None and timedelta(0) <= opened - one.began < timedelta(days=1)
    }
    return begun[max(begun)] if begun else None


def _complaint(lived: Life, complaints: Sequence[Told]) -> Told | None:
    """A report that can be about this hole."""
    opened = lived.moments["opened"]
    fitting = (one for one in complaints if one.standing.received > opened and not one.case.place.house.site.yard)
    return next(fitting, None)


def _customer(alarm: Sent | None, complaint: Told | None, random: Random) -> str:
    """Whose network it is."""
    if alarm:
        return alarm[0].service
    theirs = [one for one in EXECUTORS["earthworks"] if complaint and complaint.data.get("executor") == _id(one)]
    return theirs[0] if theirs else random.choice(CUSTOMERS)


def _id(key: str) -> str:
    return ident("organisations", key)


def _trench(alarm: Message | None, complaint: Told | None, random: Random) -> Trench:
    """A piece of the street before some house: of the outage's zone, or that of the complaint."""
    surface, is_line = random.choice(tuple(STRIPS)), random.random() < 0.25
    length = 16.0 if alarm or complaint else random.uniform(12, 60)
    if complaint is not None:
        site = complaint.case.place.house.site
    else:
        zone = alarm.zone if alarm else None
        site = random.choice([one for one in (zone.places if zone else places()) if _on_the_street(one)]).house.site
    start = min(max(site.along - length / 2, 1.0), site.street.length - length - 1)
    return Trench(site.street, site.side, start, start + length, surface, is_line)


def _on_the_street(place: Place) -> bool:
    return place.dwelling and not place.house.site.yard


def _order(lived: Life, trench: Trench, customer: str, random: Random) -> Values:
    words, company = texts("earthworks"), organisation(customer)
    kinds = {text: _kind(text) for text in words["customer"][customer]}
    planned = lived.status not in ("emergency", "unauthorised")
    purpose = random.choice([text for text, kind in kinds.items() if planned or kind == "repair"])
    data: Values = {
        "status": lived.status, "kind": kinds[purpose], "purpose": purpose[0].upper() + purpose[1:],
        "customer": company["name"],
        "customer_inn": company["inn"], "customer_address": company["address"], "customer_phone": company["phone"],
        "executor": ident("organisations", customer), "responsible": officer(customer)[1],
        "responsible_phone": officer(customer)[2], "address": trench.place.house.address,
        "cadastral_number": f"00:00:000000{random.randint(1, 9)}:{random.randint(11, 999)}",
        "geometry": trench.geometry, "surface": list(trench.surface), **trench.areas(),
        **{f"{stage}_at": moment(when) for stage, when in lived.moments.items()},
    }  # fmt: skip
    if trench.line:
        data["purpose"] += ", траншея шириной 1,5 м"
    data |= {key: day.isoformat() for key in DAYS if (day := getattr(lived, key)) is not None}
    if lived.status in ("restored_temporarily", "backfilled", "restored") and lived.restore_by:
        later = timedelta(days=0 if lived.status == "restored_temporarily" else 60)
        data["restore_finally_by"] = (lived.restore_by + later).isoformat()
    if "issued" in lived.moments:
        data["issuer"] = ident("organisations", "economy")
        data["order_date"] = lived.moments["issued"].astimezone(CITY_ZONE).date().isoformat()
    if "accepted" in lived.moments:
        data["act_number"] = f"А-{random.randint(10, 999)}"
    if lived.status == "unauthorised":
        data["customer"] = "не установлен"
        data = {key: value for key, value in data.items() if key not in OF_THE_CUSTOMER}
    if lived.status in BUSY and _in_winter(lived):
        data["exemption"] = "Работы у объекта теплоснабжения, перенос до весны невозможен."
    remark = words["remark"].get(lived.status, "")
    return data | ({"remark": remark} if remark else {})


def _in_winter(lived: Life) -> bool:
    """Whether some day of the order is one on which nobody digs without a reason."""
    start, end = lived.start, lived.end
    if start is None or end is None:
        return False
    norms = Norms({})
    return any(norms.limit(BAN, start + timedelta(days=n)) for n in range((end - start).days + 1))


def _kind(purpose: str) -> str:
    """The kind of works by their first word."""
    kinds = texts("earthworks")["kind"]
    return str(next((kind for word, kind in kinds.items() if purpose.startswith(word)), "repair"))
