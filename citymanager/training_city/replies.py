"""Replies of the training city to its residents: prepared, sent and confirmed, or failed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from citymanager.schema import Values
from citymanager.training_city.plan import dice, texts
from citymanager.training_city.registers import Item, ident
from citymanager.training_city.story import Told
from citymanager.values import CITY_ZONE, moment

CHANNELS: Mapping[str, str] = {"portal": "portal", "email": "email", "vk": "vk", "social": "social"}
"""The reply goes the way that the report came; by telephone otherwise."""
FRESH = timedelta(hours=14)
"""Replies younger than this may still wait."""
ERRORS: Mapping[str, str] = {
    "email": "Почтовый сервер получателя отверг письмо: ящик переполнен.", "vk": "Сообщения от сообщества закрыты.",
    "portal": "Портал не ответил за 30 секунд.", "social": "Учётная запись получателя удалена.",
    "phone": "Абонент не отвечает, звонили трижды.",
}  # fmt: skip


def replies(now: datetime, queue: Iterable[Told]) -> Iterator[Item]:
    """A reply for each report that was solved."""
    for number, told in enumerate(queue, 1):
        if told.standing.answered is not None:
            yield (
                "replies",
                ident("replies", str(number)),
                _reply(told, told.standing.answered, now, dice(30_000 + number)),
            )


def _reply(told: Told, prepared: datetime, now: datetime, random: Random) -> Values:
    channel = CHANNELS.get(told.data["channel"], "phone")
    data: Values = {
        "report": told.ident, "channel": channel, "recipient": recipient(channel, told.data),
        "text": told.data["public_answer"], "prepared_at": moment(prepared), "prepared_by": _author(told),
    }  # fmt: skip
    waiting = told.standing.watched or (now - prepared < FRESH and random.random() < 0.6)
    failed = random.random() < (0.4 if waiting else 0.004)
    if failed:
        return data | {"status": "failed", "error": ERRORS[channel], "attempts": random.randint(1, 3)}
    if waiting:
        return data | {"status": "to_send"}
    sent = prepared + min(timedelta(minutes=random.randint(2, 900)), (now - prepared) / 2)
    return data | {"status": "sent", "sent_at": moment(sent), "attempts": 1, **confirmed(channel, sent, told, random)}


def recipient(channel: str, report: Values) -> str:
    """To whom the reply goes on this way."""
    wanted = {"email": "author_email", "phone": "author_phone"}.get(channel, "author_name")
    return str(report.get(wanted) or report["author_name"])


def _author(told: Told) -> str:
    people = texts("people")["person"]
    return next(str(one["name"]) for one in people if ident("people", one["name"]) == told.data["curator"])


def confirmed(channel: str, sent: datetime, told: Told, random: Random) -> Values:
    """Who has seen it go, and by what."""
    local = sent.astimezone(CITY_ZONE)
    if channel == "phone":
        return {"confirmed_by": _author(told), "confirmation": f"звонок {local:%d.%m.%Y в %H:%M}"}
    return {
        "confirmed_by": "Служба отправки ответов",
        "confirmation": f"учебное сообщение {random.randrange(10**9):09}",
    }
