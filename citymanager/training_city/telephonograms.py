"""The telephonograms of the training city: of every kind and status, in the words of the service."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from citymanager.schema import Values
from citymanager.training_city.clock_states import near
from citymanager.training_city.dictation import dictated, ended
from citymanager.training_city.outages import READING, RECEIPT, Message, outages
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident, officer
from citymanager.training_city.story import Told
from citymanager.training_city.territories import company
from citymanager.training_city.zones import zones
from citymanager.values import moment

ENDINGS = ("read", "read", "read", "read", "done", "done", "done", "done", "done", "done")
TALK: Mapping[str, tuple[tuple[str, str], ...]] = {
    "informational": (("read", ""), ("read", ""), ("read", ""), ("read", ""), ("done", ""),
                      ("done", ""), ("done", ""), ("done", "")),
    "weather": (("read", ""), ("read", ""), ("done", ""), ("done", ""), ("done", ""), ("done", "")),
    "summons": (("prepared", ""), ("read", ""), ("read", ""), ("done", ""), ("done", ""), ("done", "")),
}  # fmt: skip
"""What is no outage: how far each has come, and the state of the clock that waits for the next step."""
NUMBER = "УТ-{:04}"
Worded = tuple[str, Message, Values]
"""Its key, what it is, its data but for the number."""


def telephonograms(now: datetime, queue: Sequence[Told]) -> list[tuple[Message, Item]]:
    """Sixty of them, numbered by their date without gaps."""
    random = dice(5)
    told = [_of_outage(f"outage/{n}", one, random) for n, one in enumerate(outages(now, queue, random))]
    over = sorted((one for one in told if one[1].ended), key=lambda one: str(one[1].ended), reverse=True)
    told += [_of_ending(n, status, over[n], now, random) for n, status in enumerate(ENDINGS)]
    told += _talk(now, random)
    found = []
    for number, (key, message, data) in enumerate(sorted(told, key=lambda one: (one[1].date, one[0])), 1):
        record = {"number": NUMBER.format(number), **data}
        found.append((message, ("telephonograms", ident("telephonograms", key), record)))
    return found


def _of_outage(key: str, message: Message, random: Random) -> Worded:
    zone = message.zone
    if zone is None:
        raise ValueError(message)
    homes = sorted({company(place) for place in zone.places if place.dwelling})
    addressees = [*homes, "economy", *(["education"] if zone.social else [])]
    cause, text = dictated(message, random)
    data = _official(message, message.service, addressees, text) | {
        "place": zone.street, "resource": [message.resource], "geometry": zone.polygon, "cause": cause,
        "houses": "\n".join(zone.addresses), "residents": zone.residents, "social_objects": "\n".join(zone.social),
        "began": _stamp(message.began), "planned_end": _stamp(message.planned_end), "ended": _stamp(message.ended),
        "crew": ident("crews", message.crew) if message.crew else "",
        "reports": [message.report.ident] if message.report else [],
    }  # fmt: skip
    return key, message, _filled(data)


def _of_ending(n: int, status: str, over: Worded, now: datetime, random: Random) -> Worded:
    """That an outage is over goes to those who heard of it."""
    key, outage, was = over
    message = replace(outage, kind="ending", status=status, received=None, crew="", report=None)
    if status in ("sent", "received"):
        message = _begun(message, "running", now, random)
    else:
        message = _moments(message, (outage.ended or now) + timedelta(minutes=9))
    text = ended(outage, random)
    keep = ("place", "resource", "geometry", "houses", "residents", "addressees")
    data = _official(message, outage.service, [], text) | {key: was[key] for key in keep}
    return f"ending/{n}", message, _filled(data | {"ends": ident("telephonograms", key)})


def _talk(now: datetime, random: Random) -> Iterator[Worded]:
    """News, weather, and calls for a representative."""
    for kind, standings in TALK.items():
        options = texts("telephonograms")[kind]
        for n, (status, state) in enumerate(standings):
            option = options[n % len(options)]
            place = random.choice(random.choice(zones()).addresses)
            message = _begun(Message(kind, status, now), state, now, random)
            data = _official(message, option["from"], option["to"], option["text"].format(place=place))
            data["place"] = place if kind == "summons" else ""
            yield f"{kind}/{n}", message, _filled(data)


def _begun(message: Message, state: str, now: datetime, random: Random) -> Message:
    minutes = timedelta(minutes=1)
    match message.status:
        case "prepared":
            return replace(message, date=now - 9 * minutes)
        case "sent":
            sent = near(RECEIPT, state, now)
            return replace(message, date=sent - 4 * minutes, sent=sent)
        case "unreached":
            return replace(message, date=now - 40 * minutes, sent=now - 33 * minutes)
        case "received":
            received = near(READING, state, now)
            return _moments(message, received - 15 * minutes)
        case "read":
            return _moments(message, now - timedelta(hours=random.uniform(3, 30)))
    return _moments(message, now - timedelta(days=random.uniform(2, 260)))


def _moments(message: Message, date: datetime) -> Message:
    """With its composition at this moment, and all that followed soon after."""
    sent, received = date + timedelta(minutes=6), date + timedelta(minutes=15)
    return replace(message, date=date, sent=sent, received=received if message.status != "sent" else None)


def _official(message: Message, sender: str, addressees: Iterable[str], text: str) -> Values:
    """What every telephonogram has."""
    position, name, number = officer(sender)
    data: Values = {
        "date": moment(message.date), "type": message.kind, "status": message.status, "text": text,
        "organisation": ident("organisations", sender), "sender_position": position, "sender_name": name,
        "sender_phone": number, "addressees": [ident("organisations", key) for key in addressees],
    }  # fmt: skip
    if message.sent and message.status not in ("prepared", "cancelled"):
        data["sent_at"] = moment(message.sent)
    if message.received and message.status in ("received", "read", "done"):
        first = next(iter(addressees), "economy")
        data["received_at"] = moment(message.received)
        data["receiver_position"], data["receiver_name"], data["receiver_phone"] = officer(first)
    if message.status == "cancelled":
        data["remark"] = "Отключение не потребовалось: работы выполнены под давлением."
    return data


def _stamp(when: datetime | None) -> str:
    return moment(when) if when else ""


def _filled(data: Values) -> Values:
    return {key: value for key, value in data.items() if value not in ("", [])}
