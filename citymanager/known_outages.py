"""Residents who report what is known to be cut off: their cards are found, linked to the outage, and get an answer.

The answers wait «к отправке»: nothing goes out until somebody has read and sent them. Their ids follow from outage and
report, so that two desks that link one card, or one desk twice, prepare one answer.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from citymanager.clashes.ground import Ground, drawn
from citymanager.errors import Refused
from citymanager.modules.replies import REPLIES, answer_to
from citymanager.modules.reports import OVER, REPORTS
from citymanager.modules.telephonograms import OUTAGES
from citymanager.outage_words import answer, tells_of
from citymanager.outages import TELEPHONOGRAMS, outages, under_way, why_there
from citymanager.roles import Role
from citymanager.schema import STATUS
from citymanager.store import Edit, Query, Reader, Record, Writer
from citymanager.territory import houses_of
from citymanager.values import moment, parse_moment

LEAD = timedelta(hours=2)
"""So long before an outage is said to begin somebody may have noticed it."""
STALE = timedelta(days=10)
"""An older report is not offered: somebody has dealt with it by now."""
BESIDE = 100.0
"""Metres around a zone within which a report may still name a house of it."""
ANSWERS = uuid.UUID("0b0c1c1e-2f0f-4a57-9a31-7d0a5a3f6e52")
"""The namespace of the answers' ids."""
NO_REPLY = ("rejected", "redirected")
Kind = Literal["known", "ended"]


@dataclass(frozen=True, slots=True)
class Sign:
    """A report that tells of an outage, and how its place is known to be in it."""

    record: Record
    reason: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """New reports of an outage."""

    outage: Record
    reports: tuple[str, ...]
    mine: bool
    """Whether this person has linked others to it before: he need not be asked again."""


def signs(reader: Reader, outage: Record, now: datetime) -> list[Sign]:
    """The reports that tell of an outage and are not linked to it yet, the latest first."""
    if outage.data.get("type") not in OUTAGES or not outage.data.get("began"):
        return []
    linked = set(outage.data.get("reports") or [])
    found = {one.id: one for one in _around(reader, outage.data, now) if one.id not in linked}
    told = [(one, sign(outage.data, one.data)) for one in found.values()]
    ordered = sorted((one for one in told if one[1]), key=lambda one: str(one[0].data.get("received")), reverse=True)
    return [Sign(one, why) for one, why in ordered]


def sign(outage: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """How a report is known to tell of an outage, in Russian; empty if it does not, or is done with."""
    since, until = _term(outage)
    received = str(report.get("received") or "")
    if report.get(STATUS) in OVER or not since <= received or (until and received > until):
        return ""
    return why_there(outage, str(report.get("address") or ""), _point(report)) if _fits(outage, report) else ""


def _fits(outage: Mapping[str, Any], report: Mapping[str, Any]) -> bool:
    return tells_of(report, outage.get("resource") or [])


def _term(outage: Mapping[str, Any]) -> tuple[str, str]:
    """From when to when it was noticed; an empty end: it goes on."""
    return moment(parse_moment(str(outage["began"])) - LEAD), str(outage.get("ended") or "")


def _around(reader: Reader, outage: Mapping[str, Any], now: datetime) -> Iterator[Record]:
    """Reports of its time that lie in its zone or beside it, and those that have an address only."""
    since, until = _term(outage)
    times = {"received": (max(since, moment(now - STALE)), until or moment(now + timedelta(minutes=5)))}
    zone = drawn(outage.get("geometry"))
    if zone is None:
        for street in _streets(outage):
            yield from reader.each(Query(REPORTS.key, text=street, between=times))
        return
    west, south, east, north = zone.bounds
    box = Ground((west + east) / 2, (south + north) / 2).grown((west, south, east, north), BESIDE)
    yield from reader.each(Query(REPORTS.key, box=box, between=times))
    yield from reader.each(Query(REPORTS.key, among={"geometry": (None,)}, between=times))


def _streets(outage: Mapping[str, Any]) -> Iterable[str]:
    """The words of the streets of its houses."""
    return {" ".join(sorted(key.street.words)) for key in houses_of(str(outage.get("houses") or ""))}


def _point(report: Mapping[str, Any]) -> tuple[float, float] | None:
    shape = report.get("geometry")
    if not isinstance(shape, Mapping) or shape.get("type") != "Point":
        return None
    lon, lat = shape["coordinates"][:2]
    return float(lon), float(lat)


def told_of(reader: Reader, report: Record, now: datetime) -> list[tuple[Record, str]]:
    """The outages under way that a report tells of and is not linked to yet, each with its reason."""
    near = outages(reader, str(report.data.get("address") or ""), _point(report.data), now)
    fresh = [one.record for one in near if report.id not in (one.record.data.get("reports") or [])]
    return [(one, why) for one in fresh if one.data.get("began") and (why := sign(one.data, report.data))]


def arrived(reader: Reader, reports: Sequence[str], login: str, now: datetime) -> list[Arrival]:
    """The outages under way that these reports tell of, with those that are not linked to them yet."""
    known = [one for ident in reports if (one := reader.get(REPORTS.key, ident)) is not None]
    found = []
    for outage in under_way(reader, now) if known else ():
        linked = outage.data.get("reports") or []
        fresh = tuple(one.id for one in known if one.id not in linked and sign(outage.data, one.data))
        if fresh:
            found.append(Arrival(outage, fresh, bool(login) and _begun_by(reader, outage.id, linked) == login))
    return found


def _begun_by(reader: Reader, outage: str, linked: Sequence[str]) -> str:
    """Who has prepared the last answer; empty if nobody has."""
    for ident in reversed(linked):
        if (reply := reader.get(REPLIES.key, answer_id("known", outage, ident))) is not None:
            return str(reply.data.get("prepared_by") or "")
    return ""


def link(
    writer: Writer, outage: str, reports: Sequence[str], author: str, role: Role | None, now: datetime
) -> list[Edit]:  # fmt: skip
    """Link reports to an outage and prepare their answers, all or nothing; what was made of it.

    Raises Refused where the outage is gone or is none, or the role does not allow it.
    """
    found = existing(writer, outage)
    known = list(found.data.get("reports") or [])
    fresh = [one for one in dict.fromkeys(reports) if one not in known]
    edits = [Edit(TELEPHONOGRAMS, outage, {"reports": [*known, *fresh]})] if fresh else []
    edits += answers(writer, "ended" if found.data.get("ended") else "known", found, fresh, author)
    writer.save_together(edits, author, role, now)
    return edits


def answers(writer: Writer, kind: Kind, outage: Record, reports: Sequence[str], author: str) -> list[Edit]:
    """The answers of one kind that these reports do not have yet."""
    made = []
    for ident in reports:
        report, name = writer.get(REPORTS.key, ident), answer_id(kind, outage.id, ident)
        if report is None or report.data.get(STATUS) in NO_REPLY or writer.get(REPLIES.key, name) is not None:
            continue
        begun = {"channel": "portal", **answer_to(report.data)}
        text = answer(kind, report.data, outage.data)
        made.append(Edit(REPLIES.key, name, {**begun, "report": ident, "text": text, "prepared_by": author}))
    return made


def answer_id(kind: Kind, outage: str, report: str) -> str:
    """The id of a report's answer, the same on every desk."""
    return str(uuid.uuid5(ANSWERS, f"{kind} {outage} {report}"))


def existing(reader: Reader, outage: str) -> Record:
    """The outage of this id. Raises Refused."""
    found = reader.get(TELEPHONOGRAMS, outage)
    if found is None or found.data.get("type") not in OUTAGES:
        raise Refused("Телефонограммы об отключении с таким номером больше нет на этом рабочем месте.")
    return found
