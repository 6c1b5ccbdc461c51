"""What each party says to the training city's earthworks; while an order waits for them, one of them is the slowest."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from citymanager.schema import Values
from citymanager.training_city.clock_states import near
from citymanager.training_city.digging import Life
from citymanager.training_city.earthworks import Work
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident
from citymanager.values import CITY_ZONE, moment

PARTY = "earthworks.party"
UNASKED = frozenset({"filed", "draft", "emergency", "unauthorised", "cancelled"})
"""Statuses without parties: they are asked once the order is on its way."""


def approvals(now: datetime, works: Sequence[Work]) -> Iterator[Item]:
    """One record for each order and party, its customer aside."""
    random = dice(7)
    for lived, _, (_, order, data) in works:
        filed = lived.moments.get("filed")
        if filed is None or lived.status in UNASKED:
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
