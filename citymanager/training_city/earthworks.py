"""The earthworks of the training city: forty orders in every status, and what each party has said to them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from citymanager.schema import Values
from citymanager.training_city.areas import places
from citymanager.training_city.clock_states import near
from citymanager.training_city.digging import WORKS, Life, life
from citymanager.training_city.outages import BURIED, Message
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident, officer, organisation
from citymanager.training_city.trenches import STRIPS, Trench
from citymanager.values import CITY_ZONE, moment

NUMBER = "УЗ-{:04}"
PARTY = "earthworks.party"
ANSWERED = frozenset({"filed", "draft", "emergency", "unauthorised", "cancelled"})
"""Statuses without parties: they are asked once the order is on its way."""
Work = tuple[Life, Trench, Item]


def earthworks(now: datetime, messages: Sequence[tuple[Message, Item]]) -> list[Work]:
    """The orders, numbered as they were made; an emergency lies where its outage is."""
    random = dice(6)
    found = []
    for n, (status, state) in enumerate(WORKS):
        lived = life(status, state, now, random)
        alarm = _alarm(lived, messages) if status == "emergency" else None
        trench = _trench(alarm[0] if alarm else None, random)
        data = _order(lived, trench, alarm[0].service if alarm else random.choice(_CUSTOMERS), now, random)
        if alarm:
            data["telephonogram"] = alarm[1][1]
        found.append((lived, trench, data, n))
    found.sort(key=lambda one: (one[0].made or now, one[3]))
    return [
        (lived, trench, ("earthworks", ident("earthworks", str(n)), {"number": NUMBER.format(number), **data}))
        for number, (lived, trench, data, n) in enumerate(found, 1)
    ]


_CUSTOMERS = ("water", "water", "water", "heat", "heat", "power", "gas", "telecom", "green")


def _alarm(lived: Life, messages: Sequence[tuple[Message, Item]]) -> tuple[Message, Item] | None:
    """The outage that this hole was dug for: the last one that had begun."""
    opened = lived.moments["opened"]
    dug = [each for each in messages if each[0].kind == "emergency" and each[0].resource in BURIED]
    begun = {
        one.began: (one, item)
        for one, item in dug
        if one.began is not None and timedelta(0) <= opened - one.began < timedelta(days=1)
    }
    return begun[max(begun)] if begun else None


def _trench(alarm: Message | None, random: Random) -> Trench:
    """Somewhere along a street; for an outage, at one of its houses."""
    surface = random.choice(tuple(STRIPS))
    length, is_line = random.uniform(12, 60), random.random() < 0.25
    if alarm is not None and alarm.zone is not None:
        site = random.choice([place for place in alarm.zone.places if not place.house.site.yard]).house.site
        start = min(max(site.along - 8, 1.0), site.street.length - 20)
        return Trench(site.street, site.side, start, start + 16, surface)
    site = random.choice([place for place in places() if place.dwelling and not place.house.site.yard]).house.site
    start = min(max(site.along - length * random.random(), 1.0), site.street.length - length - 1)
    return Trench(site.street, site.side, start, start + length, surface, is_line)


def _order(lived: Life, trench: Trench, customer: str, now: datetime, random: Random) -> Values:
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
    days = {
        "start": lived.start,
        "end": lived.end,
        "restore_by": lived.restore_by,
        "guarantee_until": lived.guarantee_until,
    }
    data |= {key: day.isoformat() for key, day in days.items() if day is not None}
    if lived.status == "restored_temporarily" and lived.restore_by:
        data["restore_finally_by"] = (lived.restore_by + timedelta(days=60)).isoformat()
    if "issued" in lived.moments:
        data["issuer"] = ident("organisations", "economy")
        data["order_date"] = lived.moments["issued"].astimezone(CITY_ZONE).date().isoformat()
    if "accepted" in lived.moments:
        data["act_number"] = f"А-{random.randint(10, 999)}"
    if lived.status == "unauthorised":
        data["customer"] = "не установлен"
        for key in (
            "customer_inn",
            "customer_address",
            "customer_phone",
            "executor",
            "responsible",
            "responsible_phone",
        ):
            del data[key]
    remark = words["remark"].get(lived.status, "")
    return data | ({"remark": remark} if remark else {})


def _kind(purpose: str) -> str:
    """The kind of works by their first word."""
    kinds = texts("earthworks")["kind"]
    return str(next((kind for word, kind in kinds.items() if purpose.startswith(word)), "repair"))


def approvals(now: datetime, works: Sequence[Work]) -> Iterator[Item]:
    """What each party says; while an order waits for them, one of them is the slowest."""
    random = dice(7)
    for lived, _, (_, order, data) in works:
        filed = lived.moments.get("filed")
        if filed is None or lived.status in ANSWERED:
            continue
        parties = [key for key in texts("earthworks")["parties"] if ident("organisations", key) != data["executor"]]
        for n, party in enumerate(parties):
            waits = lived.status == "approval" and n == 0
            asked = near(PARTY, lived.state, now) if waits else filed + min(timedelta(hours=2), (now - filed) / 4)
            found: Values = {"earthworks": order, "party": ident("organisations", party), "asked_at": moment(asked)}
            until = lived.moments.get("issued") or now
            found |= _said(lived, n, asked, until, now.astimezone(CITY_ZONE).date(), random)
            yield "approvals", ident("approvals", f"{order}/{party}"), found


def _said(lived: Life, n: int, asked: datetime, until: datetime, today: date, random: Random) -> Values:
    conditions = texts("earthworks")["condition"]
    status = "agreed"
    if lived.status == "approval" and n < 2:
        status = "asked"
    elif n == 0:
        status = {"revision": "remarks", "refused": "declined"}.get(lived.status, "agreed")
    if status == "asked":
        return {"status": status, **({"due": today.isoformat()} if lived.state == "amber" and n else {})}
    answered = asked + min(timedelta(hours=random.uniform(3, 60)), (until - asked) / 2)
    condition = random.choice(conditions[status])
    return {"status": status, "answered_at": moment(answered), **({"condition": condition} if condition else {})}
