"""The crews of the training city: at work on an outage, under way to a report, free at their base, or off."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from citymanager.schema import Values
from citymanager.training_city.outages import Message
from citymanager.training_city.plan import texts
from citymanager.training_city.registers import Item, ident, organisation, phone
from citymanager.training_city.story import Told

OPEN = ("in_work", "assigned")


def crews(messages: Iterable[tuple[Message, Item]], queue: Sequence[Told]) -> Iterator[Item]:
    """Where every crew is now."""
    busy = {message.crew: item for message, item in messages if message.crew and message.at_work}
    waiting = [told for told in reversed(queue) if told.data["status"] in OPEN and told.data["nature"] == "problem"]
    sent: set[str] = set()
    for number, one in enumerate(texts("crews")["crew"], 1):
        executor = ident("organisations", one["organisation"])
        data: Values = {
            "name": one["name"], "executor": executor, "kind": one["kind"], "foreman": one["foreman"],
            "phone": phone(number, 94), "people": one["people"], "vehicle": one["vehicle"],
        }  # fmt: skip
        theirs = next((told for told in waiting if told.data["executor"] == executor), None)
        if one["key"] in busy:
            data |= _at_work(busy[one["key"]])
        elif theirs is not None and executor not in sent and not one.get("rests"):
            sent.add(executor)
            data |= _sent(theirs)
        else:
            seat = organisation(one["organisation"])
            data |= {
                "status": "off" if one.get("rests") else "free",
                "address": seat["address"],
                "geometry": seat["geometry"],
            }
        yield "crews", ident("crews", one["key"]), data


def _at_work(telephonogram: Item) -> Values:
    _, key, data = telephonogram
    ring: Any = data["geometry"]["coordinates"][0]
    middle = [round(sum(point[axis] for point in ring[:-1]) / (len(ring) - 1), 6) for axis in (0, 1)]
    return {
        "status": "at_work", "telephonogram": key, "address": data["place"],
        "task": f"Отключение {data['number']}: работы на месте.", "geometry": {"type": "Point", "coordinates": middle},
    }  # fmt: skip


def _sent(told: Told) -> Values:
    data = told.data
    task = f"Сообщение {data['number']}: {told.case.what}."
    return {
        "status": "sent", "report": told.ident, "task": task, "address": data["address"], "geometry": data["geometry"],
    }  # fmt: skip
