"""All that happens in the training city at a moment, told once, so that each record knows of the others."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from citymanager.training_city.approvals import approvals
from citymanager.training_city.crews import crews
from citymanager.training_city.distribution import distribution
from citymanager.training_city.earthworks import Work, earthworks
from citymanager.training_city.gatherings import gatherings
from citymanager.training_city.inspections import inspections
from citymanager.training_city.known import answered, linked
from citymanager.training_city.outages import Message
from citymanager.training_city.passports import passports
from citymanager.training_city.receipts import receipts
from citymanager.training_city.registers import Item, organisations, people
from citymanager.training_city.replies import replies
from citymanager.training_city.reports import HOW_MANY, queue
from citymanager.training_city.rota import duty
from citymanager.training_city.shared_views import shared_views
from citymanager.training_city.shift import taken
from citymanager.training_city.telephonograms import telephonograms
from citymanager.training_city.territories import territories
from citymanager.values import CITY_ZONE


def records(today: date, how_many: int = HOW_MANY) -> Iterator[Item]:
    """Every record as (module key, id, data), with so many reports.

    A datetime makes the newest reports minutes old; a bare date ends the queue at that day's first moment.
    """
    now = today.astimezone(CITY_ZONE) if isinstance(today, datetime) else datetime.combine(today, time.min, CITY_ZONE)
    now = now.replace(microsecond=0)
    found = list(_happening(now, how_many))
    yield from found
    yield from taken(now, found)


def _happening(now: datetime, how_many: int) -> Iterator[Item]:
    told = queue(now, how_many)
    messages = linked(telephonograms(now, told), told, now)
    works = earthworks(now, messages, told)
    yield from organisations()
    yield from people()
    yield from distribution()
    yield from shared_views(now)
    yield from territories(now)
    yield from passports(now)
    yield from duty(now)
    yield from (("reports", one.ident, one.data) for one in told)
    yield from replies(now, told)
    yield from answered(messages, told, now)
    yield from _linked(messages, works)
    yield from receipts(now, messages)
    yield from (item for _, _, item in works)
    yield from approvals(now, works)
    yield from inspections(now, works)
    yield from crews(messages, told)
    yield from gatherings(now, works)


def _linked(messages: Sequence[tuple[Message, Item]], works: Sequence[Work]) -> Iterator[Item]:
    """The telephonograms, each with the works that were begun because of it."""
    begun: dict[str, list[str]] = {}
    for _, _, (_, order, data) in works:
        begun.setdefault(data.get("telephonogram", ""), []).append(order)
    for _, (module, key, data) in messages:
        yield module, key, data | ({"earthworks": begun[key]} if key in begun else {})
