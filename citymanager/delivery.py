"""Passing a telephonogram on: one receipt per addressee, its steps, and how far they bring the telephonogram itself.

A receipt has an id that follows from telephonogram and addressee: two desks without a line make one receipt, not two.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citymanager.calendar import WorkCalendar
from citymanager.changes import merged
from citymanager.clocks import Due, dues
from citymanager.errors import Refused
from citymanager.modules.receipts import RECEIPTS
from citymanager.modules.telephonograms import goes_on
from citymanager.norms import Norms
from citymanager.on_duty import Officer
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.store import Query, Reader, Record, Writer
from citymanager.values import moment
from citymanager.workflow import closed

TELEPHONOGRAMS = "telephonograms"
ORDER = ("prepared", "sent", "received", "read", "done")
STAMPS = {one.key: one.stamps for one in RECEIPTS.statuses if one.stamps}
ESCALATION = ("escalation", "unreached")
"""The clocks after which the one in charge is told."""
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:citymanager:receipts")


@dataclass(frozen=True, slots=True)
class Act:
    """One step for one addressee, from wherever his receipt stands when it is written."""

    addressee: str
    receipt: str
    """Empty: he had none when it was asked for."""
    target: str
    phone: str = ""
    """Where he is rung up."""
    more: Values = field(default_factory=dict)
    """Who has received it, and whether he read it back."""


def receipt_id(telephonogram: str, addressee: str) -> str:
    """The id of an addressee's receipt, the same on every desk."""
    return str(uuid.uuid5(NAMESPACE, f"{telephonogram}/{addressee}"))


def step(data: Mapping[str, Any], target: str, sender: Officer, phone: str, now: datetime) -> Values:
    """What this step changes in a receipt; a further call in vain is only counted, and its clock goes on.

    `phone`: where the addressee is rung up.
    """
    change: Values = {STATUS: target}
    if target in STAMPS and not data.get(STAMPS[target]):
        change[STAMPS[target]] = moment(now)
    if target == "sent":
        change |= {"sender_position": sender.position, "sent_by": sender.name, "sender_phone": sender.phone}
        change["phone"] = phone
    if target == "unreached":
        change["attempts"] = int(data.get("attempts") or 0) + 1
    return {key: value for key, value in change.items() if value != ""}


def why_not(data: Mapping[str, Any], change: Values, person: Role | None) -> str:
    """Why the step can't be taken from where the receipt stands, in Russian; empty if it can."""
    before = {STATUS: ORDER[0], **data}
    return closed(RECEIPTS, before, merged(before, change), person) or ""


def late(data: Mapping[str, Any], norms: Norms, calendar: WorkCalendar, now: datetime) -> tuple[int, Due | None]:
    """How far the silence of an addressee has come, and the due time that tells it.

    0: in time, 1: he is to be rung up again, 2: the one in charge is to be told.
    """
    running = [one for one in dues(RECEIPTS, data, norms, calendar, now) if one.state != "met"]
    over = [one for one in running if one.state == "red"]
    if any(one.clock.key in ESCALATION for one in over):
        return 2, over[0]
    return (1, over[0]) if over else (0, running[0] if running else None)


def pass_on(
    writer: Writer,
    telephonogram: str,
    acts: Sequence[Act],
    sender: Officer,
    author: str,
    role: Role | None,
    now: datetime,
) -> list[str]:
    """Take steps for addressees, all in one transaction; the telephonogram follows them.

    Answers why some were refused, in Russian. Raises Refused if the telephonogram itself can't be passed on yet.
    """
    if any(one.target == "sent" for one in acts):
        _send(writer, telephonogram, sender, author, role, now)
    places = [one.receipt or receipt_id(telephonogram, one.addressee) for one in acts]
    stands = [writer.get(RECEIPTS.key, place) for place in places]
    new = {place: one for place, one, stand in zip(places, acts, stands, strict=True) if stand is None}
    made = [(place, _begun(telephonogram, one)) for place, one in new.items()]
    steps = [
        (place, {**step(stand.data if stand else {}, one.target, sender, one.phone, now), **one.more})
        for place, one, stand in zip(places, acts, stands, strict=True)
    ]
    outcome = writer.save_many(RECEIPTS.key, [*made, *steps], author, role, now)
    refused = [str(one) for one in outcome if isinstance(one, Refused)]
    try:
        _follow(writer, telephonogram, author, role, now)
    except Refused as error:
        refused.append(f"Телефонограмма осталась в прежнем статусе. {error}")
    return list(dict.fromkeys(refused))


def _begun(telephonogram: str, act: Act) -> Values:
    return {"telephonogram": telephonogram, "addressee": act.addressee, STATUS: ORDER[0]}


def _send(
    writer: Writer, telephonogram: str, sender: Officer, author: str, role: Role | None, now: datetime
) -> None:  # fmt: skip
    """The first addressee who is spoken to makes the telephonogram a passed one."""
    record = writer.get(TELEPHONOGRAMS, telephonogram)
    status = record.data.get(STATUS) if record else ""
    if status == "cancelled":
        raise Refused("Телефонограмма аннулирована: передавать её нельзя.")
    if record is None or status != "prepared":
        return
    known = {"sender_position": sender.position, "sender_name": sender.name, "sender_phone": sender.phone}
    fresh = {key: value for key, value in known.items() if value} if not record.data.get("sender_name") else {}
    writer.save(TELEPHONOGRAMS, telephonogram, {STATUS: "sent", **fresh}, author, role, now)


def _follow(writer: Writer, telephonogram: str, author: str, role: Role | None, now: datetime) -> None:
    record = writer.get(TELEPHONOGRAMS, telephonogram)
    if record is None:
        return
    for change in following(record.data, receipts_of(writer, telephonogram)):
        writer.save(TELEPHONOGRAMS, telephonogram, change, author, role, now)


def receipts_of(reader: Reader, telephonogram: str) -> list[Record]:
    """The receipts that its addressees have."""
    return list(reader.each(Query(RECEIPTS.key, among={"telephonogram": (telephonogram,)})))


def following(telephonogram: Mapping[str, Any], receipts: Sequence[Record]) -> list[Values]:
    """The steps by which a telephonogram comes as far as the last of its addressees.

    It is not done while its outage goes on, whatever they have done: somebody still waits for the end.
    """
    asked = set(telephonogram.get("addressees") or [])
    known = {str(one.data.get("addressee")): str(one.data.get(STATUS)) for one in receipts}
    status, statuses = telephonogram.get(STATUS), [known.get(one, ORDER[0]) for one in asked | known.keys()]
    if status not in (*ORDER[1:], "unreached") or not statuses:
        return []
    places = [ORDER.index("sent" if one == "unreached" else one) for one in statuses if one in (*ORDER, "unreached")]
    least = min(places, default=0)
    if least <= 1:
        return _waiting(str(status), statuses)
    reached = 0 if status == "unreached" else ORDER.index(str(status))
    last = min(least, ORDER.index("read" if goes_on(telephonogram) else "done"))
    path = ORDER[reached + 1 : last + 1]
    return [{STATUS: one, **(_last_receiver(receipts) if one == "received" else {})} for one in path]


def _waiting(status: str, statuses: Sequence[str]) -> list[Values]:
    """Somebody has not received it yet: nobody is spoken to any more, or somebody is again."""
    vain = "unreached" in statuses and not {"prepared", "sent"} & set(statuses)
    if status == "sent" and vain:
        return [{STATUS: "unreached"}]
    return [{STATUS: "sent"}] if status == "unreached" and not vain else []


def _last_receiver(receipts: Sequence[Record]) -> Values:
    """With him the telephonogram has come to everybody."""
    last = max(receipts, key=lambda one: str(one.data.get("received_at", "")))
    keys = ("received_at", "receiver_position", "receiver_name", "receiver_phone")
    return {key: last.data[key] for key in keys if last.data.get(key)}
