"""Residents of the training city who report what is known to be cut off: linked to the outage, and answered."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from citymanager.known_outages import answer_id, sign
from citymanager.modules.telephonograms import OUTAGES
from citymanager.outage_words import answer
from citymanager.schema import Values
from citymanager.training_city.outages import Message
from citymanager.training_city.plan import dice
from citymanager.training_city.registers import Item
from citymanager.training_city.replies import CHANNELS, confirmed, recipient
from citymanager.training_city.story import Told
from citymanager.values import moment

SEEN = timedelta(hours=2)
"""Reports younger than this are still to be linked by the shift."""
GONE = timedelta(hours=5)
"""Answers older than this have been sent."""
Messages = Sequence[tuple[Message, Item]]


def linked(messages: Messages, queue: Sequence[Told], now: datetime) -> list[tuple[Message, Item]]:
    """The telephonograms, those of outages that are known to the addressees with the reports that tell of them."""
    until = moment(now - SEEN)
    earlier = [one for one in queue if one.data["received"] <= until]
    return [(message, (module, key, _with(data, earlier))) for message, (module, key, data) in messages]


def _with(data: Values, queue: Sequence[Told]) -> Values:
    if data["type"] not in OUTAGES or data["status"] != "read":
        return data
    known = list(data.get("reports") or [])
    known += [one.ident for one in queue if one.ident not in known and sign(data, one.data)]
    return data | ({"reports": known} if known else {})


def answered(messages: Messages, queue: Sequence[Told], now: datetime) -> Iterator[Item]:
    """The answers to those who are linked; the latest of them wait for somebody to send them."""
    told = {one.ident: one for one in queue}
    for _, (_, key, data) in messages:
        for number, ident in enumerate(data.get("reports") or []):
            if ident in told:
                yield "replies", answer_id("known", key, ident), _reply(told[ident], data, now, dice(70_000 + number))


def _reply(told: Told, outage: Values, now: datetime, random: Random) -> Values:
    channel = CHANNELS.get(told.data["channel"], "phone")
    prepared = min(told.standing.received + timedelta(minutes=random.randint(16, 40)), now)
    data: Values = {
        "report": told.ident, "channel": channel, "recipient": recipient(channel, told.data),
        "text": answer("known", told.data, outage), "prepared_at": moment(prepared),
        "prepared_by": outage["sender_name"], "status": "to_send",
    }  # fmt: skip
    if now - prepared < GONE:
        return data
    sent = prepared + timedelta(minutes=random.randint(3, 50))
    return data | {"status": "sent", "sent_at": moment(sent), "attempts": 1, **confirmed(channel, sent, told, random)}
