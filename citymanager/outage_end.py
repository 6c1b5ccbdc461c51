"""An outage ends: its real end is noted, a telephonogram tells of it, all who reported it are to be answered."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from citymanager.delivery import following, receipts_of
from citymanager.errors import Refused
from citymanager.known_outages import answers, existing
from citymanager.outages import TELEPHONOGRAMS
from citymanager.roles import Role
from citymanager.schema import STATUS, Values
from citymanager.second_ending import endings
from citymanager.store import Edit, Reader, Record, Writer
from citymanager.values import moment
from citymanager.wording import composed

KEPT = (
    "organisation", "place", "addressees", "resource", "geometry", "houses", "residents", "social_objects", "began",
    "planned_end", "cause",
)  # fmt: skip
"""What the telephonogram about the end has of the one about the outage."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The telephonogram about an end, and what was made for it."""

    ident: str
    edits: list[Edit]


def ending_of(reader: Reader, outage: str) -> Record | None:
    """The telephonogram in force about the end of an outage."""
    return next(iter(endings(reader, [outage]).get(outage, [])), None)


def why_not_end(outage: Values) -> str:
    """Why an outage can't be ended, in Russian; empty if it can."""
    if outage.get(STATUS) == "cancelled":
        return "Телефонограмма аннулирована: оканчивать нечего."
    if not outage.get("began"):
        return "Заполните «Начало»: без него неизвестно, сколько длилось отключение."
    return ""


def end(writer: Writer, outage: str, author: str, role: Role | None, now: datetime) -> Ending:
    """End an outage now, or when its card says it ended, all or nothing.

    Where its end is told already, that telephonogram is the answer. Cards of residents stay in their status: whoever
    looks after them has not said that they are done with. Raises Refused.
    """
    found = existing(writer, outage)
    if why := why_not_end(found.data):
        raise Refused(why)
    told = ending_of(writer, outage)
    over = Record(found.module, found.id, found.version, {**found.data, "ended": _ended(found, told, now)})
    ident = told.id if told else str(uuid.uuid4())
    edits = [] if found.data.get("ended") else [Edit(TELEPHONOGRAMS, outage, {"ended": over.data["ended"]})]
    edits += [] if told else [Edit(TELEPHONOGRAMS, ident, _telephonogram(writer, over))]
    edits += answers(writer, "ended", over, over.data.get("reports") or [], author)
    edits += [Edit(TELEPHONOGRAMS, outage, step) for step in following(over.data, receipts_of(writer, outage))]
    writer.save_together(edits, author, role, now)
    return Ending(ident, edits)


def _ended(outage: Record, told: Record | None, now: datetime) -> str:
    known = outage.data.get("ended") or (told.data.get("ended") if told else None)
    return str(known or max(moment(now), str(outage.data["began"])))


def _telephonogram(reader: Reader, outage: Record) -> Values:
    kept = {key: outage.data[key] for key in KEPT if key in outage.data}
    data = {**kept, "type": "ending", "ends": outage.id, "ended": outage.data["ended"]}
    return {**data, "text": composed(reader.modules[TELEPHONOGRAMS], data).text}
