"""Who of the training city's addressees has received which telephonogram, one record for each."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from citymanager.modules.receipts import WITHDRAWN
from citymanager.schema import Values
from citymanager.training_city.clock_states import near
from citymanager.training_city.outages import REPORTED, Message
from citymanager.training_city.plan import texts
from citymanager.training_city.registers import Item, dispatch_phone, ident, officer
from citymanager.values import moment
from citymanager.withdrawing import WHY

SPOKEN = frozenset({"received", "read", "done"})
WAITING = ("sent", "unreached")
RINGS = "Длинные гудки, затем сброс."


def receipts(now: datetime, messages: Iterable[tuple[Message, Item]]) -> Iterator[Item]:
    """The receipts of every telephonogram, as its status says."""
    keys = {ident("organisations", one["key"]): one["key"] for one in texts("organisations")["organisation"]}
    for message, (_, telephonogram, data) in messages:
        for n, addressee in enumerate(data.get("addressees", [])):
            found: Values = {
                "telephonogram": telephonogram, "addressee": addressee, "status": _status(message, n),
                "phone": dispatch_phone(keys[addressee]) or officer(keys[addressee])[2],
            }  # fmt: skip
            found |= _course(found["status"], message, keys[addressee], n, now)
            yield "receipts", ident("receipts", f"{telephonogram}/{n}"), found


def _status(message: Message, n: int) -> str:
    """The first addressee is as far as the telephonogram; one of the others does not lift the receiver."""
    if message.status == "cancelled":
        return WITHDRAWN
    if n == 1 and (message.status in WAITING or (message.status, message.kind) == ("prepared", "planned")):
        return "unreached"
    return "read" if n and message.status in (*WAITING, "received") else message.status


def _course(status: str, message: Message, organisation: str, n: int, now: datetime) -> Values:
    if status == "unreached" and n:
        called = message.sent or near(REPORTED, "amber", now)
        return {"called_at": moment(called), "attempts": 2 + n, "remark": RINGS}
    if status == WITHDRAWN:
        return {"remark": WHY}
    if status == "prepared" or message.sent is None:
        return {}
    data: Values = {"sent_at": moment(message.sent)}
    data["sender_position"], data["sent_by"], data["sender_phone"] = officer("edds")
    if status == "unreached":
        data |= {"called_at": moment(now - timedelta(minutes=4)), "attempts": 2, "remark": RINGS}
    if status in SPOKEN:
        received = _received(message, n, now)
        position, name, number = officer(organisation)
        data |= {"received_at": moment(received), "receiver_position": position, "receiver_name": name}
        data["receiver_phone"] = number
        data |= {"called_at": moment(message.date), "attempts": 1} if n == 1 and message.status == "received" else {}
        step = (now - received) / 4
        if status in ("read", "done"):
            data["read_at"] = moment(received + min(step, timedelta(minutes=11 + 3 * n)))
        if status == "done":
            data["done_at"] = moment(received + min(2 * step, timedelta(minutes=65 + 20 * n)))
    return data


def _received(message: Message, n: int, now: datetime) -> datetime:
    """The first addressee is the last to pick up the telephone."""
    sent = message.sent or message.date
    last = message.received or now
    return last if n == 0 and message.received else sent + (last - sent) / (n + 2)
